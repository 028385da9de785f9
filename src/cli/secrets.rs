//! Secrets among manifests: what integrations of `local` are signed with.

use std::collections::BTreeMap;

use snapshot::publication::{Secret, SecretContent, Secrets};
use snapshot::{AwsCredentials, NamespacedName};

use crate::kept::{Kept, KeptKind, Lacking};

/// The Secrets that a snapshot needs, there or not.
pub(crate) fn needed(snapshot: &snapshot::Snapshot, kept: &Kept) -> Secrets {
    let of = |name: NamespacedName| {
        let content = credentials(kept, &name).map_or_else(SecretContent::Missing, SecretContent::Aws);
        (name, Secret { revision: 0, content })
    };
    snapshot.credential_secrets().into_iter().map(of).collect()
}

/// Errors say keys and never values.
fn credentials(kept: &Kept, name: &NamespacedName) -> Result<AwsCredentials, String> {
    let held = kept.held(KeptKind::Secret, &name.namespace, &name.name).map_err(|lacking| match lacking {
        Lacking::Twice(..) => "is there more than once; leave one",
        _ => "is not among the manifests: add it, kind Secret of v1, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY below stringData",
    })?;
    let mut data = BTreeMap::new();
    for (key, value) in held {
        match value {
            Ok(text) => drop(data.insert(key.clone(), text.as_bytes().to_vec())),
            Err(what) if key.starts_with("AWS_") => return Err(format!("has a key {key} that {what}")),
            // Nobody asks for it here.
            Err(_) => {}
        }
    }
    AwsCredentials::of(&data).map_err(|error| error.to_string())
}

/// What is wrong with them, a line each.
pub(crate) fn complaints(secrets: &Secrets) -> impl Iterator<Item = String> {
    secrets.iter().filter_map(|(name, secret)| match &secret.content {
        SecretContent::Aws(_) => None,
        SecretContent::Missing(why) => Some(format!(
            "Secret {name}: {why}; methods that are signed with it answer 500 (warning: FailsAtRequest)"
        )),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kept::KeptObject;

    fn of(more: &Value) -> String {
        let mut document =
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}});
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let kept = Kept::of(KeptObject::read(&document).iter());
        match credentials(&kept, &NamespacedName::new("n", "s")) {
            Ok(credentials) => format!("{} {}", credentials.access_key_id(), credentials.secret_access_key()),
            Err(why) => why,
        }
    }

    #[test]
    fn secrets() {
        let both = json!({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"});
        assert_eq!(of(&json!({"stringData": both})), "a b");
        let data = json!({"AWS_ACCESS_KEY_ID": "YWI=", "AWS_SECRET_ACCESS_KEY": "Yw=="});
        assert_eq!(of(&json!({"data": data})), "ab c");
        assert_eq!(of(&json!({"data": data, "stringData": {"AWS_ACCESS_KEY_ID": "x"}})), "x c");
        assert_eq!(of(&json!({"data": {"other": "hush!"}, "stringData": both})), "a b");
        assert!(of(&json!({"stringData": {}})).starts_with("has no key AWS_ACCESS_KEY_ID"));
        assert_eq!(
            of(&json!({"data": {"AWS_ACCESS_KEY_ID": "hush!"}})),
            "has a key AWS_ACCESS_KEY_ID that is not base64"
        );
        let name = NamespacedName::new("n", "s");
        assert!(credentials(&Kept::default(), &name).unwrap_err().starts_with("is not among the manifests"));
    }
}
