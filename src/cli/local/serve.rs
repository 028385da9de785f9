//! Files in, live state out, for as long as it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use anyhow::{Context as _, Result};
use compile::{DeploymentRecord, LastGood, Outcome, Ready, compile};
use gateway::{Gateway, Live, Readiness, Shelf};
use runtime::Token;
use snapshot::NamespacedName;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Arguments;
use super::functions::{Functions, retire};
use super::state::State;
use super::watch::Watch;
use crate::manifests::Manifests;
use crate::{secrets, table};

type Known = Arc<RwLock<BTreeMap<NamespacedName, DeploymentRecord>>>;

struct Local {
    live: Live,
    readiness: Readiness,
    /// Deployments that tests may ask for by name.
    known: Known,
    functions: Functions,
    state: Option<State>,
    manifests: Manifests,
    last_good: LastGood,
    /// What was said of the objects the last time: it is not said again with each edit.
    said: BTreeSet<String>,
}

pub(crate) async fn run(arguments: &Arguments, first: Manifests) -> Result<()> {
    let mut watch = Watch::start(&arguments.paths)?;
    let admin = TcpListener::bind(arguments.admin)
        .await
        .with_context(|| format!("can't listen on {}", arguments.admin))?;
    let mut settings = arguments.settings()?;
    settings.own_listeners = vec![admin.local_addr()?];
    let live = Live::default();
    let gateway = Gateway::start(settings, &live, crate::log::sink(&arguments.access_log)?)?;
    let readiness = Readiness::default();
    let known = Arc::new(RwLock::new(BTreeMap::new()));
    tokio::spawn(gateway::serve_admin(admin, gateway.admin(), readiness.clone(), shelf(known.clone())));
    let state = State::beside(&arguments.paths);
    let deployments = state.as_ref().map(State::read).unwrap_or_default();
    let mut local = Local {
        live,
        readiness,
        known,
        functions: Functions::new(Token::random()?),
        state,
        manifests: Manifests::default(),
        last_good: LastGood { deployments, ..LastGood::default() },
        said: BTreeSet::new(),
    };
    local.apply(first, gateway.address()).await;
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    loop {
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            () = watch.changed() => match Manifests::read(&arguments.paths) {
                Ok(manifests) => local.apply(manifests, gateway.address()).await,
                Err(error) => eprintln!("{error:#}; what was last good goes on"),
            },
        }
    }
    tokio::task::spawn_blocking(move || gateway.stop()).await?;
    local.functions.stop().await;
    Ok(())
}

fn shelf(known: Known) -> Shelf {
    Shelf::new(move |api, name| {
        let known = known.read().ok()?;
        let record = known.get(&NamespacedName::new(&*api.namespace, name));
        record.filter(|record| record.rest_api == api.name).map(compile::of_record)
    })
}

impl Local {
    async fn apply(&mut self, read: Manifests, address: std::net::SocketAddr) {
        let manifests = read.with_last_good(&self.manifests);
        let outcome = compile(&manifests.objects(), &self.last_good, &Ready::All);
        // New versions are up before anything leads to them; old ones end once nothing does.
        let (old, failed) = self.functions.reconcile(&outcome.functions, &manifests.kept()).await;
        let changed = *self.live.now().snapshot != outcome.snapshot;
        let secrets = secrets::needed(&outcome.snapshot, &manifests.kept());
        let unsigned: Vec<_> = secrets::complaints(&secrets).collect();
        self.live.publish_secrets(secrets);
        self.live.publish(outcome.snapshot.clone(), self.functions.endpoints());
        retire(old);
        if let Some(state) = &self.state
            && outcome.last_good.deployments != self.last_good.deployments
            && let Err(error) = state.write(&outcome.last_good.deployments)
        {
            eprintln!("{error:#}; deployments made here are forgotten when this ends");
        }
        self.say(&manifests, &outcome, failed.iter().chain(&unsigned));
        if changed {
            let url = |api: &snapshot::NamespacedName, stage: &str| match outcome.snapshot.apis.len() {
                1 => format!("http://{address}/{stage}/"),
                _ => format!("http://{}.{}.localhost:{}/{stage}/", api.name, api.namespace, address.port()),
            };
            println!("{}", table::render(&outcome.snapshot, url));
        }
        let errors =
            outcome.statuses.iter().filter(|s| !s.accepted).map(|s| format!("{}: {}", s.object, s.message));
        self.readiness.ready(manifests.errors().cloned().chain(errors).chain(failed).collect());
        if let Ok(mut known) = self.known.write() {
            known.clone_from(&outcome.last_good.deployments);
        }
        self.manifests = manifests;
        self.last_good = outcome.last_good;
    }

    fn say<'s>(
        &mut self,
        manifests: &'s Manifests,
        outcome: &Outcome,
        further: impl Iterator<Item = &'s String>,
    ) {
        let diagnostics = outcome.diagnostics.iter().map(ToString::to_string);
        let now: BTreeSet<String> =
            manifests.notes().chain(manifests.errors()).chain(further).cloned().chain(diagnostics).collect();
        now.difference(&self.said).for_each(|line| eprintln!("{line}"));
        self.said.difference(&now).for_each(|line| eprintln!("mended: {line}"));
        self.said = now;
    }
}
