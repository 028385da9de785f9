//! The admin listener: `/readyz`, `/livez`, `/metrics`, `/snapshot`, `/test-invoke`, and `/_apis/<namespace>/<api>/<stage>/<path>`.

use std::net::SocketAddr;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::gateway::AdminHandle;
use crate::test_invoke::{self, Shelf};

/// A body of 10 MiB in Base64, and a deployment beside it.
const LARGEST_TEST: usize = 32 * 1024 * 1024;

/// What stands in the way of being ready, and what was refused: written by whoever feeds the gateway.
#[derive(Clone, Default)]
pub struct Readiness(Arc<RwLock<Option<Vec<String>>>>);

impl Readiness {
    /// Ready: every object was programmed or refused; `refused` lists the latter. It stays ready from then on.
    pub fn ready(&self, refused: Vec<String>) {
        if let Ok(mut state) = self.0.write() {
            *state = Some(refused);
        }
    }

    /// Whether it is.
    pub fn is_ready(&self) -> bool {
        self.0.read().is_ok_and(|state| state.is_some())
    }

    fn answer(&self) -> (StatusCode, String) {
        match self.0.read().ok().and_then(|state| state.clone()) {
            None => (StatusCode::SERVICE_UNAVAILABLE, "waiting for the first whole snapshot\n".to_owned()),
            Some(refused) if refused.is_empty() => (StatusCode::OK, "ok\n".to_owned()),
            Some(refused) => (StatusCode::OK, format!("ok; refused:\n{}\n", refused.join("\n"))),
        }
    }
}

/// Serves until the task is dropped.
pub async fn serve_admin(
    listener: TcpListener,
    handle: AdminHandle,
    readiness: Readiness,
    shelf: Shelf,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/livez", get(async || "ok\n"))
        .route(
            "/readyz",
            get(async |State((_, readiness)): State<(AdminHandle, Readiness)>| readiness.answer()),
        )
        .route(
            "/metrics",
            get(async |State((handle, _)): State<(AdminHandle, Readiness)>| {
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.metrics().await)
            }),
        )
        .route(
            "/snapshot",
            get(async |State((handle, _)): State<(AdminHandle, Readiness)>| match handle.snapshot() {
                Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
                Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
            }),
        )
        .with_state((handle.clone(), readiness))
        .merge(tests(handle.clone(), shelf));
    let router = router.into_make_service_with_connect_info::<Peer>();
    axum::serve(Diverting::new(listener, handle)?, router).await
}

/// `/test-invoke`.
fn tests(handle: AdminHandle, shelf: Shelf) -> Router {
    let test = async |State((handle, shelf)): State<(AdminHandle, Shelf)>,
                      ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
                      headers: HeaderMap,
                      body: Bytes| {
        match test_invoke::answer(&handle, shelf, peer, &headers, &body).await {
            Ok(answer) => {
                let json = serde_json::to_vec(&answer).unwrap_or_default();
                ([(header::CONTENT_TYPE, "application/json")], json).into_response()
            }
            Err(refusal) => (refusal.status(), format!("{refusal}\n")).into_response(),
        }
    };
    Router::new()
        .route("/test-invoke", post(test))
        .layer(DefaultBodyLimit::max(LARGEST_TEST))
        .with_state((handle, shelf))
}

/// Who is connected.
#[derive(Clone, Copy, Debug)]
struct Peer(SocketAddr);

impl Connected<axum::serve::IncomingStream<'_, Diverting>> for Peer {
    fn connect_info(stream: axum::serve::IncomingStream<'_, Diverting>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Accepts connections; those that begin with a request for `/_apis/` go to a gateway worker, whose bodies and pools
/// are bound to its thread.
struct Diverting {
    address: SocketAddr,
    ours: mpsc::Receiver<(TcpStream, SocketAddr)>,
}

impl Diverting {
    fn new(listener: TcpListener, handle: AdminHandle) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (to, ours) = mpsc::channel(64);
        tokio::spawn(async move {
            while !to.is_closed() {
                let Ok((stream, peer)) = listener.accept().await else {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                let (to, handle) = (to.clone(), handle.clone());
                tokio::spawn(async move {
                    match tokio::time::timeout(Duration::from_secs(10), names_an_api(&stream)).await {
                        Ok(true) => handle.serve_named(stream, peer).await,
                        Ok(false) => drop(to.send((stream, peer)).await),
                        Err(_) => {}
                    }
                });
            }
        });
        Ok(Self { address, ours })
    }
}

/// Looks at the beginning of what was sent, without taking it.
async fn names_an_api(stream: &TcpStream) -> bool {
    let mut seen = [0; 32];
    loop {
        let Ok(length @ 1..) = stream.peek(&mut seen).await else { return false };
        let seen = &seen[..length];
        let target = seen.iter().position(|b| *b == b' ').map(|space| &seen[space + 1..]);
        match target {
            Some(target) if target.len() >= 7 => return target.starts_with(b"/_apis/"),
            Some(target) if !b"/_apis/".starts_with(target) => return false,
            None if length > 8 => return false,
            _ => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

impl axum::serve::Listener for Diverting {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        match self.ours.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
