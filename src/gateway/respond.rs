//! The way out: answers of integrations and rejections become responses with the headers that all have.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use snapshot::MockIntegration;

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
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

/// The response for a rejection.
pub(crate) fn reject(mut exchange: Box<Exchange>, reject: Reject) -> Response<AnswerBody> {
    exchange.reject = Some(reject);
    let mut response = Response::new(AnswerBody::whole(reject.body()));
    *response.status_mut() = reject.status();
    response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
    response.headers_mut().insert(&ERROR_TYPE, HeaderValue::from_static(reject.error_type()));
    finish(exchange, response)
}

/// What every response gets, and what is written once it is over.
pub(crate) fn finish(
    mut exchange: Box<Exchange>,
    mut response: Response<AnswerBody>,
) -> Response<AnswerBody> {
    let headers = response.headers_mut();
    headers.insert(&REQUEST_ID, exchange.request_id.clone());
    headers.insert(&EXTENDED_REQUEST_ID, exchange.extended_request_id.clone());
    exchange.status = Some(response.status());
    response.map(|body| body.with_exchange(exchange))
}
