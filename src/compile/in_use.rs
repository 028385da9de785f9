//! Who uses what: what is used can be deleted only once nothing leads to it.

use std::collections::{BTreeMap, BTreeSet};

use api::{Kind, ObjectKey};
use snapshot::NamespacedName;

use crate::objects::key;
use crate::ready::{Version, Waiting};
use crate::{LastGood, references};

/// Used object → its users, of all that is effective and of what waits to become so.
pub(crate) fn of(effective: &LastGood, waiting: &[Waiting]) -> BTreeMap<ObjectKey, BTreeSet<ObjectKey>> {
    let mut found = Used { versions: BTreeMap::new(), users: BTreeMap::new() };
    for (name, spec) in &effective.versions {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        found.versions.insert((function, spec.version.clone()), key(Kind::FunctionVersion, name));
    }
    for (name, alias) in &effective.aliases {
        let function = NamespacedName::new(&*name.namespace, &*alias.function_name);
        for version in references::targets(alias) {
            found.version(&(function.clone(), version.clone()), &key(Kind::Alias, name));
        }
    }
    for (name, stage) in &effective.stages {
        let user = key(Kind::Stage, name);
        for deployment in [Some(&stage.deployment), stage.canary.as_ref().map(|c| &c.deployment)] {
            let Some(deployment) = deployment else { continue };
            let deployment = NamespacedName::new(&*name.namespace, &**deployment);
            found.add(key(Kind::ApiDeployment, &deployment), &user);
        }
        for reference in references::functions(name, stage, &effective.deployments) {
            if let Some(version) = references::as_version(&reference) {
                let function = NamespacedName::new(&*name.namespace, &*reference.name);
                found.version(&(function, version.to_owned()), &user);
            }
            let aliases = effective.aliases.iter();
            for (alias, _) in aliases.filter(|(n, a)| references::leads_to(&reference, name, n, a)) {
                found.add(key(Kind::Alias, alias), &user);
            }
        }
    }
    for waiting in waiting {
        for version in &waiting.versions {
            found.version(version, &waiting.object);
        }
    }
    found.users
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
