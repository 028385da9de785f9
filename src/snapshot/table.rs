//! A whole snapshot as a gateway uses it.

use hashbrown::HashMap;
use std::sync::Arc;

use crate::{NamespacedName, Snapshot, StageTable};

/// Everything that is served at one moment, ready to answer from.
#[derive(Debug, Default)]
pub struct Table {
    apis: HashMap<NamespacedName, Arc<ApiTable>>,
    /// `<api>.<namespace>` → API: the leading labels of the host name.
    hosts: HashMap<Box<str>, Arc<ApiTable>>,
    sole: Option<Arc<ApiTable>>,
}

/// One API.
#[derive(Debug)]
pub struct ApiTable {
    /// Namespace.
    pub namespace: Arc<str>,
    /// Name of the `RestApi`; it is the API's id too.
    pub name: Arc<str>,
    stages: HashMap<Box<str>, StageTable>,
}

impl Table {
    /// Builds the table. What a snapshot from elsewhere has wrong makes the methods that need it answer 500.
    pub fn build(snapshot: &Snapshot) -> Self {
        let mut table = Self::default();
        for (name, api) in &snapshot.apis {
            let stages = api.stages.iter().filter_map(|(stage_name, stage)| {
                let stage =
                    StageTable::build(name, stage_name, stage, &api.deployments, &snapshot.functions)?;
                Some((stage_name.as_str().into(), stage))
            });
            let api = Arc::new(ApiTable {
                namespace: name.namespace.as_str().into(),
                name: name.name.as_str().into(),
                stages: stages.collect(),
            });
            table
                .hosts
                .insert(format!("{}.{}", name.name, name.namespace).to_ascii_lowercase().into(), api.clone());
            table.apis.insert(name.clone(), api);
        }
        table.sole = match table.apis.len() {
            1 => table.apis.values().next().cloned(),
            _ => None,
        };
        table
    }

    /// The API of that name.
    pub fn api(&self, name: &NamespacedName) -> Option<&Arc<ApiTable>> {
        self.apis.get(name)
    }

    /// The API that a host name names: `labels` is what stands before the base domain, `<api>.<namespace>`, in lower case.
    pub fn host(&self, labels: &str) -> Option<&Arc<ApiTable>> {
        self.hosts.get(labels)
    }

    /// The API, where there is just one.
    pub fn sole(&self) -> Option<&Arc<ApiTable>> {
        self.sole.as_ref()
    }

    /// Every API.
    pub fn apis(&self) -> impl Iterator<Item = &Arc<ApiTable>> {
        self.apis.values()
    }
}

impl ApiTable {
    /// The stage of that name.
    pub fn stage(&self, name: &str) -> Option<&StageTable> {
        self.stages.get(name)
    }

    /// Every stage.
    pub fn stages(&self) -> impl Iterator<Item = &StageTable> {
        self.stages.values()
    }
}
