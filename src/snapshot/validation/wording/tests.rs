use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compile_model;
use crate::validation::tests::failure;

/// What is said of a body, without the brackets around it.
fn said(schema: &Value, body: &Value) -> String {
    let schemas = BTreeMap::from([("M".to_owned(), schema.clone())]);
    let failure = failure(&compile_model(&schemas, "M").unwrap(), body);
    failure.map_or_else(String::new, |text| text[1..text.len() - 1].to_owned())
}

/// Each body with what is said of it.
fn all_said(schema: &Value, bodies: &[(Value, &str)]) {
    for (body, expected) in bodies {
        assert_eq!(said(schema, body), *expected, "{body} against {schema}");
    }
}

#[test]
fn types() {
    let of = |found: &str, allowed: &str| {
        format!("instance type ({found}) does not match any allowed primitive type (allowed: {allowed})")
    };
    for (schema, body, found, allowed) in [
        (json!("integer"), json!("x"), "string", r#"["integer"]"#),
        (json!("integer"), json!(1.0), "number", r#"["integer"]"#),
        // An integer is a number.
        (json!("number"), json!(null), "null", r#"["integer","number"]"#),
        (json!(["string", "null"]), json!(1), "integer", r#"["null","string"]"#),
        (json!("object"), json!([]), "array", r#"["object"]"#),
        (json!("array"), json!({}), "object", r#"["array"]"#),
        (json!("string"), json!(true), "boolean", r#"["string"]"#),
    ] {
        assert_eq!(said(&json!({"type": schema}), &body), of(found, allowed));
    }
}

#[test]
fn texts_and_numbers() {
    all_said(
        &json!({"minLength": 2, "maxLength": 3, "pattern": "^[a-z]+$"}),
        &[
            (json!("a"), r#"string "a" is too short (length: 1, required minimum: 2)"#),
            (
                json!("日本語です"),
                concat!(
                    r#"string "日本語です" is too long (length: 5, maximum allowed: 3), "#,
                    r#"ECMA 262 regex "^[a-z]+$" does not match input string "日本語です""#,
                ),
            ),
        ],
    );
    all_said(
        &json!({"minimum": 5, "maximum": 100.0}),
        &[
            (json!(3), "numeric instance is lower than the required minimum (minimum: 5, found: 3)"),
            (
                json!(100.5),
                "numeric instance is greater than the required maximum (maximum: 100, found: 100.5)",
            ),
            (
                json!(1e20),
                "numeric instance is greater than the required maximum (maximum: 100, found: 1E+20)",
            ),
        ],
    );
    all_said(
        &json!({"minimum": 5, "maximum": 10, "exclusiveMinimum": true, "exclusiveMaximum": true}),
        &[
            (json!(5), "numeric instance is not strictly greater than the required minimum 5"),
            (json!(4), "numeric instance is lower than the required minimum (minimum: 5, found: 4)"),
            (json!(10), "numeric instance is not strictly lower than the required maximum 10"),
        ],
    );
    let of_two = json!({"multipleOf": 2});
    all_said(&of_two, &[(json!(11.5), "remainder of division is not zero (11.5 / 2)")]);
    all_said(
        &json!({"enum": ["dog", 1, {"a": [null]}]}),
        &[(
            json!("bird"),
            r#"instance value ("bird") not found in enum (possible values: ["dog",1,{"a":[null]}])"#,
        )],
    );
}

#[test]
fn objects_and_lists() {
    all_said(
        &json!({"required": ["name", "a"], "properties": {"a": {}}, "additionalProperties": false, "minProperties": 1, "maxProperties": 2}),
        &[
            (
                json!({"name": 1}),
                concat!(
                    r#"object has missing required properties (["a"]), "#,
                    r#"object instance has properties which are not allowed by the schema: ["name"]"#,
                ),
            ),
            (
                json!({}),
                concat!(
                    r#"object has missing required properties (["a","name"]), "#,
                    "object has too few properties (found 0 but schema requires at least 1)",
                ),
            ),
        ],
    );
    let nothing = json!({"additionalProperties": false});
    let unexpected = r#"object instance has properties which are not allowed by the schema: ["a","b"]"#;
    all_said(&nothing, &[(json!({"b": 1, "a": 2}), unexpected)]);
    all_said(
        &json!({"dependencies": {"a": ["z", "b"], "d": {"required": ["e"]}}}),
        &[
            (
                json!({"a": 1, "z": 1}),
                r#"property "a" of object has missing property dependencies (schema requires ["b","z"]; missing: ["b"])"#,
            ),
            (json!({"d": 1}), r#"object has missing required properties (["e"])"#),
        ],
    );
    all_said(
        &json!({"minItems": 2, "maxItems": 3, "uniqueItems": true}),
        &[
            (json!([1]), "array is too short: must have at least 2 elements but instance has 1 elements"),
            (
                json!([1, 2, 3, 4]),
                "array is too long: must have at most 3 elements but instance has 4 elements",
            ),
            (json!([1, 1]), "array must not contain duplicate elements"),
        ],
    );
    let one = json!({"items": [{}], "additionalItems": false});
    all_said(&one, &[(json!([1, 2]), "schema only allows 1 elements in array but instance has 2 elements")]);
}

#[test]
fn of_schemas_within_only_how_many_match() {
    let part = |name: &str| json!({"required": [name], "properties": {name: {"type": "string"}}});
    let all = json!({"allOf": [part("a"), part("b")]});
    let matched = |count: usize| {
        format!("instance failed to match all required schemas (matched only {count} out of 2)")
    };
    assert_eq!(said(&all, &json!({"a": "x"})), matched(1));
    assert_eq!(said(&all, &json!({"a": 1})), matched(0));
    let any = json!({"anyOf": [part("a"), part("b")]});
    all_said(&any, &[(json!({}), "instance failed to match at least one required schema among 2")]);
    all_said(
        &json!({"oneOf": [part("a"), part("b")]}),
        &[
            (json!({}), "instance failed to match exactly one schema (matched 0 out of 2)"),
            (json!({"a": "", "b": ""}), "instance failed to match exactly one schema (matched 2 out of 2)"),
        ],
    );
    all_said(&json!({"not": {}}), &[(json!(1), "instance matched a schema which it should not have")]);
}

#[test]
fn what_is_in_a_value_comes_after_the_value() {
    let schema = json!({"required": ["q"], "properties": {"a": {"type": "string"}, "b": {"properties": {"c": {"type": "string"}}}}});
    let wrong = r#"instance type (integer) does not match any allowed primitive type (allowed: ["string"])"#;
    all_said(
        &schema,
        &[
            (json!({"a": 1, "b": {"c": 1}}), r#"object has missing required properties (["q"])"#),
            // Each text once.
            (json!({"q": 1, "a": 1, "b": {"c": 1}}), wrong),
        ],
    );
}

#[test]
fn through_references() {
    let schemas: BTreeMap<String, Value> = BTreeMap::from([
        ("A".to_owned(), json!({"properties": {"list": {"items": {"$ref": "#/models/B~1C"}}}})),
        (
            "B/C".to_owned(),
            json!({"allOf": [{"required": ["x"]}, {}], "additionalProperties": {"enum": [1]}}),
        ),
    ]);
    let model = compile_model(&schemas, "A").unwrap();
    let all = "[instance failed to match all required schemas (matched only 1 out of 2)]";
    assert_eq!(failure(&model, &json!({"list": [{}]})).unwrap(), all);
    let value = "[instance value (2) not found in enum (possible values: [1])]";
    assert_eq!(failure(&model, &json!({"list": [{"x": 1}, {"x": 2}]})).unwrap(), value);
}

#[test]
fn formats() {
    let schema = json!({"properties": {"at": {"format": "date-time"}, "mail": {"format": "email"}, "id": {"format": "uuid"}}});
    all_said(
        &schema,
        &[
            (json!({"at": "2020-01-01T00:00:00Z", "mail": 1}), ""),
            (
                json!({"at": "now"}),
                "string \"now\" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
            ),
            (json!({"mail": "me"}), r#"string "me" is not a valid email address"#),
            (json!({"id": "1"}), r#"input string "1" is not a valid UUID"#),
        ],
    );
}

#[test]
fn formats_that_are_not_known_are_noted_where_something_is_wrong() {
    let number = |format: &str| json!({"type": "number", "format": format, "maximum": 90});
    let schema = json!({"required": ["lat"], "properties": {"lat": number("double"), "list": {"items": number("float")}, "day": {"format": "date"}}});
    let note = |format: &str| format!("format attribute \"{format}\" not supported");
    let too_large = "numeric instance is greater than the required maximum (maximum: 90, found: 91)";
    assert_eq!(said(&schema, &json!({"lat": 1, "list": [1], "day": "x"})), "");
    assert_eq!(said(&schema, &json!({"lat": 91})), format!("{}, {too_large}", note("double")));
    let all = said(&schema, &json!({"lat": 1, "list": [91], "day": "x"}));
    assert!(["double", "float", "date"].iter().all(|format| all.contains(&note(format))), "{all}");
    // What is in a value that is wrong itself is not looked at.
    assert_eq!(said(&schema, &json!({"day": "x"})), r#"object has missing required properties (["lat"])"#);
}
