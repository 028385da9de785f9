//! Where versions of functions run: each at several addresses, of which one is picked for an event.

mod health;
mod pick;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use http::HeaderValue;

use health::Health;
pub use pick::Picked;

/// Where versions of functions run: `namespace/function:version` → its endpoints.
#[derive(Clone, Debug, Default)]
pub struct Endpoints(HashMap<Arc<str>, Version>);

/// One endpoint of the Lambda Invoke API.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Address.
    pub address: SocketAddr,
    /// `Authorization` header that it asks for.
    pub authorization: HeaderValue,
}

/// The endpoints of one version.
#[derive(Clone, Debug, Default)]
pub struct Version(Arc<[Member]>);

/// One of them, with what is known of it. Workers share it, and so do later moments that still have it.
#[derive(Clone, Debug)]
struct Member {
    endpoint: Endpoint,
    health: Arc<Health>,
}

impl Endpoints {
    /// Sets the endpoint of a version that has just one.
    pub fn insert(&mut self, namespace: &str, function: &str, version: &str, endpoint: Endpoint) {
        self.insert_all(&format!("{namespace}/{function}:{version}"), [endpoint]);
    }

    /// Sets the endpoints of `namespace/function:version`.
    pub fn insert_all(&mut self, key: &str, endpoints: impl IntoIterator<Item = Endpoint>) {
        let new = |endpoint| Member { endpoint, health: Arc::default() };
        self.0.insert(key.into(), Version(endpoints.into_iter().map(new).collect()));
    }

    /// The endpoints of `namespace/function:version`.
    pub fn version(&self, key: &str) -> Option<&Version> {
        self.0.get(key)
    }

    /// One endpoint of `namespace/function:version`.
    pub(crate) fn get(&self, key: &str) -> Option<&Endpoint> {
        self.0.get(key)?.0.first().map(|member| &member.endpoint)
    }

    /// Events in flight at each version that has some.
    pub fn in_flight(&self) -> BTreeMap<Arc<str>, usize> {
        let counted = self.0.iter().map(|(key, version)| (key.clone(), version.in_flight()));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// Goes on with what `before` knew of the endpoints that are still there.
    pub(crate) fn go_on_from(&mut self, before: &Self) {
        for (key, version) in &mut self.0 {
            let Some(known) = before.0.get(key) else { continue };
            let known: HashMap<SocketAddr, &Arc<Health>> =
                known.0.iter().map(|member| (member.endpoint.address, &member.health)).collect();
            let members = version.0.iter().map(|member| Member {
                endpoint: member.endpoint.clone(),
                health: known.get(&member.endpoint.address).copied().unwrap_or(&member.health).clone(),
            });
            *version = Version(members.collect());
        }
    }
}

impl Version {
    /// Events in flight.
    pub fn in_flight(&self) -> usize {
        self.0.iter().map(|member| member.health.in_flight()).sum()
    }
}
