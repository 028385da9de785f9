//! Documents hold what a parser of JSON reads from their text, in little more than it.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail loudly, as the test itself does")]

use proptest::prelude::*;
use serde_json::{Value, json};
use stagegate_template::document::{Document, Kind, Node};

fn value(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::False | Kind::True => (node.kind() == Kind::True).into(),
        Kind::Number => node.literal().parse().map(Value::Number).unwrap(),
        Kind::Text | Kind::EscapedText => node.text().into(),
        Kind::List => {
            let items: Vec<_> = node.items().collect();
            for (index, item) in items.iter().enumerate() {
                assert_eq!(value(node.item(index).unwrap()), value(*item));
            }
            assert_eq!(node.size(), Some(items.len()));
            items.into_iter().map(value).collect()
        }
        Kind::Object => {
            assert_eq!(node.size(), Some(node.members().count()));
            let member = |(name, member): (Node<'_>, Node<'_>)| {
                assert_eq!(value(node.get(&name.text()).unwrap()), value(member));
                (name.text().into_owned(), value(member))
            };
            node.members().map(member).collect::<serde_json::Map<_, _>>().into()
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let name = || prop_oneof!["[a-c]", "[a-z\"\\\\\u{1}é😀]{0,3}"];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1_000_000..1_000_000).prop_map(|eighths| (f64::from(eighths) / 8.0).into()),
        "[ -~\n\té😀]{0,8}".prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 200, 40, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..40)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn a_document_is_what_was_written(json in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&json).unwrap() } else { json.to_string() };
        let document = Document::read_strictly(text.as_bytes()).unwrap();
        prop_assert_eq!(value(document.root()), json.clone());
        prop_assert!(document.root().is_same_as(&json));
        let mut written = String::new();
        document.root().write(&mut written);
        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), json);
        prop_assert!(document.root().values_within() <= 2 * text.len() / 3 + 1);
    }

    #[test]
    fn a_name_counts_once(members in prop::collection::vec(("[a-f]|\\\\u006[1-6]|g{0,9}", any::<u8>()), 0..60)) {
        let written: Vec<String> = members.iter().map(|(name, n)| format!("\"{name}\":{{\"n\":{n}}}")).collect();
        let text = format!("[{{{}}}, 1]", written.join(","));
        let document = Document::read(&text).unwrap();
        prop_assert_eq!(value(document.root()), serde_json::from_str::<Value>(&text).unwrap());
        // In the place where it stood first.
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &members {
            let name = serde_json::from_str::<String>(&format!("\"{name}\"")).unwrap();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let object = document.root().item(0).unwrap();
        prop_assert_eq!(object.members().map(|(name, _)| name.text().into_owned()).collect::<Vec<_>>(), names);
    }

    #[test]
    fn any_text_is_read_or_refused(text in r#"[\[\]{}:,"'a1\\u é-]{0,40}"#) {
        if let Ok(document) = Document::read(&text) {
            let mut written = String::new();
            document.root().write(&mut written);
            prop_assert!(Document::read(&written).is_ok());
            prop_assert_eq!(document.root().order(document.root()), std::cmp::Ordering::Equal);
        }
    }
}

#[test]
fn what_is_the_same() {
    let each_once = |json: &str| Document::read(json).unwrap().root().has_each_once();
    for json in ["[]", "[1,2]", r#"[1,"1",true,null,[1],{"a":1},[1,1],{"a":2}]"#, "[[1,2],[2,1]]"] {
        assert!(each_once(json), "{json}");
    }
    let twice = r#"[{"a":1,"b":[2]},0,{"b":[2],"a":1.0}]"#;
    for json in ["[1,1.0]", "[0,-0.0]", r#"["a","\u0061"]"#, twice, "[3,1,2,1]", "[[],[]]"] {
        assert!(!each_once(json), "{json}");
    }
    let document = Document::read("{\"a\": [1.0, 10000000000000000000000]}").unwrap();
    assert!(document.root().is_same_as(&json!({"a": [1, 1e22]})));
    assert!(!document.root().is_same_as(&json!({"a": [1]})));
}

#[test]
fn what_is_no_json_by_the_letter() {
    for text in ["", "{a: 1}", "[1,]", "'a'", "[1] x", "\"\u{1}\""] {
        assert!(Document::read_strictly(text.as_bytes()).is_err(), "{text}");
    }
    assert!(Document::read_strictly(b"\"\xff\"").is_err());
    assert!(Document::read(&"[".repeat(200)).is_err());
    assert!(Document::read_strictly(format!("{}{}", "[".repeat(200), "]".repeat(200)).as_bytes()).is_err());
}

/// Sorting panics where an order is none.
#[test]
fn numbers_have_one_order() {
    let by_worth = [
        "-1e400",
        "-9007199254740993",
        "-2.5",
        "-0.5e-3",
        "0",
        "1e-400",
        "0.00012",
        "0.0012",
        "1",
        "1.5",
        "10",
        "12e1",
        "9007199254740992",
        "9007199254740992.5",
        "9007199254740993",
        "1e22",
        "1e99999999999999999999",
    ];
    let text = format!("[{}]", by_worth.join(","));
    let document = Document::read(&text).unwrap();
    let nodes: Vec<_> = document.root().items().collect();
    for (i, a) in nodes.iter().enumerate() {
        for (j, b) in nodes.iter().enumerate() {
            assert_eq!(a.order(*b), i.cmp(&j), "{} {}", by_worth[i], by_worth[j]);
        }
    }
    for same in [
        ["1", "1.0"],
        ["120", "1.2E2"],
        ["0", "-0.0"],
        ["10000000000000000000000", "1e+22"],
        ["0.05", "5e-2"],
    ] {
        let text = format!("[{}]", same.join(","));
        assert!(!Document::read(&text).unwrap().root().has_each_once(), "{text}");
    }
    let long = "-406548125.64802283";
    assert!(Document::read(long).unwrap().root().is_same_as(&serde_json::from_str(long).unwrap()));
    let number = |i: u64| 9_007_199_254_740_000 + i * 7 % 2_000;
    let written =
        |i: u64| if i.is_multiple_of(3) { format!("{}.0,", number(i)) } else { format!("{},", number(i)) };
    let mixed = (0..2_000).map(written).collect::<Vec<_>>().concat();
    let text = format!("[{mixed}0]");
    let document = Document::read(&text).unwrap();
    assert!(document.root().has_each_once());
}
