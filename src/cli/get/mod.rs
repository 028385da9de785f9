//! `stagegate get`: what is live on a cluster, as a tree.

mod functions;
mod objects;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use std::io::Write as _;

use anyhow::{Result, bail};
use api::Kind;
use clap::Args;

use crate::cluster::{Cluster, Where, block_on};
use crate::output::Output;
use objects::Objects;

/// Arguments of `get`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Names of APIs (their RestApi objects); all unless named
    #[arg(value_name = "API")]
    apis: Vec<String>,
    /// Every namespace
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    to: Where,
}

/// Only reads.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let text = block_on(async {
        let cluster = Cluster::connect(&arguments.to).await?;
        show(&cluster, &arguments.apis, arguments.all_namespaces, arguments.output).await
    })?;
    // Whoever reads may have seen enough: an error, not a panic.
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

async fn show(cluster: &Cluster, apis: &[String], everywhere: bool, output: Output) -> Result<String> {
    let mut objects = Objects::default();
    for kind in [Kind::RestApi, Kind::ApiDeployment, Kind::Stage, Kind::FunctionVersion, Kind::Alias] {
        for value in cluster.list(kind, everywhere).await? {
            objects.add(&value);
        }
    }
    let tree = tree::of(&objects, apis);
    let place =
        if everywhere { "the cluster".to_owned() } else { format!("namespace {}", cluster.namespace) };
    if let Some(missing) = apis.iter().find(|name| !tree.rest_apis.iter().any(|api| api.name == **name)) {
        let there: Vec<_> = objects.rest_apis.keys().map(|name| &*name.name).collect();
        let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
        bail!("RestApi/{missing} is not in {place}; there: {there}");
    }
    match output {
        Output::Json => Ok(serde_json::to_string_pretty(&tree)? + "\n"),
        Output::Text if tree.is_empty() => Ok(format!("nothing of Stagegate is in {place}\n")),
        Output::Text => Ok(text::render(&tree, everywhere)),
    }
}
