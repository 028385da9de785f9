//! A worker: one thread with a listener, a single-threaded runtime and an upstream pool of its own.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use slab::Slab;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::spawn_local;

use crate::access_log::AccessLog;
use crate::client_connection::{self, Listener};
use crate::live::Live;
use crate::metrics::{InFlight, Metrics, Series, SeriesKey};
use crate::settings::Settings;
use crate::test_invoke::{self, Test, Tested};
use crate::upstream::{AddressPolicy, Connector, Pool, Tls};

/// Connections a worker serves at once; more wait in the backlog.
const MOST_CONNECTIONS: usize = 16_384;
const BACKLOG: i32 = 4096;

pub(crate) struct Worker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) live: Live,
    pub(crate) pool: Rc<Pool>,
    pub(crate) metrics: Metrics,
    pub(crate) log: AccessLog,
    pub(crate) execution_logs: AccessLog,
    connections: Cell<usize>,
    draining: Cell<bool>,
    to_tell: RefCell<Slab<Waker>>,
}

/// What a worker is asked for.
pub(crate) enum Ask {
    /// Its series.
    Metrics(oneshot::Sender<(Vec<(SeriesKey, Series)>, InFlight)>),
    /// To answer a test.
    Test(Box<Test>, oneshot::Sender<Tested>),
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

/// The next connection; never one where nothing listens.
async fn accept(listener: Option<&TcpListener>) -> std::io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

impl Worker {
    pub(crate) fn new(
        settings: Arc<Settings>,
        tls: Arc<Tls>,
        live: Live,
        log: AccessLog,
        execution_logs: AccessLog,
    ) -> Rc<Self> {
        let mut own = settings.own_listeners.clone();
        own.push(settings.listen);
        let connector = Connector::new(AddressPolicy::new(settings.private_targets, own), tls);
        let (pool, metrics) = (Pool::new(connector), Metrics::default());
        Rc::new(Self {
            settings,
            live,
            pool,
            metrics,
            log,
            execution_logs,
            connections: Cell::default(),
            draining: Cell::default(),
            to_tell: RefCell::default(),
        })
    }

    /// Serves until `stop` says so, and then until what is in flight is answered or the drain is over.
    pub(crate) async fn run(
        self: Rc<Self>,
        listener: std::net::TcpListener,
        invoke: Option<std::net::TcpListener>,
        mut asks: mpsc::Receiver<Ask>,
        mut stop: watch::Receiver<bool>,
    ) -> std::io::Result<()> {
        let listener = TcpListener::from_std(listener)?;
        let invoke = invoke.map(TcpListener::from_std).transpose()?;
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
                    Ok((stream, peer)) => self.serve(stream, peer.ip(), Listener::Public),
                    // Out of descriptors, say: accepting again at once would spin.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                accepted = accept(invoke.as_ref()), if self.connections.get() < MOST_CONNECTIONS => match accepted {
                    Ok((stream, peer)) => self.serve(stream, peer.ip(), Listener::Invoke),
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                Some(ask) = asks.recv() => match ask {
                    Ask::Metrics(to) => drop(to.send(self.metrics.snapshot())),
                    Ask::Test(test, to) => self.test(*test, to),
                    Ask::Named(stream, peer) => self.serve(stream, peer.ip(), Listener::Admin),
                },
                _ = flush.tick() => self.flush(),
                _ = stop.changed(), if last_call.is_none() => {
                    // Connections that are there are told to end; new ones are still taken for a while.
                    self.drain();
                    last_call = Some(tokio::time::Instant::now() + self.settings.stop_accepting_after);
                }
                () = over => break,
            }
        }
        drop((listener, invoke));
        let deadline = tokio::time::Instant::now() + self.settings.drain;
        while self.connections.get() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.flush();
        Ok(())
    }

    fn serve(self: &Rc<Self>, stream: TcpStream, peer: IpAddr, listener: Listener) {
        let worker = self.clone();
        worker.connections.set(worker.connections.get() + 1);
        spawn_local(async move {
            client_connection::serve(worker.clone(), stream, peer, listener).await;
            worker.connections.set(worker.connections.get() - 1);
        });
    }

    fn flush(&self) {
        self.log.flush();
        self.execution_logs.flush();
    }

    fn test(self: &Rc<Self>, test: Test, to: oneshot::Sender<Tested>) {
        let worker = self.clone();
        spawn_local(async move {
            // Whoever asked may be gone.
            let _ = to.send(test_invoke::run(&worker, test).await);
        });
    }

    /// Whether connections are to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.get()
    }

    /// Wakes `waker` once connections are to end, for as long as what is returned lives.
    pub(crate) fn tell_of_draining(self: &Rc<Self>, waker: &Waker) -> Told {
        let key = self.to_tell.borrow_mut().insert(waker.clone());
        Told { worker: self.clone(), key }
    }

    fn drain(&self) {
        self.draining.set(true);
        self.to_tell.borrow().iter().for_each(|(_, waker)| waker.wake_by_ref());
    }
}

/// A connection that is told when it is to end.
pub(crate) struct Told {
    worker: Rc<Worker>,
    key: usize,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.worker.to_tell.borrow_mut().try_remove(self.key);
    }
}
