//! Nothing that a document holds may bring the import down; and what is accepted is whole.

use api::{MethodName, Reason};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{MOST_FINDINGS, function_of_uri, import};

const PETSTORE: &str = include_str!("testdata/petstore-swagger.json");
const SHOP: &str = include_str!("testdata/shop-openapi.json");

fn real(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Words that lead an import into its branches.
const WORDS: [&str; 52] = [
    "openapi",
    "swagger",
    "3.0.1",
    "2.0",
    "paths",
    "/x",
    "/{id}/{proxy+}",
    "get",
    "post",
    "trace",
    "$ref",
    "x-amazon-apigateway-any-method",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-policy",
    "security",
    "type",
    "httpMethod",
    "uri",
    "timeoutInMillis",
    "passthroughBehavior",
    "payloadFormatVersion",
    "requestParameters",
    "requestTemplates",
    "responses",
    "cacheKeyParameters",
    "contentHandling",
    "connectionType",
    "credentials",
    "aws_proxy",
    "HTTP_PROXY",
    "mock",
    "aws",
    "POST",
    "ANY",
    "http://a/{id}?${stageVariables.x}",
    "${stageVariables.",
    "http://a/{",
    "application/json",
    "{statusCode: 200, }",
    "{'statusCode': 2e9",
    "default",
    "2\\d{2}",
    "(",
    "statusCode",
    "responseTemplates",
    "responseParameters",
    "method.response.header.A",
    "'b'",
    "integration.request.path.id",
    "method.request.path.id",
];

fn words() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..600).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((words(), inner), 0..6)
                .prop_map(|all| all.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// What to do to one place of a document.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Add(String, Value),
    Rename(String),
    Mangle(prop::sample::Index, char),
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Change)>> {
    let change = prop_oneof![
        values().prop_map(Change::Replace),
        Just(Change::Remove),
        (words(), values()).prop_map(|(key, value)| Change::Add(key, value)),
        words().prop_map(Change::Rename),
        (
            any::<prop::sample::Index>(),
            prop::sample::select(vec!['{', '}', '$', ':', '\'', '"', '(', ',', 'é', '\u{0}'])
        )
            .prop_map(|(at, c)| Change::Mangle(at, c)),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), change), 1..4)
}

/// Pointers to every member of every object.
fn places(value: &Value, here: &mut Vec<String>, all: &mut Vec<(Vec<String>, String)>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        all.push((here.clone(), key.clone()));
        here.push(key.clone());
        places(inner, here, all);
        here.pop();
    }
}

fn mutated(mut document: Value, changes: &[(prop::sample::Index, Change)]) -> Value {
    for (index, change) in changes {
        let mut all = Vec::new();
        places(&document, &mut Vec::new(), &mut all);
        if all.is_empty() {
            break;
        }
        let (parent, key) = index.get(&all).clone();
        let parent = parent.iter().fold(&mut document, |value, key| &mut value[key]);
        let object = parent.as_object_mut().unwrap();
        match change {
            Change::Replace(value) => drop(object.insert(key, value.clone())),
            Change::Remove => drop(object.remove(&key)),
            Change::Add(name, value) => drop(object.insert(name.clone(), value.clone())),
            Change::Rename(name) => {
                let value = object.remove(&key).unwrap();
                object.insert(name.clone(), value);
            }
            Change::Mangle(at, c) => {
                if let Some(Value::String(text)) = object.get_mut(&key) {
                    let mut chars: Vec<char> = text.chars().collect();
                    chars.insert(at.index(chars.len() + 1), *c);
                    *text = chars.into_iter().collect();
                }
            }
        }
    }
    document
}

