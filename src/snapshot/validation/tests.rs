use serde_json::json;
use template::document::Document;

use super::*;

fn models(of: impl IntoIterator<Item = (String, Value)>) -> BTreeMap<String, Value> {
    of.into_iter().collect()
}

fn to(name: usize) -> Value {
    json!({"$ref": format!("#/models/M{name}")})
}

pub(super) fn failure(model: &Model, body: &Value) -> Option<String> {
    let text = body.to_string();
    let document = Document::read_strictly(text.as_bytes()).unwrap();
    model.failure(document.root())
}

/// `{"a": {"a": … 1}}`.
fn deep(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({"a": inner}))
}

#[test]
fn references_and_what_is_wrong() {
    let schemas = models([
        ("Pets".to_owned(), json!({"type": "array", "items": {"$ref": "#/models/Pet"}})),
        (
            "Pet".to_owned(),
            json!({"required": ["name"], "properties": {"friend": {"$ref": "#/models/Pet"},
                "id": {"type": "string"}, "default": {"$ref": "#/models/Name"}}}),
        ),
        ("Name".to_owned(), json!({"enum": [{"id": "text, and no schema"}, "x"]})),
        ("Other".to_owned(), json!({"type": "no type at all"})),
    ]);
    let pets = compile_model(&schemas, "Pets").unwrap();
    assert_eq!(failure(&pets, &json!([{"name": "Rex", "friend": {"name": "Tom"}}])), None);
    // Properties of any name are schemas; values to compare with are none.
    assert_eq!(failure(&pets, &json!([{"name": "Rex", "id": "1", "default": "x"}])), None);
    assert!(failure(&pets, &json!([{"name": "Rex", "default": "y"}])).is_some());
    let missing = Some("[object has missing required properties ([\"name\"])]".to_owned());
    assert_eq!(failure(&pets, &json!([{"name": "Rex", "friend": {}}])), missing);
    assert!(compile_model(&schemas, "Other").is_err());
}

#[test]
fn what_never_ends_is_refused() {
    let of = |schemas: Value| {
        let schemas = models(schemas.as_object().unwrap().clone());
        compile_model(&schemas, "M0").unwrap_err().to_string()
    };
    assert!(of(json!({"M0": {"allOf": [to(0)]}})).starts_with("refers to itself"));
    assert!(of(json!({"M0": {"not": to(1)}, "M1": {"anyOf": [to(0)]}})).starts_with("refers to itself"));
    let doubling = (0..40).map(|i| (format!("M{i}"), json!({"allOf": [to(i + 1), to(i + 1)]})));
    let doubling = models(doubling.chain([("M40".to_owned(), json!({}))]));
    assert!(compile_model(&doubling, "M0").is_err());
    assert!(of(json!({"M0": {"allOf": [{"$ref": "#"}]}})).contains("`#` is none that is supported"));
    assert!(of(json!({"M0": {"id": "#x", "allOf": [to(1)]}, "M1": {}})).starts_with("`id` can't stand"));
    let chain = (0..300).map(|i| (format!("M{i}"), json!({"not": {"not": {"not": {"not": to(i + 1)}}}})));
    assert!(compile_model(&models(chain), "M0").unwrap_err().to_string().contains("deep"));
}

/// Threads of tests have as much stack as those of a gateway.
#[test]
fn what_is_allowed_fits_onto_the_stack() {
    for keyword in ["allOf", "anyOf", "oneOf", "not", "properties", "items", "dependencies"] {
        let around = |inner: Value| match keyword {
            "not" => json!({"not": inner}),
            "properties" => json!({"properties": {"a": inner}}),
            "items" => json!({"items": inner}),
            "dependencies" => json!({"dependencies": {"a": inner}}),
            _ => json!({keyword: [inner]}),
        };
        let last = ("M299".to_owned(), json!({"properties": {"a": to(0)}}));
        let chain = models((0..299).map(|i| (format!("M{i}"), around(to(i + 1)))).chain([last]));
        let Ok(model) = compile_model(&chain, "M0") else { continue };
        for levels in [0, 1, 2, 4, 8, 100] {
            let lists = (0..levels).fold(json!(1), |inner, _| json!([inner]));
            let _ = (failure(&model, &deep(levels)), failure(&model, &lists));
        }
        assert!(keyword != "allOf" || failure(&model, &deep(8)).unwrap().contains("too deep"));
    }
}

