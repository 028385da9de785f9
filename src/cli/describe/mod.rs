//! `stagegate describe`: what a method does, as the four boxes of the method execution view.

mod boxes;
mod find;
mod lines;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use api::Kind;
use clap::Args;
use compile::{LastGood, Objects, Ready, compile};

use crate::cluster::{Cluster, Where, block_on};
use crate::local::state::State;
use crate::manifests::Manifests;
use crate::output::Output;
use find::Wanted;

/// Arguments of `describe`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi
    api: String,
    /// Method
    method: String,
    /// Path, as the API has it (/houses/{id}) or as a request has it (/houses/5)
    path: String,
    /// Files and folders of manifests; on the cluster unless there are any
    manifests: Vec<PathBuf>,
    /// As this stage serves it, its variables put in; as the RestApi has it now unless set
    #[arg(long)]
    stage: Option<String>,
    /// As this deployment has it
    #[arg(long, conflicts_with = "stage")]
    deployment: Option<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    to: Where,
}

/// Exit 1 where there is no such method.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let (namespace, objects, last) = if arguments.manifests.is_empty() {
        block_on(read_cluster(&arguments.to))?
    } else {
        let namespace = arguments.to.namespace.clone().unwrap_or_else(|| "default".to_owned());
        let manifests = Manifests::read_in(&arguments.manifests, &namespace)?;
        manifests.errors().for_each(|error| eprintln!("{error}"));
        // Deployments that `local` made here are there for a Stage to point back to.
        let deployments = State::beside(&arguments.manifests).map(|state| state.read()).unwrap_or_default();
        (namespace, manifests.objects(), LastGood { deployments, ..LastGood::default() })
    };
    let outcome = compile(&objects, &last, &Ready::All);
    let wanted = Wanted {
        namespace: &namespace,
        api: &arguments.api,
        method: &arguments.method.to_ascii_uppercase(),
        path: &arguments.path,
        stage: arguments.stage.as_deref(),
        deployment: arguments.deployment.as_deref(),
    };
    let found = match find::method(&outcome, &wanted) {
        Ok(found) => found,
        Err(not_there) => {
            outcome.diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
            eprintln!("{not_there}");
            return Ok(ExitCode::from(1));
        }
    };
    let text = match arguments.output {
        Output::Json => serde_json::to_string_pretty(found.method)? + "\n",
        Output::Text => boxes::draw(&lines::of(&found)),
    };
    // Whoever reads may have seen enough: an error, not a panic.
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

async fn read_cluster(to: &Where) -> Result<(String, Objects, LastGood)> {
    let cluster = Cluster::connect(to)
        .await
        .context("no manifests are named, so that the cluster is asked; or name files after the path")?;
    let mut objects = Objects::default();
    for kind in [Kind::RestApi, Kind::ApiDeployment, Kind::Stage, Kind::FunctionVersion, Kind::Alias] {
        for value in cluster.list(kind, false).await? {
            if let Ok(api::RawObject::Ours(key, object)) = api::decode(value) {
                objects.add(key, *object);
            }
        }
    }
    Ok((cluster.namespace.clone(), objects, LastGood::default()))
}
