//! What kubelet asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// Starting, ready, stopping, in this order only.
#[derive(Clone, Default)]
pub(crate) struct Health(Arc<AtomicU8>);

impl Health {
    /// A handler has asked for its first event.
    pub(crate) fn ready(&self) {
        self.0.fetch_max(READY, Ordering::Relaxed);
    }

    /// No new events should come.
    pub(crate) fn stopping(&self) {
        self.0.fetch_max(STOPPING, Ordering::Relaxed);
    }

    fn answer(&self) -> (StatusCode, &'static str) {
        match self.0.load(Ordering::Relaxed) {
            STARTING => (StatusCode::SERVICE_UNAVAILABLE, "no handler has asked for an event yet\n"),
            READY => (StatusCode::OK, "ready\n"),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
        }
    }
}

/// Serves `/readyz` and `/livez` for as long as the process lives.
pub(crate) async fn serve(listener: TcpListener, health: Health) {
    let routes = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(move || std::future::ready(health.answer())));
    if let Err(error) = axum::serve(listener, routes).await {
        tracing::error!("health is no longer served: {error}");
    }
}
