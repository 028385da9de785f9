//! A whole snapshot as a gateway uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;

use crate::{Api, Function, NamespacedName, Snapshot, StageTable};

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
        Self::build_after(snapshot, &Snapshot::default(), &Self::default())
    }

    /// The same, taking over from the table `before` of the snapshot `old` what is the same in `snapshot`: templates,
    /// models and policies are not compiled again for an edit elsewhere.
    pub fn build_after(snapshot: &Snapshot, old: &Snapshot, before: &Self) -> Self {
        let mut table = Self::default();
        let changed = changed_functions(&snapshot.functions, &old.functions);
        for (name, api) in &snapshot.apis {
            let same = old.apis.get(name) == Some(api) && !changed.contains(&*name.namespace);
            let kept = if same { before.apis.get(name).cloned() } else { None };
            let api = kept.unwrap_or_else(|| Arc::new(ApiTable::build(name, api, &snapshot.functions)));
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

/// Namespaces in which some function differs. Methods lead to functions of their own namespace alone.
fn changed_functions<'a>(
    new: &'a BTreeMap<NamespacedName, Function>,
    old: &'a BTreeMap<NamespacedName, Function>,
) -> BTreeSet<&'a str> {
    let differs = |(name, function): &(&'a NamespacedName, &'a Function)| {
        new.get(*name) != Some(*function) || old.get(*name) != Some(*function)
    };
    new.iter().chain(old).filter(differs).map(|(name, _)| &*name.namespace).collect()
}

impl ApiTable {
    fn build(name: &NamespacedName, api: &Api, functions: &BTreeMap<NamespacedName, Function>) -> Self {
        let stages = api.stages.iter().filter_map(|(stage_name, stage)| {
            let stage = StageTable::build(name, stage_name, stage, &api.deployments, functions)?;
            Some((stage_name.as_str().into(), stage))
        });
        Self {
            namespace: name.namespace.as_str().into(),
            name: name.name.as_str().into(),
            stages: stages.collect(),
        }
    }

    /// The stage of that name.
    pub fn stage(&self, name: &str) -> Option<&StageTable> {
        self.stages.get(name)
    }

    /// Every stage.
    pub fn stages(&self) -> impl Iterator<Item = &StageTable> {
        self.stages.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_taken_over() {
        let snapshot = |weight: f64| {
            let alias =
                serde_json::json!({"functionVersion": "1", "additionalVersionWeights": {"2": weight}});
            let function = serde_json::json!({"versions": ["1", "2"], "aliases": {"A": alias}});
            let stage = serde_json::json!({"live": {"deployment": "d", "variables": {}}});
            let api = |text: &str| {
                let mock = serde_json::json!({"type": "mock", "statusCode": 200, "body": text});
                let resources = serde_json::json!({"/": {"GET": mock}});
                serde_json::json!({"stages": {"s": stage}, "deployments": {"d": {"digest": text, "resources": resources}}})
            };
            let of = |text| serde_json::from_value::<Api>(api(text)).unwrap();
            let name = |namespace, name| NamespacedName::new(namespace, name);
            Snapshot {
                apis: [(name("a", "one"), of("1")), (name("b", "two"), of("2"))].into(),
                functions: [(name("a", "f"), serde_json::from_value(function).unwrap())].into(),
            }
        };
        let old = snapshot(0.1);
        let before = Table::build(&old);
        let names = [NamespacedName::new("a", "one"), NamespacedName::new("b", "two")];
        let kept = |new: &Snapshot| {
            let table = Table::build_after(new, &old, &before);
            names.each_ref().map(|name| {
                let is_same = |old| table.api(name).is_some_and(|new| Arc::ptr_eq(old, new));
                before.api(name).is_some_and(is_same)
            })
        };
        assert_eq!(kept(&old), [true, true]);
        // Who might lead to the function is built anew.
        assert_eq!(kept(&snapshot(0.2)), [false, true]);
        let mut other = snapshot(0.1);
        other.apis.get_mut(&names[1]).unwrap().stages.get_mut("s").unwrap().live.variables =
            [("v".to_owned(), "x".to_owned())].into();
        assert_eq!(kept(&other), [true, false]);
        other.functions.clear();
        assert_eq!(kept(&other), [false, false]);
    }
}
