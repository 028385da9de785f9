//! How many pods each version should have, by what gateways say they have in flight.
//!
//! What is remembered here is only what the slow way down needs. A new holder of the lease begins with what runs.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{FunctionVersion, Kind, Object, ObjectKey};
use compile::Outcome;
use snapshot::NamespacedName;

use crate::index::{Index, Running};
use crate::publishing::Acks;
use crate::workloads::{Scale, ScaleProgress, workload_name};

/// `FunctionVersion` → pods it should have. One that nothing refers to is not among them, and should have none.
pub(crate) type Replicas = BTreeMap<NamespacedName, i32>;

/// What is in flight in all gateways together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Load {
    /// `namespace/function:version` → events, on average of late; none is zero.
    pub(crate) in_flight: BTreeMap<String, f64>,
    /// Whether some gateway that serves was not heard of: there may be more in flight than is known.
    pub(crate) partial: bool,
}

/// What is asked for, and since when less would do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scaling {
    replicas: Replicas,
    progress: BTreeMap<NamespacedName, ScaleProgress>,
}

/// A version whose workload is kept as its object says.
pub(crate) struct Kept<'a> {
    pub(crate) name: &'a NamespacedName,
    pub(crate) version: &'a FunctionVersion,
    pub(crate) in_use: bool,
    pub(crate) running: Option<&'a Running>,
}

/// All such versions. What was last good of one that is refused now runs already, and is left alone.
pub(crate) fn kept<'a>(outcome: &'a Outcome, index: &'a Index) -> impl Iterator<Item = Kept<'a>> {
    outcome.last_good.versions.iter().filter_map(|(name, spec)| {
        let object = ObjectKey {
            kind: Kind::FunctionVersion,
            namespace: name.namespace.clone(),
            name: name.name.clone(),
        };
        let Ok(Object::FunctionVersion(version)) = &index.objects.get(&object)?.object else { return None };
        let workload =
            NamespacedName::new(&*name.namespace, workload_name(&spec.function_name, &spec.version));
        (version.spec == *spec).then(|| Kept {
            name,
            version,
            in_use: outcome.in_use.contains_key(&object),
            running: index.workloads.get(&workload),
        })
    })
}

/// The sum over all gateways. What is no number that can be in flight counts for nothing.
pub(crate) fn in_flight(acks: &Acks) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for (version, count) in acks.values().flat_map(|ack| &ack.in_flight) {
        if count.is_finite() && *count > 0.0 {
            *sums.entry(version.clone()).or_default() += count;
        }
    }
    sums
}

impl Scaling {
    /// What is asked for since the last look.
    pub(crate) fn replicas(&self) -> &Replicas {
        &self.replicas
    }

    /// Looks at the load at `now`, the time since any fixed moment; whether more or fewer pods of some version are
    /// asked for than before. What was asked for counts and not what is seen to run, which comes later.
    pub(crate) fn look(&mut self, outcome: &Outcome, index: &Index, load: &Load, now: Duration) -> bool {
        let mut before = std::mem::take(self);
        let mut differs = false;
        for Kept { name, version, running, .. } in kept(outcome, index).filter(|kept| kept.in_use) {
            let spec = &version.spec;
            let current = before.replicas.get(name).copied();
            let current = current.unwrap_or_else(|| running.map_or(0, |running| running.replicas));
            let key = format!("{}/{}:{}", name.namespace, spec.function_name, spec.version);
            let mut in_flight = load.in_flight.get(&key).copied().unwrap_or(0.0);
            if load.partial {
                // Enough for what there is: silence is no reason to take pods away.
                in_flight = in_flight.max(f64::from(current) * Scale::of(spec).target);
            }
            let mut progress = before.progress.remove(name).unwrap_or_default();
            let next = progress.next(spec, current, in_flight, now);
            differs |= next != current;
            self.replicas.insert(name.clone(), next);
            self.progress.insert(name.clone(), progress);
        }
        differs
    }

    /// When some version may lose a pod, if its load stays as it is.
    pub(crate) fn next_down(&self) -> Option<Duration> {
        self.progress.values().filter_map(ScaleProgress::next_down).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publishing::Ack;

    #[tokio::test]
    async fn gateways_add_up_and_nonsense_counts_for_nothing() {
        let ack = |in_flight: &[(&str, f64)]| Ack {
            number: 1,
            nack: None,
            seen: tokio::time::Instant::now(),
            in_flight: in_flight.iter().map(|(version, count)| ((*version).to_owned(), *count)).collect(),
        };
        let acks = Acks::from([
            ("g-1".to_owned(), ack(&[("d/f:1", 1.5), ("d/f:2", -3.0)])),
            ("g-2".to_owned(), ack(&[("d/f:1", 2.0), ("d/f:3", f64::NAN), ("d/f:4", f64::INFINITY)])),
            ("g-3".to_owned(), ack(&[])),
        ]);
        assert_eq!(in_flight(&acks), BTreeMap::from([("d/f:1".to_owned(), 3.5)]));
    }
}
