//! Paths of `$input.path` and `$input.json`, as Jayway's library reads them.

mod printing;

use printing::check;

#[test]
fn names_that_are_asked_for_together_are_an_object() {
    check(&[
        ("$input.path('$.books[0][''title'',''price'']')", "{title=A, price=8.95}"),
        (
            "$input.json(\"$.books[*]['title','isbn']\")",
            r#"[{"title":"A"},{"title":"B","isbn":"0"},{"title":"C"}]"#,
        ),
        ("$input.json(\"$['name','map'].k\")", r#"["v"]"#),
    ]);
}

#[test]
fn functions_end_a_path() {
    check(&[
        (
            "$input.path('$.numbers.min()') $input.path('$.numbers.max()') $input.path('$.numbers.sum()')",
            "-2.0 3.0 2.5",
        ),
        (
            "$input.path('$.numbers.avg()') $input.path('$.numbers.stddev()')",
            "0.8333333333333334 2.094967514996089",
        ),
        ("$input.path('$.texts.concat()') $input.path('$.concat($.name,\"-\",$.texts[0])')", "ba Ann-b"),
        (
            "$input.path('$.texts.append(\"c\")') $input.path('$.list.append(10)')",
            r#"["b","a","c"] [1,"a",[2],10]"#,
        ),
        (
            "$input.path('$.numbers.first()') $input.path('$.numbers.last()') $input.path('$.numbers.index(-2)')",
            "3 -2 1.5",
        ),
        ("$input.path('$.sum($.age, 12)') $input.path('$..price.sum()')", "42.0 43.94"),
        (
            "$input.path('$.books.length()') $input.path('$..books.length()') $input.path('$.map.size()')",
            "3 3 1",
        ),
        (
            "$input.path('$.books[*].tags.length()') <$input.path('$.name.length()')>$input.json('$.name.length()')",
            "[2,0] <>null",
        ),
        (
            "$input.path('$.books[*].size().x')$input.path('$.numbers.max()[*]')<$input.path('$.map.size().x')>",
            "[3,3,3][3.0]<>",
        ),
        (
            "$input.path('$.books[1].keys()') $input.json('$.map.keys()') <$input.path('$.name.keys()')>",
            "[title, price, isbn] [\"k\"] <>",
        ),
        (
            "#set($o=$input.path('$.map'))#set($o.x=1)$input.path('$.map.keys()').size() \
             #foreach($k in $input.path('$.map.keys()'))$k;#end",
            "2 k;x;",
        ),
        ("$input.path('$.texts.sum()')", "!JSONPath `$.texts.sum()`: its function has no numbers to go by"),
        ("$input.path('$.texts.none()')", "!JSONPath `$.texts.none()`: its function is not known"),
    ]);
}

#[test]
fn slices_count_as_they_stand() {
    check(&[
        (
            "$input.path('$.numbers[-2:]')$input.path('$.numbers[:-1]')$input.path('$.numbers[0:9]')",
            "[1.5,-2][3,1.5][3,1.5,-2]",
        ),
        (
            "$input.path('$.numbers[-1:1]')$input.path('$.numbers[1:-1]')$input.path('$.numbers[0:2:2]')",
            "[-2,3][][3,1.5]",
        ),
        ("$input.path('$.numbers[9].x[*]')|$input.path('$.numbers[9,0]')", "[]|[3]"),
        (
            "$input.path('$.numbers[:]')",
            "!JSONPath `$.numbers[:]`: it is not understood from character 12 on",
        ),
    ]);
}

#[test]
fn filters_compare_as_jayway_does() {
    check(&[
        ("$input.path('$.books[?(@.tags contains ''x'')].title')", r#"["A"]"#),
        ("$input.path('$.books[?(@.tags subsetof [''x'',''y'',''z''])].title')", r#"["A","C"]"#),
        (
            "$input.path('$.books[?(@.tags anyof [''y''])].title')$input.path('$.books[?(@.tags noneof [''y''])].title')",
            r#"["A"]["C"]"#,
        ),
        ("$input.path('$.books[?(@.tags == [''x'',''y''])].title')", r#"["A"]"#),
        (
            "$input.path('$.books[?(@.price == ''12'')].title')$input.path('$.books[?(@.price === ''12'')].title')",
            r#"["C"][]"#,
        ),
        (
            "$input.path('$.books[?(@.isbn == 0)].title')$input.path('$.numbers[?(@ =~ /1.*/)]')",
            r#"["B"][1.5]"#,
        ),
        (
            "$input.path('$.books[?(@.title IN [''A''])].title')$input.path('$.books[?(!@.isbn)].title')",
            r#"["A"]["A","C"]"#,
        ),
        (
            "$input.path('$.books[?(!@.price > 10)].title')$input.path('$.books[?(!(@.price > 10))].title')",
            r#"["B","C"]["A"]"#,
        ),
        (
            "$input.path('$.books[?(@.tags[*])].title')$input.path('$.books[?($.name)].title')",
            r#"["A","C"][]"#,
        ),
        (
            "$input.path('$.books[?(@.none == null)].title')$input.path('$.books[?(@.none != null)].title')",
            r#"[]["A","B","C"]"#,
        ),
        (
            "$input.path('$..[?(@.price > 10)].title')$input.path('$.map[?(@.k == ''v'')]')",
            r#"["B","C"][{"k":"v"}]"#,
        ),
        (
            "$input.path('$.name[?(@.x)]')",
            "!JSONPath `$.name[?(@.x)]`: its filter is for objects and lists, and there is neither",
        ),
    ]);
}

#[test]
fn what_is_a_path() {
    check(&[
        (
            "$input.path('name') $input.path('@.name') $input.path(' $.name ') $input.path('books[0].title')",
            "Ann Ann Ann A",
        ),
        ("$input.path(\"$.map['\\u006b']\")$input.path('$.map.[''k'']')", "vv"),
        ("$input.path('.name')", r#"["Ann"]"#),
        ("$input.path('')", "!JSONPath ``: it ends too early"),
        ("$input.path('$name')", "!JSONPath `$name`: it is not understood from character 2 on"),
        ("$input.path('$.name x')", "!JSONPath `$.name x`: it is not understood from character 7 on"),
        ("$input.path('$...name')", "!JSONPath `$...name`: it is not understood from character 4 on"),
    ]);
}
