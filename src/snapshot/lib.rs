//! The immutable routing snapshot.
//!
//! [`Snapshot`] is the plain data that travels and is kept; [`Table`] is what a gateway builds of it, off the
//! request path, to answer from: routes as a tree, integrations with stage variables put in, weights as thresholds.

mod aws;
mod codec;
mod cors;
mod deployment;
mod digest;
mod gateway_responses;
mod http_target;
mod integration;
pub mod mapping;
mod method_settings;
mod model;
mod names;
mod network;
mod path;
mod permission;
mod policy;
pub mod publication;
mod reference;
mod route;
mod stage_table;
mod table;
mod text;
mod validation;
mod weight;

pub use aws::{
    ACCESS_KEY_ID, AwsCall, AwsCredentials, AwsPlan, AwsUri, AwsUriError, CredentialsError,
    SECRET_ACCESS_KEY, SESSION_TOKEN,
};
pub use codec::{CodecError, FORMAT, decode, encode};
pub use cors::Cors;
pub use deployment::{Deployment, GatewayResponse, Method, Validation};
pub use digest::{Digest, digest};
pub use gateway_responses::{GatewayResponses, ResponseOfType, ResponseText};
pub use http_target::{HttpTarget, HttpTargetError, ParameterError};
pub use integration::{
    AwsIntegration, ContentHandling, HttpIntegration, Integration, IntegrationResponse, LambdaIntegration,
    Mapping, MockIntegration, PassthroughBehavior,
};
pub use method_settings::{EVERY_METHOD, LoggingLevel, MethodSettings};
pub use model::{Alias, Api, Canary, Function, HttpVersion, Snapshot, Stage, Variant};
pub use names::NamespacedName;
pub use network::{Network, NetworkError};
pub use path::{PathError, PathPart, ResourcePath, check_siblings};
pub use permission::Caller;
pub use policy::{Policy, PolicyError, Verdict};
pub use reference::{FunctionReference, ReferenceError};
pub use route::{Matched, Router};
pub use stage_table::{
    Custom, HttpPlan, LambdaTarget, MethodPlan, Plan, StageTable, Unresolved, VariantTable, resolve,
    resolve_function,
};
pub use table::{ApiTable, Table};
pub use text::{TextError, UnsetVariable, VariableText};
pub use validation::{Model, ModelError, RequiredParameter, ValidationPlan, compile_model};
pub use weight::{WeightError, Weighted};
