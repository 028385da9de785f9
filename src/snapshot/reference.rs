//! References to functions: `hello`, `hello:3`, `hello:PROD`, `hello:$LATEST`.

/// A reference to a function, stage variables put in already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionReference {
    /// Name of the function.
    pub name: String,
    /// Version or alias; `None` is `$LATEST`.
    pub qualifier: Option<String>,
}

/// Why a reference is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The name.
    #[error("`{0}` is not a function's name: 1 to 64 of letters, digits, - and _")]
    Name(String),
    /// What stands behind the colon.
    #[error(
        "`{0}` is neither a version ($LATEST or a number) nor an alias (1 to 128 of letters, digits, - and _)"
    )]
    Qualifier(String),
}

impl FunctionReference {
    /// Parses `name` or `name:qualifier`.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let (name, qualifier) = match text.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (text, None),
        };
        if !is_name(name, 64) {
            return Err(ReferenceError::Name(name.to_owned()));
        }
        match qualifier {
            Some(q) if q != "$LATEST" && !is_name(q, 128) => Err(ReferenceError::Qualifier(q.to_owned())),
            _ => Ok(Self { name: name.to_owned(), qualifier: qualifier.map(str::to_owned) }),
        }
    }
}

fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let of = |text| FunctionReference::parse(text).map(|r| (r.name, r.qualifier));
        assert_eq!(of("hello"), Ok(("hello".into(), None)));
        assert_eq!(of("hello:3"), Ok(("hello".into(), Some("3".into()))));
        assert_eq!(of("hello:$LATEST"), Ok(("hello".into(), Some("$LATEST".into()))));
        assert_eq!(of("hello:"), Err(ReferenceError::Qualifier(String::new())));
        assert_eq!(of("a b"), Err(ReferenceError::Name("a b".into())));
        assert_eq!(of("a:b:c"), Err(ReferenceError::Qualifier("b:c".into())));
    }
}
