//! A weight or target moves only once the pods it needs are ready: until then what was last good serves.

use std::collections::{BTreeMap, BTreeSet};

use api::{AliasSpec, Kind, ObjectKey};
use snapshot::NamespacedName;

use crate::deployments::Deployments;
use crate::objects::key;
use crate::{AcceptedStage, LastGood, references};

/// A version of a function.
pub type Version = (NamespacedName, String);

/// Which versions have a pod that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    /// Every one: where functions are not pods, or nobody asks.
    All,
    /// Just these.
    Those(BTreeSet<Version>),
}

impl Ready {
    fn has(&self, version: &Version) -> bool {
        match self {
            Self::All => true,
            Self::Those(ready) => ready.contains(version),
        }
    }
}

/// An object that is accepted and not live: its last good state serves until these versions have a pod.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// Which object.
    pub object: ObjectKey,
    /// For whom it waits.
    pub versions: BTreeSet<Version>,
    /// The same for people.
    pub message: String,
}

/// Takes out of `accepted` the aliases that give a larger share to a version without a pod, if there is a last good
/// state to serve instead.
pub(crate) fn hold_aliases(
    accepted: &mut BTreeMap<NamespacedName, AliasSpec>,
    last: &LastGood,
    ready: &Ready,
) -> Vec<Waiting> {
    let held = |name: &NamespacedName, alias: &AliasSpec| {
        let old = shares(name, last.aliases.get(name)?);
        let grows = |(version, share): &(Version, f64)| old.get(version).is_none_or(|old| share > old);
        let of = shares(name, alias).into_iter().filter(grows).map(|(version, _)| version);
        waiting(Kind::Alias, name, of.filter(|version| !ready.has(version)).collect())
    };
    hold(accepted, held)
}

/// The same of stages that newly lead to a version without a pod. `aliases` are the effective ones.
pub(crate) fn hold_stages(
    accepted: &mut BTreeMap<NamespacedName, AcceptedStage>,
    last: &LastGood,
    aliases: &BTreeMap<NamespacedName, AliasSpec>,
    deployments: &Deployments,
    ready: &Ready,
) -> Vec<Waiting> {
    if *ready == Ready::All {
        return Vec::new();
    }
    let held = |name: &NamespacedName, stage: &AcceptedStage| {
        let old = last.stages.get(name).filter(|old| *old != stage)?;
        let needs = |stage| references::versions(name, stage, &deployments.known, aliases);
        let served = needs(old);
        let new = needs(stage).into_iter().filter(|version| !served.contains(version));
        waiting(Kind::Stage, name, new.filter(|version| !ready.has(version)).collect())
    };
    hold(accepted, held)
}

fn hold<T>(
    accepted: &mut BTreeMap<NamespacedName, T>,
    held: impl Fn(&NamespacedName, &T) -> Option<Waiting>,
) -> Vec<Waiting> {
    let mut all = Vec::new();
    accepted.retain(|name, object| match held(name, object) {
        None => true,
        Some(waiting) => {
            all.push(waiting);
            false
        }
    });
    all
}

/// Versions that get something, with their shares.
fn shares(name: &NamespacedName, alias: &AliasSpec) -> BTreeMap<Version, f64> {
    let further: f64 = alias.additional_version_weights.values().sum();
    let primary = (&alias.function_version, 1.0 - further);
    let all = alias.additional_version_weights.iter().map(|(v, share)| (v, *share)).chain([primary]);
    let function = NamespacedName::new(&*name.namespace, &*alias.function_name);
    // A sum of decimal fractions may miss 1 by a hair.
    all.filter(|(_, share)| *share > 1e-9).map(|(v, share)| ((function.clone(), v.clone()), share)).collect()
}

fn waiting(kind: Kind, name: &NamespacedName, versions: BTreeSet<Version>) -> Option<Waiting> {
    if versions.is_empty() {
        return None;
    }
    let named: Vec<_> = versions.iter().take(5).map(|(f, v)| format!("{}:{v}", f.name)).collect();
    let more = if versions.len() > 5 { " and others" } else { "" };
    let message =
        format!("waits for a ready pod of {}{more}; until then what was last good serves", named.join(", "));
    Some(Waiting { object: key(kind, name), versions, message })
}
