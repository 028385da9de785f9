//! Secrets among manifests: what integrations of `local` are signed with.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use snapshot::publication::{Secret, SecretContent, Secrets};
use snapshot::{AwsCredentials, NamespacedName};

/// What the Secrets of a manifest hold.
pub(crate) type Found = BTreeMap<NamespacedName, SecretContent>;

/// Takes a document in where it is a Secret. Errors say keys and never values.
pub(crate) fn take(document: &Value, found: &mut Found) -> bool {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if document["apiVersion"] != "v1" || document["kind"] != "Secret" {
        return false;
    }
    let metadata = &document["metadata"];
    let (Some(namespace), Some(name)) = (text(&metadata["namespace"]), text(&metadata["name"])) else {
        return false;
    };
    add(found, NamespacedName::new(namespace, name), content(document));
    true
}

/// Two of one name: nobody can tell which is meant.
pub(crate) fn add(found: &mut Found, name: NamespacedName, content: SecretContent) {
    let twice = || SecretContent::Missing("is there more than once; leave one".to_owned());
    found.entry(name).and_modify(|known| *known = twice()).or_insert(content);
}

fn content(document: &Value) -> SecretContent {
    let read = data(document).and_then(|data| AwsCredentials::of(&data).map_err(|error| error.to_string()));
    read.map_or_else(SecretContent::Missing, SecretContent::Aws)
}

/// As the API server does it: `stringData` stands before `data`.
fn data(document: &Value) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut data = BTreeMap::new();
    for (key, value) in document["data"].as_object().into_iter().flatten() {
        let bytes = value.as_str().and_then(|text| STANDARD.decode(text.trim()).ok());
        data.insert(key.clone(), bytes.ok_or_else(|| format!("has a data.{key} that is not base64"))?);
    }
    for (key, value) in document["stringData"].as_object().into_iter().flatten() {
        let text = value.as_str().ok_or_else(|| format!("has a stringData.{key} that is not text"))?;
        data.insert(key.clone(), text.as_bytes().to_vec());
    }
    Ok(data)
}

/// The Secrets that a snapshot needs, found or not.
pub(crate) fn needed(snapshot: &snapshot::Snapshot, found: &Found) -> Secrets {
    let missing = || {
        let what = "is not among the manifests: add it, kind Secret of v1, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY below stringData";
        SecretContent::Missing(what.to_owned())
    };
    let of = |name: NamespacedName| {
        let content = found.get(&name).cloned().unwrap_or_else(missing);
        (name, Secret { revision: 0, content })
    };
    snapshot.credential_secrets().into_iter().map(of).collect()
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
    use serde_json::json;

    use super::*;

    fn of(more: &Value) -> String {
        let mut document =
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}});
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut found = Found::new();
        assert!(take(&document, &mut found));
        match found.pop_first().unwrap().1 {
            SecretContent::Aws(credentials) => {
                format!("{} {}", credentials.access_key_id(), credentials.secret_access_key())
            }
            SecretContent::Missing(why) => why,
        }
    }

    #[test]
    fn secrets() {
        let both = json!({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"});
        assert_eq!(of(&json!({"stringData": both})), "a b");
        let data = json!({"AWS_ACCESS_KEY_ID": "YWI=", "AWS_SECRET_ACCESS_KEY": "Yw=="});
        assert_eq!(of(&json!({"data": data})), "ab c");
        assert_eq!(of(&json!({"data": data, "stringData": {"AWS_ACCESS_KEY_ID": "x"}})), "x c");
        assert!(of(&json!({"stringData": {}})).starts_with("has no key AWS_ACCESS_KEY_ID"));
        assert_eq!(of(&json!({"data": {"k": "hush!"}})), "has a data.k that is not base64");
        assert_eq!(of(&json!({"stringData": {"k": 1}})), "has a stringData.k that is not text");
        assert!(!take(&json!({"apiVersion": "v1", "kind": "ConfigMap"}), &mut Found::new()));
    }
}
