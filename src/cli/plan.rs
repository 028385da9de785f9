//! `stagegate plan`: compile offline.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use compile::{LastGood, Ready, compile};
use serde_json::json;

use crate::local::state::State;
use crate::manifests::Manifests;
use crate::table;

/// Arguments of `plan`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Files and folders; `-` reads rendered manifests from standard input
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// How to print what would be live
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Table,
    Json,
}

/// Exit 0 (warnings allowed) or 1 (errors); what can't be read at all is an error of the caller's, exit 2.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let manifests = Manifests::read(&arguments.paths)?;
    // Deployments that `local` made here are there for a Stage to point back to.
    let deployments = State::beside(&arguments.paths).map(|state| state.read()).unwrap_or_default();
    let outcome =
        compile(&manifests.objects(), &LastGood { deployments, ..LastGood::default() }, &Ready::All);
    manifests.notes().for_each(|note| eprintln!("{note}"));
    manifests.errors().for_each(|error| eprintln!("{error}"));
    outcome.diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
    match arguments.output {
        Output::Table => print!(
            "{}",
            table::render(&outcome.snapshot, |api, stage| {
                format!("http://{}.{}.<base domain>/{stage}/", api.name, api.namespace)
            })
        ),
        Output::Json => {
            let deployments: BTreeMap<_, _> =
                outcome.last_good.deployments.iter().map(|(name, d)| (name, &d.digest)).collect();
            let unreadable: Vec<_> = manifests.errors().collect();
            let document = json!({
                "snapshot": outcome.snapshot,
                "deployments": deployments,
                "current": outcome.last_good.current,
                "statuses": outcome.statuses,
                "diagnostics": outcome.diagnostics,
                "unreadable": unreadable,
            });
            println!("{}", serde_json::to_string_pretty(&document)?);
        }
    }
    let failed = outcome.has_errors() || manifests.errors().next().is_some();
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
