//! The lease: who writes. It counts as lost some time before anybody else may take it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Client;
use kube::api::{Api, PostParams};
use kube::core::ObjectMeta;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const NAME: &str = "stagegate-operator";
/// What others wait after the last renewal they saw.
const DURATION: Duration = Duration::from_secs(15);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How long a renewal is trusted here: a write that begins just before ends well before another holder's first one.
const TRUSTED: Duration = Duration::from_secs(10);
/// How often one that does not hold it looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Whether this replica may write now.
#[derive(Clone, Debug)]
pub(crate) struct Leadership(Arc<Mutex<Option<Instant>>>, watch::Sender<Option<bool>>);

impl Leadership {
    pub(crate) fn new() -> Self {
        Self(Arc::default(), watch::Sender::new(None))
    }

    /// Whether the lease is held and was renewed recently enough.
    pub(crate) fn held(&self) -> bool {
        self.0.lock().is_ok_and(|until| until.is_some_and(|until| Instant::now() < until))
    }

    /// Known and changed: `None` until somebody was seen holding it.
    pub(crate) fn changes(&self) -> watch::Receiver<Option<bool>> {
        self.1.subscribe()
    }

    pub(crate) fn set(&self, until: Option<Instant>) {
        if let Ok(mut held) = self.0.lock() {
            *held = until;
        }
        let now = Some(until.is_some());
        self.1.send_if_modified(|known| std::mem::replace(known, now) != now);
    }
}

/// Whether a lease may be taken: it is ours, nobody's, or not renewed for its whole duration since it was `seen` so.
fn may_take(spec: &LeaseSpec, identity: &str, seen_for: Duration) -> bool {
    let holder = spec.holder_identity.as_deref().unwrap_or_default();
    let duration = spec.lease_duration_seconds.and_then(|s| u64::try_from(s).ok());
    holder.is_empty() || holder == identity || seen_for >= duration.map_or(DURATION, Duration::from_secs)
}

/// Takes and renews the lease until `stop`, then lets it go.
pub(crate) async fn keep(
    client: Client,
    namespace: String,
    identity: String,
    leadership: Leadership,
    stop: CancellationToken,
) {
    let api: Api<Lease> = Api::namespaced(client, &namespace);
    // By this machine's clock alone: those of others may be off.
    let mut seen: Option<(Option<String>, Instant)> = None;
    loop {
        let began = Instant::now();
        match tokio::time::timeout(RENEW_EVERY, attempt(&api, &identity, &mut seen)).await {
            Ok(Ok(true)) => leadership.set(Some(began + TRUSTED)),
            Ok(Ok(false)) => leadership.set(None),
            Ok(Err(error)) => tracing::warn!(%error, "the lease could not be renewed"),
            Err(_) => tracing::warn!("the lease could not be renewed in time"),
        }
        if leadership.changes().borrow().unwrap_or(false) && !leadership.held() {
            leadership.set(None);
        }
        let wait = if leadership.held() { RENEW_EVERY } else { LOOK_EVERY };
        tokio::select! {
            () = tokio::time::sleep(wait.saturating_sub(began.elapsed())) => {}
            () = stop.cancelled() => break,
        }
    }
    if leadership.held() {
        leadership.set(None);
        let release = release(&api, &identity);
        match tokio::time::timeout(Duration::from_secs(3), release).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the lease was not let go; it ends by itself"),
            Err(_) => tracing::warn!("the lease was not let go in time; it ends by itself"),
        }
    }
}

async fn attempt(
    api: &Api<Lease>,
    identity: &str,
    seen: &mut Option<(Option<String>, Instant)>,
) -> Result<bool, kube::Error> {
    let params = PostParams::default();
    let now = || Some(MicroTime(Timestamp::now()));
    let Some(mut lease) = api.get_opt(NAME).await? else {
        let spec = LeaseSpec {
            holder_identity: Some(identity.to_owned()),
            lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
            acquire_time: now(),
            renew_time: now(),
            ..LeaseSpec::default()
        };
        let metadata = ObjectMeta { name: Some(NAME.to_owned()), ..ObjectMeta::default() };
        return accepted(api.create(&params, &Lease { metadata, spec: Some(spec) }).await);
    };
    let version = lease.metadata.resource_version.clone();
    if seen.as_ref().is_none_or(|(known, _)| *known != version) {
        *seen = Some((version, Instant::now()));
    }
    let seen_for = seen.as_ref().map_or(Duration::ZERO, |(_, since)| since.elapsed());
    let spec = lease.spec.get_or_insert_default();
    if !may_take(spec, identity, seen_for) {
        return Ok(false);
    }
    if spec.holder_identity.as_deref() != Some(identity) {
        spec.holder_identity = Some(identity.to_owned());
        spec.acquire_time = now();
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or(0) + 1);
    }
    spec.lease_duration_seconds = i32::try_from(DURATION.as_secs()).ok();
    spec.renew_time = now();
    // With the resourceVersion that was read: of two that try, one wins.
    accepted(api.replace(NAME, &params, &lease).await)
}

fn accepted(written: Result<Lease, kube::Error>) -> Result<bool, kube::Error> {
    match written {
        Ok(_) => Ok(true),
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
        Err(error) => Err(error),
    }
}

async fn release(api: &Api<Lease>, identity: &str) -> Result<(), kube::Error> {
    let mut lease = api.get(NAME).await?;
    if let Some(spec) = lease.spec.as_mut().filter(|s| s.holder_identity.as_deref() == Some(identity)) {
        spec.holder_identity = Some(String::new());
        api.replace(NAME, &PostParams::default(), &lease).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_ones_lease_is_taken_only_when_it_has_run_out() {
        let of = |holder: &str| LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: Some(15),
            ..LeaseSpec::default()
        };
        assert!(may_take(&of(""), "a", Duration::ZERO));
        assert!(may_take(&of("a"), "a", Duration::ZERO));
        assert!(!may_take(&of("b"), "a", Duration::from_secs(14)));
        assert!(may_take(&of("b"), "a", Duration::from_secs(15)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unrenewed_lease_is_not_held() {
        let leadership = Leadership::new();
        assert!(!leadership.held());
        leadership.set(Some(Instant::now() + TRUSTED));
        assert!(leadership.held());
        tokio::time::advance(TRUSTED).await;
        assert!(!leadership.held());
    }
}
