//! `stagegate invoke`: one request to see what becomes of it, by a gateway's admin address.

mod content;
mod forward;
mod post;
mod show;

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use gateway::TestRequest;

use crate::cluster::Where;
use crate::output::Output;
use forward::Forward;

/// Longest body of a request.
const LONGEST_BODY: u64 = 10 * 1024 * 1024;

/// Arguments of `invoke`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Name of the RestApi
    api: String,
    /// Stage, by its name in the URL
    #[arg(long, required_unless_present = "deployment")]
    stage: Option<String>,
    /// Deployment to serve instead of the stage's, live or not
    #[arg(long)]
    deployment: Option<String>,
    /// By a gateway of the cluster, which kubectl leads to
    #[arg(long, conflicts_with = "admin")]
    cluster: bool,
    /// Namespace of the gateways, for --cluster
    #[arg(long, default_value = "stagegate-system", requires = "cluster")]
    gateway_namespace: String,
    /// Read the deployment from the cluster, for a gateway that does not have it; --cluster does so too
    #[arg(long, requires = "deployment")]
    from_cluster: bool,
    /// By the canary of the stage; otherwise it is drawn, as for any request
    #[arg(long, conflicts_with = "deployment")]
    canary: bool,
    /// Method
    #[arg(long, default_value = "GET")]
    method: String,
    /// Path below the stage, perhaps with a query, such as /houses?page=2
    #[arg(long, default_value = "/")]
    path: String,
    /// Header, as NAME:VALUE; may be repeated
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Body; @FILE reads a file, @- standard input
    #[arg(long, value_name = "TEXT|@FILE")]
    body: Option<String>,
    /// Stage variable to set before those of the stage, as NAME=VALUE; may be repeated
    #[arg(long = "stage-variable", value_name = "NAME=VALUE", value_parser = variable)]
    stage_variables: Vec<(String, String)>,
    /// Address that the request is to come from, for resource policies
    #[arg(long, value_name = "ADDRESS")]
    source_ip: Option<IpAddr>,
    /// Admin address of the gateway
    #[arg(long, default_value = "127.0.0.1:8081")]
    admin: SocketAddr,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    to: Where,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("must be NAME:VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Exit 1 where there is nothing to invoke; whatever status the request gets is its answer.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let (namespace, content) = match &arguments.deployment {
        Some(deployment) if arguments.from_cluster || arguments.cluster => {
            let (namespace, content) = content::read(&arguments.to, &arguments.api, deployment)?;
            (namespace, Some(content))
        }
        None if arguments.cluster => (content::namespace(&arguments.to)?, None),
        _ => (arguments.to.namespace.clone().unwrap_or_else(|| "default".to_owned()), None),
    };
    let request = TestRequest {
        namespace,
        api: arguments.api.clone(),
        stage: arguments.stage.clone(),
        deployment: arguments.deployment.clone(),
        content,
        canary: arguments.canary,
        stage_variables: arguments.stage_variables.iter().cloned().collect(),
        method: arguments.method.clone(),
        path: arguments.path.clone(),
        headers: arguments.headers.clone(),
        body: post::encoded(&body(arguments.body.as_deref())?),
        source_ip: arguments.source_ip,
    };
    let forward = if arguments.cluster {
        Some(Forward::start(arguments.to.context.as_deref(), &arguments.gateway_namespace)?)
    } else {
        None
    };
    let admin = forward.as_ref().map_or(arguments.admin, |forward| forward.address);
    let answer = match post::send(admin, &request)? {
        Ok(answer) => answer,
        Err(refused) => {
            eprintln!("{}", refused.trim_end());
            return Ok(ExitCode::from(1));
        }
    };
    let text = match arguments.output {
        Output::Json => serde_json::to_string_pretty(&answer)? + "\n",
        Output::Text => show::text(&answer),
    };
    // Whoever reads may have seen enough: an error, not a panic.
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn body(argument: Option<&str>) -> Result<Vec<u8>> {
    let Some(argument) = argument else { return Ok(Vec::new()) };
    let mut body = Vec::new();
    match argument.strip_prefix('@') {
        None => body.extend_from_slice(argument.as_bytes()),
        Some("-") => {
            std::io::stdin().take(LONGEST_BODY + 1).read_to_end(&mut body).context("standard input")?;
        }
        Some(path) => {
            let file = std::fs::File::open(PathBuf::from(path)).with_context(|| path.to_owned())?;
            file.take(LONGEST_BODY + 1).read_to_end(&mut body).with_context(|| path.to_owned())?;
        }
    }
    if body.len() as u64 > LONGEST_BODY {
        bail!("--body: is longer than 10 MiB, which no request may be");
    }
    Ok(body)
}
