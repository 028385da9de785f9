//! What is checked of requests, as a gateway uses it.

mod formats;
mod instance;
mod listing;
mod model;
mod references;
#[cfg(test)]
mod tests;
mod wording;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::Validation;

pub use model::{Model, ModelError, compile_model};

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

/// Compiled models of one deployment: those that methods use.
#[derive(Default)]
pub(crate) struct Models<'d> {
    schemas: Option<&'d BTreeMap<String, Value>>,
    built: BTreeMap<&'d str, Option<Arc<Model>>>,
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
