//! One watch a source. A watch that fails begins again by itself, later and later; a malformed object is passed on as
//! it is, so that it can be refused by name.

use std::time::Duration;

use api::Kind;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use kube::api::{Api, ApiResource, GroupVersionKind};
use kube::core::{DynamicObject, PartialObjectMeta};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, ResourceExt as _};
use tokio::sync::mpsc;

use crate::index::{Change, SOURCES, Source};
use crate::numbering::PUBLICATION;
use crate::parts::Part;
use crate::settings::{MANAGED_BY, MANAGER, TOKEN_COPY};

/// The resource of a kind of ours.
pub(crate) fn resource(kind: Kind) -> ApiResource {
    let plural = match kind {
        Kind::RestApi => "restapis",
        Kind::ApiDeployment => "apideployments",
        Kind::Stage => "stages",
        Kind::FunctionVersion => "functionversions",
        Kind::Alias => "aliases",
    };
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk(
            api::GROUP,
            api::API_VERSION.trim_start_matches("stagegate.dev/"),
            kind.as_str(),
        ),
        plural,
    )
}

/// Starts all watches.
pub(crate) fn start(client: &Client, namespace: &str) -> mpsc::Receiver<Change> {
    let (to, changes) = mpsc::channel(1024);
    let managed = watcher::Config::default().labels(&format!("{MANAGED_BY}={MANAGER}"));
    let slices = ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("discovery.k8s.io", "v1", "EndpointSlice"),
        "endpointslices",
    );
    for source in SOURCES {
        let (api, config) = match source {
            Source::Kind(kind) => {
                (Api::all_with(client.clone(), &resource(kind)), watcher::Config::default())
            }
            Source::Functions => (Api::all_with(client.clone(), &slices), managed.clone()),
            Source::Gateways => (
                Api::namespaced_with(client.clone(), namespace, &slices),
                watcher::Config::default().labels("kubernetes.io/service-name=stagegate-gateway"),
            ),
            Source::Workloads => {
                let gvk = GroupVersionKind::gvk("apps", "v1", "Deployment");
                let resource = ApiResource::from_gvk_with_plural(&gvk, "deployments");
                (Api::all_with(client.clone(), &resource), managed.clone())
            }
            Source::Parts(part) => {
                // Without content: that is read back from nowhere, a Secret's least of all.
                let (api, config) = parts(client, part, &managed);
                let events = watcher(api, config).map_ok(|event| {
                    map(event, |of| DynamicObject {
                        types: None,
                        metadata: of.metadata,
                        data: serde_json::Value::Null,
                    })
                });
                tokio::spawn(follow(source, events, to.clone()));
                continue;
            }
            Source::Publication => {
                let gvk = GroupVersionKind::gvk("", "v1", "ConfigMap");
                let resource = ApiResource::from_gvk_with_plural(&gvk, "configmaps");
                (
                    Api::namespaced_with(client.clone(), namespace, &resource),
                    watcher::Config::default().fields(&format!("metadata.name={PUBLICATION}")),
                )
            }
        };
        tokio::spawn(follow(source, watcher(api, config), to.clone()));
    }
    changes
}

/// When a watch that failed begins again: 0.25 s doubling to 4 s. kube's own goes to 30 s and beyond, for which edits
/// would wait after the API server was away.
#[derive(Default)]
struct Again {
    failures: u32,
}

impl Iterator for Again {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let wait = Duration::from_millis(250) * (1 << self.failures.min(4));
        self.failures += 1;
        Some(wait)
    }
}

impl Backoff for Again {
    fn reset(&mut self) {
        self.failures = 0;
    }
}

/// What a part is watched by. The token's copies are by name, so that the right to it is no right to other Secrets.
fn parts(
    client: &Client,
    part: Part,
    managed: &watcher::Config,
) -> (Api<PartialObjectMeta<DynamicObject>>, watcher::Config) {
    let (group, kind, plural) = match part {
        Part::ConfigMap => ("", "ConfigMap", "configmaps"),
        Part::NetworkPolicy => ("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
        Part::Service => ("", "Service", "services"),
        Part::Token => ("", "Secret", "secrets"),
    };
    let config = match part {
        Part::Token => watcher::Config::default().fields(&format!("metadata.name={TOKEN_COPY}")),
        _ => managed.clone(),
    };
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", kind), plural);
    (Api::all_with(client.clone(), &resource), config)
}

async fn follow(
    source: Source,
    events: impl Stream<Item = watcher::Result<Event<DynamicObject>>> + Send,
    to: mpsc::Sender<Change>,
) {
    let mut events = events.backoff(Again::default()).map_ok(|event| map(event, trimmed)).boxed();
    let mut listing = Vec::new();
    while let Some(event) = events.next().await {
        let change = match event {
            Ok(Event::Init) => {
                listing.clear();
                continue;
            }
            Ok(Event::InitApply(object)) => {
                listing.push(object);
                continue;
            }
            Ok(Event::InitDone) => Change::Listed(source, std::mem::take(&mut listing)),
            Ok(Event::Apply(object)) => Change::Set(source, Box::new(object)),
            Ok(Event::Delete(object)) => Change::Gone(source, Box::new(object)),
            Err(error) => {
                tracing::warn!(?source, %error, "a watch failed and begins again");
                continue;
            }
        };
        if to.send(change).await.is_err() {
            return;
        }
    }
}

/// Without what nobody here looks at.
fn trimmed(mut object: DynamicObject) -> DynamicObject {
    object.managed_fields_mut().clear();
    object
}

fn map<From, To>(event: Event<From>, to: impl Fn(From) -> To) -> Event<To> {
    match event {
        Event::Apply(object) => Event::Apply(to(object)),
        Event::Delete(object) => Event::Delete(to(object)),
        Event::Init => Event::Init,
        Event::InitApply(object) => Event::InitApply(to(object)),
        Event::InitDone => Event::InitDone,
    }
}
