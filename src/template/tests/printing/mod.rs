//! What the tests of rules have in common: one request, and templates printed over it.

use std::collections::BTreeMap;

use serde_json::json;
use stagegate_template::{Input, Template};

const BODY: &str = r#"{"name": "Ann", "age": 30, "none": null, "list": [1, "a", [2]], "map": {"k": "v"},
    "books": [{"title": "A", "price": 8.95, "tags": ["x", "y"]}, {"title": "B", "price": 22.99, "isbn": "0"},
              {"title": "C", "price": 12, "tags": []}], "texts": ["b", "a"], "numbers": [3, 1.5, -2]}"#;

/// What the template prints; behind `?` why it does not parse, behind `!` why it does not render.
fn print(template: &str) -> String {
    let variables = BTreeMap::new();
    let context = json!({"stage": "dev"});
    let input = Input { body: BODY, stage_variables: &variables, context: &context, ..Input::default() };
    match Template::parse(template) {
        Ok(template) => match template.render(&input) {
            Ok(rendered) => rendered.text,
            Err(error) => format!("!{error}"),
        },
        Err(error) => format!("?{}", error.what),
    }
}

/// Holds each template against what it is to print.
pub fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(template, expected)| (template, expected, print(template)))
        .filter(|(_, expected, printed)| printed != *expected)
        .map(|(template, expected, printed)| {
            format!("{template:?}\n  expected {expected:?}\n  printed  {printed:?}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
