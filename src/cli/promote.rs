//! `stagegate promote`: all requests get what the canary, or a further version, has.

use anyhow::{Result, bail};
use clap::Args;

use crate::cluster::{How, Target, Where, Wish, change};

/// Arguments of `promote`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi, with --stage; or FUNCTION:ALIAS
    #[arg(value_name = "API|FUNCTION:ALIAS")]
    name: String,
    /// Stage (its name in the URL): it takes its canary's deployment and variables, and the canary's share becomes 0
    #[arg(long)]
    stage: Option<String>,
    /// Version that the alias leads to; the one that has a weight unless set
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    to_where: Where,
}

/// Changes the cluster, or the files.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let target = Target::parse(&arguments.name, arguments.stage.as_deref())?;
    if let (Target::Stage { .. }, Some(_)) = (&target, &arguments.to) {
        bail!(
            "--to names the version of an alias; a stage takes its canary's deployment (`deploy` takes any)"
        );
    }
    change(&arguments.to_where, &arguments.how, &target, &Wish::Promote(arguments.to.clone()))
}
