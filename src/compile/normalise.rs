//! Content without defaults: what is written out or not must not change the digest.

use api::{ApiContent, ApiInfo, Mapping, Method, MethodName, PassthroughBehavior, TlsConfig};
use snapshot::Digest;

/// Highest timeout of an integration unless the API says otherwise, and the default, in milliseconds.
pub(crate) const INTEGRATION_TIMEOUT_MILLIS: u32 = 29_000;
/// Status of a mock unless set.
pub(crate) const MOCK_STATUS: u16 = 200;

/// The same content with every default left out and lists that are sets in order.
#[must_use]
pub fn normalise(mut content: ApiContent) -> ApiContent {
    content.binary_media_types.sort();
    content.binary_media_types.dedup();
    content.maximum_integration_timeout_millis.take_if(|millis| *millis == INTEGRATION_TIMEOUT_MILLIS);
    for model in content.models.values_mut() {
        model.content_type.take_if(|media| media == "application/json");
    }
    content.info.take_if(|info| *info == ApiInfo::default());
    content.paths.retain(|_, methods| !methods.is_empty());
    content
        .paths
        .values_mut()
        .flat_map(|methods| methods.values_mut())
        .for_each(|method| normalise_method(method));
    content
}

fn normalise_method(method: &mut Method) {
    if let Some(lambda) = &mut method.lambda {
        lambda.method.take_if(|method| *method == MethodName::Post);
        lambda.timeout_millis.take_if(|millis| *millis == INTEGRATION_TIMEOUT_MILLIS);
        lambda.mapping.iter_mut().for_each(normalise_mapping);
    }
    if let Some(http) = &mut method.http {
        http.timeout_millis.take_if(|millis| *millis == INTEGRATION_TIMEOUT_MILLIS);
        http.method.take_if(|method| *method == MethodName::Any);
        http.tls.take_if(|tls| *tls == TlsConfig::default());
        http.mapping.iter_mut().for_each(normalise_mapping);
    }
    if let Some(mock) = &mut method.mock {
        mock.status_code.take_if(|status| *status == MOCK_STATUS);
        mock.body.take_if(|body| body.is_empty());
        mock.mapping.iter_mut().for_each(normalise_mapping);
    }
    if let Some(aws) = &mut method.aws {
        aws.timeout_millis.take_if(|millis| *millis == INTEGRATION_TIMEOUT_MILLIS);
        aws.method.take_if(|method| *method == MethodName::Any);
        normalise_mapping(&mut aws.mapping);
    }
    for response in method.responses.values_mut() {
        response.headers.sort();
        response.headers.dedup();
    }
}

fn normalise_mapping(mapping: &mut Mapping) {
    mapping.passthrough_behavior.take_if(|behavior| *behavior == PassthroughBehavior::WhenNoMatch);
    // Both at once are refused.
    if let Some(response) = mapping.responses.remove("") {
        mapping.responses.insert("default".to_owned(), response);
    }
}

/// SHA-256 of normalised content; `None` never happens for content, which has text keys only.
pub fn content_digest(normalised: &ApiContent) -> Option<Digest> {
    snapshot::digest(normalised)
}
