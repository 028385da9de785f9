//! Who uses what: what is used can be deleted only once nothing leads to it.

use std::collections::{BTreeMap, BTreeSet};

use api::{Kind, ObjectKey};
use snapshot::NamespacedName;

use crate::objects::key;
use crate::ready::{Version, Waiting};
use crate::{LastGood, references};

/// Used object → its users, of all that is effective and of what waits to become so.
pub(crate) fn of(effective: &LastGood, waiting: &[Waiting]) -> BTreeMap<ObjectKey, BTreeSet<ObjectKey>> {
    let mut used = Used { versions: BTreeMap::new(), users: BTreeMap::new() };
    for (name, spec) in &effective.versions {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        used.versions.insert((function, spec.version.clone()), key(Kind::FunctionVersion, name));
    }
    for (name, alias) in &effective.aliases {
        let function = NamespacedName::new(&*name.namespace, &*alias.function_name);
        for version in references::targets(alias) {
            used.version(&(function.clone(), version.clone()), &key(Kind::Alias, name));
        }
    }
    for (name, stage) in &effective.stages {
        let user = key(Kind::Stage, name);
        for deployment in [Some(&stage.deployment), stage.canary.as_ref().map(|c| &c.deployment)] {
            let Some(deployment) = deployment else { continue };
            let deployment = NamespacedName::new(&*name.namespace, &**deployment);
            used.add(key(Kind::ApiDeployment, &deployment), &user);
        }
        for reference in references::functions(name, stage, &effective.deployments) {
            if let Some(version) = references::as_version(&reference) {
                let function = NamespacedName::new(&*name.namespace, &*reference.name);
                used.version(&(function, version.to_owned()), &user);
            }
            let aliases = effective.aliases.iter();
            for (alias, _) in aliases.filter(|(n, a)| references::leads_to(&reference, name, n, a)) {
                used.add(key(Kind::Alias, alias), &user);
            }
        }
    }
    for waiting in waiting {
        for version in &waiting.versions {
            used.version(version, &waiting.object);
        }
    }
    used.users
}

struct Used {
    versions: BTreeMap<Version, ObjectKey>,
    users: BTreeMap<ObjectKey, BTreeSet<ObjectKey>>,
}

impl Used {
    fn version(&mut self, version: &Version, user: &ObjectKey) {
        if let Some(object) = self.versions.get(version) {
            self.add(object.clone(), user);
        }
    }

    fn add(&mut self, object: ObjectKey, user: &ObjectKey) {
        self.users.entry(object).or_default().insert(user.clone());
    }
}
