//! The environment of a handler process.

use std::net::SocketAddr;
use std::path::Path;

use crate::config::{FunctionConfig, Runtime};

/// All variables of a process that talks to `api`: ours, then the function's own (which validation keeps off
/// the reserved names, so that a later entry never hides one of them).
pub(crate) fn variables(config: &FunctionConfig, root: &Path, api: SocketAddr) -> Vec<(String, String)> {
    let mut variables = vec![
        ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
        ("_HANDLER", config.handler.clone()),
        ("LAMBDA_TASK_ROOT", root.display().to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", config.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", config.version.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", config.memory_mib.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", config.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream(&config.version)),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_REGION", config.region.clone()),
        ("AWS_DEFAULT_REGION", config.region.clone()),
        ("PATH", std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned())),
        // Unlike en_US.UTF-8 it is in every image.
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", ":UTC".to_owned()),
    ];
    match config.runtime {
        Runtime::Python3 => {
            variables.push(("AWS_EXECUTION_ENV", "AWS_Lambda_python3".to_owned()));
            variables.push(("PYTHONUNBUFFERED", "1".to_owned()));
        }
        Runtime::Nodejs => variables.push(("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs".to_owned())),
        Runtime::Provided | Runtime::Beside(_) => {}
    }
    let own = config.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
}

/// `2026/01/31/[$LATEST]` and 128 random bits, as Lambda names the log stream of a process.
fn log_stream(version: &str) -> String {
    let day = jiff::Timestamp::now().strftime("%Y/%m/%d").to_string();
    format!("{day}/[{version}]{:032x}", fastrand::u128(..))
}
