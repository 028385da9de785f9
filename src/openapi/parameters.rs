//! Parameters and bodies of requests.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported, clipped};
use crate::models::Models;
use crate::reference::resolve;

/// Most parameters of a method, as in a `RestApi`.
const MOST_PARAMETERS: usize = 300;

/// What an operation says of its requests.
#[derive(Default)]
pub(crate) struct Request {
    /// `method.request.querystring.page` → whether it is required.
    pub(crate) parameters: BTreeMap<String, bool>,
    /// Media type → model.
    pub(crate) models: BTreeMap<String, String>,
}

/// Where an operation stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The document.
    pub(crate) root: Fields<'a>,
    /// The path item: its parameters hold for each of its operations.
    pub(crate) item: Fields<'a>,
}

pub(crate) fn read(
    operation: Fields<'_>,
    place: Place<'_>,
    models: &mut Models,
    findings: &mut Findings,
) -> Result<Request, Reported> {
    let mut request = Request::default();
    // Those of the operation come last: they stand for those of the path item with the same name.
    for holder in [place.item, operation] {
        let at = holder.at.child("parameters");
        let all = list(holder, "parameters", findings)?;
        if all.len() > MOST_PARAMETERS {
            // Those of a path are read again for each of its methods.
            let what = format!("{} of them; {MOST_PARAMETERS} are the most there may be", all.len());
            return Err(findings.invalid(&at, what));
        }
        for (i, parameter) in all.iter().enumerate() {
            let index = format!("[{i}]");
            let at = at.child(&index);
            let fields = Fields::of(resolve(parameter, place.root, &at, findings)?, at, findings)?;
            parameter_of(fields, operation, place, &mut request, models, findings)?;
        }
    }
    if let Some(body) = operation.get("requestBody") {
        let at = operation.at.child("requestBody");
        let body = Fields::of(resolve(body, place.root, &at, findings)?, at, findings)?;
        request.models.extend(media_models(body, models, findings)?);
    }
    Ok(request)
}

/// Media types of a `content` and the models of their schemas. A schema that says nothing is none.
pub(crate) fn media_models(
    holder: Fields<'_>,
    models: &mut Models,
    findings: &mut Findings,
) -> Result<BTreeMap<String, String>, Reported> {
    let at = holder.at.child("content");
    let mut found = BTreeMap::new();
    for (media, content) in holder.map("content", findings)? {
        let here = at.child(media);
        let content = Fields::of(content, here, findings)?;
        if let Some(schema) = content.get("schema").filter(|schema| !is_empty(schema)) {
            found.insert(media.to_owned(), models.name_of(schema, &here.child("schema"), findings)?);
        }
    }
    Ok(found)
}

pub(crate) fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(serde_json::Map::is_empty)
}

/// A field that is a list; none where it is not there.
fn list<'a>(fields: Fields<'a>, key: &str, findings: &mut Findings) -> Result<&'a [Value], Reported> {
    match fields.get(key) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(other) => {
            Err(findings.invalid(&fields.at.child(key), format!("must be a list, not {}", kind(other))))
        }
    }
}

fn parameter_of(
    parameter: Fields<'_>,
    operation: Fields<'_>,
    place: Place<'_>,
    request: &mut Request,
    models: &mut Models,
    findings: &mut Findings,
) -> Result<(), Reported> {
    let at = parameter.at;
    let name = parameter.text("name", findings)?.unwrap_or_default();
    let required = match parameter.get("required") {
        None => false,
        Some(Value::Bool(required)) => *required,
        Some(other) => {
            let what = format!("must be true or false, not {}", kind(other));
            return Err(findings.invalid(&at.child("required"), what));
        }
    };
    let location = match parameter.text("in", findings)?.unwrap_or_default() {
        "query" => "querystring",
        "header" => "header",
        "path" => "path",
        "body" => {
            let Some(schema) = parameter.get("schema").filter(|schema| !is_empty(schema)) else {
                return Ok(());
            };
            let model = models.name_of(schema, &at.child("schema"), findings)?;
            let media = media_types(operation, place.root, "consumes", findings)?;
            request.models.extend(media.into_iter().map(|media| (media, model.clone())));
            return Ok(());
        }
        // Developer guide, api-gateway-known-issues: neither becomes a parameter of the method.
        other @ ("cookie" | "formData") => {
            findings.no_effect(&at, format!("parameters in {other} are not looked at"));
            return Ok(());
        }
        other => {
            let what = format!("in must be query, header, path or body, not {}", clipped(other));
            return Err(findings.invalid(&at.child("in"), what));
        }
    };
    if name.is_empty() {
        return Err(findings.invalid(&at.child("name"), "is missing; a parameter has a name"));
    }
    request.parameters.insert(format!("method.request.{location}.{name}"), required);
    Ok(())
}

