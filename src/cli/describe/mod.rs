//! `stagegate describe`: what a method does, as the four boxes of the method execution view.

mod boxes;
mod find;
mod lines;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use compile::{Ready, compile};

use crate::cluster::Where;
use crate::output::Output;
use crate::source;
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
    let source = source::read(&arguments.to, &arguments.manifests)?;
    source.errors.iter().for_each(|error| eprintln!("{error}"));
    let outcome = compile(&source.objects, &source.last_good, &Ready::All);
    let wanted = Wanted {
        namespace: &source.namespace,
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
