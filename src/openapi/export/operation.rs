//! One method as an operation.

use std::collections::{BTreeMap, BTreeSet};

use api::{Method, MethodName, MethodResponse};
use serde_json::{Map, Value, json};

use super::{Format, Out, insert_some, integration, mock, object, schema};
use crate::extensions::{INTEGRATION, REQUEST_VALIDATOR};
use crate::integration::path_parameters;

pub(super) fn export(out: &mut Out<'_>, path: &str, name: MethodName, method: &Method) -> Value {
    let format = out.options.format;
    let mut operation = Map::new();
    insert_some(&mut operation, "operationId", method.operation_name.as_deref());
    let mut named = method.request_parameters.clone();
    // Those of the path are there whether the API says so or not (recorded: `LocalStack`
    // `test_import_with_global_api_key_authorizer`).
    for name in path_parameters(path) {
        named.entry(format!("method.request.path.{name}")).or_insert(true);
    }
    let mut parameters: Vec<Value> =
        named.iter().filter_map(|(name, required)| parameter(name, *required, format)).collect();
    match format {
        Format::Oas30 if !method.request_models.is_empty() => {
            let content = content(&method.request_models, format);
            operation.insert("requestBody".to_owned(), json!({"content": content, "required": true}));
        }
        Format::Swagger => {
            swagger_media_types(method, &mut operation);
            let models: BTreeSet<&String> = method.request_models.values().collect();
            if let Some(model) = models.first() {
                let schema = schema::reference(model, format);
                parameters.push(json!({"in": "body", "name": model, "required": true, "schema": schema}));
            }
            if models.len() > 1 {
                let at = format!("paths.{path}.{}.requestModels", name.as_str());
                out.lose(at, "Swagger has one model for all media types; the first is kept");
            }
            let produced =
                |response: &MethodResponse| response.models.keys().cloned().collect::<BTreeSet<_>>();
            let differ: BTreeSet<_> =
                method.responses.values().map(produced).filter(|media| !media.is_empty()).collect();
            let several =
                |response: &MethodResponse| response.models.values().collect::<BTreeSet<_>>().len() > 1;
            if differ.len() > 1 || method.responses.values().any(several) {
                let at = format!("paths.{path}.{}.responses", name.as_str());
                out.lose(at, "Swagger has one list of media types for all answers, and one model an answer");
            }
        }
        Format::Oas30 => {}
    }
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    let declared = mock::declared_responses(method);
    let responses = if method.responses.is_empty() { &declared } else { &method.responses };
    let responses: Map<String, Value> =
        responses.iter().map(|(status, of)| (status.clone(), response(status, of, format))).collect();
    operation.insert("responses".to_owned(), responses.into());
    if out.options.extensions {
        insert_some(&mut operation, REQUEST_VALIDATOR, method.request_validator.as_deref());
        insert_some(&mut operation, INTEGRATION, integration::export(path, method));
    }
    operation.into()
}

/// `method.request.querystring.page` as a parameter.
fn parameter(name: &str, required: bool, format: Format) -> Option<Value> {
    let (location, name) = name.strip_prefix("method.request.")?.split_once('.')?;
    let location = if location == "querystring" { "query" } else { location };
    let mut parameter = object(json!({"name": name, "in": location}));
    match format {
        Format::Oas30 => {
            insert_some(&mut parameter, "required", required.then_some(true));
            parameter.insert("schema".to_owned(), json!({"type": "string"}));
        }
        Format::Swagger => {
            parameter.insert("required".to_owned(), required.into());
            parameter.insert("type".to_owned(), "string".into());
        }
    }
    Some(parameter.into())
}

fn response(status: &str, response: &MethodResponse, format: Format) -> Value {
    let mut out = object(json!({"description": format!("{status} response")}));
    if !response.headers.is_empty() {
        let kind = match format {
            Format::Oas30 => json!({"schema": {"type": "string"}}),
            Format::Swagger => json!({"type": "string"}),
        };
        let headers: Map<String, Value> =
            response.headers.iter().map(|name| (name.clone(), kind.clone())).collect();
        out.insert("headers".to_owned(), headers.into());
    }
    match format {
        Format::Oas30 => drop(out.insert("content".to_owned(), content(&response.models, format))),
        Format::Swagger => {
            insert_some(
                &mut out,
                "schema",
                response.models.values().next().map(|model| schema::reference(model, format)),
            );
        }
    }
    out.into()
}

fn content(models: &BTreeMap<String, String>, format: Format) -> Value {
    let of = |(media, model): (&String, &String)| {
        (media.clone(), json!({"schema": schema::reference(model, format)}))
    };
    Value::Object(models.iter().map(of).collect())
}

/// What a method takes and gives: the media types of its models, or of its templates where it has none.
fn swagger_media_types(method: &Method, operation: &mut Map<String, Value>) {
    let mapping = integration::mapping_of(method);
    let mut consumes: BTreeSet<&String> = method.request_models.keys().collect();
    if consumes.is_empty() {
        consumes.extend(mapping.iter().flat_map(|mapping| mapping.request_templates.keys()));
    }
    let mut produces: BTreeSet<&String> =
        method.responses.values().flat_map(|response| response.models.keys()).collect();
    if produces.is_empty() {
        let responses = mapping.iter().flat_map(|mapping| mapping.responses.values());
        produces.extend(responses.flat_map(|response| response.response_templates.keys()));
    }
    for (key, types) in [("consumes", consumes), ("produces", produces)] {
        if !types.is_empty() {
            operation.insert(key.to_owned(), json!(types));
        }
    }
}
