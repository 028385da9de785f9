//! What can go wrong.

/// Why text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// Why a template can't be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Output or a text is over its bound.
    #[error("the output is over 10 MiB")]
    TooLong,
    /// Too many steps.
    #[error("the template takes over a million steps")]
    TooManySteps,
    /// Too many rounds of a loop.
    #[error("a #foreach has over 1000 rounds")]
    TooManyRounds,
    /// Blocks that call each other.
    #[error("#define blocks call each other more than 20 deep")]
    TooDeep,
    /// Too much memory.
    #[error("the template's values take over 64 MiB")]
    TooMuchMemory,
    /// An override that is set twice (developer guide, apigateway-override-request-response-parameters).
    #[error("$context.{0} is overridden twice")]
    OverriddenTwice(String),
    /// `$util.parseJson` of what is no JSON.
    #[error("$util.parseJson: {0}")]
    NotJson(String),
    /// A regular expression.
    #[error("`{0}` is no regular expression that is supported here")]
    Pattern(String),
    /// A JSON path.
    #[error("`{0}` is no JSON path: {1}")]
    JsonPath(String, String),
}
