//! Credentials of integrations: a frame of their own, which nothing keeps and nothing shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AwsCredentials, NamespacedName};

/// What is known of each Secret that an integration names.
pub type Secrets = BTreeMap<NamespacedName, Secret>;

/// What is known of a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Its resource version, higher is newer; 0 where it is not there.
    pub revision: u64,
    /// What it holds.
    pub content: SecretContent,
}

/// What a Secret holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SecretContent {
    /// Credentials for services of AWS.
    Aws(AwsCredentials),
    /// Nothing that is of use, and why: for logs.
    Missing(String),
}

/// Takes in what one replica says. What is older than what is known is passed over: replicas look at different times.
pub fn merge(known: &mut Secrets, said: Secrets) {
    for (name, secret) in said {
        let is_older = |old: &Secret| secret.revision != 0 && old.revision > secret.revision;
        if !known.get(&name).is_some_and(is_older) {
            known.insert(name, secret);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_is_behind_does_not_bring_old_credentials_back() {
        let said = |revision, why: &str| {
            let content = SecretContent::Missing(why.to_owned());
            Secrets::from([(NamespacedName::new("n", "s"), Secret { revision, content })])
        };
        let mut known = said(7, "new");
        merge(&mut known, said(5, "old"));
        assert_eq!(known, said(7, "new"));
        merge(&mut known, said(9, "newer"));
        merge(&mut known, said(0, "gone"));
        assert_eq!(known, said(0, "gone"));
    }
}
