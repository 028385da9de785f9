//! `stagegate rollback`: back to what was live before.

use anyhow::Result;
use clap::Args;

use crate::cluster::{How, Target, Where, Wish, change};

/// Arguments of `rollback`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi, with --stage; or FUNCTION:ALIAS, whose further versions then have no weight
    #[arg(value_name = "API|FUNCTION:ALIAS")]
    name: String,
    /// Stage (its name in the URL): where its canary has a share, that becomes 0; else it takes the deployment and
    /// variables that were live before (status.history)
    #[arg(long)]
    stage: Option<String>,
    /// Deployment of the stage, or version of the alias, to go back to
    #[arg(long, value_name = "DEPLOYMENT|VERSION")]
    to: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    to_where: Where,
}

/// Changes the cluster, or the files.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let target = Target::parse(&arguments.name, arguments.stage.as_deref())?;
    change(&arguments.to_where, &arguments.how, &target, &Wish::Rollback(arguments.to.clone()))
}
