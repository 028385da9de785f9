//! The admin listener: `/livez`, `/readyz` with what it still waits for by name, `/metrics`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::net::TcpListener;

/// What readiness still waits for, by name; ready when nothing is left, and from then on.
#[derive(Clone, Debug)]
pub(crate) struct Health(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    debts: Mutex<BTreeSet<String>>,
    numbers: Numbers,
}

/// What `/metrics` counts.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) compiles: AtomicU64,
    pub(crate) compile_micros: AtomicU64,
    pub(crate) publication: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) failed_writes: AtomicU64,
    pub(crate) objects: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) leader: AtomicU64,
}

impl Health {
    /// Waiting for all of `debts`.
    pub(crate) fn new(debts: impl IntoIterator<Item = String>) -> Self {
        let debts = Mutex::new(debts.into_iter().collect());
        Self(Arc::new(Inner { debts, numbers: Numbers::default() }))
    }

    /// One is there.
    pub(crate) fn paid(&self, debt: &str) {
        if let Ok(mut debts) = self.0.debts.lock() {
            debts.remove(debt);
        }
    }

    pub(crate) fn numbers(&self) -> &Numbers {
        &self.0.numbers
    }

    fn answer(&self) -> (StatusCode, String) {
        match self.0.debts.lock() {
            Ok(debts) if debts.is_empty() => (StatusCode::OK, "ok\n".to_owned()),
            Ok(debts) => {
                let list: Vec<_> = debts.iter().map(String::as_str).collect();
                (StatusCode::SERVICE_UNAVAILABLE, format!("waiting for:\n{}\n", list.join("\n")))
            }
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "broken\n".to_owned()),
        }
    }

    fn metrics(&self) -> String {
        let n = self.numbers();
        let mut text = String::new();
        let mut say = |name: &str, kind: &str, help: &str, value: String| {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        };
        let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
        say("stagegate_operator_compiles_total", "counter", "Compiles.", get(&n.compiles).to_string());
        let micros = get(&n.compile_micros);
        let seconds = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        say("stagegate_operator_compile_seconds_total", "counter", "Time spent compiling.", seconds);
        say(
            "stagegate_operator_publication",
            "gauge",
            "Number published last.",
            get(&n.publication).to_string(),
        );
        say("stagegate_operator_writes_total", "counter", "Writes done.", get(&n.writes).to_string());
        let failed = get(&n.failed_writes).to_string();
        say("stagegate_operator_failed_writes_total", "counter", "Writes that failed.", failed);
        say("stagegate_operator_objects", "gauge", "Objects seen.", get(&n.objects).to_string());
        say(
            "stagegate_operator_refused_objects",
            "gauge",
            "Objects not accepted.",
            get(&n.refused).to_string(),
        );
        say("stagegate_operator_leader", "gauge", "1 where it holds the lease.", get(&n.leader).to_string());
        text
    }
}

/// Serves until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, health: Health) -> std::io::Result<()> {
    let router = Router::new()
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(async |State(health): State<Health>| health.answer()))
        .route(
            "/metrics",
            get(async |State(health): State<Health>| {
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], health.metrics())
            }),
        )
        .with_state(health);
    axum::serve(listener, router).await
}
