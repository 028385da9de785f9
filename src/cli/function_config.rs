//! From a `FunctionVersion` to what the runtime runs.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{FunctionVersionSpec, LambdaRuntime};
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

/// How to run `spec` with these files.
pub(crate) fn of(spec: &FunctionVersionSpec, files: BTreeMap<String, String>) -> FunctionConfig {
    let lambda = &spec.lambda;
    let concurrency = lambda.max_concurrency.unwrap_or(MAX_CONCURRENCY);
    FunctionConfig {
        name: spec.function_name.clone(),
        version: spec.version.clone(),
        runtime: match lambda.runtime {
            LambdaRuntime::Python3 => Runtime::Python3,
            LambdaRuntime::Nodejs => Runtime::Nodejs,
            LambdaRuntime::Provided => Runtime::Provided,
        },
        handler: lambda.handler.clone().unwrap_or_default(),
        files,
        environment: lambda.environment.clone(),
        timeout: Duration::from_secs(u64::from(lambda.timeout_seconds.unwrap_or(TIMEOUT_SECONDS))),
        memory_mib: lambda.memory_mib.unwrap_or(MEMORY_MIB),
        max_concurrency: concurrency as usize,
        queue: (concurrency * QUEUE_PER_PROCESS) as usize,
        account_id: ACCOUNT_ID.to_owned(),
        region: REGION.to_owned(),
    }
}
