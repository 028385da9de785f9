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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU16, Ordering};

    use http::{Request, Response};
    use kube::client::Body;
    use tokio::time::Instant;

    use super::*;
    use crate::execute::execute;
    use crate::lease::Leadership;

    /// A client whose every request is noted and answered with `status`; then `after` is done.
    fn client(status: u16, after: impl Fn(&str) + Send + Sync + 'static) -> Client {
        let status = std::sync::Arc::new(AtomicU16::new(status));
        let after = std::sync::Arc::new(after);
        let service = tower::service_fn(move |request: Request<Body>| {
            let (status, after) = (status.load(Ordering::Relaxed), after.clone());
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect_bytes().await.unwrap_or_default();
                after(&format!("{} {} {}", head.method, head.uri, String::from_utf8_lossy(&body)));
                let answer = if status == 200 {
                    json!({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}})
                } else {
                    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "", "reason": "X", "code": status})
                };
                let body = Body::from(answer.to_string().into_bytes());
                Ok::<_, std::convert::Infallible>(Response::builder().status(status).body(body).unwrap())
            }
        });
        Client::new(service, "default")
    }

    fn target() -> Target {
        Target::new("v1", "Secret", "secrets", "ns", "x")
    }

    fn delete() -> Write {
        Write::Delete { target: target(), uid: "u".to_owned(), resource_version: "7".to_owned() }
    }

    fn leader() -> Leadership {
        let leadership = Leadership::new();
        leadership.set(Some(Instant::now() + Duration::from_secs(10)));
        leadership
    }

    #[tokio::test]
    async fn nothing_is_written_once_the_lease_is_lost() {
        let leadership = leader();
        let (lose, requests) = (leadership.clone(), std::sync::Arc::new(Mutex::new(0)));
        let count = requests.clone();
        let client = client(200, move |_| {
            *count.lock().unwrap() += 1;
            lose.set(None);
        });
        let report =
            execute(&[vec![delete()], vec![delete()], vec![delete()]], &leadership, &Kubernetes(client))
                .await;
        assert!(report.lost);
        assert_eq!((report.done, *requests.lock().unwrap()), (1, 1));
    }

    #[tokio::test]
    async fn deletes_and_finalizers_say_of_what_they_were_meant() {
        let said = std::sync::Arc::new(Mutex::new(Vec::new()));
        let hear = said.clone();
        let client = client(200, move |request| hear.lock().unwrap().push(request.to_owned()));
        let finalizers = Write::Finalizers {
            target: target(),
            uid: "u".to_owned(),
            resource_version: "7".to_owned(),
            finalizers: vec!["f".to_owned()],
        };
        execute(&[vec![delete()], vec![finalizers]], &leader(), &Kubernetes(client)).await;
        let said = said.lock().unwrap();
        assert!(said[0].starts_with("DELETE /api/v1/namespaces/ns/secrets/x"), "{said:?}");
        assert!(said[1].starts_with("PATCH /api/v1/namespaces/ns/secrets/x"), "{said:?}");
        for request in said.iter() {
            assert!(
                request.contains(r#""uid":"u""#) && request.contains(r#""resourceVersion":"7""#),
                "{request}"
            );
        }
    }

    #[tokio::test]
    async fn a_conflict_is_no_failure_since_the_next_plan_knows_better() {
        let report = execute(&[vec![delete()]], &leader(), &Kubernetes(client(409, |_| {}))).await;
        assert_eq!((report.done, report.failed.len()), (0, 0));
        let report = execute(&[vec![delete()]], &leader(), &Kubernetes(client(403, |_| {}))).await;
        assert_eq!((report.done, report.failed.len()), (0, 1));
    }
}
