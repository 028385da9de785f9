//! Laws of import and export.

use std::collections::BTreeMap;

use api::{ApiContent, ApiInfo};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ExportOptions, Format, export};
use crate::import;

fn exported(content: &ApiContent, format: Format) -> Value {
    let options = ExportOptions { format, extensions: true, today: "2026-01-31", host: "a.example.com" };
    export("a", "prod", content, options).document
}

fn imported(document: &Value) -> ApiContent {
    import(document).unwrap_or_else(|problems| panic!("{problems:?}\n{document:#}")).content
}

fn texts(
    keys: &'static [&'static str],
    values: &'static [&'static str],
) -> impl Strategy<Value = BTreeMap<String, String>> {
    let key = prop::sample::select(keys).prop_map(str::to_owned);
    let value = prop::sample::select(values).prop_map(str::to_owned);
    prop::collection::btree_map(key, value, 0..3)
}

const MEDIA: &[&str] = &["application/json", "text/xml"];
const TEMPLATES: &[&str] = &["", "{\"statusCode\": 200}", "#if", "$input.json('$')", "é\n"];
const HANDLING: &[&str] = &["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"];

fn any_mapping() -> impl Strategy<Value = Value> {
    let response = (
        100u16..600,
        texts(
            &["method.response.header.A", "method.response.header.B"],
            &["'x'", "integration.response.body.a"],
        ),
        texts(MEDIA, TEMPLATES),
        prop::option::of(prop::sample::select(HANDLING)),
    );
    let response = response.prop_map(|(status, parameters, templates, handling)| {
        json!({"statusCode": status, "responseParameters": parameters, "responseTemplates": templates, "contentHandling": handling})
    });
    let pattern = prop::sample::select(vec!["default", "5\\d{2}", ".*"]);
    let passthrough = prop::sample::select(vec!["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]);
    (
        texts(MEDIA, TEMPLATES),
        prop::option::of(passthrough),
        prop::option::of(prop::sample::select(HANDLING)),
        prop::collection::btree_map(pattern, response, 0..3),
    )
        .prop_map(|(templates, passthrough, handling, responses)| {
            json!({"requestTemplates": templates, "passthroughBehavior": passthrough, "contentHandling": handling, "responses": responses})
        })
}

fn any_integration() -> impl Strategy<Value = Value> {
    let parameters = texts(
        &["integration.request.header.A", "integration.request.querystring.b", "integration.request.path.id"],
        &["'x'", "method.request.path.id", "context.stage", "stageVariables.v", "method.request.body.a"],
    );
    let method = prop::option::of(prop::sample::select(vec!["GET", "POST", "ANY"]));
    let timeout = prop::option::of(prop::sample::select(vec![50, 29_000]));
    let function = prop::sample::select(vec!["f", "f:3", "f:${stageVariables.v}", "${stageVariables.v}"]);
    let url = prop::sample::select(vec![
        "http://a/",
        "https://a/{id}?b=1",
        "${stageVariables.v}/{id+}",
        "http://a/${stageVariables.id}",
    ]);
    let mapping = prop::option::of(any_mapping());
    (parameters, method, timeout, function, url, mapping, 0..5, any::<bool>()).prop_map(
        |(parameters, method, timeout, function, url, mapping, kind, skip)| match kind {
            0 => json!({"lambda": {"function": function, "timeoutMillis": timeout, "requestParameters": parameters, "mapping": mapping}}),
            1 => json!({"http": {"url": url, "method": method, "timeoutMillis": timeout, "requestParameters": parameters, "mapping": mapping,
                "tls": {"insecureSkipVerification": skip}}}),
            2 => json!({"mock": {"mapping": mapping.unwrap_or_default()}}),
            3 => json!({"mock": {"statusCode": 204, "headers": {"A": "it's"}, "body": "a $b #c"}}),
            _ => json!({"aws": {"uri": "arn:aws:apigateway:r:s3:path/{id}", "endpoint": "http://s3", "credentialsSecret": "s", "method": method,
                "timeoutMillis": timeout, "requestParameters": parameters, "mapping": mapping.unwrap_or_default()}}),
        },
    )
}

fn any_method() -> impl Strategy<Value = Value> {
    let parameter = prop::sample::select(vec![
        "method.request.path.id",
        "method.request.querystring.a",
        "method.request.header.B",
    ]);
    let media = prop::sample::select(MEDIA);
    let model = prop::sample::select(vec!["A", "B/C"]);
    let models = prop::collection::btree_map(media, model, 0..3);
    let headers = prop::sample::subsequence(vec!["X", "Y"], 0..3);
    let response =
        (headers, models.clone()).prop_map(|(headers, models)| json!({"headers": headers, "models": models}));
    (
        any_integration(),
        prop::collection::btree_map(parameter, any::<bool>(), 0..3),
        models,
        prop::option::of(Just("v")),
        prop::collection::btree_map(prop::sample::select(vec!["200", "404"]), response, 0..3),
        prop::option::of(Just("op")),
    )
        .prop_map(|(mut method, parameters, models, validator, responses, name)| {
            method["requestParameters"] = json!(parameters);
            method["requestModels"] = json!(models);
            method["requestValidator"] = json!(validator);
            method["responses"] = responses
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into();
            method["operationName"] = json!(name);
            method
        })
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect()
        }
        other => other,
    }
}

