//! A body as JSON, for mapped parameters.

use serde_json::Value;
use template::json_path::JsonPath;

use super::parameters::text;
use crate::json_bounds;

/// A body as mapped parameters read it.
pub(crate) enum JsonBody {
    /// Nobody asked for it.
    Unread,
    /// It is JSON.
    Value(Value),
    /// It is none: as text.
    Text(String),
}

/// The body looks like JSON and is none, or has more values than are read.
#[derive(Debug)]
pub(crate) struct Malformed;

impl JsonBody {
    /// Reads a body. An empty one counts as `{}`; one that begins like an object or a list must be JSON (recorded:
    /// mapping-body-not-json).
    pub(crate) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let trimmed = body.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Self::Value(Value::Object(serde_json::Map::new())));
        }
        json_bounds::check(trimmed).map_err(|_| Malformed)?;
        match serde_json::from_slice(trimmed) {
            Ok(value) => Ok(Self::Value(value)),
            Err(_) if matches!(trimmed.first(), Some(b'{' | b'[')) => Err(Malformed),
            Err(_) => Ok(Self::Text(String::from_utf8_lossy(body).into_owned())),
        }
    }

    pub(super) fn whole(&self) -> Option<String> {
        match self {
            Self::Unread => None,
            Self::Value(Value::String(text)) | Self::Text(text) => Some(text.clone()),
            Self::Value(value) => Some(value.to_string()),
        }
    }

    /// The value at a path, as a parameter: text as it is, null as none.
    pub(super) fn at(&self, path: &JsonPath) -> Option<String> {
        let Self::Value(value) = self else { return None };
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
