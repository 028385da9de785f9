//! `stagegate local`: the same manifests, compile and gateway, on one machine.

mod functions;
mod resolve;
mod serve;
pub(crate) mod state;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use gateway::Network;

/// Arguments of `local`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Files and folders of manifests
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where APIs are served
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where /readyz, /livez, /metrics, /snapshot and /_apis/ are served
    #[arg(long, default_value = "127.0.0.1:8081")]
    admin: SocketAddr,
    /// Serve the Lambda Invoke API here too, for AWS SDKs and the AWS CLI: to whoever can connect
    #[arg(long, value_name = "ADDR")]
    invoke: Option<SocketAddr>,
    /// Namespace of the functions that --invoke serves
    #[arg(long, default_value = "default", requires = "invoke")]
    invoke_namespace: String,
    /// Who may call it, instead of everybody: a JSON list of {"accessKeyId", "secretAccessKey", "namespace"}
    #[arg(long, value_name = "FILE", requires = "invoke", conflicts_with = "invoke_namespace")]
    invoke_credentials_file: Option<PathBuf>,
    /// Where access logs go: `-` (standard output), `off`, or a file
    #[arg(long, default_value = "-")]
    access_log: String,
    /// Domain below which APIs have host names: <api>.<namespace>.<base domain>
    #[arg(long, default_value = "localhost")]
    base_domain: String,
    /// The API that other hosts go to, as namespace/name; where a single API is served it is that one
    #[arg(long)]
    default_api: Option<String>,
    /// Peers whose X-Forwarded-For is believed, such as 10.0.0.0/8
    #[arg(long = "trusted-proxy")]
    trusted_proxies: Vec<Network>,
    /// Refuse HTTP integrations that lead to loopback and private addresses
    #[arg(long)]
    deny_private_targets: bool,
    /// File with certificates of authorities for https:// endpoints, PEM, beside those that browsers know
    #[arg(long)]
    endpoint_ca_file: Option<PathBuf>,
    /// Gateway threads; one a core unless set
    #[arg(long)]
    workers: Option<usize>,
    /// How many seconds new connections are still taken after a signal to stop
    #[arg(long, default_value_t = 0)]
    stop_accepting_after: u64,
    /// How many seconds requests in flight then have
    #[arg(long, default_value_t = 5)]
    drain: u64,
}

impl Arguments {
    fn settings(&self) -> Result<gateway::Settings> {
        use gateway::{DefaultApi, PrivateTargets};
        let default_api = match &self.default_api {
            None => DefaultApi::Sole,
            Some(text) => match text.split_once('/') {
                Some((namespace, name)) => DefaultApi::Named(snapshot::NamespacedName::new(namespace, name)),
                None => DefaultApi::Named(snapshot::NamespacedName::new("default", text.as_str())),
            },
        };
        let private = if self.deny_private_targets { PrivateTargets::Deny } else { PrivateTargets::Allow };
        Ok(gateway::Settings {
            listen: self.listen,
            workers: match self.workers {
                Some(workers) => workers,
                None => std::thread::available_parallelism()?.get(),
            },
            base_domain: self.base_domain.clone(),
            default_api,
            trusted_proxies: self.trusted_proxies.clone(),
            private_targets: private,
            endpoint_authorities: crate::endpoint_ca::read(self.endpoint_ca_file.as_deref())?,
            own_listeners: vec![self.admin],
            invoke_api: self.invoke_api()?,
            account_id: crate::function_config::ACCOUNT_ID.to_owned(),
            stop_accepting_after: Duration::from_secs(self.stop_accepting_after),
            drain: Duration::from_secs(self.drain),
        })
    }

    fn invoke_api(&self) -> Result<Option<gateway::InvokeApi>> {
        let Some(listen) = self.invoke else { return Ok(None) };
        let callers = match &self.invoke_credentials_file {
            Some(file) => crate::invoke_callers::read(file)?,
            None => gateway::Callers::Anyone { namespace: self.invoke_namespace.clone() },
        };
        Ok(Some(gateway::InvokeApi { listen, callers }))
    }
}

/// Serves until a signal says to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    // Manifests are read first: a path that is not there must fail before anything listens.
    let first = crate::manifests::Manifests::read(&arguments.paths)?;
    crate::log::start(std::io::stderr);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(serve::run(arguments, first))
}
