//! A change made in manifests. The cluster is asked only for what files don't have: what was live, and deployments
//! that were made there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use api::{Kind, LATEST_DEPLOYMENT, Object};
use compile::{LastGood, Outcome, Ready, compile};
use snapshot::NamespacedName;

use super::{Cluster, Done, Target, Where, Wish, on_cluster};
use crate::change::{self, Change, Folder};
use crate::manifests::Manifests;

/// Makes the change, or shows it.
pub(super) async fn change(
    folder: &Path,
    to: &Where,
    dry_run: bool,
    target: &Target,
    wish: &Wish,
) -> Result<Done> {
    let cluster = match (target, wish) {
        (Target::Stage { .. }, Wish::Rollback(_)) => {
            Some(Cluster::connect(to).await.context("status.history is in the cluster")?)
        }
        _ => None,
    };
    let namespace = match &cluster {
        Some(cluster) => cluster.namespace.clone(),
        None => to.namespace.clone().unwrap_or_else(|| "default".to_owned()),
    };
    let files = Files::read(folder, namespace)?;
    let object = files.find(target)?;
    let change = match (&object, wish, &cluster) {
        (Object::Stage(stage), Wish::Deploy(None), _) => {
            let newest = files.newest(&stage.spec.rest_api)?;
            let mut change = change::deploy(stage, &newest);
            change.notes.push(format!(
                "{newest} is made of what RestApi/{} says now, by whoever serves it; --name NAME freezes it into a file of its own",
                stage.spec.rest_api
            ));
            change
        }
        (Object::Stage(stage), Wish::Deploy(Some(named)), _) => {
            files.check(&stage.spec.rest_api, named, to).await?;
            change::deploy(stage, named)
        }
        (Object::Stage(stage), Wish::Promote(_), _) => {
            let newest = files.newest(&stage.spec.rest_api).ok();
            change::promote(stage, None, newest.as_deref())?
        }
        (Object::Stage(stage), Wish::Rollback(back), Some(cluster)) => {
            let status = on_cluster::status(cluster, target).await?;
            let change = change::rollback(stage, &status, back.as_deref())?;
            on_cluster::check(cluster, target, &change).await?;
            change
        }
        (Object::Alias(alias), Wish::Promote(version), _) => {
            change::promote_alias(alias, version.as_deref())?
        }
        (Object::Alias(alias), Wish::Rollback(version), _) => {
            change::rollback_alias(alias, version.as_deref())?
        }
        _ => bail!("{target} has no deployments"),
    };
    files.check_version(target, &change)?;
    finish(folder, dry_run, &object, change)
}

fn finish(folder: &Path, dry_run: bool, object: &Object, change: Change) -> Result<Done> {
    if change.edits.is_empty() {
        return Ok(Done { text: format!("{}: says so already\n", change.object), notes: change.notes });
    }
    let mut edited = Folder::new(folder);
    let file = edited.change(&change)?;
    if dry_run {
        return Ok(Done { text: edited.diff(), notes: change.notes });
    }
    edited.write()?;
    let lines = change::lines(&change, &on_cluster::value(object)?);
    let lines: Vec<_> = lines.iter().map(|line| format!("{}: {line}", file.display())).collect();
    Ok(Done { text: lines.join("\n") + "\n", notes: change.notes })
}

struct Files {
    folder: PathBuf,
    namespace: String,
    manifests: Manifests,
    outcome: Outcome,
}

impl Files {
    fn read(folder: &Path, namespace: String) -> Result<Self> {
        let manifests = Manifests::read_in(&[folder.to_owned()], &namespace)?;
        let outcome = compile(&manifests.objects(), &LastGood::default(), &Ready::All);
        Ok(Self { folder: folder.to_owned(), namespace, manifests, outcome })
    }

    fn find(&self, target: &Target) -> Result<Object> {
        let of_kind = self
            .manifests
            .each()
            .filter(|(key, _)| key.kind == target.kind() && key.namespace == self.namespace);
        let objects = of_kind.map(|(key, object)| object.clone().map_err(|error| format!("{key}: {error}")));
        let unreadable = self.manifests.errors().cloned().map(Err);
        target.among(objects.chain(unreadable), &self.folder.display().to_string())
    }

    fn named(&self, name: &str) -> NamespacedName {
        NamespacedName::new(&*self.namespace, name)
    }

    fn newest(&self, api: &str) -> Result<String> {
        let current = self.outcome.last_good.current.get(&self.named(api));
        current.cloned().with_context(|| {
            let object = |d: &&compile::Diagnostic| d.object.kind == Kind::RestApi && d.object.name == api;
            let why = self.outcome.diagnostics.iter().filter(object).map(ToString::to_string);
            let what = format!("RestApi/{api} has no good content in {}", self.folder.display());
            std::iter::once(what).chain(why).collect::<Vec<_>>().join("\n")
        })
    }

    async fn check(&self, api: &str, deployment: &str, to: &Where) -> Result<()> {
        if deployment == LATEST_DEPLOYMENT {
            return Ok(());
        }
        match self.outcome.last_good.deployments.get(&self.named(deployment)) {
            Some(record) if record.rest_api == api => Ok(()),
            Some(record) => bail!(
                "ApiDeployment/{deployment}: spec.restApi: is a deployment of {}, not of {api}",
                record.rest_api
            ),
            None => {
                let nowhere = || {
                    format!(
                        "ApiDeployment/{deployment} is not in {}, nor to be found in a cluster",
                        self.folder.display()
                    )
                };
                let cluster = Cluster::connect(to).await.with_context(nowhere)?;
                on_cluster::deployment_is_there(&cluster, api, deployment).await.with_context(nowhere)
            }
        }
    }

    fn check_version(&self, target: &Target, change: &Change) -> Result<()> {
        let Target::Alias { function, .. } = target else { return Ok(()) };
        let edit = change.edits.iter().find(|edit| edit.field() == "spec.functionVersion");
        let Some(version) = edit.and_then(|edit| edit.value.as_ref()?.as_str()) else { return Ok(()) };
        let is = |spec: &api::FunctionVersionSpec| spec.function_name == *function && spec.version == version;
        if self.outcome.last_good.versions.values().any(is) {
            return Ok(());
        }
        bail!("{}: {function}:{version} has no FunctionVersion in {}", change.object, self.folder.display())
    }
}
