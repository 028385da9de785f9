//! A deployment of a cluster, as gateways have it.

use anyhow::{Result, bail};
use api::{Kind, Object};
use snapshot::Deployment;

use crate::cluster::{Cluster, Where, block_on, object_of};

/// The namespace that is meant.
pub(super) fn namespace(to: &Where) -> Result<String> {
    match &to.namespace {
        Some(namespace) => Ok(namespace.clone()),
        None => block_on(async { Ok(Cluster::connect(to).await?.namespace) }),
    }
}

/// The namespace that was meant, and the content.
pub(super) fn read(to: &Where, api: &str, name: &str) -> Result<(String, Deployment)> {
    block_on(async {
        let cluster = Cluster::connect(to).await?;
        let namespace = cluster.namespace.clone();
        let Some(value) = cluster.get(Kind::ApiDeployment, name).await? else {
            bail!("ApiDeployment/{name} is not in namespace {namespace}");
        };
        let Object::ApiDeployment(object) = object_of(&value)? else {
            bail!("ApiDeployment/{name} is not one");
        };
        if object.spec.rest_api != api {
            bail!("ApiDeployment/{name} is of RestApi {}, not of {api}", object.spec.rest_api);
        }
        Ok((namespace, compile::deployment(&object.spec.api)))
    })
}
