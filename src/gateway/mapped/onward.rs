//! What goes to the endpoint: body, parameters, overrides.

use bytes::Bytes;
use serde_json::Value;
use snapshot::PassthroughBehavior;
use snapshot::mapping::{MappingPlan, Place, TemplateSlot};
use template::{RenderError, RequestOverride};

use super::body;
use super::json::{JsonBody, Malformed};
use super::parameters::{in_path, query_values, request_value};
use super::scope::Scope;
use super::{Mapped, Received};
use crate::exchange::Exchange;
use crate::query;
use crate::reject::Reject;

/// What goes to the endpoint.
pub(crate) struct Onward {
    pub(crate) body: Bytes,
    pub(crate) media_type: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) path: Vec<(String, String)>,
}

/// Why a mapped request gets no answer of its integration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MappedError {
    #[error("no template for the media type, and it may not pass")]
    UnsupportedMediaType,
    #[error("the body begins like JSON and is none")]
    InvalidJson,
    #[error("the template does not parse: {0}")]
    Template(String),
    #[error("the template can't be rendered: {0}")]
    Render(#[from] RenderError),
    #[error("a template can't read a binary body")]
    BinaryInTemplate,
    #[error("the body is not base64")]
    BadBase64,
    #[error("no response is set up for `{0}`, and no default")]
    NoResponse(String),
    #[error("the endpoint's answer begins like JSON and is none, and a header is mapped from it")]
    AnswerNotJson,
    #[error("the status {0} is none")]
    BadStatus(u16),
}

impl MappedError {
    /// Notes it in the log; the caller is told less.
    pub(crate) fn note(self, exchange: &mut Exchange) -> Reject {
        exchange.detail = Some(self.to_string());
        match self {
            Self::UnsupportedMediaType => Reject::UnsupportedMediaType,
            Self::InvalidJson => Reject::InvalidJson,
            Self::NoResponse(_) => Reject::NoIntegrationResponse,
            _ => Reject::MappingFailed,
        }
    }
}

impl From<Malformed> for MappedError {
    fn from(_: Malformed) -> Self {
        Self::InvalidJson
    }
}

pub(crate) fn make(mapped: &Mapped<'_>, scope: &mut Scope<'_>) -> Result<Onward, MappedError> {
    let (received, variant) = (scope.received, scope.variant);
    let template = template(received, mapped.mapping)?;
    let media_type = received.media_type().to_owned();
    let body = body::of_request(
        received.body.clone(),
        &media_type,
        &variant.binary_media_types,
        mapped.mapping.content_handling,
    )?;
    let mut onward =
        Onward { body: Bytes::new(), media_type, headers: Vec::new(), query: Vec::new(), path: Vec::new() };
    if let Some(parameters) = mapped.parameters {
        let json = if parameters.reads_body() { JsonBody::read(&received.body)? } else { JsonBody::Unread };
        for (place, source) in parameters.entries() {
            let value = || request_value(source, received, &json, &scope.context);
            match place {
                Place::Query(name) => {
                    let values = query_values(source, received, &json, &scope.context);
                    onward.query.extend(values.into_iter().map(|value| (name.to_string(), value)));
                }
                Place::Header(name) => onward.headers.extend(value().map(|value| (name.to_string(), value))),
                Place::Path(name) => {
                    onward.path.extend(value().map(|value| (name.to_string(), in_path(source, value))));
                }
            }
        }
    }
    // What is not mapped is the resource's own, as it was sent.
    let sent = received.path.iter().filter(|(name, _)| !onward.path.iter().any(|(known, _)| known == name));
    let sent: Vec<_> = sent.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    onward.path.extend(sent);
    onward.body = match template {
        None => body.into_bytes(),
        Some(template) => {
            let text = scope.render(template, body.as_text()?)?;
            if let Some(overrides) = &scope.request_override {
                onward.override_by(overrides);
            }
            text.into()
        }
    };
    Ok(onward)
}

/// The template for the request's media type, or that of `$default`; none where its body passes as it is.
///
/// Developer guide, integration-passthrough-behaviors.
fn template<'p>(
    received: &Received<'_>,
    mapping: &'p MappingPlan,
) -> Result<Option<&'p TemplateSlot>, MappedError> {
    let templates = &mapping.request_templates;
    let found = templates.get(received.media_type()).or_else(|| templates.get("$default"));
    match (found, mapping.passthrough) {
        (Some(template), _) => Ok(Some(template)),
        (None, PassthroughBehavior::WhenNoMatch) => Ok(None),
        (None, PassthroughBehavior::WhenNoTemplates) if templates.is_empty() => Ok(None),
        (None, _) => Err(MappedError::UnsupportedMediaType),
    }
}

impl Onward {
    /// What a template set in `$context.requestOverride` stands before what is mapped.
    fn override_by(&mut self, overrides: &RequestOverride) {
        for (name, value) in &overrides.header {
            self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            self.headers.extend(texts(value).map(|value| (name.clone(), value)));
        }
        for (name, value) in &overrides.querystring {
            self.query.retain(|(known, _)| known != name);
            self.query.extend(texts(value).map(|value| (name.clone(), value)));
        }
        for (name, value) in &overrides.path {
            self.path.retain(|(known, _)| known != name);
            self.path.extend(texts(value).map(|value| (name.clone(), query::escaped_for_path(&value))));
        }
    }
}

/// One value, or each of a list.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = String> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        other => std::slice::from_ref(other),
    };
    list.iter().filter_map(super::parameters::text)
}
