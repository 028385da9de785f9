//! From a manifest's JSON value to a typed object, with the field path of what is wrong.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{API_VERSION, Alias, ApiDeployment, FunctionVersion, Kind, RestApi, Stage};

/// Kind, namespace and name: what tells objects apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// The kind.
    pub kind: Kind,
    /// The namespace; `default` where a manifest names none.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace == "default" {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// A typed object.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "objects are held in vectors by kind; this one is a passing form"
)]
pub enum Object {
    /// A `RestApi`.
    RestApi(RestApi),
    /// An `ApiDeployment`.
    ApiDeployment(ApiDeployment),
    /// A `Stage`.
    Stage(Stage),
    /// A `FunctionVersion`.
    FunctionVersion(FunctionVersion),
    /// An `Alias`.
    Alias(Alias),
}

/// What a manifest turned out to be.
#[derive(Debug)]
pub enum RawObject {
    /// One of ours.
    Ours(ObjectKey, Box<Result<Object, DecodeError>>),
    /// Another kind (`apiVersion`, `kind`): none of our business.
    Foreign(String, String),
}

/// Why a manifest is not an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// `kind`, `apiVersion` or `metadata.name` is missing or not text, or the document is not a mapping.
    #[error("{field}: {what}")]
    Envelope {
        /// Which field.
        field: &'static str,
        /// What is wrong and what would be right.
        what: String,
    },
    /// A field of the object.
    #[error("{path}: {what}")]
    Field {
        /// Path of the field, such as `spec.canary.percent`.
        path: String,
        /// What is wrong.
        what: String,
    },
}

/// Decodes one document. `Err` means that not even its identity is known.
pub fn decode(value: Value) -> Result<RawObject, DecodeError> {
    let Value::Object(document) = &value else {
        return Err(envelope(
            "document",
            "is not a mapping; a manifest has apiVersion, kind, metadata and spec",
        ));
    };
    let text = |field: &'static str| match document.get(field) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(envelope(field, "must be set to text")),
    };
    let (api_version, kind) = (text("apiVersion")?, text("kind")?);
    if !api_version.starts_with(concat!("stagegate.dev", "/")) {
        return Ok(RawObject::Foreign(api_version, kind));
    }
    let metadata = document.get("metadata");
    let name = match metadata.and_then(|m| m.get("name")) {
        Some(Value::String(name)) if !name.is_empty() => name.clone(),
        _ => return Err(envelope("metadata.name", "must be set to text")),
    };
    let namespace = match metadata.and_then(|m| m.get("namespace")) {
        Some(Value::String(namespace)) => namespace.clone(),
        None | Some(Value::Null) => "default".to_owned(),
        Some(_) => return Err(envelope("metadata.namespace", "must be text")),
    };
    let Some(known) = Kind::parse(&kind) else {
        return Err(envelope(
            "kind",
            &format!(
                "{kind} is not a kind of {API_VERSION}; known are RestApi, ApiDeployment, Stage, FunctionVersion, Alias"
            ),
        ));
    };
    let key = ObjectKey { kind: known, namespace: namespace.clone(), name };
    if api_version != API_VERSION {
        let error = envelope("apiVersion", &format!("{api_version} is not known; {API_VERSION} is"));
        return Ok(RawObject::Ours(key, Box::new(Err(error))));
    }
    let object = top_level(document).and_then(|()| {
        let mut value = value;
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.insert("namespace".to_owned(), Value::String(namespace));
        }
        match known {
            Kind::RestApi => typed(value).map(Object::RestApi),
            Kind::ApiDeployment => typed(value).map(Object::ApiDeployment),
            Kind::Stage => typed(value).map(Object::Stage),
            Kind::FunctionVersion => typed(value).map(Object::FunctionVersion),
            Kind::Alias => typed(value).map(Object::Alias),
        }
    });
    Ok(RawObject::Ours(key, Box::new(object)))
}

/// The derive does not refuse unknown fields beside `spec`: a typo such as `specs:` must not pass as an empty object.
fn top_level(document: &serde_json::Map<String, Value>) -> Result<(), DecodeError> {
    match document
        .keys()
        .find(|key| !["apiVersion", "kind", "metadata", "spec", "status"].contains(&key.as_str()))
    {
        Some(key) => Err(field(key, "unknown field; an object has apiVersion, kind, metadata and spec")),
        None if !document.contains_key("spec") => Err(field("spec", "is missing")),
        None => Ok(()),
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, DecodeError> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| field(&error.path().to_string(), &error.inner().to_string()))
}

fn envelope(field: &'static str, what: &str) -> DecodeError {
    DecodeError::Envelope { field, what: what.to_owned() }
}

fn field(path: &str, what: &str) -> DecodeError {
    DecodeError::Field { path: path.to_owned(), what: what.to_owned() }
}
