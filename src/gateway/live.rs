//! What is live: the table and the endpoints, swapped without a lock on the request path.

use std::sync::Arc;

use arc_swap::ArcSwap;
use snapshot::publication::Secrets;
use snapshot::{Snapshot, Table};

pub use crate::endpoints::{Endpoint, Endpoints};

/// One moment: a request takes it once and keeps it.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    /// The snapshot as data, for `/snapshot`.
    pub snapshot: Arc<Snapshot>,
    /// The snapshot to answer from.
    pub table: Arc<Table>,
    /// Where functions run.
    pub endpoints: Endpoints,
    /// Credentials of integrations: no part of the snapshot, which is shown and kept.
    pub secrets: Arc<Secrets>,
}

/// The moment that is live now.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<ArcSwap<Moment>>);

impl Live {
    /// Makes a snapshot and its endpoints live, both at once. The table is built before anything changes.
    ///
    /// What is known of endpoints that were there already goes on; so publishing is one task's alone.
    pub fn publish(&self, snapshot: impl Into<Arc<Snapshot>>, mut endpoints: Endpoints) {
        let snapshot = snapshot.into();
        let before = self.0.load_full();
        let table = Arc::new(Table::build_after(&snapshot, &before.snapshot, &before.table));
        endpoints.go_on_from(&before.endpoints);
        let secrets = before.secrets.clone();
        self.0.store(Arc::new(Moment { snapshot, table, endpoints, secrets }));
    }

    /// Makes endpoints live; the snapshot stays.
    pub fn publish_endpoints(&self, mut endpoints: Endpoints) {
        let now = self.now();
        endpoints.go_on_from(&now.endpoints);
        self.0.store(Arc::new(Moment { endpoints, ..(*now).clone() }));
    }

    /// Makes credentials live; the snapshot stays.
    pub fn publish_secrets(&self, secrets: impl Into<Arc<Secrets>>) {
        let secrets = secrets.into();
        self.0.store(Arc::new(Moment { secrets, ..(*self.now()).clone() }));
    }

    /// What is live now.
    pub fn now(&self) -> Arc<Moment> {
        self.0.load_full()
    }
}
