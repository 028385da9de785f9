//! All objects and what was last good in → snapshot, statuses and diagnostics out.
//!
//! Pure: the same input gives the same output, in whatever order the objects come. Each kind has a file; each
//! takes what earlier kinds made effective. An object with an error falls back to what was last good of it.

mod aliases;
mod assemble;
mod assemble_deployment;
mod claims;
mod content;
mod deployments;
mod diagnostic;
mod fall_back;
mod functions;
mod in_use;
mod last_good;
mod method_settings;
mod names;
mod normalise;
mod objects;
mod pods;
mod ready;
mod references;
mod retain;
mod stages;
mod targets;
mod variables;

pub use assemble_deployment::{deployment, of_record};
pub use diagnostic::{Diagnostic, Severity};
pub use last_good::{AcceptedCanary, AcceptedStage, DeploymentRecord, LastGood};
pub use normalise::{content_digest, normalise};
pub use objects::{Objects, Refused};
pub use ready::{Ready, Version, Waiting};
pub use references::functions as function_references;

use std::collections::{BTreeMap, BTreeSet};

use api::{FunctionVersionSpec, ObjectKey, Reason};
use diagnostic::Diagnostics;
use snapshot::{NamespacedName, Snapshot};

/// What compile makes of all objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What to serve.
    pub snapshot: Snapshot,
    /// Versions to run, by (function, version).
    pub functions: BTreeMap<(NamespacedName, String), FunctionVersionSpec>,
    /// One for each object, in the order of their keys.
    pub statuses: Vec<Status>,
    /// Everything that is wrong or odd, in the order of the objects' keys.
    pub diagnostics: Vec<Diagnostic>,
    /// Objects that are accepted and not live yet, since a function has no ready pod.
    pub waiting: Vec<Waiting>,
    /// Used object → its users: what stands here can't go yet.
    pub in_use: BTreeMap<ObjectKey, BTreeSet<ObjectKey>>,
    /// Input of the next compile.
    pub last_good: LastGood,
}

impl Outcome {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// What is so of an object.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Status {
    /// Which object.
    pub object: ObjectKey,
    /// Whether its spec is what serves; where not, what was last good of it serves, if anything.
    pub accepted: bool,
    /// Why, in a word.
    pub reason: Reason,
    /// Why, for people.
    pub message: String,
}

/// Compiles.
pub fn compile(objects: &Objects, last: &LastGood, ready: &Ready) -> Outcome {
    let mut diagnostics = Diagnostics::default();
    objects.report_unreadable(&mut diagnostics);
    let versions = functions::accept(objects, last, &mut diagnostics);
    let (aliases, mut waiting) = aliases::accept(objects, last, &versions, ready, &mut diagnostics);
    let deployments = deployments::accept(objects, last, &mut diagnostics);
    let present = assemble::function_table(&versions, &aliases);
    let (stages, waiting_stages) =
        stages::accept(objects, last, &deployments, &aliases, &present, ready, &mut diagnostics);
    waiting.extend(waiting_stages);
    let retained = retain::deleted_but_needed(versions, aliases, &stages, &deployments, last);
    let last_good = LastGood {
        versions: retained.versions,
        aliases: retained.aliases,
        current: deployments.current.clone(),
        deployments: deployments.keep(&stages, objects),
        stages,
    };
    Outcome {
        snapshot: assemble::snapshot(&last_good),
        functions: assemble::functions(&last_good),
        statuses: diagnostics.statuses(objects),
        diagnostics: diagnostics.sorted(),
        in_use: in_use::of(&last_good, &waiting),
        waiting,
        last_good,
    }
}
