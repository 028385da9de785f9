//! A worker: one thread with a listener, a single-threaded runtime and an upstream pool of its own.

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::spawn_local;

use crate::access_log::AccessLog;
use crate::address_policy::AddressPolicy;
use crate::connect::Connector;
use crate::live::Live;
use crate::metrics::{InFlight, Metrics, Series, SeriesKey};
use crate::pool::Pool;
use crate::raw_head::{MAX_RECORDED, RecordingIo};
use crate::service;
use crate::settings::Settings;

/// A head that does not arrive within this time is given up: a client that sends a byte a second holds nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections a worker serves at once; more wait in the backlog.
const MOST_CONNECTIONS: usize = 16_384;
const BACKLOG: i32 = 4096;

pub(crate) struct Worker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) live: Live,
    pub(crate) pool: Rc<Pool>,
    pub(crate) metrics: Metrics,
    pub(crate) log: AccessLog,
    connections: Cell<usize>,
}

/// What a worker is asked for.
pub(crate) enum Ask {
    /// Its series.
    Metrics(oneshot::Sender<(Vec<(SeriesKey, Series)>, InFlight)>),
    /// To serve a connection of the admin listener that asked for `/_apis/…`.
    Named(TcpStream, SocketAddr),
}

/// A listening socket that other workers share the port with.
pub(crate) fn listen(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl Worker {
    pub(crate) fn new(settings: Arc<Settings>, live: Live, log: AccessLog) -> Rc<Self> {
        let mut own = settings.own_listeners.clone();
        own.push(settings.listen);
        let connector = Connector::new(AddressPolicy::new(settings.private_targets, own));
        let (pool, metrics) = (Pool::new(connector), Metrics::new());
        Rc::new(Self { settings, live, pool, metrics, log, connections: Cell::new(0) })
    }

    /// Serves until `stop` says so, and then until what is in flight is answered or the drain is over.
    pub(crate) async fn run(
        self: Rc<Self>,
        listener: std::net::TcpListener,
        mut asks: mpsc::Receiver<Ask>,
        mut stop: watch::Receiver<bool>,
    ) -> std::io::Result<()> {
        let listener = TcpListener::from_std(listener)?;
        let (drain, draining) = watch::channel(false);
        let mut flush = tokio::time::interval(Duration::from_millis(200));
        let mut last_call: Option<tokio::time::Instant> = None;
        loop {
            let over = async {
                match last_call {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                accepted = listener.accept(), if self.connections.get() < MOST_CONNECTIONS => match accepted {
                    Ok((stream, peer)) => self.serve(stream, peer.ip(), draining.clone()),
                    // Out of descriptors, say: accepting again at once would spin.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                Some(ask) = asks.recv() => match ask {
                    Ask::Metrics(to) => drop(to.send(self.metrics.snapshot())),
                    Ask::Named(stream, peer) => self.serve_named(stream, peer.ip()),
                },
                _ = flush.tick() => self.log.flush(),
                _ = stop.changed(), if last_call.is_none() => {
                    // Connections that are there are told to end; new ones are still taken for a while.
                    drain.send_replace(true);
                    last_call = Some(tokio::time::Instant::now() + self.settings.stop_accepting_after);
                }
                () = over => break,
            }
        }
        drop(listener);
        let deadline = tokio::time::Instant::now() + self.settings.drain;
        while self.connections.get() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.log.flush();
        Ok(())
    }

    fn serve(self: &Rc<Self>, stream: TcpStream, peer: IpAddr, mut draining: watch::Receiver<bool>) {
        let worker = self.clone();
        worker.connections.set(worker.connections.get() + 1);
        spawn_local(async move {
            let _ = stream.set_nodelay(true);
            let (io, heads) = RecordingIo::new(stream);
            let (first, seen) = (Notify::new(), Cell::new(false));
            let service = service_fn(|request| {
                if !seen.replace(true) {
                    first.notify_one();
                }
                let heads = (request.version() < http::Version::HTTP_2).then(|| heads.clone());
                let answer = service::answer(worker.clone(), peer, heads, request);
                async { Ok::<_, std::convert::Infallible>(answer.await) }
            });
            let builder = protocols();
            let connection = builder.serve_connection(TokioIo::new(io), service);
            tokio::pin!(connection);
            let mut asked = false;
            loop {
                // Not before its first request: a connection that comes while this one drains is to get an answer.
                let time_to_end = async {
                    let _ = draining.wait_for(|draining| *draining).await;
                    first.notified().await;
                };
                tokio::select! {
                    biased;
                    // An error is the client's: it broke off or did not speak HTTP.
                    _ = &mut connection => break,
                    () = time_to_end, if !asked => {
                        asked = true;
                        connection.as_mut().graceful_shutdown();
                    }
                }
            }
            worker.connections.set(worker.connections.get() - 1);
        });
    }

    fn serve_named(self: &Rc<Self>, stream: TcpStream, peer: IpAddr) {
        let worker = self.clone();
        spawn_local(async move {
            let service = service_fn(|request| {
                let answer = service::answer_named(worker.clone(), peer, request);
                async { Ok::<_, std::convert::Infallible>(answer.await) }
            });
            let _ = protocols().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn protocols() -> auto::Builder<LocalExecutor> {
    let mut builder = auto::Builder::new(LocalExecutor);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_RECORDED)
        // Heads and bodies are mostly small: copied together they cost less than a vectored write.
        .writev(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_header_list_size(10_240)
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// Tasks stay on the worker's thread.
#[derive(Clone, Copy)]
struct LocalExecutor;

impl<F: Future<Output: 'static> + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        spawn_local(future);
    }
}
