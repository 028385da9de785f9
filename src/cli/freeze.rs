//! Freezing an API's content into a manifest under a name that people can read, without a cluster.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use api::Object;
use compile::{DeploymentRecord, LastGood, Outcome, Ready, compile};
use serde_json::json;
use snapshot::NamespacedName;

use crate::change::{self, Folder};
use crate::manifests::Manifests;

/// What to freeze, and where.
pub(crate) struct Freeze<'a> {
    pub(crate) api: &'a str,
    pub(crate) name: &'a str,
    pub(crate) stage: Option<&'a str>,
    pub(crate) namespace: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) folder: &'a Path,
    pub(crate) dry_run: bool,
}

/// Writes the manifest, then the pointer: what stops in between leaves a deployment that nothing serves yet.
pub(crate) fn run(freeze: &Freeze<'_>) -> Result<()> {
    let manifests = Manifests::read_in(&[freeze.folder.to_owned()], freeze.namespace)?;
    let outcome = compile(&manifests.objects(), &LastGood::default(), &Ready::All);
    let record = current(freeze, &manifests, &outcome)?;
    let mut folder = Folder::new(freeze.folder);
    let mut done = Vec::new();
    let name = NamespacedName::new(freeze.namespace, freeze.name);
    match outcome.last_good.deployments.get(&name) {
        Some(there) if there.digest == record.digest => {
            done.push(format!("ApiDeployment/{} is there already, with the same content", freeze.name));
        }
        Some(_) => bail!(
            "ApiDeployment/{} is there with other content and is immutable; take another name",
            freeze.name
        ),
        None => {
            let file = folder.add(&format!("{}.yaml", freeze.name), manifest(freeze, record)?)?;
            done.push(format!("wrote {}", file.display()));
        }
    }
    if let Some(stage) = freeze.stage {
        done.push(point(freeze, stage, &manifests, &outcome, &mut folder)?);
    }
    if freeze.dry_run {
        print!("{}", folder.diff());
    } else {
        folder.write()?;
        println!("{}", done.join("\n"));
    }
    Ok(())
}

fn current<'a>(
    freeze: &Freeze<'_>,
    manifests: &Manifests,
    outcome: &'a Outcome,
) -> Result<&'a DeploymentRecord> {
    let api = NamespacedName::new(freeze.namespace, freeze.api);
    let Some(current) = outcome.last_good.current.get(&api) else {
        for line in manifests.errors().cloned().chain(outcome.diagnostics.iter().map(ToString::to_string)) {
            eprintln!("{line}");
        }
        bail!("RestApi/{} has no good content in {}", freeze.api, freeze.folder.display());
    };
    let made = NamespacedName::new(freeze.namespace, &**current);
    outcome.last_good.deployments.get(&made).with_context(|| format!("ApiDeployment/{current} is missing"))
}

fn manifest(freeze: &Freeze<'_>, record: &DeploymentRecord) -> Result<String> {
    let mut spec = json!({ "restApi": record.rest_api, "api": record.content });
    if let Some(description) = freeze.description {
        spec["description"] = json!(description);
    }
    let manifest = json!({
        "apiVersion": api::API_VERSION,
        "kind": "ApiDeployment",
        "metadata": { "name": freeze.name, "namespace": freeze.namespace },
        "spec": spec,
    });
    Ok(serde_saphyr::to_string(&manifest)?)
}

fn point(
    freeze: &Freeze<'_>,
    stage: &str,
    manifests: &Manifests,
    outcome: &Outcome,
    folder: &mut Folder,
) -> Result<String> {
    let of_stage = outcome.last_good.stages.iter().find(|(name, accepted)| {
        name.namespace == freeze.namespace && accepted.rest_api == freeze.api && accepted.name == stage
    });
    let object = of_stage.and_then(|(name, _)| {
        manifests.each().find_map(|(key, object)| match object {
            Ok(Object::Stage(stage)) if key.namespace == name.namespace && key.name == name.name => {
                Some(stage)
            }
            _ => None,
        })
    });
    let Some(object) = object else {
        bail!("{} has no stage {stage} that compiles in {}", freeze.api, freeze.folder.display());
    };
    let change = change::deploy(object, freeze.name);
    let file = folder.change(&change)?;
    Ok(format!("{} in {} points to {}", change.object, file.display(), freeze.name))
}
