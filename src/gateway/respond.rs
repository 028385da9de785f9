//! The way out: answers of integrations and rejections become responses with the headers that all have.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use snapshot::MockIntegration;

use crate::answer_body::AnswerBody;
use crate::compression::Packing;
use crate::exchange::Exchange;
use crate::gateway_response;
use crate::reject::Reject;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
static EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
static ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
static JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The answer of a mock.
pub(crate) fn mock(mock: &MockIntegration) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(Bytes::copy_from_slice(mock.body.as_bytes())));
    *response.status_mut() =
        StatusCode::from_u16(mock.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
    for (name, value) in &mock.headers {
        // compile checks them; what a snapshot from elsewhere has wrong is left out.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The response for a rejection: the API's own, or the service's.
pub(crate) fn reject(mut exchange: Box<Exchange>, reject: Reject) -> Response<AnswerBody> {
    exchange.reject = Some(reject);
    let told = exchange.message.take();
    let message = told.as_deref().unwrap_or(reject.message());
    let mut response = gateway_response::make(&exchange, reject, message).unwrap_or_else(|| {
        let mut response = Response::new(AnswerBody::whole(body(reject, message)));
        *response.status_mut() = reject.status();
        response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
        response
    });
    response.headers_mut().insert(&ERROR_TYPE, HeaderValue::from_static(reject.error_type()));
    finish(exchange, response)
}

fn body(reject: Reject, message: &str) -> String {
    let text = serde_json::Value::from(message);
    match reject {
        // Recorded with a capital letter.
        Reject::PolicyDenied => format!("{{\"Message\":{text}}}"),
        _ if reject.is_of_integration() => format!("{{\"message\": {text}}}"),
        _ => format!("{{\"message\":{text}}}"),
    }
}

/// What every response gets, and what is written once it is over.
pub(crate) fn finish(
    mut exchange: Box<Exchange>,
    mut response: Response<AnswerBody>,
) -> Response<AnswerBody> {
    let headers = response.headers_mut();
    headers.insert(&REQUEST_ID, exchange.request_id.clone());
    headers.insert(&EXTENDED_REQUEST_ID, exchange.extended_request_id.clone());
    if let Some(told) = &exchange.cors {
        told.tell(headers);
    }
    exchange.status = Some(response.status());
    if let Some(log) = &mut exchange.execution_log {
        log.response(response.headers(), response.body().as_whole());
    }
    if let Some((packing, size)) = exchange.packing {
        pack(packing, size, &mut response);
    }
    response.map(|body| body.with_exchange(exchange))
}

/// Packs a body that is there as a whole and long enough; one that streams through goes on as it is.
fn pack(packing: Packing, size: u32, response: &mut Response<AnswerBody>) {
    if response.headers().contains_key(CONTENT_ENCODING) {
        return;
    }
    let packed = match response.body().as_whole() {
        Some(body) if !body.is_empty() && body.len() >= size as usize => {
            let body = body.clone();
            packing.pack(&body, response.headers_mut())
        }
        _ => return,
    };
    // Writing to memory does not fail.
    if let Ok(packed) = packed {
        *response.body_mut() = AnswerBody::whole(packed);
    }
}
