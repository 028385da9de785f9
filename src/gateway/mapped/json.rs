//! A body as JSON, for mapped parameters.

use std::borrow::Cow;

use template::document::{Document, Kind, Node, ReadError};
use template::json_path::{Found, Item, JsonPath};
use template::limits::max_elements;

/// A body as mapped parameters read it.
pub(crate) enum JsonBody<'b> {
    /// Nobody asked for it.
    Unread,
    /// It is JSON.
    Document(Document<'b>),
    /// It is none: as text.
    Text(Cow<'b, str>),
}

/// Why a body can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// It begins like JSON and is none.
    NotJson,
    /// It is nested deeper than is read.
    TooMuch,
}

impl<'b> JsonBody<'b> {
    /// Reads a body. An empty one counts as `{}`; one that begins as JSON may must be JSON (recorded:
    /// mapping-body-not-json).
    pub(crate) fn read(body: &'b [u8]) -> Result<Self, Malformed> {
        let trimmed = body.trim_ascii();
        let json = if trimmed.is_empty() { b"{}" } else { trimmed };
        match Document::read_strictly(json) {
            Ok(document) => Ok(Self::Document(document)),
            Err(ReadError::Unreadable(_)) => Err(Malformed::TooMuch),
            Err(_) if matches!(trimmed.first(), Some(b'{' | b'[' | b'"' | b'\'')) => Err(Malformed::NotJson),
            Err(_) => Ok(Self::Text(String::from_utf8_lossy(trimmed))),
        }
    }

    /// The whole body: as it was sent, on one line where that takes another way to write it.
    pub(super) fn whole(&self) -> Option<String> {
        match self {
            Self::Unread => None,
            Self::Text(text) => Some(text.clone().into_owned()),
            Self::Document(document) if document.text().contains(char::is_control) => {
                Some(written(document.root()))
            }
            Self::Document(document) => Some(document.text().to_owned()),
        }
    }

    /// The value at a path, as a parameter: text as it is, null as none.
    pub(super) fn at(&self, path: &JsonPath) -> Option<String> {
        let Self::Document(document) = self else { return None };
        found(document.root(), path).unwrap_or_else(|| {
            let unpacked = unpacked(document.root())?;
            found(Document::read_strictly(unpacked.as_bytes()).ok()?.root(), path)?
        })
    }
}

/// What is at a path; none where the path leads nowhere.
#[expect(clippy::option_option, reason = "null is found, and is no parameter")]
fn found(root: Node<'_>, path: &JsonPath) -> Option<Option<String>> {
    match path.find(&root, max_elements(root.source_bytes()), |node| node).ok()? {
        Found::Nothing => None,
        Found::One(Item::Node(node)) if node.is_text() => Some(Some(node.text().into_owned())),
        Found::One(Item::Text(text)) => Some(Some(text.into())),
        Found::One(item) if is_null(&item) => Some(None),
        Found::One(item) => Some(Some(in_json(&item))),
        Found::Many(items, _) => Some(Some(in_json(&Item::List(items)))),
    }
}

fn is_null(item: &Item<Node<'_>>) -> bool {
    match item {
        Item::Node(node) => node.kind() == Kind::Null,
        item => matches!(item, Item::Null),
    }
}

fn in_json(item: &Item<Node<'_>>) -> String {
    let mut json = String::new();
    item.write(&mut json);
    json
}

fn written(node: Node<'_>) -> String {
    in_json(&Item::Node(node))
}

/// An object with an `errorMessage` that is JSON in text unpacked (developer guide, handle-errors-in-lambda-integration: a
/// mapping reads the object inside it).
fn unpacked(object: Node<'_>) -> Option<String> {
    let inner = object.get("errorMessage").filter(|message| message.is_text())?.text();
    if !inner.trim_start().starts_with('{') {
        return None;
    }
    let member = |(name, value): (Node<'_>, Node<'_>)| {
        let value = if name.text() == "errorMessage" { inner.clone().into_owned() } else { written(value) };
        format!("{}:{value}", written(name))
    };
    Some(format!("{{{}}}", object.members().map(member).collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(body: &str, path: &str) -> Option<String> {
        JsonBody::read(body.as_bytes()).unwrap().at(&JsonPath::parse(path).unwrap())
    }

    #[test]
    fn a_value_becomes_a_parameter() {
        let body = r#"{"b": {"t": "x\"\u00e9", "n": 1.50, "l": [1, {"a": null}], "z": null}, "a": [1, 2]}"#;
        for (path, value) in [
            ("$.b.t", Some("x\"é")),
            ("$.b.n", Some("1.50")),
            ("$.b.l", Some(r#"[1,{"a":null}]"#)),
            ("$.b.z", None),
            ("$.missing", None),
            ("$.a[*]", Some("[1,2]")),
            ("$.a.length()", Some("2")),
        ] {
            assert_eq!(at(body, path).as_deref(), value, "{path}");
        }
    }

    #[test]
    fn an_error_in_text_is_looked_into() {
        let body = r#"{"errorMessage": "{\"code\": 7}", "errorType": "E"}"#;
        assert_eq!(at(body, "$.errorMessage.code").as_deref(), Some("7"));
        assert_eq!(at(body, "$.errorMessage").as_deref(), Some("{\"code\": 7}"));
        assert_eq!(at(body, "$.errorType").as_deref(), Some("E"));
    }

    #[test]
    fn what_is_no_json_is_a_text_or_refused() {
        assert_eq!(JsonBody::read(b"plain").unwrap().whole().as_deref(), Some("plain"));
        assert_eq!(JsonBody::read(b"\"in quotes\"").unwrap().whole().as_deref(), Some("\"in quotes\""));
        assert_eq!(JsonBody::read(b"").unwrap().whole().as_deref(), Some("{}"));
        assert!(JsonBody::read(b"{\"a\": }").is_err());
    }
}
