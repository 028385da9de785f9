//! Text with stage variables in it: `hello:${stageVariables.lambdaAlias}`.

use std::collections::BTreeMap;

/// Parsed text: literal pieces and names of stage variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableText {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Variable(String),
}

/// Why text does not parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// `${` without `}`.
    #[error("`${{` at character {0} is not closed; a stage variable is written ${{stageVariables.name}}")]
    Unclosed(usize),
    /// Something else in the braces.
    #[error(
        "`${{{0}}}` is not a stage variable; it is written ${{stageVariables.name}} with a name of A-Za-z0-9_"
    )]
    NotAVariable(String),
}

/// A stage variable that the text needs is not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stage variable {0} is not set")]
pub struct UnsetVariable(pub String);

impl VariableText {
    /// Parses `text`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            if start > 0 {
                pieces.push(Piece::Literal(rest[..start].to_owned()));
            }
            let inner = &rest[start + 2..];
            let end = inner.find('}').ok_or(TextError::Unclosed(text.len() - rest.len() + start))?;
            let name = inner[..end]
                .strip_prefix("stageVariables.")
                .filter(|name| is_variable_name(name))
                .ok_or_else(|| TextError::NotAVariable(inner[..end].to_owned()))?;
            pieces.push(Piece::Variable(name.to_owned()));
            rest = &inner[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(Self { pieces })
    }

    /// The text with the variables put in.
    pub fn resolve(&self, variables: &BTreeMap<String, String>) -> Result<String, UnsetVariable> {
        self.pieces.iter().try_fold(String::new(), |mut out, piece| {
            out.push_str(match piece {
                Piece::Literal(text) => text,
                Piece::Variable(name) => variables.get(name).ok_or_else(|| UnsetVariable(name.clone()))?,
            });
            Ok(out)
        })
    }
}

fn is_variable_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<String, UnsetVariable> {
        let variables =
            BTreeMap::from([("as".to_owned(), "PROD".to_owned()), ("x_1".to_owned(), "y".to_owned())]);
        VariableText::parse(text).unwrap().resolve(&variables)
    }

    #[test]
    fn variables_are_put_in() {
        assert_eq!(resolve("hello"), Ok("hello".to_owned()));
        assert_eq!(
            resolve("${stageVariables.x_1}-hello:${stageVariables.as}"),
            Ok("y-hello:PROD".to_owned())
        );
        assert_eq!(resolve("a$b{c}"), Ok("a$b{c}".to_owned()));
        assert_eq!(resolve("hello:${stageVariables.nope}"), Err(UnsetVariable("nope".to_owned())));
    }

    #[test]
    fn what_is_not_a_variable_is_refused() {
        assert_eq!(VariableText::parse("a${stageVariables.x"), Err(TextError::Unclosed(1)));
        assert_eq!(
            VariableText::parse("${context.stage}"),
            Err(TextError::NotAVariable("context.stage".to_owned()))
        );
        assert!(VariableText::parse("${stageVariables.}").is_err());
        assert!(VariableText::parse("${stageVariables.a-b}").is_err());
    }
}
