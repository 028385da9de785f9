//! `stagegate deploy`: point a stage to a deployment, or freeze an API's content into one, in the files.

use anyhow::Result;
use clap::Args;

use crate::cluster::{How, Target, Where, Wish, change};
use crate::freeze;

/// What stands for the newest deployment.
const NEWEST: &str = "newest";

/// Arguments of `deploy`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi
    api: String,
    /// The deployment that the stage is to serve: its name, `newest` (unless given), or `latest` to follow the RestApi
    #[arg(default_value = NEWEST, hide_default_value = true, conflicts_with = "name")]
    deployment: String,
    /// Stage (its name in the URL) to point to it
    #[arg(long, required_unless_present = "name")]
    stage: Option<String>,
    /// Freeze what the RestApi says in the files into an ApiDeployment of this name, beside them
    #[arg(long, requires = "write")]
    name: Option<String>,
    /// What the frozen deployment is for
    #[arg(long, requires = "name")]
    description: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    to: Where,
}

/// The two ways to call it, which are too different for one line.
pub(crate) fn usage(program: &str) -> String {
    format!(
        "{program} deploy [OPTIONS] --stage <STAGE> <API> [DEPLOYMENT|newest]\n       \
         {program} deploy [OPTIONS] --name <NAME> --write <DIR> <API>"
    )
}

/// Changes the cluster, or the files.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { api, deployment, stage, name, description, how, to } = arguments;
    if let (Some(name), Some(folder)) = (name, &how.write) {
        return freeze::run(&freeze::Freeze {
            api,
            name,
            stage: stage.as_deref(),
            namespace: to.namespace.as_deref().unwrap_or("default"),
            description: description.as_deref(),
            folder,
            dry_run: how.dry_run,
        });
    }
    let target = Target::parse(api, stage.as_deref())?;
    let named = Some(deployment.clone()).filter(|deployment| deployment != NEWEST);
    change(to, how, &target, &Wish::Deploy(named))
}
