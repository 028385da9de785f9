//! What is checked of requests, as a gateway uses it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Value, json};

use crate::Validation;

/// Checks of one method.
#[derive(Debug, Default)]
pub struct ValidationPlan {
    /// Parameters that must be there.
    pub required: Vec<RequiredParameter>,
    models: Vec<(Box<str>, Option<Arc<Model>>)>,
}

/// A parameter that must be there, and not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredParameter {
    /// A header, whatever the case of its name.
    Header(Box<str>),
    /// A parameter of the path.
    Path(Box<str>),
    /// A parameter of the query string.
    Query(Box<str>),
}

/// A compiled model.
#[derive(Debug)]
pub struct Model(Validator);

/// Compiled models of one deployment: those that methods use.
#[derive(Default)]
pub(crate) struct Models<'d> {
    schemas: Option<&'d BTreeMap<String, Value>>,
    built: BTreeMap<&'d str, Option<Arc<Model>>>,
}

/// Why a schema can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(String);

/// Compiles a model, whose schema may refer to others of the API as `#/models/Name`. Patterns run on an engine whose time is
/// linear in the text; nothing is fetched.
pub fn compile_model(schemas: &BTreeMap<String, Value>, name: &str) -> Result<Model, ModelError> {
    // The reference stands beside the models, so that it resolves within the document.
    let document = json!({"models": schemas, "allOf": [{"$ref": format!("#/models/{}", escaped(name))}]});
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex().size_limit(1 << 20))
        .should_validate_formats(false)
        .build(&document)
        .map(Model)
        .map_err(|error| ModelError(error.to_string()))
}

/// A name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Model {
    /// What is wrong with a body, as the service's validator words it; `None` where nothing is.
    pub fn failure(&self, body: &Value) -> Option<String> {
        let wordings: Vec<String> = self.0.iter_errors(body).take(10).map(|error| wording(&error)).collect();
        (!wordings.is_empty()).then(|| format!("[{}]", wordings.join(", ")))
    }
}

fn wording(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("object has missing required properties ([{property}])"),
        _ => error.to_string(),
    }
}

impl<'d> Models<'d> {
    pub(crate) fn of(schemas: &'d BTreeMap<String, Value>) -> Self {
        Self { schemas: Some(schemas), built: BTreeMap::new() }
    }

    fn get(&mut self, name: &'d str) -> Option<Arc<Model>> {
        let schemas = self.schemas?;
        self.built.entry(name).or_insert_with(|| compile_model(schemas, name).ok().map(Arc::new)).clone()
    }
}

impl ValidationPlan {
    pub(crate) fn build<'d>(validation: &'d Validation, models: &mut Models<'d>) -> Self {
        let required = validation.required_parameters.iter().filter_map(|place| {
            let (kind, name) = place.split_once('.')?;
            match kind {
                "header" => Some(RequiredParameter::Header(name.into())),
                "path" => Some(RequiredParameter::Path(name.into())),
                "querystring" => Some(RequiredParameter::Query(name.into())),
                _ => None,
            }
        });
        let of =
            |(media, name): (&'d String, &'d String)| (media.to_ascii_lowercase().into(), models.get(name));
        Self { required: required.collect(), models: validation.models.iter().map(of).collect() }
    }

    /// Whether any body is checked.
    pub fn checks_bodies(&self) -> bool {
        !self.models.is_empty()
    }

    /// The model for a media type: none where bodies of that type are not checked, `Some(None)` where the model can't be used.
    pub fn model(&self, media: &str) -> Option<Option<&Model>> {
        let media = media.split(';').next().unwrap_or_default().trim();
        let found = self.models.iter().find(|(known, _)| known.eq_ignore_ascii_case(media));
        found.map(|(_, model)| model.as_deref())
    }
}

impl RequiredParameter {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Header(name) | Self::Path(name) | Self::Query(name) => name,
        }
    }
}
