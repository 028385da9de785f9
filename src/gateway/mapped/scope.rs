//! What templates of one request share: its context, and the overrides that an earlier one set.

use serde_json::Value;
use snapshot::VariantTable;
use snapshot::mapping::TemplateSlot;
use template::{Input, RequestOverride, ResponseOverride};

use super::Received;
use super::onward::MappedError;

/// What templates of one request share.
pub(crate) struct Scope<'r> {
    pub(crate) received: &'r Received<'r>,
    pub(crate) variant: &'r VariantTable,
    pub(crate) context: Value,
    pub(crate) request_override: Option<RequestOverride>,
    pub(crate) response_override: Option<ResponseOverride>,
}

impl Scope<'_> {
    /// Renders a template; what it overrides stays.
    pub(crate) fn render(&mut self, template: &TemplateSlot, body: &str) -> Result<String, MappedError> {
        let template = template.as_ref().map_err(|error| MappedError::Template(error.to_string()))?;
        let rendered = template.render(&Input {
            body,
            path: self.received.path,
            querystring: &borrowed(&self.received.query),
            headers: &borrowed(&self.received.headers),
            stage_variables: &self.variant.variables,
            context: &self.context,
            request_override: self.request_override.as_ref(),
            response_override: self.response_override.as_ref(),
        })?;
        self.request_override = Some(rendered.request_override);
        self.response_override = Some(rendered.response_override);
        Ok(rendered.text)
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (&**name, &**value)).collect()
}
