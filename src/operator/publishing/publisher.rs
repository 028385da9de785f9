//! What is published now, and a little of what was before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use snapshot::publication::{self, Addresses, Parts, Secrets};
use snapshot::{CodecError, Snapshot};
use tokio::sync::watch;

use super::acks::Acks;

/// Publications kept to compute deltas from; a gateway that has an older one gets a full one.
const KEPT: usize = 16;

/// A snapshot with its place in the order.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Higher is newer.
    pub number: u64,
    /// [`publication::digest_of`] the snapshot.
    pub digest: String,
    /// What to serve.
    pub snapshot: Arc<Snapshot>,
}

/// Where functions run.
#[derive(Clone, Debug, Default)]
pub struct FunctionEndpoints {
    /// Highest resource version of what this was computed from: higher is newer.
    pub revision: u64,
    /// By `namespace/function:version`.
    pub functions: BTreeMap<String, Addresses>,
}

/// Publishes; a handle that clones share.
#[derive(Clone, Debug)]
pub struct Publisher {
    state: watch::Sender<State>,
    acks: watch::Sender<Acks>,
}

/// What streams look at.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Oldest first.
    kept: Vec<Arc<Published>>,
    /// The line, once there are any.
    pub(super) endpoints: Option<Bytes>,
    /// The line, once there are any.
    pub(super) credentials: Option<SecretLine>,
}

/// A line that debug output does not have.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SecretLine(pub(super) Bytes);

impl std::fmt::Debug for SecretLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretLine(..)")
    }
}

/// A publication ready to be sent.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) number: u64,
    pub(super) digest: String,
    parts: Parts,
    full: Mutex<Option<Bytes>>,
    /// The last delta that was asked for: most gateways are at the same one.
    delta: Mutex<Option<(u64, Bytes)>>,
}

impl Default for Publisher {
    fn default() -> Self {
        Self { state: watch::Sender::new(State::default()), acks: watch::Sender::new(Acks::new()) }
    }
}

impl Publisher {
    /// Nothing is published yet: gateways that connect wait.
    pub fn new() -> Self {
        Self::default()
    }

    /// Passes a publication on. One that is not newer than what there is changes nothing, and neither does one whose
    /// digest is not its snapshot's: no gateway would take it.
    pub fn publish(&self, publication: Publication) {
        let Publication { number, digest, snapshot } = publication;
        let last = self.state.borrow().newest().cloned();
        if last.as_ref().is_some_and(|last| last.number >= number) {
            return;
        }
        match parts(&snapshot, last.as_deref()) {
            Ok((parts, real)) if real == digest => {
                let new =
                    Published { number, digest, parts, full: Mutex::default(), delta: Mutex::default() };
                self.state.send_modify(|state| state.push(new));
            }
            Ok((_, real)) => {
                tracing::error!(
                    number,
                    digest,
                    real,
                    "not published: the digest is not that of the snapshot"
                );
            }
            Err(error) => tracing::error!(number, %error, "not published: the snapshot can't be encoded"),
        }
    }

    /// Passes on where functions run.
    pub fn endpoints(&self, endpoints: FunctionEndpoints) {
        let FunctionEndpoints { revision, functions } = endpoints;
        match publication::endpoints_line(&publication::Endpoints { revision, functions }) {
            Ok(line) => {
                let line = Bytes::from(line);
                self.state.send_if_modified(|state| {
                    let differs = state.endpoints.as_ref() != Some(&line);
                    state.endpoints = Some(line);
                    differs
                });
            }
            Err(error) => tracing::error!(%error, "endpoints can't be encoded"),
        }
    }

    /// Passes on what Secrets hold.
    pub fn credentials(&self, secrets: &Secrets) {
        let Ok(line) = publication::credentials_line(secrets) else {
            tracing::error!("credentials can't be encoded");
            return;
        };
        self.state.send_modify(|state| state.credentials = Some(SecretLine(line.into())));
    }

    /// What gateways say, those heard of in the last 10 s.
    pub fn acks(&self) -> watch::Receiver<Acks> {
        self.acks.subscribe()
    }

    pub(crate) fn acks_sender(&self) -> &watch::Sender<Acks> {
        &self.acks
    }

    pub(super) fn state(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }
}

fn parts(snapshot: &Snapshot, last: Option<&Published>) -> Result<(Parts, String), CodecError> {
    let mut parts = Parts::of(snapshot)?;
    if let Some(last) = last {
        parts.share_with(&last.parts);
    }
    let digest = parts.digest()?;
    Ok((parts, digest))
}

impl State {
    pub(super) fn newest(&self) -> Option<&Arc<Published>> {
        self.kept.last()
    }

    fn push(&mut self, new: Published) {
        if let Some(last) = self.kept.last() {
            // Only the newest is sent whole, or as what a delta leads to.
            last.forget_lines();
        }
        self.kept.push(Arc::new(new));
        if self.kept.len() > KEPT {
            self.kept.remove(0);
        }
    }

    /// The publication that a gateway has, where it is still kept.
    pub(super) fn find(&self, number: u64, digest: &str) -> Option<&Arc<Published>> {
        self.kept.iter().find(|kept| kept.number == number && kept.digest == digest)
    }
}

impl Published {
    /// The line for a gateway that has `base`, or has nothing that is known.
    pub(super) fn line(&self, base: Option<&Self>) -> Result<Bytes, serde_json::Error> {
        match base {
            Some(base) => cached(
                &self.delta,
                |(number, line)| (*number == base.number).then(|| line.clone()),
                || {
                    let changes = publication::delta(&base.parts, &self.parts);
                    let line = publication::delta_line(self.number, base.number, &self.digest, &changes)?;
                    Ok((base.number, line.into()))
                },
            ),
            None => cached(
                &self.full,
                |line| Some(line.clone()),
                || Ok(publication::full_line(self.number, &self.digest, &self.parts)?.into()),
            ),
        }
    }

    fn forget_lines(&self) {
        self.full.lock().map(|mut line| line.take()).ok();
        self.delta.lock().map(|mut line| line.take()).ok();
    }
}

/// What is there, or what `make` makes, which is there from then on.
fn cached<T>(
    cell: &Mutex<Option<T>>,
    get: impl Fn(&T) -> Option<Bytes>,
    make: impl FnOnce() -> Result<T, serde_json::Error>,
) -> Result<Bytes, serde_json::Error> {
    let mut held = cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(line) = held.as_ref().and_then(&get) {
        return Ok(line);
    }
    let new = make()?;
    let line = get(&new).unwrap_or_default();
    *held = Some(new);
    Ok(line)
}
