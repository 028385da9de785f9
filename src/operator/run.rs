//! The loop: changes in, publications and writes out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use compile::{LastGood, Outcome, compile};
use jiff::Timestamp;
use kube::Client;
use snapshot::publication::digest_of;
use snapshot::{NamespacedName, Snapshot};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::admin::{self, Health};
use crate::backoff::{Backoff, Failing};
use crate::bootstrap::Shared;
use crate::cluster::Kubernetes;
use crate::due::Due;
use crate::execute::{Report, execute};
use crate::index::{Effect, Index, SOURCES};
use crate::lease::{self, Leadership};
use crate::numbering::{self, Numbered};
use crate::plan::{Observed, Step, Write, plan};
use crate::programming::{Acknowledged, Programming};
use crate::publishing::{Acks, Publication, Publisher};
use crate::scaling::{self, Load, Scaling};
use crate::settings::{Settings, TOKEN_COPY};
use crate::{config_server, last_good, pods, watches};

/// Why the operator ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A listener.
    #[error("can't listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The watches are over, which they never are by themselves.
    #[error("the watches ended")]
    Watches,
}

/// Runs until `stop`.
pub async fn run(settings: Settings, client: Client, stop: CancellationToken) -> Result<(), RunError> {
    let listen = async |address| TcpListener::bind(address).await.map_err(|e| RunError::Listen(address, e));
    let (config, admin) = (listen(settings.config_listen).await?, listen(settings.admin).await?);
    let watches = SOURCES.iter().map(|source| format!("watch {source:?}"));
    let others = ["lease", "certificate", "first publication"].map(str::to_owned);
    let health = Health::new(watches.chain(others));
    tokio::spawn(admin::serve(admin, health.clone()));
    let leadership = Leadership::new();
    let (namespace, identity) = (settings.namespace.clone(), settings.identity.clone());
    let lease =
        tokio::spawn(lease::keep(client.clone(), namespace, identity, leadership.clone(), stop.clone()));
    let publisher = Publisher::new();
    let (shared, known) = watch::channel(None);
    tokio::spawn(config_server::serve(
        config,
        client.clone(),
        settings.clone(),
        leadership.clone(),
        publisher.clone(),
        health.clone(),
        shared,
        stop.clone(),
    ));
    let operator = Operator {
        changes: watches::start(&client, &settings.namespace),
        settings: Arc::new(settings),
        client,
        leadership,
        publisher,
        health,
        shared: known,
        index: Index::default(),
        programming: Programming::default(),
        last_good: None,
        outcome: None,
        snapshot: None,
        numbered: None,
        highest: 0,
        seen_made: BTreeSet::new(),
        token_in: BTreeSet::new(),
        failing: Failing::default(),
        numbering: Backoff::default(),
        scaling: Scaling::default(),
        began: Instant::now(),
    };
    let result = operator.run(stop.clone()).await;
    stop.cancel();
    // The lease is let go, so that the next one need not wait for its end.
    let _ = tokio::time::timeout(Duration::from_secs(5), lease).await;
    result
}

struct Operator {
    settings: Arc<Settings>,
    client: Client,
    leadership: Leadership,
    publisher: Publisher,
    health: Health,
    shared: watch::Receiver<Option<Shared>>,
    changes: tokio::sync::mpsc::Receiver<crate::index::Change>,
    index: Index,
    programming: Programming,
    last_good: Option<LastGood>,
    outcome: Option<Outcome>,
    /// What to publish of the outcome, with its digest.
    snapshot: Option<(String, Arc<Snapshot>)>,
    numbered: Option<Numbered>,
    /// The highest number that was published here.
    highest: u64,
    /// Deployments made here that were seen in the cluster: gone from there, they are gone.
    seen_made: BTreeSet<NamespacedName>,
    token_in: BTreeSet<String>,
    /// Writes that fail again and again.
    failing: Failing,
    numbering: Backoff,
    scaling: Scaling,
    /// What scaling counts its time from.
    began: Instant,
}

