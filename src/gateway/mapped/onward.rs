//! What goes to the endpoint: body, parameters, overrides.

use bytes::Bytes;
use serde_json::{Map, Value};
use snapshot::mapping::{MappingPlan, Place, Source, TemplateSlot};
use snapshot::{PassthroughBehavior, VariantTable};
use template::{Input, RenderError};

use super::body;
use super::json::{JsonBody, Malformed};
use super::parameters::request_value;
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
    #[error("the status {0} that a template set is none")]
    BadStatus(String),
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
    fn from(Malformed: Malformed) -> Self {
        Self::InvalidJson
    }
}

pub(crate) fn make(
    received: &Received<'_>,
    variant: &VariantTable,
    mapped: &Mapped<'_>,
    context: &mut Map<String, Value>,
) -> Result<Onward, MappedError> {
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
            let Some(value) = request_value(source, received, &json, context) else { continue };
            match (place, source) {
                // It stands in a path already: as it was sent.
                (Place::Path(name), Source::Path(_)) => onward.path.push((name.to_string(), value)),
                _ => onward.set(place, value),
            }
        }
    }
    onward.body = match template {
        None => body.into_bytes(),
        Some(template) => {
            let text = render(template, body.as_text()?, received, variant, context)?;
            onward.override_by(context);
            text.into()
        }
    };
    Ok(onward)
}

/// The template for the request's media type; none where its body passes as it is.
///
/// Developer guide, integration-passthrough-behaviors.
fn template<'p>(
    received: &Received<'_>,
    mapping: &'p MappingPlan,
) -> Result<Option<&'p TemplateSlot>, MappedError> {
    let templates = &mapping.request_templates;
    let found = templates.get(received.media_type());
    match (found, mapping.passthrough) {
        (Some(template), _) => Ok(Some(template)),
        (None, PassthroughBehavior::WhenNoMatch) => Ok(None),
        (None, PassthroughBehavior::WhenNoTemplates) if templates.is_empty() => Ok(None),
        (None, _) => Err(MappedError::UnsupportedMediaType),
    }
}

/// Renders a template; overrides that it sets go into the context, where later templates see them.
pub(super) fn render(
    template: &TemplateSlot,
    body: &str,
    received: &Received<'_>,
    variant: &VariantTable,
    context: &mut Map<String, Value>,
) -> Result<String, MappedError> {
    let template = template.as_ref().map_err(|error| MappedError::Template(error.to_string()))?;
    let tree = Value::Object(std::mem::take(context));
    let rendered = template.render(&Input {
        body,
        path: received.path,
        querystring: &borrowed(&received.query),
        headers: &borrowed(&received.headers),
        stage_variables: &variant.variables,
        context: &tree,
    });
    if let Value::Object(tree) = tree {
        *context = tree;
    }
    let rendered = rendered?;
    context.insert("requestOverride".to_owned(), rendered.request_override);
    context.insert("responseOverride".to_owned(), rendered.response_override);
    Ok(rendered.text)
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (&**name, &**value)).collect()
}

impl Onward {
    fn set(&mut self, place: &Place, value: String) {
        match place {
            Place::Header(name) => self.headers.push((name.to_string(), value)),
            Place::Query(name) => self.query.push((name.to_string(), value)),
            Place::Path(name) => self.path.push((name.to_string(), query::escaped_for_path(&value))),
        }
    }

    /// What a template set in `$context.requestOverride` stands before what is mapped.
    fn override_by(&mut self, context: &Map<String, Value>) {
        let Some(Value::Object(overrides)) = context.get("requestOverride") else { return };
        for (kind, list) in
            [("header", &mut self.headers), ("querystring", &mut self.query), ("path", &mut self.path)]
        {
            let Some(Value::Object(values)) = overrides.get(kind) else { continue };
            for (name, value) in values {
                list.retain(|(known, _)| match kind {
                    "header" => !known.eq_ignore_ascii_case(name),
                    _ => known != name,
                });
                let written = |value: String| match kind {
                    "path" => query::escaped_for_path(&value),
                    _ => value,
                };
                list.extend(texts(value).map(|value| (name.clone(), written(value))));
            }
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
