//! `stagegate runtime`: one version of a function, in a pod of its own.

mod code;
pub(crate) mod drain;
mod environment;
mod health;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use api::FunctionVersionSpec;
use clap::Args;
use runtime::{Function, FunctionConfig, Runtime, Token};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{function_config, log};
use health::Health;

/// Beyond the function's own timeout, for events that wait when the pod is told to stop.
const DRAIN_MORE: Duration = Duration::from_secs(3);

/// Arguments of `runtime`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where gateways invoke the function
    #[arg(long, default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// Where /readyz and /livez are served
    #[arg(long, default_value = "0.0.0.0:8082")]
    health: SocketAddr,
    /// The spec of a FunctionVersion as JSON
    #[arg(long)]
    spec: PathBuf,
    /// Folder of the function's files; those in the spec unless given
    #[arg(long)]
    code_dir: Option<PathBuf>,
    /// Serve a handler that runs beside this program: where it finds the Lambda Runtime API
    #[arg(long, conflicts_with = "code_dir")]
    runtime_api: Option<SocketAddr>,
    /// Where POST /drain makes this take no more events and is answered once those that were taken are over
    #[arg(long)]
    drain: Option<SocketAddr>,
    /// File of the token that gateways show
    #[arg(long)]
    token_file: PathBuf,
    /// How many seconds new requests are still taken after a signal to stop, so that all gateways have heard of it
    #[arg(long, default_value_t = 5)]
    stop_accepting_after: u64,
}

/// Serves until a signal says to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    log::start(std::io::stdout);
    // Two whatever the machine has: the work is the handlers'.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<()> {
    // Before anything can be told to stop: as the first process of a container, signals without a handler are lost.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let health = Health::default();
    let listener = TcpListener::bind(arguments.health)
        .await
        .with_context(|| format!("can't listen on {}", arguments.health))?;
    tokio::spawn(health::serve(listener, health.clone()));
    let spec = read_spec(arguments)?;
    let config = config(arguments, &spec)?;
    let drain = config.timeout + DRAIN_MORE;
    let mut asked = drain::listen(arguments.drain).await?;
    let function = Function::start(config, arguments.listen, token(arguments)?).await?;
    tracing::info!(address = %function.address(), "serving {}:{}", spec.function_name, spec.version);
    tokio::select! {
        () = signalled(&mut interrupt, &mut terminate) => {}
        () = async { function.warm().await; health.ready(); std::future::pending().await } => {}
        Some(done) = asked.recv() => {
            health.stopping();
            tracing::info!("told to drain: requests are taken for {} s more", arguments.stop_accepting_after);
            tokio::time::sleep(Duration::from_secs(arguments.stop_accepting_after)).await;
            function.drain(drain).await;
            let _ = done.send(());
            tracing::info!("drained");
            signalled(&mut interrupt, &mut terminate).await;
            function.stop(Duration::ZERO).await;
            return Ok(());
        }
    }
    health.stopping();
    tracing::info!("told to stop: requests are taken for {} s more", arguments.stop_accepting_after);
    tokio::select! {
        // A second signal means at once.
        () = signalled(&mut interrupt, &mut terminate) => function.stop(Duration::ZERO).await,
        () = async {
            tokio::time::sleep(Duration::from_secs(arguments.stop_accepting_after)).await;
        } => function.stop(drain).await,
    }
    tracing::info!("stopped");
    Ok(())
}

async fn signalled(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// What is run, and how.
fn config(arguments: &Arguments, spec: &FunctionVersionSpec) -> Result<FunctionConfig> {
    let lambda = spec.lambda.as_ref().context("spec.lambda: only such a version has a runtime")?;
    if let Some(api) = arguments.runtime_api {
        // Its variables are its container's.
        return Ok(function_config::of(spec, lambda, Runtime::Beside(api), BTreeMap::new()));
    }
    let files = match &arguments.code_dir {
        Some(folder) => code::read(folder)?,
        None => lambda.code.inline.clone(),
    };
    let mut config = function_config::of(spec, lambda, function_config::runtime(lambda), files);
    let kept = lambda.environment_from.keys();
    let missing = environment::add_kept(&mut config.environment, kept, |name| std::env::var(name).ok());
    if !missing.is_empty() {
        bail!("spec.lambda.environmentFrom: the container lacks the values of {}", missing.join(", "));
    }
    environment::add_of_container(&mut config.environment, std::env::vars());
    Ok(config)
}

fn read_spec(arguments: &Arguments) -> Result<FunctionVersionSpec> {
    let path = || format!("can't read {}", arguments.spec.display());
    let text = std::fs::read(&arguments.spec).with_context(path)?;
    serde_json::from_slice(&text).with_context(path)
}

fn token(arguments: &Arguments) -> Result<Token> {
    let path = || format!("can't use {}", arguments.token_file.display());
    let text = std::fs::read_to_string(&arguments.token_file).with_context(path)?;
    Token::new(text.trim()).with_context(path)
}