/// Typed content, with all that a document can say.
fn any_content() -> impl Strategy<Value = ApiContent> {
    let name = prop::sample::select(vec!["GET", "POST", "ANY"]);
    let path = prop::sample::select(vec!["/{id}", "/a/{id+}"]);
    let paths =
        prop::collection::btree_map(path, prop::collection::btree_map(name, any_method(), 1..3), 1..3);
    let types = prop::sample::subsequence(vec!["image/png", "*/*"], 0..3);
    (paths, types, prop::option::of(0u32..100), prop::option::of(Just("1")), any::<bool>()).prop_map(
        |(paths, types, size, version, body)| {
            let content = json!({
                "paths": paths, "binaryMediaTypes": types, "minimumCompressionSize": size,
                "info": {"title": "t", "version": version},
                "models": {
                    "A": {"schema": {"type": "object", "items": [{"$ref": "#/models/B~1C"}, {"$ref": "#/definitions/d"}], "definitions": {"d": {}}}},
                    "B/C": {"schema": {"$ref": "#"}},
                },
                "requestValidators": {"v": {"validateRequestBody": body}},
                "gatewayResponses": {"DEFAULT_5XX": {"statusCode": 502, "responseTemplates": {"a/b": "c"}}, "THROTTLED": {}},
                "policy": {"Statement": []},
            });
            serde_json::from_value(without_nulls(content)).unwrap()
        },
    )
}

/// An export's version is the day where the API has none.
fn without_day(mut content: ApiContent) -> ApiContent {
    if let Some(ApiInfo { version, .. }) = &mut content.info {
        version.take_if(|version| version == "2026-01-31");
    }
    content
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn import_export_import_is_a_fixed_point(content in any_content()) {
        for format in [Format::Oas30, Format::Swagger] {
            let first = exported(&content, format);
            let once = imported(&first);
            prop_assert_eq!(&exported(&once, format), &first);
            prop_assert_eq!(without_day(imported(&exported(&once, format))), without_day(once));
        }
    }

    #[test]
    fn openapi_says_all_that_was_imported(content in any_content()) {
        let once = imported(&exported(&content, Format::Oas30));
        let through_swagger = imported(&exported(&once, Format::Swagger));
        prop_assert_eq!(&imported(&exported(&once, Format::Oas30)), &once);
        // Integrations, settings and models lose nothing in Swagger either.
        prop_assert_eq!(&through_swagger.models, &once.models);
        for (path, methods) in &once.paths {
            for (name, method) in methods {
                let other = &through_swagger.paths[path][name];
                prop_assert_eq!((&other.lambda, &other.http, &other.mock, &other.aws), (&method.lambda, &method.http, &method.mock, &method.aws));
                prop_assert_eq!(&other.request_parameters, &method.request_parameters);
            }
        }
    }
}
