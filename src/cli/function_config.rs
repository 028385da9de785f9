//! From a `FunctionVersion` to what the runtime runs.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{FunctionVersionSpec, LambdaFunction, LambdaRuntime};
use runtime::{FunctionConfig, Runtime};

/// Account that ARNs and events name.
pub(crate) const ACCOUNT_ID: &str = "000000000000";
const REGION: &str = "us-east-1";
/// Seconds, unless the version says otherwise; as Lambda's.
const TIMEOUT_SECONDS: u32 = 3;
const MEMORY_MIB: u32 = 128;
const MAX_CONCURRENCY: u32 = 10;
/// Events that wait beyond those being handled, for each handler process.
const QUEUE_PER_PROCESS: u32 = 10;

/// How to run `lambda`, which is that of `spec`, by `runtime` with these files. Variables whose values are kept
/// elsewhere are the caller's to add.
pub(crate) fn of(
    spec: &FunctionVersionSpec,
    lambda: &LambdaFunction,
    runtime: Runtime,
    files: BTreeMap<String, String>,
) -> FunctionConfig {
    let concurrency = match runtime {
        Runtime::Beside(_) => 1,
        _ => lambda.max_concurrency.unwrap_or(MAX_CONCURRENCY),
    };
    FunctionConfig {
        name: spec.function_name.clone(),
        version: spec.version.clone(),
        runtime,
        handler: lambda.handler.clone().unwrap_or_default(),
        files,
        environment: lambda.environment.clone(),
        timeout: Duration::from_secs(u64::from(lambda.timeout_seconds.unwrap_or(TIMEOUT_SECONDS))),
        memory_mib: lambda.memory_mib.unwrap_or(MEMORY_MIB),
        max_concurrency: concurrency as usize,
        queue: (concurrency * QUEUE_PER_PROCESS) as usize,
        retries: FunctionConfig::RETRIES.to_vec(),
        account_id: ACCOUNT_ID.to_owned(),
        region: REGION.to_owned(),
    }
}

/// What runs code that is no image; `provided` where the version does not say, which compile does not let pass.
pub(crate) fn runtime(lambda: &LambdaFunction) -> Runtime {
    match lambda.runtime {
        Some(LambdaRuntime::Python3) => Runtime::Python3,
        Some(LambdaRuntime::Nodejs) => Runtime::Nodejs,
        Some(LambdaRuntime::Provided) | None => Runtime::Provided,
    }
}
