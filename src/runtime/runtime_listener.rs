//! The Runtime API listener of one handler process: its port tells who calls.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::late_eof::LateEof;
use crate::runtime_api::{Call, Gate};

/// Connections of one process at a time. A public client has one or two.
const MOST_CONNECTIONS: usize = 16;
/// awslambdaric describes an error in a header of up to 1 MiB.
const MOST_HEAD: usize = 1536 * 1024;

/// The listener with its connections, all closed when this is dropped.
#[derive(Debug)]
pub(crate) struct RuntimeListener {
    listener: Arc<TcpListener>,
    pub(crate) address: SocketAddr,
    connections: JoinSet<()>,
    calls: mpsc::Receiver<Call>,
    gate: Arc<Gate>,
}

impl RuntimeListener {
    pub(crate) async fn bind() -> io::Result<Self> {
        Self::new(Arc::new(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?))
    }

    /// Calls that come by `listener`, which outlives this.
    pub(crate) fn new(listener: Arc<TcpListener>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, calls) = mpsc::channel(MOST_CONNECTIONS);
        let gate = Arc::new(Gate::new(sender));
        Ok(Self { listener, address, connections: JoinSet::new(), calls, gate })
    }

    /// The process's next call. What is lost when this is dropped midway is nothing.
    pub(crate) async fn call(&mut self) -> Call {
        loop {
            tokio::select! {
                biased;
                Some(call) = self.calls.recv() => return call,
                Some(_) = self.connections.join_next() => {}
                accepted = self.listener.accept(), if self.connections.len() < MOST_CONNECTIONS => match accepted {
                    Ok((stream, peer)) => drop(self.connections.spawn(serve(stream, peer, Arc::clone(&self.gate)))),
                    // Out of file descriptors, say.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, gate: Arc<Gate>) {
    // Without it an answer still arrives, a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| gate.answer(request, peer));
    let served = http1::Builder::new()
        .max_buf_size(MOST_HEAD)
        .serve_connection(TokioIo::new(LateEof::new(stream)), service)
        .await;
    // Anything else is a connection that ended, as connections of a process that ends do.
    if let Err(error) = served
        && (error.is_parse() || error.is_parse_too_large())
    {
        gate.tell(Call::Garbage(error.to_string())).await;
    }
}