/// Media types that a Swagger operation consumes or produces: its own, or those of the document.
pub(crate) fn media_types(
    operation: Fields<'_>,
    root: Fields<'_>,
    key: &str,
    findings: &mut Findings,
) -> Result<Vec<String>, Reported> {
    let holder = if operation.get(key).is_some() { operation } else { root };
    let at: At<'_> = holder.at.child(key);
    let texts = list(holder, key, findings)?.iter().map(|value| match value {
        Value::String(text) => Ok(text.clone()),
        other => {
            Err(findings.invalid(&at, format!("must be media types, which are text, not {}", kind(other))))
        }
    });
    let types: Vec<String> = texts.collect::<Result<_, _>>()?;
    Ok(if types.is_empty() { vec!["application/json".to_owned()] } else { types })
}

#[cfg(test)]
mod tests {
    use api::{Method, MethodName};
    use serde_json::{Value, json};

    use crate::testing::{accepts, document, problems};

    fn method(doc: &Value) -> Method {
        *accepts(doc).content.paths["/x"][&MethodName::Get].clone()
    }

    fn with(operation: &Value) -> Value {
        let mut operation = operation.clone();
        operation["x-amazon-apigateway-integration"] = json!({"type": "mock"});
        document("/x", &operation)
    }

    #[test]
    fn parameters_of_the_item_and_the_operation() {
        let mut doc = with(&json!({"parameters": [
            {"$ref": "#/components/parameters/Q"},
            {"name": "shared", "in": "query", "schema": {"type": "string"}},
            {"name": "c", "in": "cookie"},
        ]}));
        doc["components"] = json!({"parameters": {"Q": {"$ref": "#/components/parameters/R~1S"},
            "R/S": {"name": "q", "in": "query", "required": true}}});
        doc["paths"]["/x"]["parameters"] = json!([
            {"name": "shared", "in": "query", "required": true}, {"name": "X-Id", "in": "header", "required": true}]);
        let found: Vec<_> = method(&doc).request_parameters.into_iter().collect();
        let of = |name: &str, required| (format!("method.request.{name}"), required);
        assert_eq!(
            found,
            [of("header.X-Id", true), of("querystring.q", true), of("querystring.shared", false)]
        );
        assert_eq!(accepts(&doc).warnings.len(), 1);
    }

    #[test]
    fn bodies_of_either_version() {
        let mut doc = with(
            &json!({"parameters": [{"in": "body", "name": "b", "schema": {"$ref": "#/definitions/A"}}], "consumes": ["a/b", "c/d"]}),
        );
        doc["definitions"] = json!({"A": {"type": "object"}});
        assert_eq!(
            method(&doc).request_models.into_iter().collect::<Vec<_>>(),
            [("a/b".to_owned(), "A".to_owned()), ("c/d".to_owned(), "A".to_owned())]
        );
        doc["paths"]["/x"]["get"].as_object_mut().unwrap().remove("consumes");
        assert_eq!(method(&doc).request_models.into_keys().collect::<Vec<_>>(), ["application/json"]);
        doc["consumes"] = json!(["e/f"]);
        assert_eq!(method(&doc).request_models.into_keys().collect::<Vec<_>>(), ["e/f"]);
        let mut doc = with(&json!({"requestBody": {"$ref": "#/components/requestBodies/B"}}));
        doc["components"] = json!({"requestBodies": {"B": {"content": {"a/b": {"schema": {"type": "string"}}, "c/d": {"schema": {}}, "e/f": {}}}}});
        assert_eq!(method(&doc).request_models.into_keys().collect::<Vec<_>>(), ["a/b"]);
    }

    #[test]
    fn what_is_refused() {
        let of = |parameter: Value| problems(&with(&json!({"parameters": [parameter]}))).remove(0);
        let place = "paths./x.get.parameters[0]";
        assert_eq!(of(json!({"in": "query"})), format!("{place}.name: is missing; a parameter has a name"));
        assert!(of(json!({"name": "a"})).starts_with(&format!("{place}.in: in must be query")));
        assert!(of(json!({"name": "a", "in": "query", "required": "yes"})).contains("must be true or false"));
        assert!(of(json!({"$ref": "#/components/parameters/No"})).contains("leads nowhere"));
        assert!(of(json!({"$ref": "#/paths/~1x/get/parameters/0"})).contains("leads nowhere"));
        assert!(problems(&with(&json!({"parameters": {}})))[0].contains("must be a list"));
        let many = vec![json!({"name": "a", "in": "query"}); 301];
        assert!(problems(&with(&json!({"parameters": many})))[0].contains("300 are the most there may be"));
    }
}
