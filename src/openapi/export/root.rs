//! Extensions at the root of a document.

use api::{ApiContent, GatewayResponse};
use serde_json::{Map, Value, json};

use super::insert_some;
use super::integration::insert_texts;
use crate::extensions::{
    BINARY_MEDIA_TYPES, GATEWAY_RESPONSES, MINIMUM_COMPRESSION_SIZE, POLICY, REQUEST_VALIDATORS,
};

pub(super) fn extensions(content: &ApiContent, document: &mut Value) {
    let Some(document) = document.as_object_mut() else { return };
    if !content.request_validators.is_empty() {
        document.insert(REQUEST_VALIDATORS.to_owned(), json!(content.request_validators));
    }
    if !content.gateway_responses.is_empty() {
        let all = content.gateway_responses.iter();
        let all = all.map(|(kind, response)| (kind.as_str().to_owned(), gateway_response(response)));
        document.insert(GATEWAY_RESPONSES.to_owned(), Value::Object(all.collect()));
    }
    if !content.binary_media_types.is_empty() {
        document.insert(BINARY_MEDIA_TYPES.to_owned(), json!(content.binary_media_types));
    }
    insert_some(document, MINIMUM_COMPRESSION_SIZE, content.minimum_compression_size);
    insert_some(document, POLICY, content.policy.clone());
}

fn gateway_response(response: &GatewayResponse) -> Value {
    let mut out = Map::new();
    insert_some(&mut out, "statusCode", response.status_code.map(|status| status.to_string()));
    insert_texts(&mut out, "responseParameters", &response.response_parameters);
    insert_texts(&mut out, "responseTemplates", &response.response_templates);
    out.into()
}
