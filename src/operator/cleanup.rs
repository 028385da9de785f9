//! For when the operator is removed: nobody is left to say when something is no longer in use.

use std::time::Duration;

use api::Kind;
use kube::api::{Api, ApiResource, GroupVersionKind, ListParams, PartialObjectMeta};
use kube::core::DynamicObject;
use kube::{Client, ResourceExt as _};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::cluster::Kubernetes;
use crate::execute::{Cluster as _, WriteError};
use crate::lease::{self, Leadership};
use crate::plan::{Target, Write};
use crate::settings::FINALIZER;

/// What replicas that end have to let the lease go, or to be gone for its whole duration.
const LEASE_WITHIN: Duration = Duration::from_mins(1);
const PAGE: u32 = 500;

/// Why objects still have the finalizer.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// Some operator runs, and would add the finalizer again.
    #[error("the lease stagegate-operator is held by another one: an operator still runs")]
    Held,
    /// The API server.
    #[error(transparent)]
    Kube(#[from] kube::Error),
    /// A write.
    #[error("{0}: {1}")]
    Write(String, String),
}

/// Takes the finalizer from every object; how many had it. The lease is kept, and runs out by itself: an operator that
/// is about to end must not add the finalizer again.
pub async fn cleanup(client: Client, namespace: String, identity: String) -> Result<usize, CleanupError> {
    let leadership = Leadership::new();
    let keep = lease::keep(client.clone(), namespace, identity, leadership.clone(), CancellationToken::new());
    let lease = tokio::spawn(keep);
    let result = async {
        let began = Instant::now();
        while !leadership.held() {
            if began.elapsed() > LEASE_WITHIN {
                return Err(CleanupError::Held);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut taken = 0;
        for kind in [Kind::Alias, Kind::FunctionVersion, Kind::ApiDeployment] {
            // One that changed meanwhile is looked at again.
            while let Some(those) = take(&client, kind).await? {
                taken += those;
            }
        }
        Ok(taken)
    };
    let result = result.await;
    lease.abort();
    result
}

/// Of one kind: how many it was taken from, none where no object has it.
async fn take(client: &Client, kind: Kind) -> Result<Option<usize>, CleanupError> {
    let target = |namespace: &str, name: &str| {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        Target::ours(&api::ObjectKey { kind, namespace, name })
    };
    let (group, version) = api::API_VERSION.split_once('/').unwrap_or_default();
    let gvk = GroupVersionKind::gvk(group, version, kind.as_str());
    let resource = ApiResource::from_gvk_with_plural(&gvk, target("", "").plural);
    let all: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
    let cluster = Kubernetes(client.clone());
    let (mut found, mut taken, mut params) = (false, 0, ListParams::default().limit(PAGE));
    loop {
        let page = all.list_metadata(&params).await?;
        for object in page.items.iter().filter(|object| has(object)) {
            found = true;
            let target = target(&object.namespace().unwrap_or_default(), &object.name_any());
            let finalizers = object.finalizers().iter().filter(|name| *name != FINALIZER).cloned().collect();
            let (uid, resource_version) =
                (object.uid().unwrap_or_default(), object.resource_version().unwrap_or_default());
            let name = format!("{}/{} in {}", target.kind, target.name, target.namespace);
            match cluster.write(&Write::Finalizers { target, uid, resource_version, finalizers }).await {
                Ok(()) => taken += 1,
                Err(WriteError::Stale) => {}
                Err(error) => return Err(CleanupError::Write(name, error.to_string())),
            }
        }
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(more) => params = params.continue_token(&more),
            None => return Ok(found.then_some(taken)),
        }
    }
}

fn has(object: &PartialObjectMeta<DynamicObject>) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == FINALIZER)
}