impl Operator {
    async fn run(mut self, stop: CancellationToken) -> Result<(), RunError> {
        let (mut acks, mut leading) = (self.publisher.acks(), self.leadership.changes());
        let mut due = Due::default();
        let mut writing: Option<JoinHandle<Report>> = None;
        let mut plan_waits = false;
        let mut acknowledged = Acknowledged::new();
        let mut in_flight = BTreeMap::new();
        loop {
            let next_down = self.scaling.next_down().map(|at| self.began + at);
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                change = self.changes.recv() => {
                    let Some(change) = change else { return Err(RunError::Watches) };
                    due.mark(self.take(change));
                }
                Ok(()) = acks.changed() => {
                    let (now, load) = {
                        let acks = acks.borrow_and_update();
                        (acknowledgements(&acks), scaling::in_flight(&acks))
                    };
                    if now != acknowledged {
                        acknowledged = now;
                        due.mark(Effect::Plan);
                    }
                    // Gateways say so every 2 s: only what makes a difference is worth a plan.
                    if load != in_flight {
                        in_flight = load;
                        if self.scale(&acknowledged, &in_flight) {
                            due.mark(Effect::Plan);
                        }
                    }
                }
                () = until(next_down) => {
                    if self.scale(&acknowledged, &in_flight) {
                        due.mark(Effect::Plan);
                    }
                }
                Ok(()) = leading.changed() => {
                    let leads = leading.borrow_and_update().unwrap_or(false);
                    tracing::info!(leads, "lease");
                    self.health.paid("lease");
                    self.health.numbers().leader.store(leads.into(), Ordering::Relaxed);
                    self.token_in.clear();
                    due.mark(Effect::Compile);
                }
                Ok(()) = self.shared.changed() => due.mark(Effect::Plan),
                report = async { match writing.as_mut() { Some(task) => task.await, None => std::future::pending().await } } => {
                    writing = None;
                    let report = report.unwrap_or_default();
                    self.count(&report);
                    let wait = self.failing.after(report.failed);
                    if std::mem::take(&mut plan_waits) {
                        due.mark(Effect::Plan);
                    } else if let Some(wait) = wait {
                        due.later(Effect::Plan, wait);
                    }
                }
                () = until(due.at) => {
                    let effect = std::mem::take(&mut due).effect;
                    if !self.index.missing().is_empty() {
                        continue;
                    }
                    if effect == Some(Effect::Compile) {
                        self.compile();
                    }
                    let highest = acknowledged.values().map(|(number, _)| *number).max().unwrap_or(0);
                    if self.publish(highest).await {
                        self.numbering.succeeded();
                    } else {
                        due.later(Effect::Plan, self.numbering.failed());
                    }
                    if !self.leadership.held() {
                        continue;
                    }
                    if writing.is_some() {
                        plan_waits = true;
                    } else {
                        self.scale(&acknowledged, &in_flight);
                        let steps = self.plan(&acknowledged);
                        if steps.is_empty() {
                            // What failed before is not wanted any more.
                            self.failing = Failing::default();
                        } else {
                            writing = Some(self.write(steps));
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self, change: crate::index::Change) -> Effect {
        let effect = self.index.take(change);
        let missing = self.index.missing();
        for source in SOURCES.iter().filter(|source| !missing.contains(source)) {
            self.health.paid(&format!("watch {source:?}"));
        }
        effect
    }

    fn compile(&mut self) {
        let began = Instant::now();
        let last = self.before();
        let (endpoints, ready) = pods::of_functions(&self.index, versions(&self.index, &last).into_iter());
        let objects = self.index.objects();
        let outcome = compile(&objects, &last, &ready);
        self.publisher.endpoints(endpoints);
        let numbers = self.health.numbers();
        let refused = outcome.statuses.iter().filter(|status| !status.accepted).count();
        numbers.compiles.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        numbers.compile_micros.fetch_add(micros, Ordering::Relaxed);
        numbers.objects.store(self.index.objects.len() as u64, Ordering::Relaxed);
        numbers.refused.store(refused as u64, Ordering::Relaxed);
        self.last_good = Some(outcome.last_good.clone());
        // Encoding all of it is not for each pass that only looks at pods or acknowledgements.
        self.snapshot = digest_of(&outcome.snapshot)
            .inspect_err(|error| tracing::error!(%error, "the snapshot can't be encoded"))
            .ok()
            .map(|digest| (digest, Arc::new(outcome.snapshot.clone())));
        self.outcome = Some(outcome);
    }

    /// What was last good: of the last compile; after a start, and where the lease is another's, what statuses say.
    fn before(&mut self) -> LastGood {
        let mut last = match self.last_good.take() {
            Some(last) if self.leadership.held() => last,
            Some(mut last) => {
                let said = last_good::from_statuses(&self.index);
                last.stages.extend(said.stages);
                last.aliases.extend(said.aliases);
                last.current.extend(said.current);
                for (name, record) in said.deployments {
                    last.deployments.entry(name).or_insert(record);
                }
                last
            }
            None => last_good::from_statuses(&self.index),
        };
        last_good::forget(&mut last, &self.index, &mut self.seen_made);
        last
    }

    /// Publishes what was compiled once it has its number; false where that has to be tried again.
    async fn publish(&mut self, highest: u64) -> bool {
        let (Some(outcome), Some((digest, snapshot))) = (&self.outcome, &self.snapshot) else { return true };
        let seen = self.index.publication.as_ref();
        let newest = [seen, self.numbered.as_ref()].into_iter().flatten().max_by_key(|n| n.number).cloned();
        let number = match numbering::next(newest.as_ref(), digest, highest.max(self.highest)) {
            None => newest.as_ref().map_or(0, |newest| newest.number),
            // Another one numbers; what it says comes by the watch.
            Some(_) if !self.leadership.held() => return true,
            Some(number) => {
                let write =
                    numbering::write(&self.client, &self.settings.namespace, newest.as_ref(), number, digest);
                match tokio::time::timeout(Duration::from_secs(3), write).await {
                    Ok(Ok(numbered)) => {
                        self.numbered = Some(numbered);
                        number
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "the publication could not be numbered");
                        // The watch says what is there; where nothing is, it is made anew, above all that was.
                        self.numbered = None;
                        return false;
                    }
                    Err(_) => return false,
                }
            }
        };
        self.highest = self.highest.max(number);
        self.programming.published(&self.index, outcome, number);
        let (digest, snapshot) = (digest.clone(), snapshot.clone());
        self.publisher.publish(Publication { number, digest, snapshot });
        self.health.numbers().publication.store(number, Ordering::Relaxed);
        self.health.paid("first publication");
        true
    }

    /// Looks at the load; whether other numbers of pods are wanted than before.
    fn scale(&mut self, acknowledged: &Acknowledged, in_flight: &BTreeMap<String, f64>) -> bool {
        let (true, Some(outcome)) = (self.leadership.held(), &self.outcome) else {
            // Another one scales, and what was asked for here is not what runs any more.
            self.scaling = Scaling::default();
            return false;
        };
        let partial = pods::gateways(&self.index).iter().any(|name| !acknowledged.contains_key(name));
        let load = Load { in_flight: in_flight.clone(), partial };
        self.scaling.look(outcome, &self.index, &load, self.began.elapsed())
    }

    fn plan(&self, acknowledged: &Acknowledged) -> Vec<Step> {
        let Some(outcome) = &self.outcome else { return Vec::new() };
        let shared = self.shared.borrow();
        let observed = Observed {
            index: &self.index,
            programming: &self.programming,
            gateways: &pods::gateways(&self.index),
            acknowledged,
            settings: &self.settings,
            token: shared.as_ref().map(|shared| &*shared.token),
            token_in: &self.token_in,
            replicas: self.scaling.replicas(),
            now: Timestamp::now(),
        };
        plan(outcome, &observed)
    }

    fn write(&mut self, steps: Vec<Step>) -> JoinHandle<Report> {
        // A copy that fails is made with the next holder or the next change of a function at the latest.
        let copies = steps.iter().flatten().map(Write::target).filter(|target| target.name == TOKEN_COPY);
        self.token_in.extend(copies.map(|target| target.namespace.clone()));
        let (leadership, cluster) = (self.leadership.clone(), Kubernetes(self.client.clone()));
        tokio::spawn(async move { execute(&steps, &leadership, &cluster).await })
    }

    fn count(&mut self, report: &Report) {
        if !report.failed.is_empty() || report.lost {
            self.token_in.clear();
        }
        let numbers = self.health.numbers();
        numbers.writes.fetch_add(report.done as u64, Ordering::Relaxed);
        numbers.failed_writes.fetch_add(report.failed.len() as u64, Ordering::Relaxed);
    }
}

/// Versions that may have pods: those that were last good and those that are there now.
fn versions<'a>(
    index: &'a Index,
    last: &'a LastGood,
) -> BTreeMap<compile::Version, &'a api::FunctionVersionSpec> {
    let there = index.objects.iter().filter_map(|(key, seen)| match &seen.object {
        Ok(api::Object::FunctionVersion(version)) => Some((&*key.namespace, &version.spec)),
        _ => None,
    });
    let before = last.versions.iter().map(|(name, spec)| (&*name.namespace, spec));
    let of = |(namespace, spec): (&str, &'a api::FunctionVersionSpec)| {
        ((NamespacedName::new(namespace, &*spec.function_name), spec.version.clone()), spec)
    };
    there.chain(before).map(of).collect()
}

/// The moment, if there is to be one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

fn acknowledgements(acks: &Acks) -> Acknowledged {
    acks.iter().map(|(gateway, ack)| (gateway.clone(), (ack.number, ack.nack.clone()))).collect()
}

#[cfg(test)]
mod tests;
