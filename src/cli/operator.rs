//! `stagegate operator`.

use std::net::SocketAddr;

use ::operator::Settings;
use ::operator::workloads::WorkloadSettings;
use anyhow::{Context as _, Result};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::log;

/// Arguments of `operator`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where gateways connect for their configuration
    #[arg(long, default_value = "0.0.0.0:8443")]
    config_listen: SocketAddr,
    /// Where /readyz, /livez and /metrics are served
    #[arg(long, default_value = "0.0.0.0:8081")]
    admin: SocketAddr,
    /// Image of Stagegate itself, from which function pods take the runtime
    #[arg(long)]
    image: String,
    /// Image that runs Python handlers
    #[arg(long)]
    python_image: String,
    /// Image that runs Node.js handlers
    #[arg(long)]
    node_image: String,
    /// Domain below which APIs have host names: <api>.<namespace>.<base domain>
    #[arg(long, default_value = "localhost")]
    base_domain: String,
    /// Name of this pod, by which it holds the lease
    #[arg(long, env = "POD_NAME")]
    pod_name: String,
    /// Namespace of this pod, which is the gateways' too
    #[arg(long, env = "POD_NAMESPACE")]
    pod_namespace: String,
}

/// Runs until a signal says to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    log::start(std::io::stderr);
    let settings = Settings {
        namespace: arguments.pod_namespace.clone(),
        identity: arguments.pod_name.clone(),
        config_listen: arguments.config_listen,
        admin: arguments.admin,
        base_domain: arguments.base_domain.clone(),
        workloads: WorkloadSettings {
            image: arguments.image.clone(),
            python_image: arguments.python_image.clone(),
            node_image: arguments.node_image.clone(),
            token_secret: "stagegate-function-token".to_owned(),
            gateway_namespace: arguments.pod_namespace.clone(),
        },
    };
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        let client = kube::Client::try_default().await.context("no way to the API server")?;
        let stop = CancellationToken::new();
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let signalled = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            signalled.cancel();
        });
        ::operator::run(settings, client, stop).await?;
        Ok(())
    })
}
