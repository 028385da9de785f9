//! What a `RestApi` says beside its paths or document: what stands in both is refused.

use std::collections::BTreeMap;

use api::{ApiContent, ObjectKey, Reason, RestApiSpec};
use serde_json::Value;

use crate::diagnostic::Diagnostics;

/// Puts the fields of the spec into what its paths or document say.
pub(super) fn fields(
    object: &ObjectKey,
    said: ApiContent,
    spec: &RestApiSpec,
    diagnostics: &mut Diagnostics,
) -> Option<ApiContent> {
    // An empty list says something, too.
    let in_document = |key: &str| {
        spec.openapi.as_ref().and_then(|document| document.get(key)).is_some_and(|v| !v.is_null())
    };
    let extension = |name: &str| in_document(&format!("x-amazon-apigateway-{name}"));
    let twice = [
        (
            "binaryMediaTypes",
            "x-amazon-apigateway-binary-media-types",
            spec.binary_media_types.is_some() && extension("binary-media-types"),
        ),
        (
            "minimumCompressionSize",
            "x-amazon-apigateway-minimum-compression-size",
            spec.minimum_compression_size.is_some() && extension("minimum-compression-size"),
        ),
        ("models", "schemas", !spec.models.is_empty() && !said.models.is_empty()),
        (
            "requestValidators",
            "x-amazon-apigateway-request-validators",
            !spec.request_validators.is_empty() && extension("request-validators"),
        ),
        (
            "gatewayResponses",
            "x-amazon-apigateway-gateway-responses",
            !spec.gateway_responses.is_empty() && extension("gateway-responses"),
        ),
        ("policy", "x-amazon-apigateway-policy", spec.policy.is_some() && extension("policy")),
        ("info", "info", spec.info.is_some() && said.info.is_some()),
    ];
    let mut is_refused = false;
    for (field, name, _) in twice.into_iter().filter(|(_, _, is_twice)| *is_twice) {
        let what = format!("is said in spec.openapi as {name} too; say it once");
        diagnostics.error(object, format!("spec.{field}"), Reason::Conflict, what);
        is_refused = true;
    }
    (!is_refused).then(|| ApiContent {
        paths: said.paths,
        binary_media_types: spec.binary_media_types.clone().unwrap_or(said.binary_media_types),
        maximum_integration_timeout_millis: spec.maximum_integration_timeout_millis,
        minimum_compression_size: spec.minimum_compression_size.or(said.minimum_compression_size),
        models: either(&spec.models, said.models),
        request_validators: either(&spec.request_validators, said.request_validators),
        gateway_responses: either(&spec.gateway_responses, said.gateway_responses),
        policy: spec.policy.clone().or(said.policy).filter(|policy| *policy != Value::Null),
        cors: spec.cors.clone(),
        info: spec.info.clone().or(said.info),
    })
}

/// One of the two is empty.
fn either<K: Clone + Ord, V: Clone>(of_spec: &BTreeMap<K, V>, said: BTreeMap<K, V>) -> BTreeMap<K, V> {
    if of_spec.is_empty() { said } else { of_spec.clone() }
}
