//! Which `x-amazon-apigateway-*` extensions are known, and where.

use serde_json::Value;

use crate::MOST_LEVELS;
use crate::findings::{At, Findings, Reported};
use crate::path_item::METHODS;

/// How the service's extensions begin.
pub(crate) const PREFIX: &str = "x-amazon-apigateway-";
/// Integration of an operation.
pub(crate) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// Operation of a path item for every method that has none of its own.
pub(crate) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// Binary media types of the API.
pub(crate) const BINARY_MEDIA_TYPES: &str = "x-amazon-apigateway-binary-media-types";
/// Version of the import algorithm; accepted, since it changes nothing in this one.
pub(crate) const IMPORT_EXPORT_VERSION: &str = "x-amazon-apigateway-importexport-version";

/// Validators of requests by name.
pub(crate) const REQUEST_VALIDATORS: &str = "x-amazon-apigateway-request-validators";
/// Name of the validator of an operation, or of those that name none.
pub(crate) const REQUEST_VALIDATOR: &str = "x-amazon-apigateway-request-validator";
/// Answers to requests that no integration answers.
pub(crate) const GATEWAY_RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
/// Resource policy.
pub(crate) const POLICY: &str = "x-amazon-apigateway-policy";
/// From how many bytes on answers are compressed.
pub(crate) const MINIMUM_COMPRESSION_SIZE: &str = "x-amazon-apigateway-minimum-compression-size";
/// Documentation; it has no effect here.
pub(crate) const DOCUMENTATION: &str = "x-amazon-apigateway-documentation";
/// Where requests have their API key.
pub(crate) const API_KEY_SOURCE: &str = "x-amazon-apigateway-api-key-source";
/// How the API can be reached.
pub(crate) const ENDPOINT_CONFIGURATION: &str = "x-amazon-apigateway-endpoint-configuration";
/// Integrations that operations refer to, in `components`.
pub(crate) const INTEGRATIONS: &str = "x-amazon-apigateway-integrations";
/// Authorization of an operation.
pub(crate) const AUTH: &str = "x-amazon-apigateway-auth";
/// Kind of a security scheme.
pub(crate) const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";
/// Authorizer of a security scheme.
pub(crate) const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// Value of a tag of the API.
pub(crate) const TAG_VALUE: &str = "x-amazon-apigateway-tag-value";
/// Of HTTP APIs, which are another kind.
const CORS: &str = "x-amazon-apigateway-cors";

/// Extensions that belong at the root.
const OF_ROOT: [&str; 10] = [
    BINARY_MEDIA_TYPES,
    IMPORT_EXPORT_VERSION,
    REQUEST_VALIDATORS,
    REQUEST_VALIDATOR,
    GATEWAY_RESPONSES,
    POLICY,
    MINIMUM_COMPRESSION_SIZE,
    DOCUMENTATION,
    API_KEY_SOURCE,
    ENDPOINT_CONFIGURATION,
];

/// What part of the document a value is: extensions belong to parts.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Root,
    Paths,
    PathItem,
    Operation,
    Components,
    Servers,
    Tags,
    /// Security schemes by name, as either version has them.
    Schemes,
    Scheme,
    /// An integration has its own names; and what is refused as a whole needs no second word.
    Settled,
    Elsewhere,
}

impl Part {
    fn under(self, key: &str) -> Self {
        match self {
            Self::Root => match key {
                "paths" => Self::Paths,
                "components" => Self::Components,
                "servers" => Self::Servers,
                "tags" => Self::Tags,
                "securityDefinitions" => Self::Schemes,
                _ => Self::of_other(key),
            },
            Self::Components if key == "securitySchemes" => Self::Schemes,
            Self::Schemes => Self::Scheme,
            Self::Paths if !key.starts_with("x-") => Self::PathItem,
            Self::PathItem
                if key == ANY_METHOD || key == "trace" || METHODS.iter().any(|(name, _)| *name == key) =>
            {
                Self::Operation
            }
            Self::Operation if key == INTEGRATION => Self::Settled,
            Self::Settled => Self::Settled,
            _ => Self::of_other(key),
        }
    }

    fn of_other(key: &str) -> Self {
        if key.starts_with(PREFIX) { Self::Settled } else { Self::Elsewhere }
    }

    /// What the parts of a list are.
    fn of_list(self) -> Self {
        match self {
            Self::Settled | Self::Servers | Self::Tags => self,
            _ => Self::Elsewhere,
        }
    }

    fn allows(self, extension: &str) -> bool {
        match self {
            Self::Root => OF_ROOT.contains(&extension),
            Self::PathItem => extension == ANY_METHOD,
            Self::Operation => [INTEGRATION, REQUEST_VALIDATOR, AUTH].contains(&extension),
            Self::Components => extension == INTEGRATIONS,
            Self::Servers => extension == ENDPOINT_CONFIGURATION,
            Self::Tags => extension == TAG_VALUE,
            Self::Scheme => extension == AUTH_TYPE || extension == AUTHORIZER,
            Self::Settled => true,
            Self::Paths | Self::Schemes | Self::Elsewhere => false,
        }
    }
}

