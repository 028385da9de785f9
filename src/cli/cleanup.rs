//! `stagegate cleanup`.

use anyhow::{Context as _, Result};
use clap::Args;

use crate::log;

/// Arguments of `cleanup`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name by which it holds the operators' lease
    #[arg(long, env = "POD_NAME")]
    pod_name: String,
    /// Namespace that the operators ran in
    #[arg(long, env = "POD_NAMESPACE")]
    pod_namespace: String,
}

/// Runs once.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    log::start(std::io::stderr);
    let (name, namespace) = (arguments.pod_name.clone(), arguments.pod_namespace.clone());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let client = kube::Client::try_default().await.context("no way to the API server")?;
        let taken = ::operator::cleanup(client, namespace, name).await?;
        println!("the finalizer was taken from {taken} objects; they stay, and may be deleted freely now");
        Ok(())
    })
}
