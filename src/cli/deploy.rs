//! `stagegate deploy`: freeze an API's content into a manifest, and point a Stage to it in the files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use compile::{DeploymentRecord, LastGood, Outcome, Ready, compile};
use serde_json::json;
use snapshot::NamespacedName;

use crate::manifests::{Manifests, files};
use crate::yaml_edit::set_stage_deployment;

/// Arguments of `deploy`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi
    api: String,
    /// Name of the ApiDeployment to write
    #[arg(long)]
    name: String,
    /// Stage (its name in the URL) to point to it
    #[arg(long)]
    stage: Option<String>,
    /// Namespace of the RestApi
    #[arg(long, default_value = "default")]
    namespace: String,
    /// What the deployment is for
    #[arg(long)]
    description: Option<String>,
    /// Folder of manifests, read and written in place
    #[arg(long, value_name = "DIR")]
    write: PathBuf,
}

/// Writes the manifest, then the pointer: what stops in between leaves a deployment that nothing serves yet.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let manifests = Manifests::read(std::slice::from_ref(&arguments.write))?;
    let outcome = compile(&manifests.objects(), &LastGood::default(), &Ready::All);
    let record = current(arguments, &manifests, &outcome)?;
    let target = arguments.write.join(format!("{}.yaml", arguments.name));
    let name = NamespacedName::new(&*arguments.namespace, &*arguments.name);
    match outcome.last_good.deployments.get(&name) {
        Some(there) if there.digest == record.digest => {
            println!("ApiDeployment/{} is there already, with the same content", arguments.name);
        }
        Some(_) => bail!(
            "ApiDeployment/{} is there with other content and is immutable; take another name",
            arguments.name
        ),
        None if target.exists() => bail!("{} is there already; take another name", target.display()),
        None => {
            fs::write(&target, manifest(arguments, record)?).with_context(|| target.display().to_string())?;
            println!("wrote {}", target.display());
        }
    }
    match &arguments.stage {
        Some(stage) => point(arguments, stage, &outcome),
        None => Ok(()),
    }
}

fn current<'a>(
    arguments: &Arguments,
    manifests: &Manifests,
    outcome: &'a Outcome,
) -> Result<&'a DeploymentRecord> {
    let namespace = &*arguments.namespace;
    let api = NamespacedName::new(namespace, &*arguments.api);
    let Some(current) = outcome.last_good.current.get(&api) else {
        for line in manifests.errors().cloned().chain(outcome.diagnostics.iter().map(ToString::to_string)) {
            eprintln!("{line}");
        }
        bail!("RestApi/{} has no good content in {}", arguments.api, arguments.write.display());
    };
    let made = NamespacedName::new(namespace, &**current);
    outcome.last_good.deployments.get(&made).with_context(|| format!("ApiDeployment/{current} is missing"))
}

fn manifest(arguments: &Arguments, record: &DeploymentRecord) -> Result<String> {
    let mut spec = json!({ "restApi": record.rest_api, "api": record.content });
    if let Some(description) = &arguments.description {
        spec["description"] = json!(description);
    }
    let manifest = json!({
        "apiVersion": api::API_VERSION,
        "kind": "ApiDeployment",
        "metadata": { "name": arguments.name, "namespace": arguments.namespace },
        "spec": spec,
    });
    Ok(serde_saphyr::to_string(&manifest)?)
}

fn point(arguments: &Arguments, stage: &str, outcome: &Outcome) -> Result<()> {
    let of_stage = outcome.last_good.stages.iter().find(|(name, accepted)| {
        name.namespace == arguments.namespace && accepted.rest_api == arguments.api && accepted.name == stage
    });
    let Some((object, _)) = of_stage else {
        bail!("{} has no stage {stage} that compiles in {}", arguments.api, arguments.write.display());
    };
    for file in files(&arguments.write)? {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let Ok(changed) = set_stage_deployment(&text, &object.name, &arguments.name) else { continue };
        if let Some(changed) = changed {
            replace(&file, &changed)?;
            println!("Stage/{} in {} points to {}", object.name, file.display(), arguments.name);
            return Ok(());
        }
    }
    bail!(
        "no file in {} has Stage/{} in a form that can be changed in place",
        arguments.write.display(),
        object.name
    )
}

fn replace(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut new, text.as_bytes())?;
    fs::set_permissions(new.path(), fs::metadata(file)?.permissions())?;
    new.persist(file)?;
    Ok(())
}
