//! One stage as a gateway uses it: everything that depends on stage variables is put in.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::aws::{AwsPlan, AwsUriError};
use crate::http_target::{HttpTarget, HttpTargetError};
use crate::mapping::{MappingError, MappingPlan, RequestMapping};
use crate::method_settings;
use crate::permission::{Caller, permits};
use crate::validation::{Models, ValidationPlan};
use crate::{Cors, GatewayResponses, MethodSettings, Policy};
use crate::{
    Deployment, Function, FunctionReference, Integration, MockIntegration, NamespacedName, ReferenceError,
    ResourcePath, Router, Stage, TextError, UnsetVariable, VariableText, Variant, Weighted,
};

/// A stage: what most requests get, and what the canary's share gets.
#[derive(Debug)]
pub struct StageTable {
    /// Name in the URL.
    pub name: Arc<str>,
    live: Arc<VariantTable>,
    canary: Option<(u16, Arc<VariantTable>)>,
}

/// A deployment with stage variables put in.
#[derive(Debug)]
pub struct VariantTable {
    /// Name of the deployment.
    pub deployment: Arc<str>,
    /// Whether this is the canary's; `None` where the stage has no canary.
    pub is_canary: Option<bool>,
    /// Stage variables as a JSON object, or `null` where there are none: it stands in every Lambda event.
    pub variables_json: Box<str>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// Media types whose bodies are binary.
    pub binary_media_types: Vec<String>,
    /// Answers are compressed from this many bytes on, and compressed requests unpacked.
    pub minimum_compression_size: Option<u32>,
    /// Answers to requests that no integration answers.
    pub gateway_responses: GatewayResponses,
    /// Which pages of other origins may call.
    pub cors: Option<Cors>,
    /// Resource policy; a document that is none denies everything.
    pub policy: Option<Option<Policy>>,
    /// Routes.
    pub router: Router<MethodPlan>,
}

/// What is known of a method before any request.
#[derive(Debug)]
pub struct MethodPlan {
    /// The resource path, such as `/houses/{id}`.
    pub resource: Arc<str>,
    /// A stable short id of the resource.
    pub resource_id: Arc<str>,
    /// What is done beside answering.
    pub settings: MethodSettings,
    /// What is checked before.
    pub validation: Option<ValidationPlan>,
    /// What to do.
    pub plan: Plan,
}

/// What to do.
#[derive(Debug)]
pub enum Plan {
    /// Invoke a function.
    Lambda {
        /// Versions by weight.
        versions: Weighted<Arc<LambdaTarget>>,
        /// Deadline.
        timeout: Duration,
        /// How event and answer are made; the proxy's if none.
        custom: Option<Box<Custom>>,
    },
    /// Pass on.
    Http(Box<HttpPlan>),
    /// Call a service of AWS.
    Aws(Box<AwsPlan>),
    /// Answer without a backend.
    Mock(Box<MockIntegration>),
    /// Answer without a backend what a mapping makes.
    MappedMock(Box<MappingPlan>),
    /// The method answers 500: what it needs is not there.
    Broken(Unresolved),
}

/// How requests and answers of an integration that is no proxy are made.
#[derive(Debug, Default)]
pub struct Custom {
    /// Parameters of the onward request.
    pub parameters: RequestMapping,
    /// Templates and answers.
    pub mapping: MappingPlan,
}

/// An HTTP integration.
#[derive(Debug)]
pub struct HttpPlan {
    /// Where to.
    pub target: HttpTarget,
    /// With which method; that of the request if none.
    pub method: Option<http::Method>,
    /// Deadline.
    pub timeout: Duration,
    /// Parameters of the onward request.
    pub parameters: RequestMapping,
    /// Templates and answers; a proxy if none.
    pub mapping: Option<MappingPlan>,
    /// Takes any certificate that names the host, where the target is `https`.
    pub insecure_skip_verification: bool,
}

/// A version of a function as it is invoked.
#[derive(Debug, PartialEq, Eq)]
pub struct LambdaTarget {
    /// `namespace/function:version`, the key of its endpoints.
    pub endpoint: Arc<str>,
    /// Name of the function.
    pub function: Arc<str>,
    /// The version that runs.
    pub version: Arc<str>,
    /// Path and query of the Lambda Invoke API.
    pub invoke_path: Box<str>,
    /// How it gets requests, where it serves HTTP itself.
    pub http: Option<HttpTarget>,
}

