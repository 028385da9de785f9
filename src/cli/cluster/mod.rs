//! Looking at a cluster, and changing there, or in the files that it gets, what a person asks for.

mod connect;
mod in_files;
mod on_cluster;
mod reach;
mod refusal;
mod target;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

pub(crate) use reach::{Cluster, object_of};
pub(crate) use refusal::Failure;
pub(crate) use target::Target;

/// Which cluster and namespace.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Where {
    /// Context of the kubeconfig; its current one unless set
    #[arg(long)]
    pub(crate) context: Option<String>,
    /// Namespace; on a cluster that of the context unless set, in files `default`
    #[arg(short, long)]
    pub(crate) namespace: Option<String>,
}

/// What to do with the change.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct How {
    /// Print the difference it would make, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Change the manifests in this folder in place, comments kept, and not the cluster
    #[arg(long, value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
}

/// What a person wants.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    /// The named deployment, or the newest.
    Deploy(Option<String>),
    /// What the canary, or a further version, has; a version is named for an alias only.
    Promote(Option<String>),
    /// What was live before, or what is named.
    Rollback(Option<String>),
}

/// What was done, for standard output, and what should be known of it, for standard error.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
}

/// Does it, and prints what was done.
pub(crate) fn change(to: &Where, how: &How, target: &Target, wish: &Wish) -> Result<()> {
    let done = block_on(async {
        match &how.write {
            Some(folder) => in_files::change(folder, to, how.dry_run, target, wish).await,
            None => on_cluster::change(&Cluster::connect(to).await?, how.dry_run, target, wish).await,
        }
    })?;
    std::io::stdout().write_all(done.text.as_bytes())?;
    for note in &done.notes {
        eprintln!("{note}");
    }
    Ok(())
}

/// One thread is enough for a handful of requests.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
