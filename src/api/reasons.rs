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

/// Types of conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionType {
    /// The spec is valid and taken.
    Accepted,
    /// Every ready gateway serves it.
    Programmed,
    /// What it needs answers.
    Ready,
}

impl ConditionType {
    /// As in `type:` of a condition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::Programmed => "Programmed",
            Self::Ready => "Ready",
        }
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
    /// Every ready gateway serves it.
    Programmed,
    /// It is on its way to the gateways, or waits for something before it goes there.
    Pending,
    /// Nothing to be served: it is not accepted.
    NotAccepted,
    /// A gateway refused what it was sent.
    Nacked,
    /// What it needs answers.
    Ready,
    /// Pods that it needs are not ready yet.
    WaitingForPods,
    /// A Secret that its requests are signed with can't be used.
    NoCredentials,
    /// Nothing leads to it, so that it has no pods.
    Unused,
    /// Gateways do not serve it yet.
    NotProgrammed,
    /// Warning: accepted, as the original service does, though it changes nothing.
    NoEffect,
    /// Warning: accepted, as the original service does, though requests that need it fail.
    FailsAtRequest,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
