//! Secrets that integrations name: read one by one, again and again, and passed on to gateways.
//!
//! A watch would ask for the right to list, of all Secrets of a namespace: to get some by name is less.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt as _;
use k8s_openapi::api::core::v1::Secret as KubeSecret;
use kube::Client;
use kube::api::GetParams;
use kube::core::Request;
use snapshot::publication::{Secret, SecretContent, Secrets};
use snapshot::{AwsCredentials, NamespacedName};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long a new value may go unseen.
const EVERY: Duration = Duration::from_secs(10);
/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Looks at once.
const AT_ONCE: usize = 8;

/// Keeps `known` at what the wanted Secrets hold, until `stop`.
pub(crate) async fn keep(
    client: Client,
    mut wanted: watch::Receiver<BTreeSet<NamespacedName>>,
    known: watch::Sender<Secrets>,
    stop: CancellationToken,
) {
    loop {
        let names = wanted.borrow_and_update().clone();
        let is_idle = names.is_empty();
        let before = known.borrow().clone();
        let looks = names.into_iter().map(|name| look(&client, name, &before));
        let now: Secrets = futures_util::stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
        known.send_if_modified(|known| {
            let differs = *known != now;
            *known = now;
            differs
        });
        let again =
            async { if is_idle { std::future::pending().await } else { tokio::time::sleep(EVERY).await } };
        tokio::select! {
            changed = wanted.changed() => if changed.is_err() { return },
            () = again => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn look(client: &Client, name: NamespacedName, before: &Secrets) -> (NamespacedName, Secret) {
    let looked = tokio::time::timeout(PATIENCE, get(client, &name)).await;
    let missing = |why: String| Secret { revision: 0, content: SecretContent::Missing(why) };
    let secret = match looked {
        Ok(Ok(secret)) => secret,
        Ok(Err(kube::Error::Api(status))) if status.code == 404 => {
            missing(format!("does not exist; make it in namespace {}", name.namespace))
        }
        Ok(Err(kube::Error::Api(status))) if status.code == 403 => missing(format!(
            "may not be read by the operator; add {} to credentialSecrets.{} of the chart's values",
            name.name, name.namespace
        )),
        // The API server has a moment: what was known is good still.
        failed => before.get(&name).cloned().unwrap_or_else(|| {
            let why = match failed {
                Ok(Err(error)) => error.to_string(),
                _ => "no answer in time".to_owned(),
            };
            missing(format!("can't be read yet: {why}"))
        }),
    };
    (name, secret)
}

/// As text, since the client logs what does not decode.
async fn get(client: &Client, name: &NamespacedName) -> Result<Secret, kube::Error> {
    let secrets = Request::new(format!("/api/v1/namespaces/{}/secrets", name.namespace));
    let request = secrets.get(&name.name, &GetParams::default()).map_err(kube::Error::BuildRequest)?;
    let text = client.request_text(request).await?;
    // Without the error, which may have a piece of the text.
    let Ok(read) = serde_json::from_str::<KubeSecret>(&text) else {
        let content = SecretContent::Missing("is no Secret of a form that is known".to_owned());
        return Ok(Secret { revision: 0, content });
    };
    let revision = read.metadata.resource_version.and_then(|version| version.parse().ok()).unwrap_or(0);
    let data: BTreeMap<String, Vec<u8>> =
        read.data.unwrap_or_default().into_iter().map(|(key, value)| (key, value.0)).collect();
    let content = AwsCredentials::of(&data)
        .map_or_else(|error| SecretContent::Missing(error.to_string()), SecretContent::Aws);
    Ok(Secret { revision, content })
}

/// What is wrong with those that `deployment` needs; none where nothing is.
pub(crate) fn trouble(
    secrets: &Secrets,
    namespace: &str,
    deployment: &snapshot::Deployment,
) -> Option<String> {
    deployment.credential_secrets().find_map(|name| {
        match &secrets.get(&NamespacedName::new(namespace, name))?.content {
            SecretContent::Aws(_) => None,
            SecretContent::Missing(why) => {
                Some(format!("Secret {namespace}/{name} {why}; methods that are signed with it answer 500"))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use http::Response;
    use kube::client::Body;
    use serde_json::{Value, json};

    use super::*;

    type Answer = Arc<Mutex<(u16, Value)>>;

    fn client(answer: &Answer, asked: &Arc<Mutex<Vec<String>>>) -> Client {
        let (answer, asked) = (answer.clone(), asked.clone());
        let service = tower::service_fn(move |request: http::Request<Body>| {
            asked.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
            let (status, body) = answer.lock().unwrap().clone();
            async move {
                let body = Body::from(body.to_string().into_bytes());
                Ok::<_, std::convert::Infallible>(Response::builder().status(status).body(body).unwrap())
            }
        });
        Client::new(service, "default")
    }

    fn failure(code: u16) -> (u16, Value) {
        let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "hm", "reason": "Hm", "code": code});
        (code, status)
    }

    fn secret(version: &str, key: &str) -> (u16, Value) {
        (
            200,
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys", "resourceVersion": version},
            "data": {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "aHVzaA=="}}),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_wanted_is_looked_at_and_nothing_else() {
        let answer: Answer = Arc::new(Mutex::new(failure(404)));
        let asked = Arc::default();
        let (want, wanted) = watch::channel(BTreeSet::new());
        let (known, mut seen) = watch::channel(Secrets::new());
        let stop = CancellationToken::new();
        tokio::spawn(keep(client(&answer, &asked), wanted, known, stop.clone()));
        tokio::time::sleep(Duration::from_mins(10)).await;
        assert!(asked.lock().unwrap().is_empty(), "nothing is wanted");
        let name = NamespacedName::new("shop", "keys");
        let mut said = async |next: (u16, Value)| {
            *answer.lock().unwrap() = next;
            seen.changed().await.unwrap();
            match &seen.borrow_and_update()[&name].content {
                SecretContent::Aws(credentials) => credentials.access_key_id().to_owned(),
                SecretContent::Missing(why) => why.clone(),
            }
        };
        want.send_replace(BTreeSet::from([name.clone()]));
        assert_eq!(said(failure(404)).await, "does not exist; make it in namespace shop");
        let forbidden =
            "may not be read by the operator; add keys to credentialSecrets.shop of the chart's values";
        assert_eq!(said(failure(403)).await, forbidden);
        assert_eq!(said(secret("7", "QUE=")).await, "AA");
        assert_eq!(asked.lock().unwrap().first().unwrap(), "GET /api/v1/namespaces/shop/secrets/keys");
        // A moment without an API server changes nothing; a new value is there within ten seconds.
        *answer.lock().unwrap() = failure(500);
        tokio::time::sleep(Duration::from_mins(1)).await;
        let before = tokio::time::Instant::now();
        assert_eq!(said(secret("9", "QkI=")).await, "BB");
        assert!(before.elapsed() <= EVERY);
        assert!(said((200, json!({"data": {}}))).await.starts_with("has no key AWS_ACCESS_KEY_ID"));
        stop.cancel();
    }
}
