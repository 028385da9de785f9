//! A parsed template.

use std::sync::Arc;

pub(crate) type Block = Vec<Node>;

#[derive(Debug)]
pub(crate) enum Node {
    Text(Box<str>),
    Reference(Reference),
    /// A reference behind backslashes.
    Escaped {
        /// Those that are printed before it.
        backslashes: usize,
        /// Whether it is printed as it is written.
        literal: bool,
        reference: Reference,
    },
    If {
        branches: Vec<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    Foreach {
        variable: Box<str>,
        list: Expression,
        body: Block,
    },
    Set {
        target: Reference,
        value: Expression,
    },
    Define {
        name: Box<str>,
        body: Arc<Block>,
    },
    Stop,
    Break,
}

#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) name: Box<str>,
    pub(crate) accesses: Vec<Access>,
    /// As it is written.
    pub(crate) literal: Box<str>,
}

#[derive(Debug)]
pub(crate) enum Access {
    Property(Box<str>),
    Method(Box<str>, Vec<Expression>),
    Index(Expression),
}

#[derive(Debug)]
pub(crate) enum Expression {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Arc<str>),
    /// Text with references or directives in it.
    Interpolated(Block),
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Range(Box<(Expression, Expression)>),
    Reference(Reference),
    Not(Box<Expression>),
    /// Operators of one precedence, from the left: in a row, so that a long one is not a deep one.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
