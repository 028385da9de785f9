//! A model that bodies are held against.

use std::collections::BTreeMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};
use template::document::{Document, Node};

use super::formats::{CHECKED, UNCHECKED, UNKNOWN};
use super::instance::{self, InDocument, Instance};
use super::listing;
use super::references::{self, References};
use super::wording;
use super::work::{self, TooMuch};

/// A compiled model.
#[derive(Debug)]
pub struct Model {
    validator: Validator<InDocument>,
    /// The models that it refers to, itself among them.
    schemas: BTreeMap<String, Value>,
    name: String,
    /// Whether it refers to any: without references the schema's own text bounds what there is to do.
    has_references: bool,
}

/// Why a schema can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(String);

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
    let schema = schemas.get(name);
    let empty = Document::of_text("");
    if has_any && schema.is_some_and(|schema| work::check(schema, &schemas, empty.root()).is_err()) {
        let what =
            "refers to itself, or to others and they to others so often, that no body can be held against it";
        return Err(ModelError(what.to_owned()));
    }
    // The reference stands beside the models, so that it resolves within the document.
    let document = json!({"models": schemas, "allOf": [{"$ref": format!("#/models/{}", escaped(name))}]});
    let options = jsonschema::options_for::<InDocument>()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex().size_limit(1 << 20))
        .should_validate_formats(true);
    let options = UNCHECKED
        .iter()
        .chain(&UNKNOWN)
        .fold(options, |options, name| options.with_format(*name, |_: &str| true));
    let options = CHECKED.iter().fold(options, |options, (name, is)| options.with_format(*name, *is));
    options
        .build(&document)
        .map(|validator| Model { validator, schemas, name: name.to_owned(), has_references: has_any })
        .map_err(|error| ModelError(error.to_string()))
}

/// A name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Model {
    fn bounded(&self, body: Node<'_>) -> Result<(), TooMuch> {
        match self.schemas.get(&self.name).filter(|_| self.has_references) {
            Some(schema) => work::check(schema, &self.schemas, body),
            None => Ok(()),
        }
    }

    /// What is wrong with a body, as the service's validator words it; `None` where nothing is.
    pub fn failure(&self, body: Node<'_>) -> Option<String> {
        if let Err(too_much) = self.bounded(body) {
            return Some(format!("[{too_much}]"));
        }
        let instance = Instance(body);
        if self.validator.is_valid(instance) {
            return None;
        }
        if !listing::fits(body) {
            // Even the first error may have all others in it, where schemas are alternatives.
            return Some("[the body is too large for what is wrong with it to be listed]".to_owned());
        }
        let value = instance::value(body);
        wording::of(self.validator.iter_errors(instance), &value, &self.schemas, &self.name)
    }
}
