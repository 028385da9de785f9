//! The immutable routing snapshot.
//!
//! [`Snapshot`] is the plain data that travels and is kept; [`Table`] is what a gateway builds of it, off the
//! request path, to answer from: routes as a tree, integrations with stage variables put in, weights as thresholds.

mod codec;
mod digest;
mod http_target;
mod model;
mod names;
mod path;
pub mod publication;
mod reference;
mod route;
mod stage_table;
mod table;
mod text;
mod weight;

pub use codec::{CodecError, FORMAT, decode, encode};
pub use digest::{Digest, digest};
pub use http_target::{DotSegment, HttpTarget, HttpTargetError};
pub use model::{
    Alias, Api, Canary, Deployment, Function, HttpIntegration, Integration, LambdaIntegration,
    MockIntegration, Snapshot, Stage, Variant,
};
pub use names::NamespacedName;
pub use path::{PathError, PathPart, ResourcePath, check_siblings};
pub use reference::{FunctionReference, ReferenceError};
pub use route::{Matched, Router};
pub use stage_table::{LambdaTarget, MethodPlan, Plan, StageTable, Unresolved, VariantTable, resolve};
pub use table::{ApiTable, Table};
pub use text::{TextError, UnsetVariable, VariableText};
pub use weight::{WeightError, Weighted};
