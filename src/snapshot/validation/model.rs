//! A model that bodies are held against.

use std::collections::BTreeMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};
use template::document::{Document, Node};

use super::instance::{InDocument, Instance};
use super::references::{self, References};
use super::work::{self, TooMuch};

/// A compiled model.
#[derive(Debug)]
pub struct Model {
    validator: Validator<InDocument>,
    /// The models that it refers to, itself among them, where it refers to any: without references the schema's own
    /// text bounds what there is to do.
    bounded: Option<Bounded>,
}

#[derive(Debug)]
struct Bounded {
    schemas: BTreeMap<String, Value>,
    name: String,
}

/// Why a schema can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(String);

/// The validator collects all that is wrong before it says the first of it, which takes many times a large body.
const MOST_BYTES_FOR_ALL_ERRORS: usize = 16 * 1024;

/// Compiles a model, whose schema may refer to others of the API as `#/models/Name`. Patterns run on an engine whose time is
/// linear in the text; nothing is fetched.
pub fn compile_model(schemas: &BTreeMap<String, Value>, name: &str) -> Result<Model, ModelError> {
    let References { models, has_any } =
        references::from(schemas, name).map_err(|error| ModelError(error.to_string()))?;
    let schemas: BTreeMap<String, Value> = schemas
        .iter()
        .filter(|(name, _)| models.contains(name.as_str()))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let bounded = has_any.then(|| Bounded { schemas: schemas.clone(), name: name.to_owned() });
    let empty = Document::of_text("");
    if bounded.as_ref().is_some_and(|bounded| bounded.check(empty.root()).is_err()) {
        let what =
            "refers to itself, or to others and they to others so often, that no body can be held against it";
        return Err(ModelError(what.to_owned()));
    }
    // The reference stands beside the models, so that it resolves within the document.
    let document = json!({"models": schemas, "allOf": [{"$ref": format!("#/models/{}", escaped(name))}]});
    jsonschema::options_for::<InDocument>()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex().size_limit(1 << 20))
        .should_validate_formats(false)
        .build(&document)
        .map(|validator| Model { validator, bounded })
        .map_err(|error| ModelError(error.to_string()))
}

/// A name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Bounded {
    fn check(&self, body: Node<'_>) -> Result<(), TooMuch> {
        let Some(schema) = self.schemas.get(&self.name) else { return Ok(()) };
        work::check(schema, &self.schemas, body)
    }
}

impl Model {
    /// What is wrong with a body, as the service's validator words it; `None` where nothing is.
    pub fn failure(&self, body: Node<'_>) -> Option<String> {
        if let Some(Err(too_much)) = self.bounded.as_ref().map(|bounded| bounded.check(body)) {
            return Some(format!("[{too_much}]"));
        }
        let instance = Instance(body);
        if self.validator.is_valid(instance) {
            return None;
        }
        let wordings: Vec<String> = if body.source_bytes() > MOST_BYTES_FOR_ALL_ERRORS {
            self.validator.validate(instance).err().iter().map(wording).collect()
        } else {
            self.validator.iter_errors(instance).take(10).map(|error| wording(&error)).collect()
        };
        Some(format!("[{}]", wordings.join(", ")))
    }
}

fn wording(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("object has missing required properties ([{property}])"),
        _ => error.to_string(),
    }
}
