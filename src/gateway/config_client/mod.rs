//! The gateway's end of the configuration stream.
//!
//! It follows every replica of the operator at once, a task each. What they send goes through one [`receiver`], which
//! holds the order: a publication is taken only where its number is higher than what is served. What was taken last is
//! kept on disk and is served from at once after a restart. None of this runs on a gateway's worker threads.

mod acknowledge;
mod addresses;
mod backoff;
mod connection;
mod disk;
mod follow;
mod lines;
mod receive;
mod receiver;
mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{Live, Readiness};
use receive::Line;
use receiver::Status;

/// What the client is told when it starts.
#[derive(Clone, Debug)]
pub struct ConfigClientSettings {
    /// `host:port` of the operator; each address of the host is a replica, and all are followed.
    pub operator: String,
    /// Certificates, PEM, one of which issued what the operator shows. Read for each connection.
    pub ca_file: PathBuf,
    /// The token that the operator is shown. Read for each connection.
    pub token_file: PathBuf,
    /// The token that function pods are shown. Read again every 10 s.
    pub function_token_file: PathBuf,
    /// Where the last good publication is kept, and where functions run; no secret is.
    pub state_dir: PathBuf,
    /// Name of this gateway's pod.
    pub gateway_name: String,
}

/// Why there is nothing to follow.
#[derive(Debug, thiserror::Error)]
pub enum ConfigClientError {
    /// The setting `operator`.
    #[error("`{0}` is no host:port of an operator")]
    Operator(String),
    /// No resolver.
    #[error("no resolver: {0}")]
    Resolver(String),
}

/// What the parts share.
struct Client {
    settings: ConfigClientSettings,
    host: String,
    lines: mpsc::Sender<Line>,
    status: watch::Receiver<Status>,
    in_flight: watch::Receiver<BTreeMap<String, f64>>,
}

/// Feeds `live` from the operator until `stop`. It is ready once it serves a whole snapshot.
pub async fn run(
    settings: ConfigClientSettings,
    live: Live,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<(), ConfigClientError> {
    let (host, port) = addresses::split(&settings.operator)?;
    let (found, addresses) = watch::channel(BTreeSet::new());
    let lookup = addresses::Lookup::new(host, port)?;
    tokio::select! {
        () = lookup.keep(found) => Ok(()),
        result = run_at(settings, addresses, live, readiness, stop) => result,
    }
}

/// As [`run`], where somebody else knows the operator's addresses; certificates are held against the setting's host.
pub async fn run_at(
    settings: ConfigClientSettings,
    mut addresses: watch::Receiver<BTreeSet<SocketAddr>>,
    live: Live,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<(), ConfigClientError> {
    let (host, _) = addresses::split(&settings.operator)?;
    let host = host.to_owned();
    let mut tasks = JoinSet::new();
    let (averages, in_flight) = watch::channel(BTreeMap::new());
    tasks.spawn(samples::keep(live.clone(), averages));
    let (saves, to_save) = watch::channel(disk::Saved::default());
    tasks.spawn(disk::keep(settings.state_dir.clone(), to_save));
    let (lines, incoming) = mpsc::channel(4);
    let receiver = receiver::Receiver::new(live, readiness, saves);
    let status = receiver.status();
    tasks.spawn(receive::run(receiver, settings.clone(), incoming));
    let client = Arc::new(Client { settings, host, lines, status, in_flight });
    let mut following = BTreeMap::new();
    loop {
        following.retain(|_, task: &mut tokio::task::AbortHandle| !task.is_finished());
        let wanted = addresses.borrow_and_update().clone();
        for address in wanted {
            following
                .entry(address)
                .or_insert_with(|| tasks.spawn(follow::run(address, client.clone(), addresses.clone())));
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            // One that came back while its task was ending is followed anew.
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            Ok(()) = addresses.changed() => {}
        }
    }
}
