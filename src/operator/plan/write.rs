//! What can be written. Each may be done twice, and fails where what it was meant for has changed.

use api::{Kind, ObjectKey};
use serde_json::Value;

/// Which object of which resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// One write.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Write {
    /// Server-side apply.
    Apply { target: Target, body: Value },
    /// Server-side apply of the status alone.
    Status { target: Target, body: Value },
    /// Once: where it is there already, nothing happens.
    Create { target: Target, body: Value },
    /// Exactly these, of the object as it was seen.
    Finalizers { target: Target, uid: String, resource_version: String, finalizers: Vec<String> },
    /// Of the object as it was seen.
    Delete { target: Target, uid: String, resource_version: String },
}

impl Write {
    /// What it is about.
    pub(crate) fn target(&self) -> &Target {
        match self {
            Self::Apply { target, .. }
            | Self::Status { target, .. }
            | Self::Create { target, .. }
            | Self::Finalizers { target, .. }
            | Self::Delete { target, .. } => target,
        }
    }
}

impl Target {
    /// An object of ours.
    pub(crate) fn ours(key: &ObjectKey) -> Self {
        let plural = match key.kind {
            Kind::RestApi => "restapis",
            Kind::ApiDeployment => "apideployments",
            Kind::Stage => "stages",
            Kind::FunctionVersion => "functionversions",
            Kind::Alias => "aliases",
        };
        Self::new(api::API_VERSION, key.kind.as_str(), plural, &key.namespace, &key.name)
    }

    /// Any object.
    pub(crate) fn new(
        api_version: &'static str,
        kind: &'static str,
        plural: &'static str,
        namespace: &str,
        name: &str,
    ) -> Self {
        Self { api_version, kind, plural, namespace: namespace.to_owned(), name: name.to_owned() }
    }
}
