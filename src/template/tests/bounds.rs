//! Whatever a template and its input are: no panic, no hang, nothing beyond the bounds.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail loudly, as the test itself does")]

use proptest::prelude::*;
use stagegate_template::document::Document;
use stagegate_template::limits::{MAX_OUTPUT_BYTES, MAX_TEMPLATE_BYTES};
use stagegate_template::{Input, ParseProblem, RenderError, Template};

fn error(template: &str) -> RenderError {
    error_of(template, "{}")
}

fn error_of(template: &str, body: &str) -> RenderError {
    let template = Template::parse(template).unwrap();
    template.render(&Input { body, ..Input::default() }).unwrap_err()
}

#[test]
fn growth_is_bounded() {
    let doubling = "#set($s = \"0123456789abcdef\")#foreach($i in [1..100])#set($s = \"$s$s\")#end";
    assert!(matches!(error(doubling), RenderError::OutputTooLarge | RenderError::TooMuchText));
    let list = "#set($l = [1])#foreach($i in [1..100])#set($j = $l.addAll($l))#end";
    assert_eq!(error(list), RenderError::TooManyElements);
    // Each level prints the one below it twice.
    let shared = "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end$l";
    assert!(matches!(error(shared), RenderError::OutputTooLarge | RenderError::TooManySteps));
    let compared = "#set($a = [1])#set($b = [1])#foreach($i in [1..60])#set($a = [$a, $a])#set($b = [$b, $b])#end\
                    #if($a == $b)x#end";
    assert_eq!(error(compared), RenderError::TooManySteps);
    assert_eq!(error("#set($l = [1..100000000])"), RenderError::TooManyElements);
    assert_eq!(error("#set($s = 'x')$s.repeat(20000000)"), RenderError::OutputTooLarge);
}

#[test]
fn loops_within_loops_end() {
    let nested =
        "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#set($x = 1)#end#end#end";
    assert_eq!(error(nested), RenderError::TooManySteps);
}

#[test]
fn values_within_themselves_end() {
    assert_eq!(error("#set($m = {})#set($m.m = $m)$m"), RenderError::TooDeep);
    assert_eq!(error("#set($l = [1])#set($i = $l.add($l))$l.contains([1])$l"), RenderError::TooDeep);
    assert_eq!(
        error_of("#set($b = $input.path('$'))#set($b.b = $b)$input.json('$..x')", "{}"),
        RenderError::JsonPath {
            path: "$..x".into(),
            reason: stagegate_template::json_path::PathError::TooMuch
        }
    );
}

/// A list that is gone through for each item of another.
#[test]
fn lists_against_lists_end() {
    let numbers = |count: usize| (0..count).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    let body = format!(r#"{{"a": [{}], "b": [{}]}}"#, numbers(20_000), numbers(20_000));
    for path in
        ["$.a[?(@ in $.b)]", "$.a[?(@ == $.b.sum())]", "$.a[?($.a subsetof $.b)]", "$.a[?(@ < $.b.concat())]"]
    {
        assert!(
            matches!(error_of(&format!("$input.path('{path}')"), &body), RenderError::JsonPath { .. }),
            "{path}"
        );
    }
}

#[test]
fn nesting_is_bounded() {
    for (open, close) in
        [("#if(true)", "#end"), ("#set($x=(", "))"), ("$x.a(", ")"), ("#foreach($i in $l)", "#end")]
    {
        let deep = open.repeat(5_000) + &close.repeat(5_000);
        assert!(Template::parse(&deep).is_err(), "{open}");
    }
    let brackets = format!("#set($x = {}{})", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(Template::parse(&brackets).unwrap_err().what, ParseProblem::TooDeep);
    let not = format!("#if({}true)#end", "!".repeat(5_000));
    assert_eq!(Template::parse(&not).unwrap_err().what, ParseProblem::TooDeep);
    let body = "[".repeat(100_000);
    assert!(matches!(error_of("$input.path('$')", &body), RenderError::NotJson { .. }));
    let path = format!("$input.path('$.a{}')", "[?(@.a".repeat(500));
    assert!(matches!(error(&path), RenderError::JsonPath { .. }));
}

#[test]
fn a_template_has_a_size() {
    assert!(Template::parse(&"x".repeat(MAX_TEMPLATE_BYTES)).is_ok());
    assert_eq!(Template::parse(&"x".repeat(MAX_TEMPLATE_BYTES + 1)).unwrap_err().what, ParseProblem::TooLong);
}

/// Pieces of templates, so that many of them parse.
const PIECES: &[&str] = &[
    "$x",
    "$!{x.y}",
    "${x",
    "$x.size()",
    "$x[0]",
    "$x['a']",
    "$x.split('.')",
    "$input.path('$..a')",
    "$input.json('$')",
    "$input.params()",
    "$context.requestOverride.header",
    "$util.parseJson($x)",
    "#set($x = ",
    "#set($x.y = ",
    "#set($context.requestOverride.header.a = ",
    "$foreach.parent.index",
    "#if(",
    "#elseif(",
    "#else",
    "#end",
    "#foreach($x in ",
    "#define($d)",
    "$d",
    "#macro(m)",
    "#break",
    "#stop",
    "#m(",
    ")",
    "(",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "..",
    "[1..5]",
    "[1..100000]",
    "1",
    "-1",
    "2.5",
    "9223372036854775807",
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "<",
    "&&",
    " or ",
    "!",
    "\"",
    "'",
    "\"$x\"",
    "'a'",
    "\\",
    "#",
    "$",
    "##",
    "#*",
    "*#",
    "#[[",
    "]]#",
    "\n",
    " ",
    "é",
    "😀",
    "null",
    "true",
    "$x.add($x)",
    "$x.put('k', $x)",
    "$x.replaceAll('(a|b)*', \"$x\")",
    "$x.substring(1)",
    "$x.format('%5d', 1)",
];

fn template() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat()),
        ".{0,200}",
    ]
}

proptest! {
    #[test]
    fn any_template_ends_within_its_bounds(template in template(), body in prop_oneof![
        Just(r#"{"a":[1,{"a":"b"}],"c":null}"#.to_owned()), ".{0,60}", r#"[\[\]{}:,"'a1\\u ]{0,60}"#,
    ]) {
        match Template::parse(&template) {
            Ok(parsed) => {
                let input = Input { body: &body, headers: &[("a", "b")], ..Input::default() };
                if let Ok(rendered) = parsed.render(&input) {
                    prop_assert!(rendered.text.len() <= MAX_OUTPUT_BYTES);
                    // The same again: rendering leaves nothing behind.
                    prop_assert_eq!(parsed.render(&input).unwrap(), rendered);
                }
            }
            Err(error) => {
                prop_assert!(error.line >= 1 && error.column >= 1);
                prop_assert!(error.line <= template.matches('\n').count() + 1);
            }
        }
    }

    #[test]
    fn any_path_ends(path in r"[$@.\[\]*?()'a0-9:,=<&|!~/ -]{0,40}") {
        if let Ok(parsed) = stagegate_template::json_path::JsonPath::parse(&path) {
            let document = Document::read(r#"{"a": [0, {"a": "a"}, [1, 2]], "0": null}"#).unwrap();
            let _ = parsed.find(&document.root(), 1_000, |_| ());
        }
    }
}
