//! What commands that only look are about: objects of manifests or, where none are named, of the cluster.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use compile::{LastGood, Objects};

use crate::cluster::{Cluster, Where, block_on};
use crate::local::state::State;
use crate::manifests::Manifests;

/// Objects, and what is good of them already.
pub(crate) struct Source {
    /// The one that is meant.
    pub(crate) namespace: String,
    pub(crate) objects: Objects,
    pub(crate) last_good: LastGood,
    /// Of manifests that do not parse.
    pub(crate) errors: Vec<String>,
}

pub(crate) fn read(to: &Where, manifests: &[PathBuf]) -> Result<Source> {
    if manifests.is_empty() {
        return block_on(of_cluster(to));
    }
    let namespace = to.namespace.clone().unwrap_or_else(|| "default".to_owned());
    let read = Manifests::read_in(manifests, &namespace)?;
    // Deployments that `local` made here are there for a Stage to point back to.
    let deployments = State::beside(manifests).map(|state| state.read()).unwrap_or_default();
    let last_good = LastGood { deployments, ..LastGood::default() };
    let errors = read.errors().cloned().collect();
    Ok(Source { namespace, objects: read.objects(), last_good, errors })
}

async fn of_cluster(to: &Where) -> Result<Source> {
    let cluster = Cluster::connect(to)
        .await
        .context("no manifests are named, so that the cluster is asked; or name files at the end")?;
    let (objects, last_good) = cluster.live().await?;
    Ok(Source { namespace: cluster.namespace.clone(), objects, last_good, errors: Vec::new() })
}