/// Why a method can't be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// A stage variable is not set.
    #[error(transparent)]
    Unset(#[from] UnsetVariable),
    /// The text does not parse.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The reference is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The URL is none.
    #[error(transparent)]
    Target(#[from] HttpTargetError),
    /// The URI of a service of AWS is none.
    #[error(transparent)]
    Service(#[from] AwsUriError),
    /// There is no such function.
    #[error("function {0} does not exist")]
    NoFunction(String),
    /// The function has no such version.
    #[error("function {0} has no version {1}")]
    NoVersion(String, String),
    /// The function has no such alias.
    #[error("function {0} has no alias {1}")]
    NoAlias(String, String),
    /// A mapping makes events, and the version takes none.
    #[error(
        "version {1} of function {0} gets requests as they are, so that `mapping` can't be: leave it out, or refer to a lambda version"
    )]
    NoEvents(String, String),
    /// The function does not let the method invoke it.
    #[error(
        "{function} does not permit it: add \"{source_of}\" to spec.permissions of the {kind}, where * stands for anything"
    )]
    NotPermitted {
        /// The function as it is referred to.
        function: String,
        /// The permission that is missing.
        source_of: String,
        /// What it is missing of.
        kind: &'static str,
    },
    /// A mapping can't be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// Weights, status or method of the snapshot are out of range: it was not made by compile.
    #[error("{0}")]
    Malformed(String),
}

impl StageTable {
    pub(crate) fn build(
        api: &NamespacedName,
        name: &str,
        stage: &Stage,
        deployments: &BTreeMap<String, Deployment>,
        functions: &BTreeMap<NamespacedName, Function>,
    ) -> Option<Self> {
        let variant = |variant: &Variant, is_canary| {
            let deployment = deployments.get(&variant.deployment)?;
            let settings = &stage.method_settings;
            Some(Arc::new(VariantTable::build(
                api, name, variant, deployment, functions, is_canary, settings,
            )))
        };
        let live = variant(&stage.live, stage.canary.as_ref().map(|_| false))?;
        let canary = match &stage.canary {
            Some(canary) => Some((canary.basis_points, variant(&canary.variant, Some(true))?)),
            None => None,
        };
        Some(Self { name: name.into(), live, canary })
    }

    /// The variant for `draw`, a uniformly random number.
    pub fn draw(&self, draw: u64) -> &Arc<VariantTable> {
        match &self.canary {
            // The high bits of the product are the draw scaled to 0..10000, without the bias of a remainder.
            Some((points, canary)) if (u128::from(draw) * 10_000) >> 64 < u128::from(*points) => canary,
            _ => &self.live,
        }
    }

    /// Both variants.
    pub fn variants(&self) -> impl Iterator<Item = &Arc<VariantTable>> {
        std::iter::once(&self.live).chain(self.canary.as_ref().map(|(_, canary)| canary))
    }
}

