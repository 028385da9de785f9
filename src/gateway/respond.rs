//! The way out: answers of integrations and rejections become responses with the headers that all have.

use std::rc::Rc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use snapshot::MockIntegration;

use crate::body::AnswerBody;
use crate::exchange::Exchange;
use crate::exit::Exit;
use crate::reject::Reject;
use crate::worker::Worker;

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
pub(crate) fn reject(worker: Rc<Worker>, mut exchange: Exchange, reject: Reject) -> Response<AnswerBody> {
    exchange.reject = Some(reject);
    let mut response = Response::new(AnswerBody::whole(reject.body()));
    *response.status_mut() = reject.status();
    response.headers_mut().insert(CONTENT_TYPE, JSON.clone());
    response.headers_mut().insert(&ERROR_TYPE, HeaderValue::from_static(reject.error_type()));
    finish(worker, exchange, response)
}

/// What every response gets, and what is written once it is over.
pub(crate) fn finish(
    worker: Rc<Worker>,
    exchange: Exchange,
    response: Response<AnswerBody>,
) -> Response<AnswerBody> {
    let (mut parts, body) = response.into_parts();
    if let Ok(id) = HeaderValue::try_from(&*exchange.request_id) {
        parts.headers.insert(&REQUEST_ID, id);
    }
    if let Ok(id) = HeaderValue::try_from(&*exchange.extended_request_id) {
        parts.headers.insert(&EXTENDED_REQUEST_ID, id);
    }
    let status = parts.status;
    let exit = Box::new(Exit { worker, exchange, status, response_length: 0 });
    Response::from_parts(parts, body.with_exit(exit))
}
