//! Names of kinds, conditions and reasons: stable, since people and tools match on them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The five kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `RestApi`.
    RestApi,
    /// `ApiDeployment`.
    ApiDeployment,
    /// `Stage`.
    Stage,
    /// `FunctionVersion`.
    FunctionVersion,
    /// `Alias`.
    Alias,
}

impl Kind {
    /// As in `kind:` of a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestApi => "RestApi",
            Self::ApiDeployment => "ApiDeployment",
            Self::Stage => "Stage",
            Self::FunctionVersion => "FunctionVersion",
            Self::Alias => "Alias",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::RestApi, Self::ApiDeployment, Self::Stage, Self::FunctionVersion, Self::Alias]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reasons of conditions and diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Reason {
    /// All is well.
    Accepted,
    /// A field has a value that is not allowed, or the object could not be read.
    Invalid,
    /// Two objects claim the same thing.
    Conflict,
    /// A named target does not exist.
    NotFound,
    /// What is asked for is not supported.
    Unsupported,
    /// The spec of an immutable object changed.
    Immutable,
    /// Warning: accepted, as the original service does, though it changes nothing.
    NoEffect,
    /// Warning: accepted, as the original service does, though requests that need it fail.
    FailsAtRequest,
}
