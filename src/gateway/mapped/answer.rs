//! From what an endpoint answered to what the client gets.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;
use snapshot::mapping::{MappingPlan, MediaTemplates, ResponsePlan, Source, TemplateSlot};

use super::body;
use super::context::lookup;
use super::endpoint::EndpointAnswer;
use super::headers::for_client;
use super::json::{JsonBody, Malformed};
use super::onward::{MappedError, texts};
use super::parameters::{joined, text};
use super::scope::Scope;
use crate::answer_body::AnswerBody;
use template::ResponseOverride;

pub(super) fn make(
    mapping: &MappingPlan,
    answer: EndpointAnswer,
    scope: &mut Scope<'_>,
) -> Result<Response<AnswerBody>, MappedError> {
    let plan = mapping.responses.select(&answer.selector);
    let plan = plan.ok_or_else(|| MappedError::NoResponse(answer.selector.clone()))?;
    let mut response = Response::new(AnswerBody::whole(""));
    *response.status_mut() = status(i64::from(plan.status)).ok_or(MappedError::BadStatus(plan.status))?;
    mapped_headers(plan, &answer, &scope.context, response.headers_mut())?;
    let media = answer.header("content-type").next_back().unwrap_or("application/json").to_owned();
    let accept = scope.received.accept.as_deref();
    let body = body::of_answer(
        answer.body,
        &media,
        accept,
        &scope.variant.binary_media_types,
        plan.content_handling,
    )?;
    let body = match template(&plan.templates, accept) {
        None => body.into_bytes(),
        Some(Ok(template)) if template.is_empty() => body.into_bytes(),
        Some(template) => scope.render(template, body.as_text()?)?.into(),
    };
    if let Some(overrides) = &scope.response_override {
        override_by(overrides, &mut response);
    }
    response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    if let Some(version) = answer.executed_version.and_then(|version| HeaderValue::try_from(version).ok()) {
        response.headers_mut().insert("x-amz-executed-version", version);
    }
    *response.body_mut() = AnswerBody::whole(body);
    Ok(response)
}

/// The template for what the client accepts; an empty one leaves the body as it is; `application/json` where it says nothing, the first where none is for it
/// (developer guide, request-response-data-mappings).
fn template<'p>(templates: &'p MediaTemplates, accept: Option<&str>) -> Option<&'p TemplateSlot> {
    let accepted = accept.into_iter().flat_map(|accept| accept.split(','));
    accepted
        .chain(["application/json"])
        .find_map(|media| templates.get(media))
        .or_else(|| templates.first().map(|(_, template)| template))
}

fn mapped_headers(
    plan: &ResponsePlan,
    answer: &EndpointAnswer,
    context: &Value,
    headers: &mut http::HeaderMap,
) -> Result<(), MappedError> {
    let json = if plan.headers.iter().any(|(_, source)| source.reads_body()) {
        match JsonBody::read(&answer.body) {
            Ok(json) => json,
            Err(Malformed::NotJson) => return Err(MappedError::AnswerNotJson),
            // What is not read has no values in it.
            Err(Malformed::TooMuch) => JsonBody::Unread,
        }
    } else {
        JsonBody::Unread
    };
    for (name, source) in &plan.headers {
        let value = match source {
            Source::Static(text) => Some(text.clone()),
            Source::Header { name, all: false } => answer.header(name).next_back().map(str::to_owned),
            Source::Header { name, all: true } => joined(answer.header(name)),
            Source::Body => json.whole(),
            Source::BodyPath(path) => json.at(path),
            Source::Context(path) => lookup(context, path).and_then(text),
            Source::Query { .. } | Source::Path(_) | Source::Unset => None,
        };
        if let Some(value) = value {
            set(headers, name, &value);
        }
    }
    Ok(())
}

fn set(headers: &mut http::HeaderMap, name: &HeaderName, value: &str) {
    // A value that can't stand in a header line is left out: it may come from a body.
    if let (Some(name), Ok(value)) = (for_client(name), HeaderValue::from_bytes(value.as_bytes())) {
        headers.insert(name, value);
    }
}

/// What templates set in `$context.responseOverride`. A status that is none, as a text or 600, is no override (recorded).
fn override_by(overrides: &ResponseOverride, response: &mut Response<AnswerBody>) {
    if let Some(status) = overrides.status.as_ref().and_then(Value::as_i64).and_then(status) {
        *response.status_mut() = status;
    }
    for (name, value) in &overrides.header {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let all: Vec<String> = texts(value).collect();
        if !all.is_empty() {
            set(response.headers_mut(), &name, &all.join(","));
        }
    }
}

/// A status that can end a request.
fn status(number: i64) -> Option<StatusCode> {
    let code = u16::try_from(number).ok().filter(|code| (200..=599).contains(code))?;
    StatusCode::from_u16(code).ok()
}
