//! Starting and stopping a gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot, watch};

use crate::access_log::{self, AccessLog, LogSink};
use crate::live::{Live, Moment};
use crate::metrics_text;
use crate::settings::Settings;
use crate::test_invoke::{Test, Tested};
use crate::upstream::Tls;
use crate::worker::{Ask, Worker, listen};

/// A running gateway.
pub struct Gateway {
    listen: SocketAddr,
    live: Live,
    asks: Vec<mpsc::Sender<Ask>>,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not this machine's.
    #[error("can't listen on {0}: {1}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Certificates of authorities for endpoints.
    #[error(transparent)]
    Authorities(#[from] crate::upstream::RootsError),
    /// No thread, no runtime.
    #[error("can't start a worker: {0}")]
    Worker(#[source] std::io::Error),
}

impl Gateway {
    /// Starts the workers. Port 0 takes a free one.
    pub fn start(mut settings: Settings, live: &Live, sink: LogSink) -> Result<Self, StartError> {
        let failed = |error| StartError::Listen(settings.listen, error);
        let first = listen(settings.listen).map_err(failed)?;
        let address = first.local_addr().map_err(failed)?;
        settings.listen = address;
        let mut first_invoke = match &mut settings.invoke_api {
            None => None,
            Some(api) => {
                let failed = |error| StartError::Listen(api.listen, error);
                let listener = listen(api.listen).map_err(failed)?;
                api.listen = listener.local_addr().map_err(failed)?;
                settings.own_listeners.push(api.listen);
                Some(listener)
            }
        };
        let settings = Arc::new(settings);
        let tls = Arc::new(Tls::new(&settings.endpoint_authorities)?);
        let log = access_log::start(sink);
        // Beside what handlers print, whatever becomes of access logs: a stage asks for them by itself.
        let execution_logs = access_log::start(LogSink::To(Box::new(std::io::stderr())));
        let (stop, stopped) = watch::channel(false);
        let mut gateway =
            Self { listen: address, live: live.clone(), asks: Vec::new(), stop, threads: Vec::new() };
        let mut first = Some(first);
        for index in 0..settings.workers.max(1) {
            let listener = match first.take() {
                Some(listener) => listener,
                None => listen(address).map_err(|error| StartError::Listen(address, error))?,
            };
            let invoke = match (first_invoke.take(), &settings.invoke_api) {
                (Some(listener), _) => Some(listener),
                (None, None) => None,
                (None, Some(api)) => {
                    Some(listen(api.listen).map_err(|error| StartError::Listen(api.listen, error))?)
                }
            };
            let (ask, asks) = mpsc::channel(64);
            let (settings, tls, live) = (settings.clone(), tls.clone(), live.clone());
            let (log, execution_logs, stopped) = (log.clone(), execution_logs.clone(), stopped.clone());
            let thread = std::thread::Builder::new().name(format!("gateway-{index}")).spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build_local(tokio::runtime::LocalOptions::default());
                let result = runtime.and_then(|runtime| {
                    runtime.block_on(async move {
                        let (log, execution_logs) = (AccessLog::new(log), AccessLog::new(execution_logs));
                        let worker = Worker::new(settings, tls, live, log, execution_logs);
                        worker.run(listener, invoke, asks, stopped).await
                    })
                });
                if let Err(error) = result {
                    tracing::error!(%error, "a worker ended");
                }
            });
            gateway.asks.push(ask);
            gateway.threads.push(thread.map_err(StartError::Worker)?);
        }
        Ok(gateway)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listen
    }

    /// What is live; publish here.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// A handle for the admin listener.
    pub fn admin(&self) -> AdminHandle {
        AdminHandle { live: self.live.clone(), asks: self.asks.clone() }
    }

    /// Stops: new connections are taken for the minimum time, those there are told to end, and what is in flight has
    /// until the deadline. Blocks until it is over.
    pub fn stop(self) {
        self.stop.send_replace(true);
        for thread in self.threads {
            // A worker that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// What the admin listener asks a gateway for.
#[derive(Clone)]
pub struct AdminHandle {
    live: Live,
    asks: Vec<mpsc::Sender<Ask>>,
}

impl AdminHandle {
    /// Metrics of all workers in Prometheus' text format.
    pub async fn metrics(&self) -> String {
        let mut workers = Vec::new();
        for ask in &self.asks {
            let (to, from) = oneshot::channel();
            if ask.send(Ask::Metrics(to)).await.is_ok()
                && let Ok(series) = from.await
            {
                workers.push(series);
            }
        }
        metrics_text::text(workers)
    }

    /// What is live, as JSON.
    pub fn snapshot(&self) -> Result<Vec<u8>, snapshot::CodecError> {
        snapshot::encode(&self.live.now().snapshot)
    }

    /// Answers a test.
    pub(crate) async fn test(&self, test: Test) -> Option<Tested> {
        let (to, from) = oneshot::channel();
        self.asks.first()?.send(Ask::Test(Box::new(test), to)).await.ok()?;
        from.await.ok()
    }

    /// What is live now.
    pub(crate) fn now(&self) -> Arc<Moment> {
        self.live.now()
    }

    /// Hands a connection whose first request is for `/_apis/…` to a worker.
    pub(crate) async fn serve_named(&self, stream: tokio::net::TcpStream, peer: SocketAddr) {
        if let Some(ask) = self.asks.first() {
            let _ = ask.send(Ask::Named(stream, peer)).await;
        }
    }
}
