//! Where a mapped value comes from.
//!
//! Developer guide, request-response-data-mappings.

use std::collections::BTreeMap;

use template::json_path::JsonPath;

/// Which data a mapping reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `method.request.…`: what the client sent.
    Request,
    /// `integration.response.…`: what the endpoint answered.
    Response,
}

/// Where a mapped value comes from.
#[derive(Debug)]
pub enum Source {
    /// This text.
    Static(String),
    /// A header, or all of its values.
    Header {
        /// In lower case.
        name: Box<str>,
        /// Whether all values count, with commas between them.
        all: bool,
    },
    /// A parameter of the query string, or all of its values.
    Query {
        /// As it is.
        name: Box<str>,
        /// Whether all values count.
        all: bool,
    },
    /// A path parameter.
    Path(Box<str>),
    /// The whole body.
    Body,
    /// A part of the body.
    BodyPath(Box<JsonPath>),
    /// A value of `$context`, such as `identity.sourceIp`.
    Context(Box<str>),
    /// A stage variable that is not set: there is no value.
    Unset,
}

/// Why text names no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Nothing like a source.
    #[error(
        "`{0}` is no source of a value; {1} context.name, stageVariables.name and 'text' in single quotes are"
    )]
    Unknown(String, &'static str),
    /// A JSON path that does not parse.
    #[error("`{0}` is no path into a JSON body: {1}")]
    JsonPath(String, String),
}

impl Source {
    /// Parses a source as it stands in `requestParameters` or `responseParameters`.
    pub fn parse(text: &str, side: Side, variables: &BTreeMap<String, String>) -> Result<Self, SourceError> {
        if let Some(name) = text.strip_prefix("stageVariables.").filter(|name| is_word(name)) {
            return Ok(variables.get(name).map_or(Self::Unset, |value| Self::Static(value.clone())));
        }
        Self::check(text, side)
    }

    /// The same before stage variables are known: one of them counts as unset.
    pub fn check(text: &str, side: Side) -> Result<Self, SourceError> {
        if let Some(fixed) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Ok(Self::Static(fixed.to_owned()));
        }
        if text.strip_prefix("stageVariables.").is_some_and(is_word) {
            return Ok(Self::Unset);
        }
        if let Some(path) = text.strip_prefix("context.").filter(|path| path.split('.').all(is_word)) {
            return Ok(Self::Context(path.into()));
        }
        let (prefix, expected) = match side {
            Side::Request => (
                "method.request.",
                "method.request.header.NAME, .querystring.NAME, .path.NAME, .multivalueheader.NAME, .multivaluequerystring.NAME, .body, .body.JSONPATH,",
            ),
            Side::Response => (
                "integration.response.",
                "integration.response.header.NAME, .multivalueheader.NAME, .body, .body.JSONPATH,",
            ),
        };
        let unknown = || SourceError::Unknown(text.to_owned(), expected);
        let rest = text.strip_prefix(prefix).ok_or_else(unknown)?;
        if rest == "body" {
            return Ok(Self::Body);
        }
        let (kind, name) = rest.split_once('.').filter(|(_, name)| !name.is_empty()).ok_or_else(unknown)?;
        let header = |all| Self::Header { name: name.to_ascii_lowercase().into(), all };
        match (kind, side) {
            ("body", _) => {
                // As `$.name`, `$[0]` or `$` itself.
                let path = if name.starts_with('[') { format!("${name}") } else { format!("$.{name}") };
                let path = JsonPath::parse(&path)
                    .map_err(|error| SourceError::JsonPath(name.to_owned(), error.to_string()))?;
                Ok(Self::BodyPath(Box::new(path)))
            }
            ("header", _) => Ok(header(false)),
            ("multivalueheader", _) => Ok(header(true)),
            ("querystring", Side::Request) => Ok(Self::Query { name: name.into(), all: false }),
            ("multivaluequerystring", Side::Request) => Ok(Self::Query { name: name.into(), all: true }),
            ("path", Side::Request) => Ok(Self::Path(name.into())),
            _ => Err(unknown()),
        }
    }

    /// Whether the value comes from the body as JSON.
    pub fn reads_body(&self) -> bool {
        matches!(self, Self::Body | Self::BodyPath(_))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