#[test]
fn a_body_that_asks_for_too_much_is_refused_in_time() {
    let twice = json!({"properties": {"a": {"anyOf": [to(0), to(0)]}}});
    let model = compile_model(&models([("M0".to_owned(), twice)]), "M0").unwrap();
    assert_eq!(failure(&model, &deep(8)), None);
    assert!(failure(&model, &deep(60)).unwrap().contains("too deep or too large"));
    let tree = json!({"items": to(0)});
    let model = compile_model(&models([("M0".to_owned(), tree)]), "M0").unwrap();
    let wide = Value::Array(vec![json!([[], []]); 100_000]);
    assert_eq!(failure(&model, &wide), None);
}

/// Bodies in documents are judged as the validator judges its own values.
#[test]
fn documents_are_judged_as_values_are() {
    let schemas = [
        json!({"type": ["integer", "string", "null"]}),
        json!({"type": "number", "minimum": 1, "maximum": 3, "exclusiveMaximum": true, "multipleOf": 0.5}),
        json!({"enum": [1, "a", [1, {"a": null}], {"b": [], "a": 1}]}),
        json!({"items": {"type": "integer"}, "minItems": 1, "maxItems": 3, "uniqueItems": true}),
        json!({"items": [{"type": "string"}], "additionalItems": {"type": "boolean"}}),
        json!({"required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"minLength": 2, "maxLength": 3}},
            "patternProperties": {"^x": {"pattern": "^[a-z]+$"}}, "additionalProperties": false,
            "minProperties": 1, "maxProperties": 3, "dependencies": {"b": ["a"]}}),
        json!({"oneOf": [{"type": "integer"}, {"type": "number"}], "not": {"enum": [7]}}),
    ];
    let many: serde_json::Map<String, Value> = (0..40).map(|i| (format!("x{i}"), json!("abc"))).collect();
    let bodies = [
        json!(null),
        json!(true),
        json!(1),
        json!(1.0),
        json!(2.5),
        json!(3),
        json!(7),
        json!(-1e30),
        json!("a"),
        json!("é"),
        json!([]),
        json!([1, 2]),
        json!([1, 1.0]),
        json!([1, {"a": null}]),
        json!(["a", true]),
        json!(["a", 1]),
        json!([1, 2, 3, 4]),
        json!({}),
        json!({"a": 1}),
        json!({"a": 1, "b": []}),
        json!({"b": [], "a": 1}),
        json!({"a": 1, "b": "éé"}),
        json!({"b": "x"}),
        json!({"a": 1, "x1": "abc"}),
        json!({"a": 1, "x1": "A"}),
        json!({"a": 1, "y": 1}),
        Value::Object(many),
    ];
    for schema in schemas {
        let model = compile_model(&models([("M".to_owned(), schema.clone())]), "M").unwrap();
        let plain = jsonschema::draft4::new(&schema).unwrap();
        for body in &bodies {
            assert_eq!(failure(&model, body).is_none(), plain.is_valid(body), "{schema} {body}");
        }
    }
}

#[test]
fn what_is_wrong_is_listed_only_where_it_has_room() {
    let schema = json!({"additionalProperties": {"items": {"type": "integer"}}});
    let model = compile_model(&models([("M".to_owned(), schema)]), "M").unwrap();
    let of = |key: &str, wrong: usize| failure(&model, &json!({key: vec!["a"; wrong]})).unwrap();
    assert!(of("k", 10_000).starts_with("[instance type (string) does not match"));
    // Two gigabytes of paths, if each were told.
    assert!(of(&"k".repeat(100_000), 20_000).starts_with("[the body is too large"));
}

#[test]
fn a_number_beyond_a_double_is_not_within_bounds() {
    let bounds = json!({"minimum": -10, "maximum": 10});
    let model = compile_model(&models([("M".to_owned(), bounds)]), "M").unwrap();
    let judged = |body: &str| Document::read_strictly(body.as_bytes()).map(|body| model.failure(body.root()));
    for body in ["1e400", "-1e400", "1e999999999999"] {
        assert!(judged(body).unwrap().is_some(), "{body}");
    }
    assert!(judged("1e-400").unwrap().is_none());
}
