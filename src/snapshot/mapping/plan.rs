//! The mapping of one integration.

use std::collections::BTreeMap;

use super::{MediaTemplates, Responses, SourceError};
use crate::{ContentHandling, Mapping, PassthroughBehavior};

/// How requests and answers of one integration are made over.
#[derive(Debug, Default)]
pub struct MappingPlan {
    /// Templates of requests.
    pub request_templates: MediaTemplates,
    /// What becomes of bodies that no template is for.
    pub passthrough: PassthroughBehavior,
    /// What bodies of requests are turned to.
    pub content_handling: Option<ContentHandling>,
    /// Answers.
    pub responses: Responses,
}

/// Why a mapping can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// A source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A place in the onward request.
    #[error(
        "`{0}` is no parameter of an onward request; integration.request.header.NAME, integration.request.querystring.NAME and integration.request.path.NAME are"
    )]
    Place(String),
    /// A place in an answer.
    #[error("`{0}` is no header of an answer; {1}NAME is")]
    ResponsePlace(String, &'static str),
    /// A selection pattern.
    #[error("`{0}` is no regular expression that is supported here: {1}")]
    Pattern(String, String),
}

impl MappingPlan {
    /// Builds the plan, stage variables put in.
    pub fn build(mapping: &Mapping, variables: &BTreeMap<String, String>) -> Result<Self, MappingError> {
        Ok(Self {
            request_templates: MediaTemplates::build(&mapping.request_templates),
            passthrough: mapping.passthrough_behavior,
            content_handling: mapping.content_handling,
            responses: Responses::build(&mapping.responses, variables)?,
        })
    }
}
