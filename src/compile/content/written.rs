//! Where fields stand: documents have other names for them.

use api::{MethodName, RestApiSpec};

/// Which way content was written: fields have other names in an `OpenAPI` document.
#[derive(Clone, Copy)]
pub(super) enum Written<'a> {
    Typed(&'static str),
    OpenApi(&'a RestApiSpec),
}

/// Where a field of a method stands, by the kind of integration (none for the method itself) and the field.
pub(super) type FieldPath<'a> = &'a dyn Fn(&str, &str) -> String;

impl Written<'_> {
    /// Where a field of the whole API stands.
    pub(super) fn setting(self, field: &str) -> String {
        let spec = match self {
            Self::Typed(root) => return format!("{root}.{field}"),
            Self::OpenApi(spec) => spec,
        };
        let name = match field {
            "paths" => "paths",
            "binaryMediaTypes" => "x-amazon-apigateway-binary-media-types",
            "minimumCompressionSize" => "x-amazon-apigateway-minimum-compression-size",
            "requestValidators" => "x-amazon-apigateway-request-validators",
            "gatewayResponses" => "x-amazon-apigateway-gateway-responses",
            "policy" => "x-amazon-apigateway-policy",
            _ => "",
        };
        // What a document does not say is said beside it.
        match spec.openapi.as_ref().and_then(|document| document.get(name)) {
            Some(_) => format!("spec.openapi.{name}"),
            None => format!("spec.{field}"),
        }
    }

    /// Where the schema of a model stands; one that stands in place has its name from what it says.
    pub(super) fn model(self, name: &str) -> String {
        let spec = match self {
            Self::Typed(root) => return format!("{root}.models.{name}.schema"),
            Self::OpenApi(spec) => spec,
        };
        let document = spec.openapi.as_ref();
        let holders = [
            ("components.schemas", document.and_then(|all| all.get("components")?.get("schemas"))),
            ("definitions", document.and_then(|all| all.get("definitions"))),
        ];
        let holder = holders
            .into_iter()
            .find(|(_, schemas)| schemas.is_some_and(|schemas| schemas.get(name).is_some()));
        match holder {
            Some((holder, _)) => format!("spec.openapi.{holder}.{name}"),
            None if spec.models.contains_key(name) => format!("spec.models.{name}.schema"),
            None => "spec.openapi".to_owned(),
        }
    }

    pub(super) fn path(self, resource: &str, method: MethodName, kind: &str, field: &str) -> String {
        match self {
            Self::Typed(root) => {
                let parts = [root, "paths", resource, method.as_str(), kind, field];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
            }
            Self::OpenApi(_) => {
                let method = match method {
                    MethodName::Any => "x-amazon-apigateway-any-method".to_owned(),
                    named => named.as_str().to_ascii_lowercase(),
                };
                let field = match (kind, field) {
                    (_, "timeoutMillis") => "timeoutInMillis",
                    (_, "function" | "url") => "uri",
                    ("aws", "endpoint") => "x-stagegate-endpoint",
                    ("aws", "credentialsSecret") => "x-stagegate-credentials-secret",
                    ("", "requestValidator") => "x-amazon-apigateway-request-validator",
                    ("", "requestParameters") => "parameters",
                    ("", "requestModels") => "requestBody",
                    (_, other) => other.strip_prefix("mapping.").unwrap_or(other),
                };
                let mut at = format!("spec.openapi.paths.{resource}.{method}");
                if !kind.is_empty() {
                    at.push_str(".x-amazon-apigateway-integration");
                }
                if !field.is_empty() {
                    at.extend([".", field]);
                }
                at
            }
        }
    }

    pub(super) fn resource(self, resource: &str) -> String {
        match self {
            Self::Typed(root) => format!("{root}.paths.{resource}"),
            Self::OpenApi(_) => format!("spec.openapi.paths.{resource}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_stand_in_the_document_where_it_says_them() {
        let mut spec = RestApiSpec {
            openapi: Some(json!({
                "x-amazon-apigateway-policy": {}, "definitions": {"B": {}}, "components": {"schemas": {"A": {}}}, "paths": {},
            })),
            ..RestApiSpec::default()
        };
        spec.models.insert("C".to_owned(), api::Model::default());
        let of = Written::OpenApi(&spec);
        assert_eq!(of.setting("policy"), "spec.openapi.x-amazon-apigateway-policy");
        assert_eq!(of.setting("paths"), "spec.openapi.paths");
        assert_eq!(of.setting("gatewayResponses"), "spec.gatewayResponses");
        assert_eq!(of.setting("cors"), "spec.cors");
        assert_eq!(of.model("A"), "spec.openapi.components.schemas.A");
        assert_eq!(of.model("B"), "spec.openapi.definitions.B");
        assert_eq!(of.model("C"), "spec.models.C.schema");
        assert_eq!(of.model("MODEL00000000"), "spec.openapi");
        let typed = Written::Typed("spec.api");
        assert_eq!(
            (typed.setting("policy"), typed.model("A")),
            ("spec.api.policy".to_owned(), "spec.api.models.A.schema".to_owned())
        );
    }
}
