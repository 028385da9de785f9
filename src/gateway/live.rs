//! What is live: the table and the endpoints, swapped without a lock on the request path.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::HeaderValue;
use snapshot::{Snapshot, Table};

/// Where versions of functions run: `namespace/function:version` → endpoints.
#[derive(Clone, Debug, Default)]
pub struct Endpoints(HashMap<Arc<str>, Endpoint>);

/// One endpoint of the Lambda Invoke API.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Address.
    pub address: SocketAddr,
    /// `Authorization` header that it asks for.
    pub authorization: HeaderValue,
}

impl Endpoints {
    /// Sets the endpoint of a version.
    pub fn insert(&mut self, namespace: &str, function: &str, version: &str, endpoint: Endpoint) {
        self.0.insert(format!("{namespace}/{function}:{version}").into(), endpoint);
    }

    /// The endpoint of `namespace/function:version`.
    pub(crate) fn get(&self, key: &str) -> Option<&Endpoint> {
        self.0.get(key)
    }
}

/// One moment: a request takes it once and keeps it.
#[derive(Debug, Default)]
pub struct Moment {
    /// The snapshot as data, for `/snapshot`.
    pub snapshot: Snapshot,
    /// The snapshot to answer from.
    pub table: Table,
    /// Where functions run.
    pub endpoints: Endpoints,
}

/// The moment that is live now.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<ArcSwap<Moment>>);

impl Live {
    /// Makes a snapshot and its endpoints live, both at once. The table is built before anything changes.
    pub fn publish(&self, snapshot: Snapshot, endpoints: Endpoints) {
        let table = Table::build(&snapshot);
        self.0.store(Arc::new(Moment { snapshot, table, endpoints }));
    }

    /// What is live now.
    pub fn now(&self) -> Arc<Moment> {
        self.0.load_full()
    }
}
