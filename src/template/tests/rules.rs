//! What a template prints, rule by rule: Velocity's own, and what the service makes of them.

use std::collections::BTreeMap;

use serde_json::json;
use stagegate_template::{Input, Template};

/// A group of rules and its cases: template and output.
type Rules<'a> = (&'a str, &'a [(&'a str, &'a str)]);

fn print(template: &str) -> String {
    let variables = BTreeMap::from([("colour".to_owned(), "blue".to_owned())]);
    let context = json!({
        "stage": "dev",
        "requestTimeEpoch": 1_700_000_000_000_u64,
        "identity": {"sourceIp": "192.0.2.1"},
    });
    let input = Input {
        body: r#"{"name":"Ann","age":30,"none":null,"price":2.50,"no":false,
            "tags":["a/b",{"k":null},[1]],"nested":{"deep":{"x":"y"}},"text":"it's \"so\""}"#,
        path: &[("id", "7")],
        querystring: &[("id", "query"), ("q", "first"), ("q", "last")],
        headers: &[("id", "header"), ("X-Who", "me")],
        stage_variables: &variables,
        context: &context,
        ..Input::default()
    };
    match Template::parse(template) {
        Ok(template) => match template.render(&input) {
            Ok(rendered) => rendered.text,
            Err(error) => format!("!{error}"),
        },
        Err(error) => format!("?{error}"),
    }
}

