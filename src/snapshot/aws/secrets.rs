//! Which Secrets deployments and snapshots need.

use std::collections::BTreeSet;

use crate::{Deployment, Integration, NamespacedName, Snapshot};

impl Deployment {
    /// The Secrets that integrations name, in the namespace of their API; some may come more than once.
    pub fn credential_secrets(&self) -> impl Iterator<Item = &str> {
        let methods = self.resources.values().flat_map(|methods| methods.values());
        methods.filter_map(|method| match &method.integration {
            Integration::Aws(aws) => Some(&*aws.credentials_secret),
            _ => None,
        })
    }
}

impl Snapshot {
    /// The Secrets that integrations of what is served name.
    pub fn credential_secrets(&self) -> BTreeSet<NamespacedName> {
        let deployments = self
            .apis
            .iter()
            .flat_map(|(name, api)| api.deployments.values().map(move |d| (&*name.namespace, d)));
        deployments
            .flat_map(|(namespace, d)| {
                d.credential_secrets().map(move |name| NamespacedName::new(namespace, name))
            })
            .collect()
    }
}
