//! What a template is once parsed.

/// A piece of a template.
#[derive(Debug)]
pub(crate) enum Node {
    /// Text as it is.
    Text(Box<str>),
    /// `$x.y`, printed.
    Reference(Reference),
    /// A reference that a backslash makes a text.
    Set { target: Reference, value: Expr },
    /// `#if … #elseif … #else … #end`.
    If { branches: Vec<(Expr, Vec<Node>)>, otherwise: Vec<Node> },
    /// `#foreach($x in …) … #end`.
    Foreach { variable: usize, source: Expr, body: Vec<Node> },
    /// `#define($x) … #end`.
    Define { variable: usize, literal: Box<str>, body: Vec<Node> },
    /// `#break`.
    Break,
    /// `#stop`.
    Stop,
}

/// `$x.y(…)[…]`: a variable and the way from it.
#[derive(Debug)]
pub(crate) struct Reference {
    /// Which variable: an index into the template's names.
    pub(crate) root: usize,
    /// The way from it.
    pub(crate) steps: Vec<Step>,
}

/// One step of a reference.
#[derive(Debug)]
pub(crate) enum Step {
    Property(Box<str>),
    Method(Box<str>, Vec<Expr>),
    Index(Expr),
}

/// A value to be.
#[derive(Debug)]
pub(crate) enum Expr {
    /// A bare word among a call's arguments: null in Velocity.
    Null,
    Bool(bool),
    Integer(i64),
    Big(i128),
    Double(f64),
    Text(Box<str>),
    /// A double-quoted text with references or directives in it. `trimmed`: one blank was added at its end.
    Interpolated {
        nodes: Vec<Node>,
        trimmed: bool,
    },
    List(Vec<Expr>),
    Range(Box<Expr>, Box<Expr>),
    Map(Vec<(Expr, Expr)>),
    Reference(Reference),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Math(Operator, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
