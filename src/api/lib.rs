//! The objects people write: `RestApi`, `ApiDeployment`, `Stage`, `FunctionVersion`, `Alias`.
//!
//! Doc comments on fields are what `kubectl explain` shows. A field stands here only once it has an effect.

mod alias;
mod content;
mod cors;
mod decode;
mod deployment;
mod environment;
mod function;
mod gateway_response;
mod http_function;
mod integration;
mod lambda_function;
mod mapping;
mod method;
mod method_settings;
mod quantity;
mod reasons;
mod rest_api;
mod stage;
mod status;
mod workload;

pub use alias::{Alias, AliasSpec};
pub use content::{ApiContent, ApiInfo, MethodName, Paths, ResourceMethods};
pub use cors::Cors;
pub use decode::{DecodeError, Object, ObjectKey, RawObject, decode};
pub use deployment::{ApiDeployment, ApiDeploymentSpec};
pub use environment::{EnvironmentSource, KeyReference};
pub use function::{FunctionVersion, FunctionVersionSpec};
pub use gateway_response::{GatewayResponse, GatewayResponseType};
pub use http_function::HttpFunction;
pub use integration::{AwsIntegration, HttpIntegration, LambdaIntegration, MockIntegration, TlsConfig};
pub use lambda_function::{Code, LambdaFunction, LambdaRuntime};
pub use mapping::{ContentHandling, IntegrationResponse, Mapping, PassthroughBehavior};
pub use method::{Method, MethodResponse, Model, RequestValidator};
pub use method_settings::{LoggingLevel, MethodSettings};
pub use quantity::Quantity;
pub use reasons::{ConditionType, Kind, Reason};
pub use rest_api::{RestApi, RestApiSpec};
pub use stage::{Canary, Stage, StageSpec};
pub use status::{
    AliasStatus, ApiDeploymentStatus, CanaryStatus, FunctionVersionStatus, HISTORY_ENTRIES, RestApiStatus,
    StageHistory, StageStatus, USERS_NAMED,
};
pub use workload::{Resources, Scale};

pub use kube::{CustomResourceExt, ResourceExt, core::ObjectMeta};

/// API group of every kind.
pub const GROUP: &str = "stagegate.dev";
/// `apiVersion` as it stands in manifests.
pub const API_VERSION: &str = "stagegate.dev/v1alpha1";
/// Qualifier of the one mutable version of a function.
pub const LATEST_VERSION: &str = "$LATEST";
/// Value of a Stage's `deployment` that follows the RestApi.
pub const LATEST_DEPLOYMENT: &str = "latest";
