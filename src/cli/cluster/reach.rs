//! Reading and patching objects.

use anyhow::Result;
use api::{Alias, ApiDeployment, FunctionVersion, Kind, Object, ObjectKey, RawObject, RestApi, Stage};
use compile::{LastGood, Objects};
use kube::Client;
use kube::api::{Api, ApiResource, ListParams, Patch, PatchParams};
use kube::core::DynamicObject;
use serde_json::{Value, json};

use super::{Failure, Where, connect};

/// Who wrote, as `managedFields` shows it.
const MANAGER: &str = "stagegate-cli";
/// Objects of one answer.
const PAGE: u32 = 200;

/// A cluster, and the namespace that is meant.
#[derive(Clone)]
pub(crate) struct Cluster {
    client: Client,
    pub(crate) namespace: String,
}

impl Cluster {
    /// The one that the arguments and the kubeconfig name.
    pub(crate) async fn connect(to: &Where) -> Result<Self> {
        let (client, namespace) = connect::connect(to).await?;
        Ok(Self { client, namespace })
    }

    #[cfg(test)]
    pub(crate) fn of(client: Client, namespace: &str) -> Self {
        Self { client, namespace: namespace.to_owned() }
    }

    /// All objects of a kind, in the namespace or in `everywhere`.
    pub(crate) async fn list(&self, kind: Kind, everywhere: bool) -> Result<Vec<Value>, Failure> {
        let found = self.listed(kind, everywhere).await?;
        Ok(found.into_iter().map(|object| value(kind, object)).collect())
    }

    /// What compile is to see of the namespace: objects, and by their statuses what is live of them.
    pub(crate) async fn live(&self) -> Result<(Objects, LastGood), Failure> {
        let mut lists = Vec::new();
        for kind in [Kind::RestApi, Kind::ApiDeployment, Kind::Stage, Kind::FunctionVersion, Kind::Alias] {
            lists.push((kind, self.listed(kind, false).await?));
        }
        Ok(operator::live(lists))
    }

    async fn listed(&self, kind: Kind, everywhere: bool) -> Result<Vec<DynamicObject>, Failure> {
        let api: Api<DynamicObject> = if everywhere {
            Api::all_with(self.client.clone(), &resource(kind))
        } else {
            self.api(kind, &self.namespace)
        };
        let mut params = ListParams::default().limit(PAGE);
        let mut found = Vec::new();
        loop {
            let what = || format!("{kind} objects");
            let page = api.list(&params).await.map_err(|error| Failure::of(what(), error))?;
            found.extend(page.items);
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params = params.continue_token(&token),
                None => return Ok(found),
            }
        }
    }

    /// One object of the namespace; none where there is none.
    pub(crate) async fn get(&self, kind: Kind, name: &str) -> Result<Option<Value>, Failure> {
        let found = self.api(kind, &self.namespace).get_opt(name).await;
        let found = found.map_err(|error| Failure::of(format!("{kind}/{name}"), error))?;
        Ok(found.map(|object| value(kind, object)))
    }

    /// Writes what `patch` names of an object, if it is still the one that was read.
    pub(crate) async fn patch(&self, key: &ObjectKey, read: &Value, mut patch: Value) -> Result<(), Failure> {
        // The API server refuses it where another write came between.
        patch["metadata"] = json!({
            "uid": read["metadata"]["uid"],
            "resourceVersion": read["metadata"]["resourceVersion"],
        });
        let params = PatchParams {
            field_manager: Some(MANAGER.to_owned()),
            field_validation: Some(kube::api::ValidationDirective::Strict),
            ..PatchParams::default()
        };
        let written =
            self.api(key.kind, &key.namespace).patch(&key.name, &params, &Patch::Merge(patch)).await;
        written.map(drop).map_err(|error| Failure::of(key.to_string(), error))
    }

    fn api(&self, kind: Kind, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), namespace, &resource(kind))
    }
}

fn resource(kind: Kind) -> ApiResource {
    match kind {
        Kind::RestApi => ApiResource::erase::<RestApi>(&()),
        Kind::ApiDeployment => ApiResource::erase::<ApiDeployment>(&()),
        Kind::Stage => ApiResource::erase::<Stage>(&()),
        Kind::FunctionVersion => ApiResource::erase::<FunctionVersion>(&()),
        Kind::Alias => ApiResource::erase::<Alias>(&()),
    }
}

/// With its type, which lists may leave out.
fn value(kind: Kind, object: DynamicObject) -> Value {
    let mut value = object.data;
    value["apiVersion"] = json!(api::API_VERSION);
    value["kind"] = json!(kind.as_str());
    value["metadata"] = json!(object.metadata);
    value
}

/// By the same code as manifests: what can't be read is told by its field.
pub(crate) fn object_of(value: &Value) -> Result<Object, Failure> {
    let unreadable = |what: String| Failure::Unreadable(what);
    match api::decode(value.clone()) {
        Ok(RawObject::Ours(key, object)) => object.map_err(|error| unreadable(format!("{key}: {error}"))),
        Ok(RawObject::Foreign(version, kind)) => {
            Err(unreadable(format!("{kind} ({version}) is not a kind of Stagegate")))
        }
        Err(error) => Err(unreadable(error.to_string())),
    }
}
