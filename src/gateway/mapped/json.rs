//! A body as JSON, for mapped parameters.

use template::Json;
use template::json_path::JsonPath;

/// A body as mapped parameters read it.
pub(crate) enum JsonBody {
    /// Nobody asked for it.
    Unread,
    /// It is JSON.
    Value(Json),
    /// It is none: as text.
    Text(String),
}

/// The body looks like JSON and is none.
#[derive(Debug)]
pub(crate) struct Malformed;

impl JsonBody {
    /// Reads a body. An empty one counts as `{}`; one that begins like an object or a list must be JSON (recorded:
    /// mapping-body-not-json).
    pub(crate) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let trimmed = body.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Self::Value(Json::Object(indexmap::IndexMap::new())));
        }
        match Json::parse(trimmed) {
            Ok(value) => Ok(Self::Value(value)),
            Err(_) if matches!(trimmed.first(), Some(b'{' | b'[')) => Err(Malformed),
            Err(_) => Ok(Self::Text(String::from_utf8_lossy(body).into_owned())),
        }
    }

    pub(super) fn whole(&self) -> Option<String> {
        match self {
            Self::Unread => None,
            Self::Value(Json::Text(text)) | Self::Text(text) => Some(text.clone()),
            Self::Value(value) => Some(value.to_string()),
        }
    }

    /// The value at a path, as a parameter: text as it is, null as none.
    pub(super) fn at(&self, path: &JsonPath) -> Option<String> {
        let Self::Value(value) = self else { return None };
        match path.evaluate(value).or_else(|| path.evaluate(&unpacked(value)?))? {
            Json::Null => None,
            Json::Text(text) => Some(text),
            other => Some(other.to_string()),
        }
    }
}

/// With an `errorMessage` that is JSON in text unpacked (developer guide, handle-errors-in-lambda-integration: a mapping
/// reads the object inside it).
fn unpacked(value: &Json) -> Option<Json> {
    let Json::Object(entries) = value else { return None };
    let Some(Json::Text(inner)) = entries.get("errorMessage") else { return None };
    let inner = Json::parse(inner.as_bytes()).ok().filter(|inner| matches!(inner, Json::Object(_)))?;
    let mut copy = entries.clone();
    copy.insert("errorMessage".to_owned(), inner);
    Some(Json::Object(copy))
}
