//! What is wrong or odd, with the object and the field.

use std::fmt;

use api::{ObjectKey, Reason};
use serde::Serialize;

use crate::{Objects, Status};

/// Error or warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The object is not accepted.
    Error,
    /// Accepted, as the original service does.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// Which object.
    pub object: ObjectKey,
    /// Error or warning.
    pub severity: Severity,
    /// Which field, such as `spec.canary.percent`.
    pub path: String,
    /// What is wrong, and what would be right.
    pub message: String,
    /// In a word.
    pub reason: Reason,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.object, self.path, self.message)?;
        if self.severity == Severity::Warning {
            write!(f, " (warning: {:?})", self.reason)?;
        }
        Ok(())
    }
}

/// Findings as they are made.
#[derive(Default)]
pub(crate) struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn error(
        &mut self,
        object: &ObjectKey,
        path: impl Into<String>,
        reason: Reason,
        message: impl fmt::Display,
    ) {
        self.push(object, Severity::Error, path.into(), reason, message.to_string());
    }

    pub(crate) fn warning(
        &mut self,
        object: &ObjectKey,
        path: impl Into<String>,
        reason: Reason,
        message: impl fmt::Display,
    ) {
        self.push(object, Severity::Warning, path.into(), reason, message.to_string());
    }

    fn push(
        &mut self,
        object: &ObjectKey,
        severity: Severity,
        path: String,
        reason: Reason,
        message: String,
    ) {
        self.0.push(Diagnostic { object: object.clone(), severity, path, message, reason });
    }

    /// Whether the object has an error so far.
    pub(crate) fn refused(&self, object: &ObjectKey) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error && d.object == *object)
    }

    pub(crate) fn statuses(&self, objects: &Objects) -> Vec<Status> {
        let status = |object: ObjectKey| match self
            .0
            .iter()
            .find(|d| d.severity == Severity::Error && d.object == object)
        {
            Some(d) => Status {
                object,
                accepted: false,
                reason: d.reason,
                message: format!("{}: {}", d.path, d.message),
            },
            None => Status { object, accepted: true, reason: Reason::Accepted, message: String::new() },
        };
        objects.keys().into_iter().map(status).collect()
    }

    pub(crate) fn sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