/// Walks the whole document and refuses each extension of the service that is not known where it stands; other vendors'
/// mean nothing here. Refuses a document that is too deep, which nothing else may walk then.
pub(crate) fn check(document: &Value, findings: &mut Findings) -> Result<(), Reported> {
    walk(document, Part::Root, At::ROOT, 1, findings)
}

fn walk(
    value: &Value,
    part: Part,
    at: At<'_>,
    level: usize,
    findings: &mut Findings,
) -> Result<(), Reported> {
    if level > MOST_LEVELS && (value.is_object() || value.is_array()) {
        // The path would be as long as the document is deep.
        return Err(findings.invalid(&At::ROOT, format!("is nested deeper than {MOST_LEVELS} levels")));
    }
    match value {
        Value::Object(object) => object.iter().try_for_each(|(key, value)| {
            let here = at.child(key);
            if key.starts_with(PREFIX) && !part.allows(key) {
                findings.unsupported(&here, refusal(key));
            }
            walk(value, part.under(key), here, level + 1, findings)
        }),
        Value::Array(list) => list.iter().enumerate().try_for_each(|(i, value)| {
            walk(value, part.of_list(), at.child(&format!("[{i}]")), level + 1, findings)
        }),
        _ => Ok(()),
    }
}

fn refusal(extension: &str) -> &'static str {
    match extension {
        INTEGRATION | AUTH => "is not supported here; it belongs in an operation",
        ANY_METHOD => "is not supported here; it belongs in a path item",
        REQUEST_VALIDATOR => {
            "is not supported here; it belongs in an operation or at the root of the document"
        }
        INTEGRATIONS => "is not supported here; it belongs in components",
        AUTH_TYPE | AUTHORIZER => "is not supported here; it belongs in a security scheme",
        TAG_VALUE => "is not supported here; it belongs in a tag",
        CORS => {
            "is not supported: it is of HTTP APIs; a REST API answers OPTIONS by a method, or by RestApi.spec.cors"
        }
        _ if OF_ROOT.contains(&extension) => "is not supported here; it belongs at the root of the document",
        _ => "is not supported",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{accepts, document, problems};

    fn mock() -> Value {
        json!({"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": {"default": {"statusCode": 200}}})
    }

    #[test]
    fn extensions_are_refused_by_name_wherever_they_stand() {
        let mut doc = document(
            "/x",
            &json!({"x-amazon-apigateway-integration": mock(), "x-amazon-apigateway-authorizer": {}}),
        );
        doc["x-amazon-apigateway-frobnicate"] = json!({"a": 1});
        doc["info"]["x-amazon-apigateway-documentation"] = json!({});
        doc["components"] = json!({"securitySchemes": {"x-amazon-apigateway-authtype": "oauth2"}});
        doc["servers"] = json!([{"variables": {"x-amazon-apigateway-tag-value": {}}}]);
        doc["x-amazon-apigateway-cors"] = json!({});
        doc["paths"]["x-amazon-apigateway-here"] = json!({"x-amazon-apigateway-not-again": 1});
        let mut found = problems(&doc);
        found.sort();
        assert_eq!(
            found,
            [
                "components.securitySchemes.x-amazon-apigateway-authtype: is not supported here; it belongs in a security scheme",
                "info.x-amazon-apigateway-documentation: is not supported here; it belongs at the root of the document",
                "paths./x.get.x-amazon-apigateway-authorizer: is not supported here; it belongs in a security scheme",
                "paths.x-amazon-apigateway-here: is not supported",
                "servers[0].variables.x-amazon-apigateway-tag-value: is not supported here; it belongs in a tag",
                "x-amazon-apigateway-cors: is not supported: it is of HTTP APIs; a REST API answers OPTIONS by a method, or by RestApi.spec.cors",
                "x-amazon-apigateway-frobnicate: is not supported",
            ]
        );
    }

    #[test]
    fn a_known_extension_in_the_wrong_place_is_not_silently_lost() {
        let mut doc = document("/x", &json!({"x-amazon-apigateway-integration": mock()}));
        doc["paths"]["/x"]["x-amazon-apigateway-integration"] = mock();
        assert_eq!(
            problems(&doc),
            ["paths./x.x-amazon-apigateway-integration: is not supported here; it belongs in an operation"]
        );
        let mut doc = document("/x", &json!({"x-amazon-apigateway-integration": mock()}));
        doc["info"]["x-amazon-apigateway-binary-media-types"] = json!(["a/b"]);
        assert!(problems(&doc)[0].ends_with("it belongs at the root of the document"));
    }

    #[test]
    fn other_vendors_are_ignored() {
        let mut doc =
            document("/x", &json!({"x-amazon-apigateway-integration": mock(), "x-codegen": {"a": 1}}));
        doc["x-logo"] = json!({"url": "u"});
        doc["paths"]["x-note"] = json!(1);
        doc["paths"]["/x"]["x-note"] = json!(1);
        doc["x-amazon-apigateway-importexport-version"] = json!("1.0");
        assert_eq!(accepts(&doc).content.paths.len(), 1);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        let mut doc = json!({"openapi": "3.0.1", "paths": {}, "x-deep": nested(63)});
        accepts(&doc);
        doc["x-deep"] = nested(64);
        assert_eq!(problems(&doc), [": is nested deeper than 64 levels"]);
    }
}
