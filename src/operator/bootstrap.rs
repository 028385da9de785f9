//! What must be there before anything else: the certificate authority and the function token, made by the holder of
//! the lease if they are missing, and never changed here.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Client;
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::core::ObjectMeta;
use serde_json::json;

use crate::lease::Leadership;
use crate::publishing::{CaPem, CertificateError, make_ca};
use crate::settings::{MANAGED_BY, MANAGER, TOKEN_SECRET};

const CA: &str = "stagegate-ca";

/// What all replicas share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) ca: CaPem,
    pub(crate) token: String,
}

/// Why it is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BootstrapError {
    #[error(transparent)]
    Kube(#[from] kube::Error),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    #[error("secret {0} has no {1} that is text")]
    Malformed(&'static str, &'static str),
}

/// All of it, if it is there; what is missing is made where this replica may.
pub(crate) async fn shared(
    client: &Client,
    namespace: &str,
    leadership: &Leadership,
) -> Result<Option<Shared>, BootstrapError> {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let ca = match secrets.get_opt(CA).await? {
        Some(secret) => secret,
        None if leadership.held() => {
            let ca = make_ca()?;
            create(&secrets, CA, [("tls.crt", ca.cert), ("tls.key", ca.key)].into()).await?
        }
        None => return Ok(None),
    };
    let ca = CaPem { cert: text(&ca, CA, "tls.crt")?, key: text(&ca, CA, "tls.key")? };
    let token = match secrets.get_opt(TOKEN_SECRET).await? {
        Some(secret) => secret,
        None if leadership.held() => {
            create(&secrets, TOKEN_SECRET, [("token", random_hex()?)].into()).await?
        }
        None => return Ok(None),
    };
    let token = text(&token, TOKEN_SECRET, "token")?;
    if leadership.held() {
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
        let body = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": CA, "labels": { MANAGED_BY: MANAGER } },
            "data": { "ca.crt": ca.cert },
        });
        maps.patch(CA, &PatchParams::apply(MANAGER).force(), &Patch::Apply(body)).await?;
    }
    Ok(Some(Shared { ca, token }))
}

async fn create(
    api: &Api<Secret>,
    name: &str,
    data: BTreeMap<&str, String>,
) -> Result<Secret, BootstrapError> {
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some([(MANAGED_BY.to_owned(), MANAGER.to_owned())].into()),
            ..ObjectMeta::default()
        },
        data: Some(data.into_iter().map(|(k, v)| (k.to_owned(), ByteString(v.into_bytes()))).collect()),
        ..Secret::default()
    };
    let params = PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() };
    // Where somebody else was first, this fails, and the next look finds theirs.
    Ok(api.create(&params, &secret).await?)
}

fn text(secret: &Secret, name: &'static str, key: &'static str) -> Result<String, BootstrapError> {
    let bytes = secret.data.as_ref().and_then(|data| data.get(key));
    let text =
        bytes.and_then(|bytes| String::from_utf8(bytes.0.clone()).ok()).filter(|text| !text.is_empty());
    text.ok_or(BootstrapError::Malformed(name, key))
}

/// 32 random bytes of the system.
fn random_hex() -> Result<String, BootstrapError> {
    use std::fmt::Write as _;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(BootstrapError::Random)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
