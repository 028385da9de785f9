//! `stagegate gateway`: the data plane in a cluster, fed by the operator.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use gateway::config_client::{self, ConfigClientSettings};
use gateway::{DefaultApi, Gateway, Live, Network, PrivateTargets, Readiness};
use snapshot::NamespacedName;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::log;

/// Arguments of `gateway`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where APIs are served
    #[arg(long, default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// Where /readyz, /livez, /metrics, /snapshot and /_apis/ are served
    #[arg(long, default_value = "0.0.0.0:8081")]
    admin: SocketAddr,
    /// host:port of the operator's configuration service; each of its addresses is followed
    #[arg(long)]
    operator: String,
    /// Certificates that the operator's is held against, PEM
    #[arg(long)]
    ca_file: PathBuf,
    /// Token that the operator is shown
    #[arg(long, default_value = "/var/run/secrets/stagegate/token")]
    token_file: PathBuf,
    /// Token that function pods are shown
    #[arg(long)]
    function_token_file: PathBuf,
    /// Where the last good publication is kept for a restart
    #[arg(long)]
    state_dir: PathBuf,
    /// Serve the Lambda Invoke API here too, for AWS SDKs and the AWS CLI
    #[arg(long, value_name = "ADDR", requires = "invoke_credentials_file")]
    invoke: Option<SocketAddr>,
    /// Who may call it: a JSON list of {"accessKeyId", "secretAccessKey", "namespace"}, read at the start
    #[arg(long, value_name = "FILE", requires = "invoke")]
    invoke_credentials_file: Option<PathBuf>,
    /// Name of this pod
    #[arg(long, env = "POD_NAME")]
    pod_name: String,
    /// Where access logs go: `-` (standard output), `off`, or a file
    #[arg(long, default_value = "-")]
    access_log: String,
    /// Domain below which APIs have host names: <api>.<namespace>.<base domain>
    #[arg(long)]
    base_domain: String,
    /// The API that other hosts go to, as namespace/name; none unless set
    #[arg(long)]
    default_api: Option<String>,
    /// Peers whose X-Forwarded-For is believed, such as 10.0.0.0/8
    #[arg(long = "trusted-proxy")]
    trusted_proxies: Vec<Network>,
    /// Whether HTTP integrations may lead to loopback and private addresses
    #[arg(long, value_enum, default_value = "allow")]
    private_targets: Private,
    /// Account that ARNs and events name: twelve digits
    #[arg(long, default_value = crate::function_config::ACCOUNT_ID)]
    account_id: String,
    /// File with certificates of authorities for https:// endpoints, PEM, beside those that browsers know
    #[arg(long)]
    endpoint_ca_file: Option<PathBuf>,
    /// Gateway threads; one a core unless set
    #[arg(long)]
    workers: Option<usize>,
    /// How many seconds new connections are still taken after a signal to stop: until nothing leads here any more
    #[arg(long, default_value_t = 10)]
    stop_accepting_after: u64,
    /// How many seconds requests in flight then have
    #[arg(long, default_value_t = 30)]
    drain: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Private {
    Allow,
    Deny,
}

impl Arguments {
    fn settings(&self, admin: SocketAddr) -> Result<gateway::Settings> {
        let default_api = match self.default_api.as_deref().filter(|text| !text.is_empty()) {
            None => DefaultApi::None,
            Some(text) => {
                let (namespace, name) =
                    text.split_once('/').context("--default-api: must be namespace/name")?;
                DefaultApi::Named(NamespacedName::new(namespace, name))
            }
        };
        Ok(gateway::Settings {
            listen: self.listen,
            workers: match self.workers {
                Some(workers) => workers,
                None => std::thread::available_parallelism()?.get(),
            },
            base_domain: self.base_domain.clone(),
            default_api,
            trusted_proxies: self.trusted_proxies.clone(),
            private_targets: match self.private_targets {
                Private::Allow => PrivateTargets::Allow,
                Private::Deny => PrivateTargets::Deny,
            },
            endpoint_authorities: crate::endpoint_ca::read(self.endpoint_ca_file.as_deref())?,
            own_listeners: vec![admin],
            invoke_api: self.invoke_api()?,
            account_id: self.account_id.clone(),
            stop_accepting_after: Duration::from_secs(self.stop_accepting_after),
            drain: Duration::from_secs(self.drain),
        })
    }

    fn invoke_api(&self) -> Result<Option<gateway::InvokeApi>> {
        let (Some(listen), Some(file)) = (self.invoke, &self.invoke_credentials_file) else {
            return Ok(None);
        };
        Ok(Some(gateway::InvokeApi { listen, callers: crate::invoke_callers::read(file)? }))
    }

    fn config_client(&self) -> ConfigClientSettings {
        ConfigClientSettings {
            operator: self.operator.clone(),
            ca_file: self.ca_file.clone(),
            token_file: self.token_file.clone(),
            function_token_file: self.function_token_file.clone(),
            state_dir: self.state_dir.clone(),
            gateway_name: self.pod_name.clone(),
        }
    }
}

/// Serves until a signal says to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    log::start(std::io::stderr);
    // The workers have runtimes of their own: this one is for the admin listener and for what the operator sends.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let admin = TcpListener::bind(arguments.admin)
        .await
        .with_context(|| format!("can't listen on {}", arguments.admin))?;
    let (live, readiness) = (Live::default(), Readiness::default());
    let settings = arguments.settings(admin.local_addr()?)?;
    let gateway = Gateway::start(settings, &live, log::sink(&arguments.access_log)?)?;
    tokio::spawn(gateway::serve_admin(admin, gateway.admin(), readiness.clone(), gateway::Shelf::default()));
    let stop = CancellationToken::new();
    let client = config_client::run(arguments.config_client(), live, readiness, stop.clone());
    let mut client = tokio::spawn(client);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        ended = &mut client => return Ok(ended??),
    }
    // It is fed to the end: what it still serves is to be as new as what others serve.
    tokio::task::spawn_blocking(move || gateway.stop()).await?;
    stop.cancel();
    Ok(client.await??)
}
