//! Secrets and `ConfigMaps` among manifests.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use snapshot::NamespacedName;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KeptKind {
    ConfigMap,
    Secret,
}

/// What a key holds: text, or why it can't be had as such.
type Held = Result<String, &'static str>;

/// One Secret or `ConfigMap`.
#[derive(Clone)]
pub(crate) struct KeptObject {
    kind: KeptKind,
    name: NamespacedName,
    held: BTreeMap<String, Held>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Kept(BTreeMap<(KeptKind, NamespacedName), Vec<KeptObject>>);

/// Why a reference leads nowhere.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Lacking {
    #[error("none of the manifests has the {0} {1} in namespace {2}")]
    Object(KeptKind, String, String),
    #[error("the manifests have the {0} {1} more than once in namespace {2}")]
    Twice(KeptKind, String, String),
    #[error("the {0} {1} has no key {2}")]
    Key(KeptKind, String, String),
    #[error("key {2} of the {0} {1} {3}")]
    Unusable(KeptKind, String, String, &'static str),
}

impl fmt::Display for KeptKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// By name only: values are nobody's business.
impl fmt::Debug for KeptObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl KeptObject {
    /// Of a document, if it is one of the two.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let kind = match (document["apiVersion"].as_str()?, document["kind"].as_str()?) {
            ("v1", "ConfigMap") => KeptKind::ConfigMap,
            ("v1", "Secret") => KeptKind::Secret,
            _ => return None,
        };
        let metadata = &document["metadata"];
        let name = NamespacedName::new(metadata["namespace"].as_str()?, metadata["name"].as_str()?);
        let (plain, encoded) = match kind {
            KeptKind::ConfigMap => ("data", "binaryData"),
            KeptKind::Secret => ("stringData", "data"),
        };
        let mut held = BTreeMap::new();
        for (field, read) in [(encoded, decoded as fn(&str) -> Held), (plain, |text| Ok(text.to_owned()))] {
            for (key, value) in document[field].as_object().into_iter().flatten() {
                let value = value.as_str().ok_or("is no text: put it in quotes").and_then(read);
                held.insert(key.clone(), value);
            }
        }
        Some(Self { kind, name, held })
    }
}

impl KeptObject {
    /// Whether both are one object.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.kind, &self.name) == (other.kind, &other.name)
    }
}

fn decoded(text: &str) -> Held {
    let spaceless: String = text.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(spaceless).map_err(|_| "is not base64")?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8")
}

impl Kept {
    pub(crate) fn of<'a>(objects: impl Iterator<Item = &'a KeptObject>) -> Self {
        let mut kept = Self::default();
        for object in objects {
            kept.0.entry((object.kind, object.name.clone())).or_default().push(object.clone());
        }
        kept
    }

    /// Everything that an object holds.
    pub(crate) fn all(
        &self,
        kind: KeptKind,
        namespace: &str,
        name: &str,
    ) -> Result<BTreeMap<String, String>, Lacking> {
        let held = self.find(kind, namespace, name)?.held.iter();
        held.map(|(key, value)| Ok((key.clone(), text(kind, name, key, value)?))).collect()
    }

    /// What one key of it holds.
    pub(crate) fn one(
        &self,
        kind: KeptKind,
        namespace: &str,
        name: &str,
        key: &str,
    ) -> Result<String, Lacking> {
        let value = self.find(kind, namespace, name)?.held.get(key);
        let lacking = || Lacking::Key(kind, name.to_owned(), key.to_owned());
        text(kind, name, key, value.ok_or_else(lacking)?)
    }

    /// What it holds, key by key.
    pub(crate) fn held(
        &self,
        kind: KeptKind,
        namespace: &str,
        name: &str,
    ) -> Result<&BTreeMap<String, Held>, Lacking> {
        Ok(&self.find(kind, namespace, name)?.held)
    }

    fn find(&self, kind: KeptKind, namespace: &str, name: &str) -> Result<&KeptObject, Lacking> {
        match self.0.get(&(kind, NamespacedName::new(namespace, name))).map(Vec::as_slice) {
            None | Some([]) => Err(Lacking::Object(kind, name.to_owned(), namespace.to_owned())),
            Some([object]) => Ok(object),
            Some(_) => Err(Lacking::Twice(kind, name.to_owned(), namespace.to_owned())),
        }
    }
}

fn text(kind: KeptKind, name: &str, key: &str, value: &Held) -> Result<String, Lacking> {
    value.clone().map_err(|what| Lacking::Unusable(kind, name.to_owned(), key.to_owned(), what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_of_either_kind_and_what_is_missing_by_name() {
        let metadata = json!({"name": "db", "namespace": "shop"});
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata,
            "data": {"user": "aG91c2Vz", "password": "eA==", "bad": "%", "binary": "/w=="}, "stringData": {"password": "new"}});
        let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"i.py": "x", "n": 1}});
        let objects: Vec<_> = [&secret, &config].into_iter().filter_map(KeptObject::read).collect();
        assert_eq!(format!("{objects:?}"), "[Secret shop/db, ConfigMap shop/db]");
        let kept = Kept::of(objects.iter());
        let secret = |name: &str, key: &str| {
            kept.one(KeptKind::Secret, "shop", name, key).map_err(|lacking| lacking.to_string())
        };
        assert_eq!(secret("db", "user").unwrap(), "houses");
        assert_eq!(secret("db", "password").unwrap(), "new");
        for (name, key, what) in [
            ("db", "bad", "key bad of the Secret db is not base64"),
            ("db", "binary", "key binary of the Secret db is not UTF-8"),
            ("db", "none", "the Secret db has no key none"),
            ("none", "x", "none of the manifests has the Secret none in namespace shop"),
        ] {
            assert_eq!(secret(name, key).unwrap_err(), what);
        }
        let all = kept.all(KeptKind::ConfigMap, "shop", "db");
        assert_eq!(all.unwrap_err().to_string(), "key n of the ConfigMap db is no text: put it in quotes");
        let twice = Kept::of(objects.iter().chain(&objects));
        assert!(twice.one(KeptKind::Secret, "shop", "db", "user").is_err());
    }
}