impl VariantTable {
    fn build(
        api: &NamespacedName,
        stage: &str,
        variant: &Variant,
        deployment: &Deployment,
        functions: &BTreeMap<NamespacedName, Function>,
        is_canary: Option<bool>,
        settings: &BTreeMap<String, MethodSettings>,
    ) -> Self {
        let mut router = Router::default();
        let mut models = Models::of(&deployment.models);
        for (path, methods) in &deployment.resources {
            // compile refuses such a path; a snapshot from elsewhere must not take the gateway down.
            let Ok(parsed) = ResourcePath::parse(path) else { continue };
            let resource: Arc<str> = path.as_str().into();
            let resource_id: Arc<str> = resource_id(path).into();
            if let Some(cors) = &deployment.cors
                && !methods.contains_key("OPTIONS")
                && !methods.contains_key("ANY")
            {
                let (resource, resource_id) = (resource.clone(), resource_id.clone());
                let plan = Plan::Mock(Box::new(cors.preflight(methods.keys())));
                let settings = MethodSettings::default();
                let plan = MethodPlan { resource, resource_id, settings, validation: None, plan };
                router.insert(&parsed, "OPTIONS", plan);
            }
            for (name, method) in methods {
                let caller = Caller { namespace: &api.namespace, api: &api.name, stage, method: name };
                let plan = resolve(caller, &method.integration, &parsed, &variant.variables, functions)
                    .unwrap_or_else(Plan::Broken);
                let validation = method
                    .validation
                    .as_ref()
                    .map(|validation| ValidationPlan::build(validation, &mut models));
                let (resource, resource_id) = (resource.clone(), resource_id.clone());
                let settings = method_settings::of(settings, path, name);
                router.insert(
                    &parsed,
                    name,
                    MethodPlan { resource, resource_id, settings, validation, plan },
                );
            }
        }
        let variables = if variant.variables.is_empty() { None } else { Some(&variant.variables) };
        Self {
            deployment: variant.deployment.as_str().into(),
            is_canary,
            variables_json: serde_json::to_string(&variables).unwrap_or_else(|_| "null".to_owned()).into(),
            variables: variant.variables.clone(),
            binary_media_types: deployment.binary_media_types.clone(),
            minimum_compression_size: deployment.minimum_compression_size,
            gateway_responses: GatewayResponses::build(&deployment.gateway_responses, &variant.variables),
            cors: deployment.cors.clone(),
            policy: deployment.policy.as_ref().map(|document| Policy::parse(document).ok()),
            router,
        }
    }
}

/// Puts stage variables into an integration and finds what it refers to.
pub fn resolve(
    caller: Caller<'_>,
    integration: &Integration,
    path: &ResourcePath,
    variables: &BTreeMap<String, String>,
    functions: &BTreeMap<NamespacedName, Function>,
) -> Result<Plan, Unresolved> {
    match integration {
        Integration::Mock(mock) => match &mock.mapping {
            None => Ok(Plan::Mock(Box::new(mock.clone()))),
            Some(mapping) => Ok(Plan::MappedMock(Box::new(MappingPlan::build(mapping, variables)?))),
        },
        Integration::Http(http) => {
            let url = VariableText::parse(&http.url)?.resolve(variables)?;
            let parameters = RequestMapping::build(&http.request_parameters, variables)?;
            let target = HttpTarget::parse(&url, path.parameters().chain(parameters.path_names()))?;
            let mapping = http.mapping.as_ref().map(|mapping| MappingPlan::build(mapping, variables));
            Ok(Plan::Http(Box::new(HttpPlan {
                target,
                method: method(http.method.as_deref())?,
                timeout: millis(http.timeout_millis),
                mapping: mapping.transpose()?,
                parameters,
                insecure_skip_verification: http.insecure_skip_verification,
            })))
        }
        Integration::Aws(aws) => {
            let (method, timeout) = (method(aws.method.as_deref())?, millis(aws.timeout_millis));
            let plan = AwsPlan::build(caller.namespace, aws, path, variables, method, timeout)?;
            Ok(Plan::Aws(Box::new(plan)))
        }
        Integration::Lambda(lambda) => {
            let reference =
                FunctionReference::parse(&VariableText::parse(&lambda.function)?.resolve(variables)?)?;
            let versions = resolve_function(caller.namespace, &reference, functions)?;
            check_permission(caller, path, &reference, functions)?;
            if let Some(target) = versions.targets().find(|target| target.http.is_some())
                && lambda.mapping.is_some()
            {
                return Err(Unresolved::NoEvents(reference.name, target.version.to_string()));
            }
            let custom = lambda.mapping.as_ref().map(|mapping| {
                let parameters = RequestMapping::build(&lambda.request_parameters, variables)?;
                Ok::<_, Unresolved>(Box::new(Custom {
                    parameters,
                    mapping: MappingPlan::build(mapping, variables)?,
                }))
            });
            Ok(Plan::Lambda { versions, timeout: millis(lambda.timeout_millis), custom: custom.transpose()? })
        }
    }
}

/// The versions that serve HTTP themselves, of those that a reference leads to.
struct HttpTargets(BTreeMap<String, HttpTarget>);