fn holds(document: &Value) {
    match import(document) {
        Ok(import) => {
            assert!(import.warnings.len() <= MOST_FINDINGS);
            for warning in &import.warnings {
                assert!(matches!(warning.reason, Reason::NoEffect | Reason::FailsAtRequest), "{warning:?}");
            }
            for method in import.content.paths.values().flat_map(|methods| methods.values()) {
                let set = [
                    method.lambda.is_some(),
                    method.http.is_some(),
                    method.mock.is_some(),
                    method.aws.is_some(),
                ];
                assert_eq!(set.iter().filter(|set| **set).count(), 1);
            }
        }
        Err(problems) => {
            assert!((1..=MOST_FINDINGS).contains(&problems.len()));
            for problem in &problems {
                assert!(matches!(problem.reason, Reason::Invalid | Reason::Unsupported), "{problem:?}");
                assert!(
                    !problem.what.is_empty() && !problem.what.chars().any(char::is_control),
                    "{problem:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_documents(document in values()) {
        holds(&document);
    }

    #[test]
    fn arbitrary_paths(paths in values(), root in values()) {
        holds(&json!({"openapi": "3.0.1", "paths": paths, "security": root}));
    }

    #[test]
    fn arbitrary_integrations(integration in values(), kind in prop::sample::select(vec!["aws_proxy", "aws", "http_proxy", "http", "mock"])) {
        let mut integration = integration;
        if let Value::Object(object) = &mut integration {
            object.insert("type".to_owned(), json!(kind));
        }
        let operation = json!({"x-amazon-apigateway-integration": integration});
        holds(&json!({"openapi": "3.0.1", "paths": {"/{id}": {"get": operation}}}));
    }

    #[test]
    fn mutated_documents(changes in changes()) {
        for text in [PETSTORE, SHOP] {
            holds(&mutated(real(text), &changes));
        }
    }

    #[test]
    fn arbitrary_uris(uri in prop_oneof![any::<String>(), "(arn|:|aws|lambda|apigateway|path/|[$][{]|[}]|stageVariables[.]x|/invocations){0,12}"]) {
        let _ = function_of_uri(&uri);
    }
}

#[test]
fn real_documents() {
    let petstore = import(&real(PETSTORE)).unwrap();
    assert_eq!(petstore.content.binary_media_types, ["image/png", "application/*"]);
    let pet = &petstore.content.paths["/pets/{petId}"];
    assert_eq!(
        pet[&MethodName::Get].http.as_ref().unwrap().url,
        "http://petstore.shop.svc/petstore/pets/{id}"
    );
    let mapping = |method: &api::Method| method.mock.clone().unwrap().mapping.unwrap();
    let preflight = mapping(&pet[&MethodName::Options]);
    let answer = &preflight.responses["2\\d{2}"];
    assert_eq!((answer.status_code, answer.response_parameters.len()), (204, 2));
    let index = mapping(&petstore.content.paths["/"][&MethodName::Get]);
    assert_eq!(index.responses["default"].response_templates.keys().collect::<Vec<_>>(), ["text/html"]);
    let get = &pet[&MethodName::Get];
    assert!(get.request_parameters["method.request.path.petId"]);
    assert_eq!(
        (get.responses["200"].models["application/json"].as_str(), get.operation_name.as_deref()),
        ("Pet", Some("GetPet"))
    );
    assert_eq!(petstore.content.info.unwrap().title.as_deref(), Some("PetStore"));

    let shop = import(&real(SHOP)).unwrap();
    let lambda = shop.content.paths["/houses"][&MethodName::Get].lambda.as_ref().unwrap();
    assert_eq!(
        (lambda.function.as_str(), lambda.timeout_millis),
        ("hello:${stageVariables.lambdaAlias}", Some(3000))
    );
    let legacy = shop.content.paths["/legacy/{proxy+}"][&MethodName::Any].http.as_ref().unwrap();
    assert_eq!((legacy.url.as_str(), legacy.method), ("http://${stageVariables.legacy}/site/{proxy}", None));
    assert_eq!(mapping(&shop.content.paths["/broken"][&MethodName::Get]).request_templates.len(), 1);
    let of = |reason| shop.warnings.iter().filter(|warning| warning.reason == reason).count();
    assert_eq!((of(Reason::NoEffect), of(Reason::FailsAtRequest)), (4, 0));
}
