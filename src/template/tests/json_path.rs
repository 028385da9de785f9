//! Paths against a JSON value, as parameter mapping reads them.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail loudly, as the test itself does")]

use serde_json::{Value, json};
use stagegate_template::document::{Document, Node};
use stagegate_template::json_path::{Found, Item, JsonPath, PathError};

fn at(path: &str) -> Option<Value> {
    let value = json!({
        "store": {"book": [
            {"title": "A", "price": 8.95, "tags": ["x"]},
            {"title": "B", "price": 22.99, "isbn": "0-395"},
            {"title": "C", "price": 12, "tags": []},
        ], "open": true},
        "a b": 1, "none": null,
    });
    let text = value.to_string();
    let document = Document::read(&text).unwrap();
    let value = |item: &Item<Node<'_>>| {
        let mut json = String::new();
        item.write(&mut json);
        serde_json::from_str(&json).unwrap()
    };
    match JsonPath::parse(path).unwrap().find(&document.root(), 1_000, |node| node).unwrap() {
        Found::Nothing => None,
        Found::One(item) => Some(value(&item)),
        Found::Many(items, _) => Some(items.iter().map(value).collect()),
    }
}

#[test]
fn definite_paths_lead_to_one_value_or_nothing() {
    for (path, expected) in [
        ("$.store.book[0].title", Some(json!("A"))),
        ("store.book[-1].title", Some(json!("C"))),
        ("$['a b']", Some(json!(1))),
        ("$.none", Some(Value::Null)),
        ("$.missing", None),
        ("$.store.book[3]", None),
        ("$.store.book.title", None),
        ("$.store.book.length()", Some(json!(3))),
        ("$.store.keys()", Some(json!(["book", "open"]))),
        ("$.store.book[1].keys()", Some(json!(["isbn", "price", "title"]))),
        ("$.store.book.keys()", Some(Value::Null)),
        ("$.missing.keys()", None),
    ] {
        assert_eq!(at(path), expected, "{path}");
    }
}

#[test]
fn other_paths_lead_to_lists() {
    for (path, expected) in [
        ("$.store.book[*].title", json!(["A", "B", "C"])),
        ("$..title", json!(["A", "B", "C"])),
        ("$.store.book[0,2].title", json!(["A", "C"])),
        ("$.store.book[1:].title", json!(["B", "C"])),
        ("$.store.book[:-1].title", json!(["A", "B"])),
        ("$.store.book[?(@.price < 20)].title", json!(["A", "C"])),
        ("$.store.book[?(@.isbn)].title", json!(["B"])),
        ("$.store.book[?(@.price > 10 && !(@.title == 'C'))].title", json!(["B"])),
        ("$.store.book[?(@.title =~ /[ab]/i || @.price == 12)].title", json!(["A", "B", "C"])),
        ("$.store.book[?(@.title in ['A', 'C'])].title", json!(["A", "C"])),
        ("$.store.book[?(@.tags empty true)].title", json!(["C"])),
        ("$.store.book[*].missing", json!([])),
    ] {
        assert_eq!(at(path), Some(expected), "{path}");
    }
    assert_eq!(at("$.missing[*].title"), None);
}

#[test]
fn the_same_names_are_not_made_without_end() {
    let text = json!({"n".repeat(100_000): 1}).to_string();
    let document = Document::read(&text).unwrap();
    let of_times = |times: usize| {
        let path = format!("$.append({})", vec!["$.keys()"; times].join(","));
        JsonPath::parse(&path).unwrap().find(&document.root(), 1_000, |node| node).map(|_| ())
    };
    assert_eq!(of_times(10), Ok(()));
    assert_eq!(of_times(400), Err(PathError::TooMuch));
}

#[test]
fn a_single_last_character_behind_a_step_is_dropped() {
    for path in ["$.store.book[0].title[", "$.store.book[0]['title']x", "store.book[0].title[ "] {
        assert_eq!(at(path), Some(json!("A")), "{path}");
    }
    assert_eq!(at("$.store.book[*]["), at("$.store.book.*"));
    assert_eq!(at("$.store.book.length())"), Some(json!(3)));
    // Two are none, and a name goes on to its end.
    assert_eq!(at("$.store.book[0]['title']xy"), None);
    assert_eq!(at("$.store.open]"), None);
}

#[test]
fn what_is_no_path_says_where() {
    for (path, reason) in [
        ("$.", PathError::Ends),
        ("$[", PathError::Ends),
        ("$.a['", PathError::Ends),
        ("$.a[x]", PathError::At(5)),
        ("$.a b]", PathError::At(4)),
        ("$[?(@.a ==)]", PathError::At(11)),
        ("$[?(@.a =~ /(?=a)/)]", PathError::Regex),
    ] {
        assert_eq!(JsonPath::parse(path).unwrap_err(), reason, "{path}");
    }
    assert_eq!(JsonPath::parse(&"a".repeat(5_000)).unwrap_err(), PathError::TooLong);
}
