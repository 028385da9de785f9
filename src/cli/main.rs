//! `stagegate`: the command line.

mod crds;
mod deploy;
mod endpoint_ca;
mod export;
mod function_config;
mod gateway;
mod import;
mod install;
mod local;
mod log;
mod manifests;
mod operator;
mod plan;
mod runtime;
mod table;
mod yaml_edit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// Freeze an API's content into an ApiDeployment manifest and point a Stage to it, in the files
    Deploy(deploy::Arguments),
    /// Turn an OpenAPI or Swagger document into a RestApi manifest with typed paths, or say what would not carry over
    Import(import::Arguments),
    /// Print what a Stage serves as an OpenAPI or Swagger document
    Export(export::Arguments),
    /// Serve one version of a function to gateways: the main process of a function's pod
    Runtime(runtime::Arguments),
    /// Copy this program into a folder, for a container whose image lacks it
    #[command(hide = true)]
    Install(install::Arguments),
    /// Run the controller in a cluster
    Operator(operator::Arguments),
    /// Print the CustomResourceDefinitions
    Crds(crds::Arguments),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Local(arguments) => local::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Gateway(arguments) => gateway::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Deploy(arguments) => deploy::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Runtime(arguments) => runtime::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Install(arguments) => install::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Operator(arguments) => operator::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Crds(arguments) => crds::run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("stagegate: {error:#}");
        ExitCode::from(2)
    })
}
