//! What was received: the one place that decides what goes live.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::HeaderValue;
use snapshot::publication::{self, Delta, Frame, FrameError, Full, Secrets};
use tokio::sync::watch;

use super::disk::Saved;
use crate::{Endpoint, Endpoints, Live, Readiness};

/// What is served, and what was refused since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// 0 is nothing.
    pub(super) number: u64,
    pub(super) digest: String,
    /// Number and reason.
    pub(super) refused: Option<(u64, String)>,
}

/// How whoever sent a line is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    /// With a whole publication.
    Anew,
}

pub(super) struct Receiver {
    live: Live,
    readiness: Readiness,
    status: watch::Sender<Status>,
    saves: watch::Sender<Saved>,
    publication: Option<Arc<Full>>,
    endpoints: Arc<publication::Endpoints>,
    authorization: Option<HeaderValue>,
}

impl Receiver {
    pub(super) fn new(live: Live, readiness: Readiness, saves: watch::Sender<Saved>) -> Self {
        let (status, endpoints) = (watch::Sender::new(Status::default()), Arc::default());
        Self { live, readiness, status, saves, publication: None, endpoints, authorization: None }
    }

    pub(super) fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    pub(super) fn is_authorized(&self) -> bool {
        self.authorization.is_some()
    }

    /// What function pods are shown from now on; that of before where it can't be had.
    pub(super) fn authorize(&mut self, authorization: Option<HeaderValue>) {
        if authorization.is_some() && self.authorization != authorization {
            self.authorization = authorization;
            self.live.publish_endpoints(self.live_endpoints());
        }
    }

    /// Takes what was kept on disk. What is wrong with it is nobody's but this gateway's.
    pub(super) fn restore(&mut self, lines: &[Vec<u8>]) {
        for line in lines {
            self.take(line);
        }
        self.status.send_modify(|status| status.refused = None);
        if let Some(publication) = &self.publication {
            tracing::info!(number = publication.number, "serving what was kept");
        }
    }

    /// Takes a line, from whichever replica.
    pub(super) fn take(&mut self, line: &[u8]) -> Next {
        match publication::read(line) {
            Ok(Frame::Full(full)) => self.publish(full),
            Ok(Frame::Delta(delta)) => return self.change(delta),
            Ok(Frame::Endpoints(endpoints)) => self.place(endpoints),
            Ok(Frame::Credentials(secrets)) => self.trust(secrets),
            Ok(Frame::Ping | Frame::Unknown) => {}
            Err(error @ FrameError::Credentials(_)) => {
                tracing::warn!(%error, "the operator sent credentials that are none");
            }
            Err(FrameError::NoFrame(error)) => {
                tracing::warn!(%error, "the operator sent a line that is no frame");
            }
            Err(error @ (FrameError::Format { number, .. } | FrameError::Shape { number, .. })) => {
                if self.is_news(number) {
                    self.refuse(number, error.to_string());
                }
            }
        }
        Next::GoOn
    }

    fn is_news(&self, number: u64) -> bool {
        number > self.status.borrow().number
    }

    fn change(&mut self, delta: Delta) -> Next {
        let Delta { number, base, digest, changes } = delta;
        if !self.is_news(number) {
            return Next::GoOn;
        }
        let Some(old) = self.publication.as_ref().filter(|old| old.number == base) else { return Next::Anew };
        let snapshot = publication::apply(&old.snapshot, &changes);
        if snapshot.digest().ok().as_ref() != Some(&digest) {
            return Next::Anew;
        }
        self.publish(Full { number, digest, snapshot });
        Next::GoOn
    }

    fn publish(&mut self, full: Full) {
        let number = full.number;
        if !self.is_news(number) {
            return;
        }
        let same = self.publication.as_ref().is_some_and(|now| now.digest == full.digest);
        // Whatever is wrong with it, even what nobody has thought of: what was good goes on.
        let made_live =
            if same { Ok(Ok(())) } else { catch_unwind(AssertUnwindSafe(|| self.make_live(&full))) };
        match made_live.unwrap_or_else(|_| Err("it can't be built".to_owned())) {
            Ok(()) => self.accept(full),
            Err(reason) => self.refuse(number, format!("publication {number}: {reason}")),
        }
    }

    fn make_live(&self, full: &Full) -> Result<(), String> {
        let digest = full.snapshot.digest().map_err(|error| error.to_string())?;
        if digest != full.digest {
            return Err(format!("its digest is {digest} and not {}", full.digest));
        }
        let snapshot = full.snapshot.snapshot().map_err(|error| error.to_string())?;
        self.live.publish(snapshot, self.live_endpoints());
        Ok(())
    }

    fn accept(&mut self, mut full: Full) {
        if let Some(old) = &self.publication {
            full.snapshot.share_with(&old.snapshot);
        }
        let (number, digest) = (full.number, full.digest.clone());
        let kept = Arc::new(full);
        self.publication = Some(kept.clone());
        self.status.send_replace(Status { number, digest, refused: None });
        self.readiness.ready(Vec::new());
        self.saves.send_modify(|saved| saved.publication = Some(kept));
        tracing::info!(number, "serving a publication");
    }

    fn refuse(&self, number: u64, reason: String) {
        tracing::error!(number, reason, "refused a publication; what was served before goes on");
        self.status.send_modify(|status| status.refused = Some((number, reason)));
    }

    fn place(&mut self, endpoints: publication::Endpoints) {
        // Equal revisions may differ: capacities come from elsewhere.
        if endpoints.revision < self.endpoints.revision || endpoints == *self.endpoints {
            return;
        }
        self.endpoints = Arc::new(endpoints);
        self.live.publish_endpoints(self.live_endpoints());
        let kept = self.endpoints.clone();
        self.saves.send_modify(|saved| saved.endpoints = Some(kept));
    }

    /// Never handed to who keeps things on disk.
    fn trust(&self, secrets: Secrets) {
        let now = self.live.now();
        let mut merged = (*now.secrets).clone();
        publication::merge(&mut merged, secrets);
        if merged != *now.secrets {
            self.live.publish_secrets(merged);
        }
    }

    /// None as long as there is no token to show them.
    fn live_endpoints(&self) -> Endpoints {
        let mut endpoints = Endpoints::default();
        let Some(authorization) = &self.authorization else { return endpoints };
        for (key, places) in &self.endpoints.functions {
            let at = |address: &_| Endpoint { address: *address, authorization: authorization.clone() };
            endpoints.insert_all(key, places.addresses.iter().map(at));
        }
        endpoints
    }
}

#[cfg(test)]
mod tests;
