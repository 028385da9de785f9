//! One operation: what has an effect is its integration, and what would protect it is refused.

use api::Method;
use serde_json::Value;

use crate::extensions::{INTEGRATION, REQUEST_VALIDATOR};
use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported};
use crate::models::Models;
use crate::parameters::{self, Place};
use crate::reference::resolve;
use crate::{access, integration, responses};

/// Fields of either version that have no effect on the service.
const IGNORED: [&str; 8] =
    ["tags", "summary", "description", "externalDocs", "callbacks", "deprecated", "servers", "schemes"];
/// Those that have one.
const USED: [&str; 6] = ["operationId", "parameters", "requestBody", "responses", "consumes", "produces"];

/// Imports the operation of a method of `path`. The service can't deploy a method without an integration.
pub(crate) fn import(
    path: &str,
    value: &Value,
    place: Place<'_>,
    models: &mut Models,
    at: At<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let fields = Fields::of(value, at, findings)?;
    for (key, _) in fields.sorted() {
        let known =
            IGNORED.contains(&key) || USED.contains(&key) || key == "security" || key.starts_with("x-");
        if !known {
            // A misspelt `security` would open the method.
            findings.invalid(&at.child(key), "is not a field of an operation");
        }
    }
    check_security(fields, findings);
    access::check_auth(fields, findings);
    let request = parameters::read(fields, place, models, findings);
    let responses = responses::read(fields, place, models, findings);
    let validator = validator(fields, place, findings);
    let method = match fields.get(INTEGRATION) {
        Some(value) => {
            let here = at.child(INTEGRATION);
            resolve(value, place.root, &here, findings)
                .and_then(|value| integration::import(path, value, here, findings))
        }
        None => Err(findings.invalid(
            &at,
            format!("no integration is defined for the method; an operation needs {INTEGRATION}"),
        )),
    };
    let request = request?;
    Ok(Method {
        request_parameters: request.parameters,
        request_models: request.models,
        responses: responses?,
        request_validator: validator?,
        operation_name: fields.text("operationId", findings)?.map(str::to_owned),
        ..method?
    })
}

/// The operation's own validator, or that of the document (developer guide,
/// api-gateway-swagger-extensions-request-validator). That it exists is checked with the content.
fn validator(
    fields: Fields<'_>,
    place: Place<'_>,
    findings: &mut Findings,
) -> Result<Option<String>, Reported> {
    let own = fields.text(REQUEST_VALIDATOR, findings)?;
    let found = match own {
        Some(name) => Some(name),
        None => place.root.text(REQUEST_VALIDATOR, findings)?,
    };
    Ok(found.filter(|name| !name.is_empty()).map(str::to_owned))
}

/// Refuses a `security` that asks for anything: a method that its author protects must not be served openly.
pub(crate) fn check_security(fields: Fields<'_>, findings: &mut Findings) {
    match fields.get("security") {
        None => {}
        Some(Value::Array(list)) if list.is_empty() => {}
        Some(Value::Array(_)) => {
            let what = "is not supported yet, and without it the method would be open to everyone; authorizers and API keys come later";
            findings.unsupported(&fields.at.child("security"), what);
        }
        Some(other) => {
            findings.invalid(&fields.at.child("security"), format!("must be a list, not {}", kind(other)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{accepts, document, problems};

    fn integration() -> Value {
        json!({"type": "http_proxy", "httpMethod": "GET", "uri": "http://a/"})
    }

    #[test]
    fn an_operation_needs_an_integration() {
        let found = problems(&document("/x", &json!({"responses": {}})));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("paths./x.get: no integration is defined for the method"));
        assert_eq!(problems(&document("/x", &json!(1))), ["paths./x.get: must be an object, not a number"]);
    }

    #[test]
    fn what_would_protect_a_method_is_refused() {
        let with = |security: Value| {
            document("/x", &json!({"security": security, "x-amazon-apigateway-integration": integration()}))
        };
        assert!(
            problems(&with(json!([{"key": []}])))[0].starts_with("paths./x.get.security: is not supported")
        );
        assert!(problems(&with(json!({})))[0].contains("must be a list"));
        accepts(&with(json!([])));
        let mut root = with(json!([]));
        root["security"] = json!([{"key": []}]);
        assert!(problems(&root)[0].starts_with("security: is not supported"));
        root["security"] = json!([]);
        accepts(&root);
        let misspelt = json!({"securty": [{"key": []}], "x-amazon-apigateway-integration": integration()});
        assert_eq!(
            problems(&document("/x", &misspelt)),
            ["paths./x.get.securty: is not a field of an operation"]
        );
    }

    #[test]
    fn an_integration_may_stand_in_components() {
        let place = "#/components/x-amazon-apigateway-integrations/shared";
        let mut doc = document("/x/{id}", &json!({"x-amazon-apigateway-integration": {"$ref": place}}));
        assert!(problems(&doc)[0].contains("leads nowhere"));
        doc["components"] = json!({"x-amazon-apigateway-integrations": {"shared": integration()}});
        let content = accepts(&doc).content;
        assert!(content.paths["/x/{id}"].values().all(|method| method.http.is_some()));
    }

    #[test]
    fn what_has_no_effect_is_ignored() {
        let operation = json!({
            "tags": [], "summary": "s", "description": "d", "externalDocs": {}, "operationId": "o", "parameters": [],
            "requestBody": {}, "responses": {}, "callbacks": {}, "deprecated": true, "servers": [], "consumes": [], "produces": [],
            "schemes": [], "x-amazon-apigateway-integration": integration(),
        });
        accepts(&document("/x", &operation));
    }
}
