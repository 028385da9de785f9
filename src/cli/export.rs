//! `stagegate export`: what a Stage serves, as a document.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use compile::{DeploymentRecord, Outcome, Ready, compile};
use openapi::{ExportOptions, Format, export};
use snapshot::NamespacedName;

use crate::cluster::Where;
use crate::source;

/// Arguments of `export`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi
    api: String,
    /// Files and folders of manifests; `-` reads rendered manifests from standard input; the cluster unless there are any
    paths: Vec<PathBuf>,
    /// Stage (its name in the URL) whose deployment is exported
    #[arg(long)]
    stage: String,
    /// Version of the specification
    #[arg(long, value_enum, default_value_t = Version::Oas30)]
    format: Version,
    /// With `x-amazon-apigateway-*`, which `import` and other gateways need to serve it
    #[arg(long)]
    extensions: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Json)]
    output: Output,
    /// Domain below which APIs have host names: <api>.<namespace>.<base domain>
    #[arg(long, default_value = "localhost")]
    base_domain: String,
    /// Folder to write a file of the usual name into, such as `oas30_1.0.json`, instead of printing
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    #[command(flatten)]
    to: Where,
}

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    Oas30,
    Swagger,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Json,
    Yaml,
}

/// Exit 1 where the API has no such stage that compiles.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let source = source::read(&arguments.to, &arguments.paths)?;
    let outcome = compile(&source.objects, &source.last_good, &Ready::All);
    let namespace = &*source.namespace;
    let Some(record) = served(arguments, namespace, &outcome) else {
        source.errors.iter().for_each(|error| eprintln!("{error}"));
        outcome.diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
        eprintln!(
            "{} has no stage {} that compiles in namespace {namespace}",
            arguments.api, arguments.stage
        );
        return Ok(ExitCode::from(1));
    };
    let options = ExportOptions {
        format: match arguments.format {
            Version::Oas30 => Format::Oas30,
            Version::Swagger => Format::Swagger,
        },
        extensions: arguments.extensions,
        today: &jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        host: &format!("{}.{namespace}.{}", arguments.api, arguments.base_domain),
    };
    let export = export(&arguments.api, &arguments.stage, &record.content, options);
    for lost in &export.lost {
        eprintln!("RestApi/{}: {}: {}", arguments.api, lost.path, lost.what);
    }
    let (text, ending) = match arguments.output {
        Output::Json => (serde_json::to_string_pretty(&export.document)? + "\n", "json"),
        Output::Yaml => (serde_saphyr::to_string(&export.document)?, "yaml"),
    };
    match &arguments.save {
        Some(folder) => {
            let file = folder.join(format!("{}.{ending}", export.file_stem));
            fs::write(&file, text).with_context(|| file.display().to_string())?;
            println!("wrote {}", file.display());
        }
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The deployment that the stage serves.
fn served<'a>(arguments: &Arguments, namespace: &str, outcome: &'a Outcome) -> Option<&'a DeploymentRecord> {
    let (_, stage) = outcome.last_good.stages.iter().find(|(name, stage)| {
        name.namespace == namespace && stage.rest_api == arguments.api && stage.name == arguments.stage
    })?;
    let deployment = NamespacedName::new(namespace, &*stage.deployment);
    outcome.last_good.deployments.get(&deployment)
}
