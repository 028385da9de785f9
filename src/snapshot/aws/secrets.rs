//! Which Secrets a snapshot needs.

use std::collections::BTreeSet;

use crate::{Integration, NamespacedName, Snapshot};

impl Snapshot {
    /// The Secrets that integrations of what is served name, in the namespaces of their APIs.
    pub fn credential_secrets(&self) -> BTreeSet<NamespacedName> {
        let of_api = |(name, api): (&NamespacedName, &crate::Api)| {
            let methods =
                api.deployments.values().flat_map(|d| d.resources.values()).flat_map(|m| m.values());
            let secrets = methods.filter_map(|method| match &method.integration {
                Integration::Aws(aws) => {
                    Some(NamespacedName::new(&*name.namespace, &*aws.credentials_secret))
                }
                _ => None,
            });
            secrets.collect::<Vec<_>>()
        };
        self.apis.iter().flat_map(of_api).collect()
    }
}
