//! The mapping-template language: Velocity 1.7 as Amazon API Gateway runs it.
//!
//! A [`Template`] is parsed once and rendered many times, from any thread. It sees its [`Input`] and nothing else, and
//! each rendering has bounds ([`limits`]) on its work, memory and output.

mod ast;
pub mod document;
mod error;
mod heap;
pub mod json_path;
pub mod limits;
mod methods;
mod names;
mod number;
mod parse;
mod regex;
mod render;
mod text;
mod value;

use std::collections::BTreeMap;

use serde_json::Value;

pub use crate::regex::whole_match;
pub use error::{CallError, ParseError, ParseProblem, RenderError};

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    nodes: Vec<ast::Node>,
    names: names::Names,
}

impl Template {
    /// Parses a template.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (nodes, names) = parse::parse(text)?;
        Ok(Self { nodes, names })
    }

    /// Parses a text that only has variables in it, `$context.…`, `$stageVariables.…` and `$method.request.…`, as gateway
    /// responses have: nothing else in it means anything, and only its length can be wrong.
    pub fn parse_variables(text: &str) -> Result<Self, ParseError> {
        let (nodes, names) = parse::parse_variables(text)?;
        Ok(Self { nodes, names })
    }

    /// The parameters of the request that such a text names: kind and name, as `header` and `Accept` of
    /// `$method.request.header.Accept`. Their values are read where [`with_parameters`] puts them.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        self.nodes.iter().filter_map(parameter).collect()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Renders it.
    pub fn render(&self, input: &Input<'_>) -> Result<Rendered, RenderError> {
        render::render(&self.nodes, &self.names, input)
    }
}

fn parameter(node: &ast::Node) -> Option<(&str, &str)> {
    let ast::Node::Reference(reference) = node else { return None };
    let [root, request, kind, name] = reference.steps.as_slice() else { return None };
    let is_parameter = property(root)? == parse::METHOD && property(request)? == "request";
    is_parameter.then_some((property(kind)?, property(name)?))
}

fn property(step: &ast::Step) -> Option<&str> {
    match step {
        ast::Step::Property(name) => Some(name),
        _ => None,
    }
}

/// A context with parameters of the request in it: kind, name and value, for texts that name some
/// ([`Template::parameters`]).
pub fn with_parameters<'p>(
    mut context: Value,
    parameters: impl IntoIterator<Item = (&'p str, &'p str, String)>,
) -> Value {
    let mut kinds: BTreeMap<&str, serde_json::Map<String, Value>> = BTreeMap::new();
    for (kind, name, value) in parameters {
        kinds.entry(kind).or_default().insert(name.to_owned(), Value::String(value));
    }
    if let Some(fields) = context.as_object_mut() {
        fields.insert(parse::METHOD.to_owned(), serde_json::json!({"request": kinds}));
    }
    context
}

/// What a template sees.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The request's body, or the endpoint's answer: `$input.body`, `$input.path`, `$input.json`.
    pub body: &'a str,
    /// The parameters of the path, as `$input.params()` has them.
    pub path: &'a [(&'a str, &'a str)],
    /// The parameters of the query, decoded; the last of a name counts.
    pub querystring: &'a [(&'a str, &'a str)],
    /// The headers of the request; the last of a name counts.
    pub headers: &'a [(&'a str, &'a str)],
    /// `$stageVariables`.
    pub stage_variables: &'a BTreeMap<String, String>,
    /// `$context`: an object. The overrides are added to it.
    pub context: &'a Value,
    /// What the request's template set before, for the response's.
    pub request_override: Option<&'a RequestOverride>,
    /// What the request's template set before, for the response's.
    pub response_override: Option<&'a ResponseOverride>,
}

static NO_VARIABLES: BTreeMap<String, String> = BTreeMap::new();
static NO_CONTEXT: Value = Value::Null;

impl Default for Input<'_> {
    fn default() -> Self {
        Self {
            body: "",
            path: &[],
            querystring: &[],
            headers: &[],
            stage_variables: &NO_VARIABLES,
            context: &NO_CONTEXT,
            request_override: None,
            response_override: None,
        }
    }
}

/// What a template gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Its text.
    pub text: String,
    /// `$context.requestOverride` after it, what was set before included.
    pub request_override: RequestOverride,
    /// `$context.responseOverride` after it, what was set before included.
    pub response_override: ResponseOverride,
}

/// What `$context.requestOverride` holds: texts, numbers, truth values, or lists of them for several values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequestOverride {
    /// Parameters of the path.
    pub path: BTreeMap<String, Value>,
    /// Parameters of the query.
    pub querystring: BTreeMap<String, Value>,
    /// Headers.
    pub header: BTreeMap<String, Value>,
    /// Anything else that was set there, which later templates see and nothing uses.
    pub other: BTreeMap<String, Value>,
}

/// What `$context.responseOverride` holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseOverride {
    /// The status, as it was set: a number or a text.
    pub status: Option<Value>,
    /// Headers.
    pub header: BTreeMap<String, Value>,
    /// Anything else that was set there, which later templates see and nothing uses.
    pub other: BTreeMap<String, Value>,
}
