//! What a function version is run with.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// One version of a function and how to run it.
#[derive(Clone, PartialEq)]
pub struct FunctionConfig {
    /// Name of the function, as in the path of the Invoke API.
    pub name: String,
    /// `$LATEST` or a positive integer.
    pub version: String,
    /// What runs the code.
    pub runtime: Runtime,
    /// `module.function`; [`Runtime::Provided`] only sees it as `_HANDLER`.
    pub handler: String,
    /// The code: relative path to text. `bootstrap` of [`Runtime::Provided`] becomes executable.
    pub files: BTreeMap<String, String>,
    /// Environment variables of the handler, beside those that Lambda sets.
    pub environment: BTreeMap<String, String>,
    /// How long one event may take, from when a process is handed it.
    pub timeout: Duration,
    /// What the handler is told about its memory. It is not enforced here.
    pub memory_mib: u32,
    /// Handler processes at most, each of which handles one event at a time.
    pub max_concurrency: usize,
    /// Events that may wait beyond the ones being handled.
    pub queue: usize,
    /// How long until an event that nobody waits for is tried again when it fails, each time.
    pub retries: Vec<Duration>,
    /// Account in the function's ARN.
    pub account_id: String,
    /// Region in the function's ARN and in the handler's environment.
    pub region: String,
}

/// What runs the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// `python3` of the machine or image.
    Python3,
    /// `node` of the machine or image.
    Nodejs,
    /// The code brings an executable `bootstrap` that talks the Runtime API itself.
    Provided,
    /// One handler process that somebody else starts, and starts again when it ends: it talks the Runtime API at this
    /// address. There are no files, and events are handled one at a time.
    Beside(SocketAddr),
}

/// Without the values of variables, some of which are secret, and without the code.
impl fmt::Debug for FunctionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionConfig")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("runtime", &self.runtime)
            .field("environment", &self.environment.keys())
            .finish_non_exhaustive()
    }
}

impl FunctionConfig {
    /// When the service tries an asynchronous event again (Lambda developer guide, invocation-async-error-handling).
    pub const RETRIES: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(2)];

    /// The ARN an event was invoked by.
    pub(crate) fn arn(&self, qualifier: Option<&str>) -> String {
        let Self { region, account_id, name, .. } = self;
        let arn = format!("arn:aws:lambda:{region}:{account_id}:function:{name}");
        match qualifier {
            Some(qualifier) => format!("{arn}:{qualifier}"),
            None => arn,
        }
    }
}
