//! Answers of an integration: which one, and what is made of it.

use std::collections::BTreeMap;

use http::HeaderName;
use regex::Regex;

use super::{MappingError, MediaTemplates, Side, Source};
use crate::{ContentHandling, IntegrationResponse};

/// What is made of an answer of the endpoint.
#[derive(Debug)]
pub struct ResponsePlan {
    /// Status of the answer to the client.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(HeaderName, Source)>,
    /// Its body.
    pub templates: MediaTemplates,
    /// What the body is turned to.
    pub content_handling: Option<ContentHandling>,
}

/// Every answer of an integration.
#[derive(Debug, Default)]
pub struct Responses {
    patterns: Vec<(Regex, ResponsePlan)>,
    default: Option<ResponsePlan>,
}

impl Responses {
    pub(crate) fn build(
        responses: &BTreeMap<String, IntegrationResponse>,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let mut built = Self::default();
        for (key, response) in responses {
            let plan = ResponsePlan::build(response, variables)?;
            // As in exports, an empty pattern is the default too.
            if key == "default" || key.is_empty() {
                built.default = Some(plan);
            } else {
                built.patterns.push((pattern(key)?, plan));
            }
        }
        Ok(built)
    }

    /// The answer for a status or error message: of the patterns that match all of it, the one whose answer has this
    /// very status (as the service picks), or else the first, or the default.
    pub fn select(&self, text: &str) -> Option<&ResponsePlan> {
        let matching =
            || self.patterns.iter().filter(|(pattern, _)| pattern.is_match(text)).map(|(_, plan)| plan);
        let same_status = matching().find(|plan| text.parse() == Ok(plan.status));
        same_status.or_else(|| matching().next()).or(self.default.as_ref())
    }
}

impl ResponsePlan {
    fn build(
        response: &IntegrationResponse,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let header = |(place, source): (&String, &String)| {
            Ok((
                response_header(place, "method.response.header.")?,
                Source::parse(source, Side::Response, variables)?,
            ))
        };
        Ok(Self {
            status: response.status_code,
            headers: response.response_parameters.iter().map(header).collect::<Result<_, MappingError>>()?,
            templates: MediaTemplates::build(&response.response_templates),
            content_handling: response.content_handling,
        })
    }
}

/// The header that `method.response.header.X` names.
pub(crate) fn response_header(place: &str, prefix: &'static str) -> Result<HeaderName, MappingError> {
    let name = place.strip_prefix(prefix).and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
    name.ok_or_else(|| MappingError::ResponsePlace(place.to_owned(), prefix))
}

/// A selection pattern: a regular expression that must match the whole text (developer guide,
/// handle-errors-in-lambda-integration).
pub(crate) fn pattern(text: &str) -> Result<Regex, MappingError> {
    template::whole_match(text).map_err(|error| MappingError::Pattern(text.to_owned(), error.to_string()))
}

/// Whether a key of `responses` can be used.
pub fn check_pattern(text: &str) -> Result<(), MappingError> {
    if text == "default" || text.is_empty() { Ok(()) } else { pattern(text).map(drop) }
}

/// Whether `method.response.header.X` names a header.
pub fn check_response_header(place: &str) -> Result<(), MappingError> {
    response_header(place, "method.response.header.").map(drop)
}

/// The header that `gatewayresponse.header.X` names.
pub fn gateway_header(place: &str) -> Result<HeaderName, MappingError> {
    response_header(place, "gatewayresponse.header.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_of_the_same_status_is_picked_among_those_that_match() {
        let response = |status_code| IntegrationResponse { status_code, ..IntegrationResponse::default() };
        let responses = [("4..", 400), ("404|409", 404), (".*oops.*", 502), ("default", 200)];
        let responses =
            responses.map(|(key, status)| (key.to_owned(), response(status))).into_iter().collect();
        let responses = Responses::build(&responses, &BTreeMap::new()).unwrap();
        let picked = |text| responses.select(text).unwrap().status;
        assert_eq!(
            ["403", "404", "409", "an oops", "500"].map(picked),
            [400, 404, 400, 502, 200],
            "by its own status, then the first in order"
        );
    }
}