#[test]
fn templates_print_what_the_rules_say() {
    let mut wrong = Vec::new();
    for (rule, cases) in RULES {
        for (template, expected) in *cases {
            let printed = print(template);
            if printed != *expected {
                wrong.push(format!("{rule}: {template:?}\n  expected {expected:?}\n  printed  {printed:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_with_variables_alone_run_no_directive() {
    let text = "{\"note\": \"#if(true)$5 $ $x $input.body#end\", \"m\": $context.error.messageString, \"s\": \"${context.stage}.\
                $stageVariables.a$context\"}";
    let context = json!({"stage": "dev", "error": {"messageString": "\"no\""}});
    let rendered =
        Template::parse_variables(text).unwrap().render(&Input { context: &context, ..Input::default() });
    assert_eq!(
        rendered.unwrap().text,
        "{\"note\": \"#if(true)$5 $ $x $input.body#end\", \"m\": \"no\", \"s\": \"dev.$context\"}"
    );
}

#[test]
fn such_texts_name_parameters_of_the_request() {
    let text = "$method.request.header.X-In ${method.request.querystring.q}. $method.request.path.p $method.request.body $method";
    let template = Template::parse_variables(text).unwrap();
    let named = [("header", "X-In"), ("querystring", "q"), ("path", "p")];
    assert_eq!(template.parameters(), named);
    let context = stagegate_template::with_parameters(
        json!({}),
        named[..2].iter().map(|(kind, name)| (*kind, *name, format!("{name}!"))),
    );
    let rendered = template.render(&Input { context: &context, ..Input::default() }).unwrap();
    assert_eq!(rendered.text, "X-In! q!.   $method");
}

const RULES: &[Rules<'_>] = &[
    (
        "all forms of a reference",
        &[
            ("#set($x='v')$x $!x ${x}s $!{x}", "v v vs v"),
            ("$input.path('$').nested.deep.x ${input.path('$.nested').deep['x']}", "y y"),
            ("#set($l=[1,[2,3]])$l[0] $l[-1][1] $l.get(1)[0]", "1 3 2"),
            ("#set($m={'a':{'b':1}})$m.a.b $m['a'].b $m.get('a').get('b')", "1 1 1"),
        ],
    ),
    (
        "what is no reference is text",
        &[("$ $5 $(a) $. a} {a} $x-", "$ $5 $(a) $. a} {a} "), ("${ x} $[0]", "${ x} $[0]")],
    ),
    (
        "what is not there is an empty text: truthy, and equal to nothing",
        &[
            ("<$a|$!a.b|${a.b()}>", "<||>"),
            ("#if($a)yes#end#if(!$a)no#end", "yes"),
            ("#if($a == '')1#end#if($a == $b)2#end#if($a != 'x')3#end", "123"),
            ("#set($v=$input.path('$.none'))<$v>#if($v && $v != '')has#else none#end", "<> none"),
            ("#set($s=\"<$a>\")$s", "<>"),
            ("#set($m={})#set($m[\"$a\"]=1)$m", "{=1}"),
        ],
    ),
    (
        "backslashes escape references and directives, and nothing else",
        &[
            ("#set($x=1)\\$x \\\\$x \\\\\\$x", "$x \\1 \\$x"),
            ("\\#if \\#end \\# \\#none \\n \\\\", "#if #end \\# \\#none \\n \\\\"),
            ("\\\\#if(true)a#end", "\\a"),
        ],
    ),
    (
        "texts in quotes: no escapes, doubled quotes",
        &[
            (r#"#set($s="a\nb")$s"#, "a\\nb"),
            (r#"#set($s="say ""x""")$s#set($s='it''s')$s"#, "say \"x\"it's"),
            (r#"#set($x=1)#set($s="$x ${x}y \$x")$s#set($s='$x')$s"#, "1 1y $x$x"),
            (r##"#set($s="#if(true)a#{else}b#end")$s"##, "a"),
            (r#"#set($s="é \u0041")$s"#, "é A"),
        ],
    ),
    (
        "directives eat the rest of their line, if it is blank",
        &[
            ("#if(true) \t\nx\n#end \ny", "x\ny"),
            ("#if(true) x #end y", " x  y"),
            ("a\n#set($x=1)  \nb", "a\nb"),
            ("#foreach($i in [1,2])\n$i\n#end\n.", "1\n2\n."),
        ],
    ),
    (
        "blanks before #set vanish behind another directive or reference alone",
        &[
            ("#if(true)\n  #set($x=1)\n  b#end", "  b"),
            ("$none  #set($x=1)b", "b"),
            ("a  #set($x=1)b", "a  b"),
            ("  #set($x=1)b", "b"),
        ],
    ),
    (
        "comments and literal blocks",
        &[("a## b\nc#* d\n *#e#** f *#", "ace"), ("#[[ $x #if( ]]#", " $x #if( ")],
    ),
    (
        "what is no directive is text",
        &[
            ("# #5 #{ #x #iffy #end2", "# #5 #{ #x #iffy #end2"),
            ("#return($x) #evaluate(\"$x\")\nz", "#return($x) #evaluate(\"$x\")\nz"),
        ],
    ),
    ("macros are not defined, their calls are text", &[("#macro(m $a)\nbody#end#m(1)", "#m(1)")]),
    (
        "#define is rendered where it is used",
        &[
            ("#define($d)<$x>#end#set($x=1)$d#set($x=2)$d", "<1><2>"),
            ("#define($d)x$d#end$d", "xx$d"),
            ("#define($d)a#end$d()", "a()"),
        ],
    ),
    (
        "#if takes truth values and references; what is neither is false",
        &[
            ("#if(1)a#end#if('a')b#end#if([])c#end#if(1 + 1)d#end|", "|"),
            ("#if($input.path('$.no'))a#elseif($input.path('$.age') > 29)b#{else}c#end", "b"),
            ("#{if}(false)a#{else}b#{end}", "b"),
        ],
    ),
    (
        "#foreach and what it sets",
        &[
            (
                "#foreach($i in [3..1])$i$foreach.index$foreach.count$foreach.first$foreach.last,#end",
                "301truefalse,212falsefalse,123falsetrue,",
            ),
            (
                "#foreach($i in [1,2])$velocityCount$velocityHasNext$foreach.hasNext #end$velocityCount",
                "1truetrue 2falsefalse ",
            ),
            (
                "#foreach($i in {'a':1,'b':2})$i#end#foreach($k in {'a':1}.keySet())#end",
                "?line 1, column 58: expected a value, found `.`",
            ),
            ("#foreach($a in [1,2])#foreach($b in [1,2])$foreach.parent.index#end#end", "0011"),
            ("#set($i='kept')#foreach($i in [1])$i#end$i", "1kept"),
            ("#foreach($i in $none)a#end#foreach($i in 'abc')b#end|", "|"),
            ("#foreach($i in [1..5])$i#if($i==3)#break#end#end.", "123."),
            ("#foreach($i in [1..2000])#if($foreach.last || $i > 999)$i#end#end", "1000"),
        ],
    ),
    ("#stop ends the template", &[("a#stop b", "a"), ("#set($s=\"#stop\")x", "")]),
    (
        "operators in all spellings, by precedence",
        &[
            ("#set($x = 1 + 2 * 3 - 8 / 3 % 2)$x", "7"),
            ("#set($x = (1 + 2) * -3)$x #set($x = 7 / 2)$x #set($x = 7 / 2.0)$x", "-933.5"),
            ("#if(1 lt 2 and 2 ge 2 and not false && !false and 1 ne 2 and 1 eq 1.0)yes#end", "yes"),
            ("#if(false or true and false)a#{else}b#end", "b"),
            ("#set($x = 4 > 2 + 5)$x#set($x = 5 + 4 > 2)$x", "falsetrue"),
            ("#if('1' == 1)a#end#if('a' < 'b')b#end#if(true == 'true')c#end", "ac"),
            ("#set($x = 'a' + 1 + 2)$x#set($x = 1 + 2 + 'a')$x", "a123a"),
            ("#set($x = 'kept')#set($x = 1 / 0)$x", "kept"),
        ],
    ),
    (
        "numbers as in Java",
        &[
            (
                "#set($x = 2147483647 + 1)$x#set($x=9223372036854775807 + 1) $x",
                "2147483648 9223372036854775808",
            ),
            ("#set($x = 100.0 / 50)$x#set($x = 1.0E10 * 1) $x#set($x = 0.0001 * 1) $x", "2.0 1.0E10 1.0E-4"),
        ],
    ),
    (
        "lists and maps print as Java's, lists of JSON as JSON",
        &[
            ("#set($x = [1,'a',[2..3],{'k':'v'},2.5])$x", "[1, a, [2, 3], {k=v}, 2.5]"),
            ("$input.path('$.nested') $input.path('$.tags')", r#"{deep={x=y}} ["a\/b",{"k":null},[1]]"#),
            ("$input.json('$.tags') $input.json('$.text')", r#"["a/b",{"k":null},[1]] "it's \"so\"""#),
        ],
    ),
    (
        "$input",
        &[
            ("$input.json('$.missing')|$input.path('$.missing')|$input.json('$.none')", "\"\"||null"),
            ("$input.path('$.price') $input.json('$.price') $input.path('$.tags').size()", "2.5 2.5 3"),
            (
                "$input.params('id') $input.params('q') $input.params('x-who') [$input.params('no')]",
                "7 last me []",
            ),
            (
                "$input.params().header.get('X-Who') $input.params().querystring $input.params().path.id",
                "me {id=query, q=last} 7",
            ),
            ("#foreach($k in $input.params().keySet())$k #end", "path querystring header "),
        ],
    ),
    (
        "$context and $stageVariables",
        &[
            (
                "$context.stage $context.identity.sourceIp $context.requestTimeEpoch $context.none.x|",
                "dev 192.0.2.1 1700000000000 |",
            ),
            (
                "<$context.get('identity')><$context.requestOverride.header><$context.get('stage')>",
                "<><><dev>",
            ),
            ("#foreach($k in $context.requestOverride.keySet())$k #end", "path header querystring "),
            ("$stageVariables.colour ${stageVariables['colour']} $stageVariables", "blue blue {colour=blue}"),
        ],
    ),
    (
        "$util",
        &[
            ("$util.escapeJavaScript($input.path('$.text'))", r#"it\'s \"so\""#),
            (
                "$util.parseJson('{\"a\":[1]}').a[0] $util.parseJson('\"x\"') #if($util.parseJson('true'))y#end",
                "1 x y",
            ),
            ("$util.urlEncode('a b&c') $util.urlDecode('a+b%26c')", "a+b%26c a b&c"),
            ("$util.base64Encode('Grüße') $util.base64Decode('R3LDvMOfZQ==')", "R3LDvMOfZQ== Grüße"),
            ("$util.none('x')|$none.size()|", "||"),
        ],
    ),
    (
        "methods of texts",
        &[
            (
                "#set($s='Hello')$s.length() $s.substring(1,3) $s.toUpperCase() $s.indexOf('l') $s.charAt(0)",
                "5 el HELLO 2 H",
            ),
            ("#set($s='a-b--')$s.split('-') $s.split('-').size() $s.split('-', -1).size()", "[a, b] 2 4"),
            (
                "#set($s='a.b')$s.replace('.', '-') $s.replaceAll('[a-b]', 'x') $s.matches('a.b') $s.matches('a')",
                "a-b x.x true false",
            ),
            (r"#set($s='a1')$s.replaceAll('(\w)(\d)', '$2$1')", "1a"),
            ("#set($s='😀é')$s.length() $s.substring(2) $s.indexOf('é')", "3 é 2"),
            (
                "#set($s=' x ')<$s.trim()> $s.isEmpty() $s.equals(' x ') $s.contains('x') $s.hashCode()",
                "<x> false true true 34504",
            ),
            ("#set($s='')$s.format('%s-%03d-%.1f', 'a', 7, 2.25)", "a-007-2.3"),
        ],
    ),
    (
        "methods of lists and maps",
        &[
            (
                "#set($l=[1])#set($i=$l.add(2))$l.addAll([3])$l.contains(2)$l.remove(0)$l $l.isEmpty()",
                "truetrue1[2, 3] false",
            ),
            (
                "#set($m={'a':1})<$m.put('b', 2)>$m.put('a', 3) $m $m.keySet() $m.values() $m.size()",
                "<>1 {a=3, b=2} [a, b] [3, 2] 2",
            ),
            (
                "#set($m={'a':1})#foreach($e in $m.entrySet())$e.key=$e.value#end $m.containsKey('a') $m.remove('a')$m",
                "a=1 true 1{}",
            ),
            ("#set($m={})#set($i=$m.put('k', null))$m<$m.k>", "{k=null}<>"),
            (
                "#set($a=[1])#set($b=$a)#set($b[0]=2)#set($m={})#set($m.x={})#set($m.x.y=1)$a $m",
                "[2] {x={y=1}}",
            ),
        ],
    ),
    ("sets have no places", &[("#set($m={'a':1})<$m.keySet()[0]>$m.keySet().size()$m.keySet()", "<>1[a]")]),
    (
        "methods of numbers",
        &[
            ("#set($n=0)$n.parseInt('12') $n.max(1, 2) $n.toString() $n.equals(0)", "12 2 0 true"),
            ("#set($n=2.7)$n.intValue() $n.toString()", "2 2.7"),
        ],
    ),
    (
        "right behind a reference, the lexer is in its own world",
        &[
            ("$input.params('id')px.y $input.params('id'){a} $input.path('$').age{$x}", "7px 7{ 30{"),
            ("$input.path('$').age##c", "30##c"),
            ("$#if(true)a#end", "a"),
        ],
    ),
    (
        "what does not parse says where",
        &[
            ("Hello $", "?line 1, column 7: a single `$` ends the template; nothing can follow from it"),
            ("a\n #if(true)b", "?line 2, column 2: `#if` has no `#end`"),
            ("#end", "?line 1, column 5: `#end` belongs to no block"),
            ("#set($x = 5 -1)", "?line 1, column 14: expected a blank between `-` and the number, found `1`"),
            ("#set($x = )", "?line 1, column 11: expected a value, found `)`"),
            ("$x[abc]", "?line 1, column 4: expected an index: a text, an integer or a reference, found `a`"),
            (
                "#set($x = \"$a[\")",
                "?line 1, column 11: expected an index: a text, an integer or a reference, found the end of the template",
            ),
        ],
    ),
    (
        "what does not render says why",
        &[
            ("#set($l=[1])$l[1]", "!`get`: index out of range"),
            ("#set($s='a')$s.substring(2)", "!`substring`: index out of range"),
            ("$util.parseJson('[1')", "!the text given to $util.parseJson is not JSON: it ends too early"),
            (
                "#set($context.responseOverride.status=400)#set($context.responseOverride.status=401)",
                "!the override `responseOverride.status` is set twice; it may be set once",
            ),
            ("#set($s='a')$s.matches('(?=a)')", "!`matches`: the regular expression is not supported"),
            ("$input.path('$[')", "!JSONPath `$[`: it ends too early"),
        ],
    ),
];
