//! Answers to requests that no integration answers, as the API has them.
//!
//! Developer guide, api-gateway-gatewayResponse-definition.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use snapshot::{ResponseOfType, VariantTable};
use template::Input;

use crate::answer_body::AnswerBody;
use crate::exchange::Exchange;
use crate::mapped::{JsonBody, Received, request_value};
use crate::reject::Reject;

/// What is kept of a request for its gateway response; only APIs that have some pay for it.
pub(crate) struct Kept {
    pub(crate) headers: HeaderMap,
    pub(crate) path: Vec<(String, String)>,
    /// `$context` without the error.
    pub(crate) context: Value,
}

/// The API's own answer to a rejection; none where it has none for it.
pub(crate) fn make(exchange: &Exchange, reject: Reject, message: &str) -> Option<Response<AnswerBody>> {
    let variant = exchange.variant.as_ref()?;
    let kept = exchange.kept.as_ref()?;
    let kind = reject.response_type();
    let plan = variant.gateway_responses.get(kind, reject.status().is_server_error())?;
    let path: Vec<(&str, &str)> = kept.path.iter().map(|(name, value)| (&**name, &**value)).collect();
    let received = Received::head(&kept.headers, &exchange.uri, &path);
    let mut context = kept.context.clone();
    context["error"] = json!({
        "message": message,
        "messageString": Value::from(message).to_string(),
        "responseType": kind,
        "validationErrorString": exchange.validation_error,
    });
    let mut response = Response::new(AnswerBody::whole(""));
    *response.status_mut() =
        plan.status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(reject.status());
    response.headers_mut().insert(CONTENT_TYPE, media_type(plan, &received));
    for (name, source) in &plan.headers {
        let value = request_value(source, &received, &JsonBody::Unread, &context);
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
    *response.body_mut() = body(plan, &received, variant, context, message);
    Some(response)
}

fn body(
    plan: &ResponseOfType,
    received: &Received<'_>,
    variant: &VariantTable,
    context: Value,
    message: &str,
) -> AnswerBody {
    let rendered = plan.template(received.accept.as_deref()).map(|(_, body)| {
        let named: Vec<_> = body
            .parameters
            .iter()
            .filter_map(|(kind, name, source)| {
                Some((&**kind, &**name, request_value(source, received, &JsonBody::Unread, &context)?))
            })
            .collect();
        let context = template::with_parameters(context, named);
        let input = Input { stage_variables: &variant.variables, context: &context, ..Input::default() };
        body.text.render(&input).map(|rendered| rendered.text).unwrap_or_default()
    });
    AnswerBody::whole(rendered.unwrap_or_else(|| json!({"message": message}).to_string()))
}

fn media_type(plan: &ResponseOfType, received: &Received<'_>) -> HeaderValue {
    let media = plan.template(received.accept.as_deref()).map(|(media, _)| media);
    media
        .and_then(|media| HeaderValue::from_str(media).ok())
        .unwrap_or(HeaderValue::from_static("application/json"))
}

impl Kept {
    pub(crate) fn of(headers: &HeaderMap, path: &[(&str, &str)], context: Value) -> Box<Self> {
        let path = path.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Box::new(Self { headers: headers.clone(), path, context })
    }
}
