//! What the loose reader makes of a body that is no JSON by the letter.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail loudly, as the test itself does")]

use std::collections::BTreeMap;

use stagegate_template::document::Document;
use stagegate_template::{Input, Template};

/// How `$input.path('$.a')` and `$input.json('$.a')` print, or `refused`.
fn printed(body: &str) -> String {
    rendered("$input.path('$.a') $input.json('$.a')", body)
}

fn rendered(template: &str, body: &str) -> String {
    let variables = BTreeMap::new();
    let context = serde_json::json!({});
    let input = Input { body, stage_variables: &variables, context: &context, ..Input::default() };
    let template = Template::parse(template).unwrap();
    template.render(&input).map_or_else(|_| "refused".to_owned(), |rendered| rendered.text)
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (value, expected) in cases {
        assert_eq!(printed(&format!("{{\"a\":{value}}}")), *expected, "{value}");
    }
}

#[test]
fn what_is_a_number() {
    check(&[
        ("5.", "5.0 5.0"),
        ("-.5", "-0.5 -0.5"),
        ("5.e3", "5000.0 5000.0"),
        ("-", "0 0"),
        ("007", "7 7"),
        ("NaN", "NaN NaN"),
        ("1e400", "Infinity null"),
        ("-1e400", "-Infinity null"),
        // And what is a text.
        (".5", ".5 \".5\""),
        ("+1", "+1 \"+1\""),
        ("1e", "1e \"1e\""),
        ("--1", "--1 \"--1\""),
        ("1.2.3", "1.2.3 \"1.2.3\""),
        ("NaNs", "NaNs \"NaNs\""),
        // And what is neither.
        ("1e+", "refused"),
        ("-.", "refused"),
        ("-e5", "refused"),
    ]);
}

#[test]
fn what_is_neither_more_nor_less_is_the_same() {
    let template = "#set($n=$input.path('$.a'))#if($n == 1)same#end#if($n < 1 || $n > 1)other#end";
    assert_eq!(rendered(template, "{\"a\":NaN}"), "same");
    assert_eq!(rendered(template, "{\"a\":-}"), "other");
}

#[test]
fn fractions_keep_their_digits() {
    check(&[
        ("0.12345678901234567890123", "0.12345678901234567890123 0.12345678901234567890123"),
        ("1.7976931348623157E308", "1.7976931348623157E+308 1.7976931348623157E+308"),
        ("1.50", "1.5 1.5"),
    ]);
    let long = format!("0.{}", "3".repeat(300));
    check(&[(&long, "0.3333333333333333 0.3333333333333333")]);
}

#[test]
fn escapes_that_are_none() {
    check(&[
        (r#""\x41\xe9""#, "Aé \"Aé\""),
        ("\"a\\\nb\"", "ab \"ab\""),
        (r#""a\qb""#, "ab \"ab\""),
        ("\"a\tb\\/\"", "ab/ \"ab/\""),
        (r#""\x4""#, "refused"),
        (r#""\u12""#, "refused"),
        (r#""\u12zz""#, "refused"),
    ]);
}

#[test]
fn a_value_is_there() {
    for body in ["{\"a\":}", "{\"a\":]}", "{\"a\"::1}", "]"] {
        assert_eq!(printed(body), "refused", "{body}");
    }
    check(&[(",\"b\":1", " \"\"")]);
}

#[test]
fn numbers_are_written_as_json_has_them() {
    let mut written = String::new();
    Document::read("[5., -, 007, -.5, 1.50, 1e400, 5.e400]").unwrap().root().write(&mut written);
    assert_eq!(written, "[5.0,0,7,-0.5,1.50,1e400,null]");
}
