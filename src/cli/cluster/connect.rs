//! The way to the API server.

use std::time::Duration;

use anyhow::{Context as _, Result};
use kube::config::KubeConfigOptions;
use kube::{Client, Config};

use super::Where;

/// By `KUBECONFIG`, `~/.kube/config` or, in a pod, its service account; with the namespace that is meant.
pub(super) async fn connect(to: &Where) -> Result<(Client, String)> {
    let mut config = match &to.context {
        None => Config::infer().await.context("no way to a cluster")?,
        Some(context) => {
            let options =
                KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
            Config::from_kubeconfig(&options).await.with_context(|| format!("--context {context}"))?
        }
    };
    config.connect_timeout = Some(Duration::from_secs(10));
    config.read_timeout = Some(Duration::from_secs(30));
    config.write_timeout = Some(Duration::from_secs(30));
    let namespace = to.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    Ok((Client::try_from(config).context("no way to a cluster")?, namespace))
}
