//! A body as JSON, for mapped parameters.

use serde_json::Value;
use template::json_path::JsonPath;

use super::parameters::text;
use crate::json_bounds;

/// A body as mapped parameters read it.
pub(crate) enum JsonBody {
    /// Nobody asked for it.
    Unread,
    /// It is JSON; beside it, the text.
    Value(Value, String),
    /// It is none: as text.
    Text(String),
}

/// Why a body can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// It begins like JSON and is none.
    NotJson,
    /// It has more values than are read.
    TooMuch,
}

impl JsonBody {
    /// Reads a body. An empty one counts as `{}`; one that begins as JSON may must be JSON (recorded:
    /// mapping-body-not-json).
    pub(crate) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let trimmed = body.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Self::Value(Value::Object(serde_json::Map::new()), "{}".to_owned()));
        }
        json_bounds::check(trimmed).map_err(|_| Malformed::TooMuch)?;
        let text = || String::from_utf8_lossy(trimmed).into_owned();
        match serde_json::from_slice(trimmed) {
            Ok(value) => Ok(Self::Value(value, text())),
            Err(_) if matches!(trimmed.first(), Some(b'{' | b'[' | b'"' | b'\'')) => Err(Malformed::NotJson),
            Err(_) => Ok(Self::Text(text())),
        }
    }

    /// The whole body: as it was sent, on one line where that takes another way to write it.
    pub(super) fn whole(&self) -> Option<String> {
        match self {
            Self::Unread => None,
            Self::Value(value, text) if text.contains(char::is_control) => Some(value.to_string()),
            Self::Value(_, text) | Self::Text(text) => Some(text.clone()),
        }
    }

    /// The value at a path, as a parameter: text as it is, null as none.
    pub(super) fn at(&self, path: &JsonPath) -> Option<String> {
        let Self::Value(value, _) = self else { return None };
        let found = path.value(value).ok().flatten();
        found.or_else(|| path.value(&unpacked(value)?).ok()?).as_ref().and_then(text)
    }
}

/// With an `errorMessage` that is JSON in text unpacked (developer guide, handle-errors-in-lambda-integration: a mapping
/// reads the object inside it).
fn unpacked(value: &Value) -> Option<Value> {
    let inner = value.get("errorMessage")?.as_str().filter(|text| text.trim_start().starts_with('{'))?;
    let mut copy = value.clone();
    *copy.get_mut("errorMessage")? = serde_json::from_str(inner).ok()?;
    Some(copy)
}
