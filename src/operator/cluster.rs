//! Writes by the API server.

use std::time::Duration;

use kube::Client;
use kube::api::{
    Api, ApiResource, DeleteParams, GroupVersionKind, Patch, PatchParams, PostParams, Preconditions,
};
use kube::core::DynamicObject;
use serde_json::json;

use crate::execute::{Cluster, WriteError};
use crate::plan::{Target, Write};
use crate::settings::MANAGER;

/// A write takes no longer, so that it is over before anybody else may hold the lease.
const LONGEST: Duration = Duration::from_secs(4);

/// The cluster that `Client` talks to.
#[derive(Clone)]
pub(crate) struct Kubernetes(pub(crate) Client);

impl Cluster for Kubernetes {
    async fn write(&self, write: &Write) -> Result<(), WriteError> {
        match tokio::time::timeout(LONGEST, self.send(write)).await {
            Err(_) => Err(WriteError::Timeout),
            Ok(Ok(())) => Ok(()),
            Ok(Err(kube::Error::Api(status))) => match (status.code, write) {
                (409, Write::Create { .. }) | (404, Write::Delete { .. }) => Ok(()),
                (409, _) | (404, Write::Status { .. } | Write::Finalizers { .. }) => Err(WriteError::Stale),
                _ => Err(WriteError::Kube(kube::Error::Api(status))),
            },
            Ok(Err(error)) => Err(error.into()),
        }
    }
}

impl Kubernetes {
    fn api(&self, target: &Target) -> Api<DynamicObject> {
        let (group, version) = target.api_version.split_once('/').unwrap_or(("", target.api_version));
        let gvk = GroupVersionKind::gvk(group, version, target.kind);
        let resource = ApiResource::from_gvk_with_plural(&gvk, target.plural);
        Api::namespaced_with(self.0.clone(), &target.namespace, &resource)
    }

    async fn send(&self, write: &Write) -> Result<(), kube::Error> {
        let (target, api) = (write.target(), self.api(write.target()));
        let apply = PatchParams::apply(MANAGER).force();
        match write {
            Write::Apply { body, .. } => drop(api.patch(&target.name, &apply, &Patch::Apply(body)).await?),
            Write::Status { body, .. } => {
                api.patch_status(&target.name, &apply, &Patch::Apply(body)).await?;
            }
            Write::Create { body, .. } => {
                let object = serde_json::from_value(body.clone()).map_err(kube::Error::SerdeError)?;
                let params = PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() };
                api.create(&params, &object).await?;
            }
            Write::Finalizers { uid, resource_version, finalizers, .. } => {
                let body = json!({ "metadata": {
                    "uid": uid, "resourceVersion": resource_version, "finalizers": finalizers,
                }});
                let params =
                    PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() };
                api.patch_metadata(&target.name, &params, &Patch::Merge(body)).await?;
            }
            Write::Delete { uid, resource_version, .. } => {
                let exactly = Preconditions {
                    uid: Some(uid.clone()),
                    resource_version: Some(resource_version.clone()),
                };
                let params = DeleteParams::background().preconditions(exactly);
                api.delete(&target.name, &params).await?;
            }
        }
        Ok(())
    }
}
