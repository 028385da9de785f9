//! What a `RestApi` says beside its paths or document: what stands in both is refused.

use api::{ApiContent, ObjectKey, Reason, RestApiSpec};

use crate::diagnostic::Diagnostics;

/// Puts the fields of the spec into what its paths or document say.
pub(super) fn fields(
    object: &ObjectKey,
    said: ApiContent,
    spec: &RestApiSpec,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    let twice = [
        (
            "binaryMediaTypes",
            "x-amazon-apigateway-binary-media-types",
            spec.binary_media_types.is_some() && !said.binary_media_types.is_empty(),
        ),
        (
            "minimumCompressionSize",
            "x-amazon-apigateway-minimum-compression-size",
            spec.minimum_compression_size.is_some() && said.minimum_compression_size.is_some(),
        ),
        ("models", "schemas", !spec.models.is_empty() && !said.models.is_empty()),
        (
            "requestValidators",
            "x-amazon-apigateway-request-validators",
            !spec.request_validators.is_empty() && !said.request_validators.is_empty(),
        ),
        (
            "gatewayResponses",
            "x-amazon-apigateway-gateway-responses",
            !spec.gateway_responses.is_empty() && !said.gateway_responses.is_empty(),
        ),
        ("policy", "x-amazon-apigateway-policy", spec.policy.is_some() && said.policy.is_some()),
        ("info", "info", spec.info.is_some() && said.info.is_some()),
    ];
    for (field, name, _) in twice.iter().filter(|(_, _, is_twice)| *is_twice) {
        let what = format!("is said in spec.openapi as {name} too; say it once");
        diagnostics.error(object, format!("spec.{field}"), Reason::Conflict, what);
    }
    let is_refused = twice.iter().any(|(_, _, is_twice)| *is_twice);
    let either = |own: &Option<_>, said| own.clone().or(said);
    (!is_refused).then(|| ApiContent {
        paths: said.paths,
        binary_media_types: spec.binary_media_types.clone().unwrap_or(said.binary_media_types),
        maximum_integration_timeout_millis: spec.maximum_integration_timeout_millis,
        minimum_compression_size: spec.minimum_compression_size.or(said.minimum_compression_size),
        models: if spec.models.is_empty() { said.models } else { spec.models.clone() },
        request_validators: if spec.request_validators.is_empty() {
            said.request_validators
        } else {
            spec.request_validators.clone()
        },
        gateway_responses: if spec.gateway_responses.is_empty() {
            said.gateway_responses
        } else {
            spec.gateway_responses.clone()
        },
        policy: spec.policy.clone().or(said.policy),
        info: either(&spec.info, said.info),
    })
}