impl HttpTargets {
    fn of(
        name: &NamespacedName,
        versions: &Weighted<String>,
        functions: &BTreeMap<NamespacedName, Function>,
    ) -> Result<Self, Unresolved> {
        let known = functions.get(name).map(|function| &function.http);
        let mut found = BTreeMap::new();
        for version in versions.targets() {
            if let Some(http) = known.and_then(|known| known.get(version)) {
                let target = HttpTarget::of_function(&name.namespace, &name.name, http.path.as_deref())?;
                found.insert(version.clone(), target);
            }
        }
        Ok(Self(found))
    }
}

fn method(method: Option<&str>) -> Result<Option<http::Method>, Unresolved> {
    let parse = |method: &str| {
        method.parse().map_err(|_| Unresolved::Malformed(format!("{method} is not an HTTP method")))
    };
    method.map(parse).transpose()
}

/// Which permissions hold is known by the qualifier: those of the alias, or of the version.
fn check_permission(
    caller: Caller<'_>,
    path: &ResourcePath,
    reference: &FunctionReference,
    functions: &BTreeMap<NamespacedName, Function>,
) -> Result<(), Unresolved> {
    let Some(function) = functions.get(&NamespacedName::new(caller.namespace, &*reference.name)) else {
        return Ok(());
    };
    let qualifier = reference.qualifier.as_deref().unwrap_or("$LATEST");
    let of_alias = function.aliases.get(qualifier).map(|alias| &alias.permissions);
    let Some(permissions) = of_alias.or_else(|| function.permissions.get(qualifier)) else { return Ok(()) };
    let source = caller.source(path);
    if permits(permissions, &source) {
        return Ok(());
    }
    let kind = if of_alias.is_some() { "Alias" } else { "FunctionVersion" };
    Err(Unresolved::NotPermitted {
        function: format!("{}:{qualifier}", reference.name),
        source_of: source,
        kind,
    })
}

/// What a reference leads to: a version, or the versions of an alias by weight.
pub fn resolve_function(
    namespace: &str,
    reference: &FunctionReference,
    functions: &BTreeMap<NamespacedName, Function>,
) -> Result<Weighted<Arc<LambdaTarget>>, Unresolved> {
    let suffix =
        reference.qualifier.as_ref().map_or(String::new(), |qualifier| format!("?Qualifier={qualifier}"));
    let invoke_path = format!("/2015-03-31/functions/{}/invocations{suffix}", reference.name);
    let versions = versions(namespace, reference, functions)?;
    let name = NamespacedName::new(namespace, &*reference.name);
    let http = HttpTargets::of(&name, &versions, functions)?;
    Ok(versions.map(|version| {
        Arc::new(LambdaTarget {
            http: http.0.get(&version).cloned(),
            endpoint: format!("{namespace}/{}:{version}", reference.name).into(),
            function: reference.name.as_str().into(),
            version: version.into(),
            invoke_path: invoke_path.as_str().into(),
        })
    }))
}

fn versions(
    namespace: &str,
    reference: &FunctionReference,
    functions: &BTreeMap<NamespacedName, Function>,
) -> Result<Weighted<String>, Unresolved> {
    let name = &reference.name;
    let function = functions
        .get(&NamespacedName::new(namespace, name))
        .ok_or_else(|| Unresolved::NoFunction(name.clone()))?;
    let qualifier = reference.qualifier.as_deref().unwrap_or("$LATEST");
    let version = |version: &str| {
        let there = function.versions.contains(version);
        there.then_some(()).ok_or_else(|| Unresolved::NoVersion(name.clone(), version.to_owned()))
    };
    if qualifier == "$LATEST" || qualifier.bytes().all(|b| b.is_ascii_digit()) {
        return version(qualifier).map(|()| Weighted::single(qualifier));
    }
    let alias = function
        .aliases
        .get(qualifier)
        .ok_or_else(|| Unresolved::NoAlias(name.clone(), qualifier.to_owned()))?;
    let weighted = Weighted::new(&alias.function_version, &alias.additional_version_weights)
        .map_err(|error| Unresolved::Malformed(error.to_string()))?;
    weighted.targets().try_for_each(|v| version(v))?;
    Ok(weighted)
}

fn millis(millis: u32) -> Duration {
    Duration::from_millis(u64::from(millis))
}

/// Six characters of a digest: as short as the service's, and the same wherever the path is.
fn resource_id(path: &str) -> String {
    crate::digest(&path).map_or_else(String::new, |digest| digest.to_string()[..6].to_owned())
}
