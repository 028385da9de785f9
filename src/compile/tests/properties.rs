//! Properties of compile: the order of objects does not matter; the digest changes exactly when the content does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use api::{ApiContent, RawObject, decode};
use proptest::prelude::*;
use serde_json::{Value, json};
use stagegate_compile::{LastGood, Objects, Ready, compile, content_digest, normalise};

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

/// Objects that fit together, clash and dangle: few names, so that they meet.
fn any_object() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["a", "b", "c"]);
    let version = prop::sample::select(vec!["1", "2", "$LATEST"]);
    let alias = prop::sample::select(vec!["PROD", "DEV", "9"]);
    let weight = prop::sample::select(vec![0.0, 0.3, 0.8, 1.5]);
    prop_oneof![
        (name.clone(), alias.clone()).prop_map(|(n, a)| object(
            "RestApi",
            n,
            &json!({"paths": {"/x": {"GET": {"lambda": {"function": format!("f:{a}")}}}, "/y": {"ANY": {"mock": {}}}}})
        )),
        (name.clone(), name.clone(), alias.clone()).prop_map(|(n, api, a)| object(
            "Stage",
            n,
            &json!({"restApi": api, "name": "dev", "deployment": "latest", "variables": {"v": a}})
        )),
        (name.clone(), version.clone()).prop_map(|(n, v)| object(
            "FunctionVersion",
            n,
            &json!({"functionName": "f", "version": v,
                "lambda": {"runtime": "python3", "handler": "i.h", "code": {"inline": {"i.py": ""}}}})
        )),
        (name.clone(), version.clone(), 0_u16..3).prop_map(|(n, v, port)| object(
            "FunctionVersion",
            n,
            &json!({"functionName": "f", "version": v, "http": {"image": "f", "port": port}})
        )),
        (name, version.clone(), alias, version, weight).prop_map(|(n, v, a, other, w)| object(
            "Alias",
            n,
            &json!({"functionName": "f", "name": a, "functionVersion": v, "additionalVersionWeights": {other: w}})
        )),
    ]
}

fn objects(documents: &[Value]) -> Objects {
    let mut objects = Objects::default();
    for document in documents {
        let Ok(RawObject::Ours(key, object)) = decode(document.clone()) else { panic!("{document}") };
        objects.add(key, *object);
    }
    objects
}

fn any_mapping() -> impl Strategy<Value = Value> {
    let passthrough = prop::option::of(prop::sample::select(vec!["WHEN_NO_MATCH", "NEVER"]));
    let response = (prop::sample::select(vec!["", "default", "5.."]), 200..203);
    (passthrough, prop::option::of(response)).prop_map(|(passthrough, response)| {
        let responses: serde_json::Map<_, _> = response
            .into_iter()
            .map(|(key, status)| (key.to_owned(), json!({"statusCode": status})))
            .collect();
        json!({"passthroughBehavior": passthrough, "responses": responses})
    })
}

fn any_content() -> impl Strategy<Value = Value> {
    let timeout = prop::option::of(prop::sample::select(vec![50, 3_000, 29_000]));
    let path = prop::sample::select(vec!["/", "/a", "/a/{b}", "/{p+}"]);
    let method = prop::sample::select(vec!["GET", "ANY", "POST"]);
    let integration = prop_oneof![
        ("[a-c]", timeout.clone()).prop_map(|(f, t)| json!({"lambda": {"function": f, "timeoutMillis": t}})),
        ("[a-c]", timeout)
            .prop_map(|(h, t)| json!({"http": {"url": format!("http://{h}/"), "timeoutMillis": t}})),
        prop::option::of(200u16..204).prop_map(|s| json!({"mock": {"statusCode": s}})),
        any_mapping().prop_map(|mapping| json!({"mock": {"mapping": mapping}})),
        (
            any_mapping(),
            prop::option::of(any::<bool>()),
            prop::option::of(prop::sample::select(vec!["ANY", "GET"]))
        )
            .prop_map(|(mapping, skip, method)| {
                let tls = skip.map(|skip| json!({"insecureSkipVerification": skip}));
                json!({"http": {"url": "http://m/", "mapping": mapping, "tls": tls, "method": method}})
            }),
    ];
    prop::collection::btree_map(path, prop::collection::btree_map(method, integration, 1..3), 1..4)
        .prop_map(|paths| json!({"paths": paths}))
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect()
        }
        other => other.clone(),
    }
}

/// What content means, defaults written out: the measure that the digest is held against.
fn meaning(value: &Value) -> Value {
    let mut value = without_nulls(value);
    for methods in value["paths"].as_object_mut().unwrap().values_mut() {
        for method in methods.as_object_mut().unwrap().values_mut() {
            for (kind, integration) in method.as_object_mut().unwrap() {
                let integration = integration.as_object_mut().unwrap();
                match kind.as_str() {
                    "mock" if integration.contains_key("mapping") => {}
                    "mock" => drop(integration.entry("statusCode").or_insert(json!(200))),
                    _ => drop(integration.entry("timeoutMillis").or_insert(json!(29_000))),
                }
                if kind == "http" {
                    integration.entry("method").or_insert(json!("ANY"));
                    integration.entry("tls").or_insert(json!({"insecureSkipVerification": false}));
                }
                if let Some(mapping) = integration.get_mut("mapping").and_then(Value::as_object_mut) {
                    mapping.entry("passthroughBehavior").or_insert(json!("WHEN_NO_MATCH"));
                    let responses = mapping["responses"].as_object_mut().unwrap();
                    if let Some(response) = responses.remove("") {
                        responses.insert("default".to_owned(), response);
                    }
                }
            }
        }
    }
    value
}

fn digest(value: &Value) -> String {
    let content: ApiContent = serde_json::from_value(without_nulls(value)).unwrap();
    content_digest(&normalise(content)).unwrap().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter(
        (documents, shuffled) in prop::collection::vec(any_object(), 0..12)
            .prop_flat_map(|documents| (Just(documents.clone()), Just(documents).prop_shuffle())),
        later in prop::collection::vec(any_object(), 0..12),
    ) {
        let one = compile(&objects(&documents), &LastGood::default(), &Ready::All);
        let two = compile(&objects(&shuffled), &LastGood::default(), &Ready::All);
        prop_assert_eq!(&one, &two);
        // From a state to the next, whatever was broken in it, the same input again comes to rest. An object may be free
        // to change only once another one has taken over what it was, and that one in its turn: a look for each.
        let input = objects(&later);
        let mut at_rest = compile(&input, &one.last_good, &Ready::All);
        for _ in &later {
            at_rest = compile(&input, &at_rest.last_good, &Ready::All);
        }
        prop_assert_eq!(&at_rest.snapshot, &compile(&input, &at_rest.last_good, &Ready::All).snapshot);
    }

    #[test]
    fn the_digest_changes_exactly_when_the_content_does(a in any_content(), b in any_content()) {
        prop_assert_eq!(digest(&a) == digest(&b), meaning(&a) == meaning(&b));
        prop_assert_eq!(digest(&a), digest(&meaning(&a)));
    }
}
