//! Telling a runtime to drain, where another container of its pod gets the signal to stop first.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use clap::Args;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

/// Who asked, and is told when it is done.
pub(super) type Asked = oneshot::Sender<()>;

/// Listens, if there is an address.
pub(super) async fn listen(address: Option<SocketAddr>) -> Result<mpsc::Receiver<Asked>> {
    let (sender, asked) = mpsc::channel(1);
    if let Some(address) = address {
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))?;
        let routes = Router::new().route("/drain", post(drain)).with_state(sender);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!("nobody can tell this to drain any more: {error}");
            }
        });
    }
    Ok(asked)
}

async fn drain(State(asks): State<mpsc::Sender<Asked>>) -> &'static str {
    let (done, over) = oneshot::channel();
    // One that stops already has nothing to be waited for.
    if asks.send(done).await.is_ok() {
        let _ = over.await;
    }
    "drained\n"
}

/// Arguments of `drain`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the runtime is told to drain
    #[arg(long)]
    runtime: SocketAddr,
}

/// Waits for a signal to stop, and then until the runtime has drained.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    crate::log::start(std::io::stdout);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        // A runtime that is not there has nothing to drain; the pod must end all the same.
        if let Err(error) = tell(arguments.runtime).await {
            tracing::warn!("the runtime at {} can't be told to drain: {error:#}", arguments.runtime);
        }
        Ok(())
    })
}

async fn tell(runtime: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect(runtime).await?;
    let request =
        format!("POST /drain HTTP/1.1\r\nHost: {runtime}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    anyhow::ensure!(answer.starts_with(b"HTTP/1.1 200"), "it answers {}", String::from_utf8_lossy(&answer));
    Ok(())
}
