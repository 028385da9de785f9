//! Resource paths as they are declared: `/users/{user}/posts/{post}`, `/legacy/{proxy+}`.

use std::collections::BTreeMap;

/// A declared resource path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePath {
    /// Its segments; none for `/`.
    pub parts: Vec<PathPart>,
}

/// A segment of a resource path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathPart {
    /// Fixed text.
    Static(String),
    /// `{name}`: one segment.
    Variable(String),
    /// `{name+}`: all that is left.
    Greedy(String),
}

/// Why a path is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// No leading slash.
    #[error("a path must begin with /")]
    NoLeadingSlash,
    /// `//` or a slash at the end.
    #[error("a path must have no empty segments and no slash at the end")]
    EmptySegment,
    /// A character that can't stand there.
    #[error(
        "the segment `{0}` may have only letters, digits and - . _ ~ : @ ! $ & ' ( ) * + , ; = %, or be {{name}} or {{name+}} as a whole"
    )]
    Segment(String),
    /// The greedy variable is not last.
    #[error("`{{{0}+}}` takes all that is left of a path, so it has no child; it must be the last segment")]
    ChildOfGreedy(String),
    /// The same name twice in one path.
    #[error("the path parameter {0} stands twice in the path")]
    TwiceInPath(String),
    /// Two siblings with variables.
    #[error(
        "{{{1}}} and {{{2}}} below {0} overlap: a sibling of this resource already has a variable path part, and one level can have one"
    )]
    Siblings(String, String, String),
}

impl ResourcePath {
    /// Parses a declared path.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let rest = path.strip_prefix('/').ok_or(PathError::NoLeadingSlash)?;
        if rest.is_empty() {
            return Ok(Self { parts: Vec::new() });
        }
        let parts = rest.split('/').map(PathPart::parse).collect::<Result<Vec<_>, _>>()?;
        if let Some((_, before)) = parts.split_last()
            && let Some(PathPart::Greedy(name)) =
                before.iter().find(|part| matches!(part, PathPart::Greedy(_)))
        {
            return Err(PathError::ChildOfGreedy(name.clone()));
        }
        let mut names: Vec<_> = parts.iter().filter_map(PathPart::parameter).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(PathError::TwiceInPath(pair[0].to_owned())),
            None => Ok(Self { parts }),
        }
    }

    /// Names of the path parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(PathPart::parameter)
    }
}

impl PathPart {
    fn parse(segment: &str) -> Result<Self, PathError> {
        if segment.is_empty() {
            return Err(PathError::EmptySegment);
        }
        let bad = || PathError::Segment(segment.to_owned());
        if let Some(name) = segment.strip_prefix('{') {
            let name = name.strip_suffix('}').ok_or_else(bad)?;
            let (name, greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$' | b':');
            if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) {
                return Err(bad());
            }
            return Ok(if greedy { Self::Greedy(name.to_owned()) } else { Self::Variable(name.to_owned()) });
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:@!$&'()*+,;=%".contains(&b);
        if segment.len() > 256 || !segment.bytes().all(allowed) {
            return Err(bad());
        }
        Ok(Self::Static(segment.to_owned()))
    }

    fn parameter(&self) -> Option<&str> {
        match self {
            Self::Static(_) => None,
            Self::Variable(name) | Self::Greedy(name) => Some(name),
        }
    }
}

/// Two different variables at one level, in the whole set of paths. `{id}` and `{proxy+}` may stand side by side.
pub fn check_siblings<'a>(paths: impl IntoIterator<Item = &'a ResourcePath>) -> Result<(), PathError> {
    let mut taken: BTreeMap<(Vec<&PathPart>, bool), &str> = BTreeMap::new();
    for path in paths {
        for (i, part) in path.parts.iter().enumerate() {
            let (name, greedy) = match part {
                PathPart::Static(_) => continue,
                PathPart::Variable(name) => (name, false),
                PathPart::Greedy(name) => (name, true),
            };
            let parent: Vec<_> = path.parts[..i].iter().collect();
            let other = *taken.entry((parent, greedy)).or_insert(name);
            if other != name {
                return Err(PathError::Siblings(display(&path.parts[..i]), other.to_owned(), name.clone()));
            }
        }
    }
    Ok(())
}

fn display(parts: &[PathPart]) -> String {
    let text: String = parts
        .iter()
        .map(|part| match part {
            PathPart::Static(text) => format!("/{text}"),
            PathPart::Variable(name) => format!("/{{{name}}}"),
            PathPart::Greedy(name) => format!("/{{{name}+}}"),
        })
        .collect();
    if text.is_empty() { "/".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_path() {
        assert!(ResourcePath::parse("/").unwrap().parts.is_empty());
        assert_eq!(ResourcePath::parse("/a/{b}/{c+}").unwrap().parameters().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(ResourcePath::parse("a"), Err(PathError::NoLeadingSlash));
        assert_eq!(ResourcePath::parse("/a/"), Err(PathError::EmptySegment));
        assert_eq!(ResourcePath::parse("/{p+}/c"), Err(PathError::ChildOfGreedy("p".into())));
        assert_eq!(ResourcePath::parse("/{a}/{a}"), Err(PathError::TwiceInPath("a".into())));
        assert_eq!(ResourcePath::parse("/x{a}"), Err(PathError::Segment("x{a}".into())));
        assert_eq!(ResourcePath::parse("/{a+b}"), Err(PathError::Segment("{a+b}".into())));
    }

    #[test]
    fn siblings() {
        let check = |list: &[&str]| {
            let paths: Vec<_> = list.iter().map(|p| ResourcePath::parse(p).unwrap()).collect();
            check_siblings(&paths)
        };
        assert_eq!(check(&["/items/{id}", "/items/{id}/more", "/items/top", "/items/{rest+}"]), Ok(()));
        assert!(matches!(check(&["/items/{id}", "/items/{name}/more"]), Err(PathError::Siblings(..))));
        assert!(matches!(check(&["/{a+}", "/{b+}"]), Err(PathError::Siblings(..))));
    }
}
