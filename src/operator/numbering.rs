//! One order of publications that all replicas agree on: numbers that the lease holder writes down.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use kube::core::{DynamicObject, ObjectMeta};
use kube::{Client, ResourceExt as _};

use crate::settings::{MANAGED_BY, MANAGER};

/// Name of the `ConfigMap`.
pub(crate) const PUBLICATION: &str = "stagegate-publication";

/// A number and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) number: u64,
    pub(crate) digest: String,
    pub(crate) resource_version: String,
}

impl Numbered {
    /// From the `ConfigMap`; none where it is not what was written here.
    pub(crate) fn read(object: &DynamicObject) -> Option<Self> {
        let data = &object.data["data"];
        Some(Self {
            number: data["number"].as_str()?.parse().ok()?,
            digest: data["digest"].as_str()?.to_owned(),
            resource_version: object.resource_version()?,
        })
    }
}

/// The number for `digest`: the one it has, or one above everything that was seen (`highest`).
pub(crate) fn next(last: Option<&Numbered>, digest: &str, highest: u64) -> Option<u64> {
    match last {
        Some(last) if last.digest == digest && last.number >= highest => None,
        Some(last) => Some(last.number.max(highest) + 1),
        None => Some(highest + 1),
    }
}

/// Writes a number down. It fails where another one was written since `last`.
pub(crate) async fn write(
    client: &Client,
    namespace: &str,
    last: Option<&Numbered>,
    number: u64,
    digest: &str,
) -> Result<Numbered, kube::Error> {
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
    let data = [("number", number.to_string()), ("digest", digest.to_owned())];
    let object = ConfigMap {
        metadata: ObjectMeta {
            name: Some(PUBLICATION.to_owned()),
            resource_version: last.map(|last| last.resource_version.clone()),
            labels: Some([(MANAGED_BY.to_owned(), MANAGER.to_owned())].into()),
            ..ObjectMeta::default()
        },
        data: Some(data.map(|(key, value)| (key.to_owned(), value)).into()),
        ..ConfigMap::default()
    };
    let params = PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() };
    let written = match last {
        Some(_) => api.replace(PUBLICATION, &params, &object).await?,
        None => api.create(&params, &object).await?,
    };
    let resource_version = written.resource_version().unwrap_or_default();
    Ok(Numbered { number, digest: digest.to_owned(), resource_version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_one_digest_and_never_falls_behind_a_gateway() {
        let last = Numbered { number: 7, digest: "a".into(), resource_version: "1".into() };
        assert_eq!(next(Some(&last), "a", 7), None);
        assert_eq!(next(Some(&last), "b", 7), Some(8));
        assert_eq!(next(Some(&last), "a", 9), Some(10));
        assert_eq!(next(None, "a", 0), Some(1));
        assert_eq!(next(None, "a", 500), Some(501));
    }
}
