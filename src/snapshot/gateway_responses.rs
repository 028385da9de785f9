//! Gateway responses as a gateway uses them.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use http::HeaderName;
use template::Template;

use crate::GatewayResponse;
use crate::mapping::{Side, Source, gateway_header};

/// Gateway responses of one deployment with stage variables put in.
#[derive(Debug, Default)]
pub struct GatewayResponses(HashMap<Box<str>, ResponseOfType>);

/// What is answered for one type, or for the types that a default stands for.
#[derive(Debug)]
pub struct ResponseOfType {
    /// Status; that of the type if none.
    pub status: Option<u16>,
    /// Headers.
    pub headers: Vec<(HeaderName, Source)>,
    templates: Vec<(Box<str>, ResponseText)>,
}

/// A body with variables in it.
#[derive(Debug)]
pub struct ResponseText {
    /// Itself.
    pub text: Template,
    /// The parameters of the request that it names: kind, name, and where the value comes from.
    pub parameters: Vec<(Box<str>, Box<str>, Source)>,
}

impl GatewayResponses {
    /// Builds them. What compile refuses is left out here: a snapshot from elsewhere must not take the gateway down.
    pub(crate) fn build(
        responses: &BTreeMap<String, GatewayResponse>,
        variables: &BTreeMap<String, String>,
    ) -> Self {
        let header = |(place, source): (&String, &String)| {
            Some((gateway_header(place).ok()?, Source::parse(source, Side::Request, variables).ok()?))
        };
        let template = |(media, text): (&String, &String)| {
            let text = Template::parse_variables(text).ok()?;
            let parameter = |(kind, name): (&str, &str)| {
                let source = format!("method.request.{kind}.{name}");
                Some((kind.into(), name.into(), Source::parse(&source, Side::Request, variables).ok()?))
            };
            let parameters = text.parameters().into_iter().filter_map(parameter).collect();
            Some((media.to_ascii_lowercase().into(), ResponseText { text, parameters }))
        };
        let of_type = |(kind, response): (&String, &GatewayResponse)| {
            let built = ResponseOfType {
                status: response.status_code,
                headers: response.response_parameters.iter().filter_map(header).collect(),
                templates: response.response_templates.iter().filter_map(template).collect(),
            };
            (kind.as_str().into(), built)
        };
        Self(responses.iter().map(of_type).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The response for a type, or the default that stands for it.
    pub fn get(&self, kind: &str, is_server_error: bool) -> Option<&ResponseOfType> {
        let default = if is_server_error { "DEFAULT_5XX" } else { "DEFAULT_4XX" };
        self.0.get(kind).or_else(|| self.0.get(default))
    }
}

impl ResponseOfType {
    /// The body for what the client accepts, with its media type; the first where none is for it.
    pub fn template(&self, accept: Option<&str>) -> Option<(&str, &ResponseText)> {
        let mut accepted =
            accept.into_iter().flat_map(|accept| accept.split(',')).chain(["application/json"]);
        let found = accepted.find_map(|media| {
            let media = media.split(';').next().unwrap_or_default().trim();
            self.templates.iter().find(|(known, _)| known.eq_ignore_ascii_case(media))
        });
        found.or_else(|| self.templates.first()).map(|(media, template)| (&**media, template))
    }
}
