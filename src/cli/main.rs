//! `stagegate`: the command line.

mod change;
mod cleanup;
mod cluster;
mod crds;
mod deploy;
mod describe;
mod endpoint_ca;
mod export;
mod freeze;
mod function_config;
mod gateway;
mod get;
mod import;
mod install;
mod invoke;
mod invoke_callers;
mod kept;
mod local;
mod log;
mod manifests;
mod operator;
mod output;
mod plan;
mod promote;
mod rollback;
mod runtime;
mod secrets;
mod source;
mod table;
mod yaml_edit;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

// The system allocator costs several µs a request under the gateway's many small allocations.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// API stages, function versions, weighted aliases and canaries for Kubernetes.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve manifests on this machine, without a cluster; edits apply as they are saved
    Local(local::Arguments),
    /// Serve in a cluster what the operator publishes
    Gateway(gateway::Arguments),
    /// Compile manifests offline and say what would be live, and everything that is wrong
    Plan(plan::Arguments),
    /// Show what is live on a cluster: APIs, deployments, stages, aliases, versions and their shares
    Get(get::Arguments),
    /// Draw what a method does: method request, integration request, integration and the way back
    Describe(describe::Arguments),
    /// Send one request through a stage or deployment and print its answer and what was done, step by step
    Invoke(invoke::Arguments),
    /// Point a stage to a deployment, on a cluster or in files, or freeze an API's content into one, in files
    Deploy(deploy::Arguments),
    /// Give a stage what its canary has, or an alias its further version
    Promote(promote::Arguments),
    /// Take a stage back to what was live before, or an alias' further versions away
    Rollback(rollback::Arguments),
    /// Turn an OpenAPI or Swagger document into a RestApi manifest with typed paths, or say what would not carry over
    Import(import::Arguments),
    /// Print what a Stage serves as an OpenAPI or Swagger document
    Export(export::Arguments),
    /// Serve one version of a function to gateways: the main process of a function's pod
    Runtime(runtime::Arguments),
    /// Wait for a signal to stop, and then until a runtime has drained: beside a handler that must not hear of it before
    #[command(hide = true)]
    Drain(runtime::drain::Arguments),
    /// Copy this program into a folder, for a container whose image lacks it
    #[command(hide = true)]
    Install(install::Arguments),
    /// Run the controller in a cluster
    Operator(operator::Arguments),
    /// Take the finalizer that keeps what is in use from all objects, once no operator is to come back
    #[command(hide = true)]
    Cleanup(cleanup::Arguments),
    /// Print the CustomResourceDefinitions
    Crds(crds::Arguments),
}

/// As a plugin of kubectl, which finds programs by this name, it is called `kubectl stagegate`.
fn program_name() -> &'static str {
    let called = std::env::args_os().next().map(PathBuf::from);
    match called.as_deref().and_then(Path::file_stem) {
        Some(name) if name == "kubectl-stagegate" => "kubectl stagegate",
        _ => "stagegate",
    }
}

fn main() -> ExitCode {
    let name = program_name();
    let usage = deploy::usage(name);
    let command =
        Cli::command().bin_name(name).mut_subcommand("deploy", |deploy| deploy.override_usage(usage));
    let parsed = Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    let result = match parsed.command {
        Command::Local(arguments) => local::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Gateway(arguments) => gateway::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Get(arguments) => get::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Describe(arguments) => describe::run(&arguments),
        Command::Invoke(arguments) => invoke::run(&arguments),
        Command::Deploy(arguments) => deploy::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Promote(arguments) => promote::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Rollback(arguments) => rollback::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Runtime(arguments) => runtime::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Drain(arguments) => runtime::drain::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Install(arguments) => install::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Operator(arguments) => operator::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Cleanup(arguments) => cleanup::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Crds(arguments) => crds::run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("{name}: {error:#}");
        ExitCode::from(2)
    })
}
