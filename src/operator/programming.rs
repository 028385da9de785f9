//! Which publication an object's present state is in, and whether every gateway has it.

use std::collections::{BTreeMap, BTreeSet};

use api::ObjectKey;
use compile::Outcome;
use serde_json::Value;
use snapshot::NamespacedName;

use crate::index::{Index, Seen};

/// Gateway pod → number it spoke of last, and why it refused that, if it did.
pub(crate) type Acknowledged = BTreeMap<String, (u64, Option<String>)>;

/// Whether gateways have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Programmed,
    Pending(String),
    Nacked(String),
}

/// Object → what it is now, and the first publication that has it so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Programming(BTreeMap<ObjectKey, (State, u64)>);

#[derive(Clone, Debug, PartialEq)]
struct State {
    uid: String,
    generation: Option<i64>,
    live: Option<String>,
}

impl Programming {
    /// Takes down that publication `number` was made of `outcome`.
    pub(crate) fn published(&mut self, index: &Index, outcome: &Outcome, number: u64) {
        self.0.retain(|key, _| index.objects.contains_key(key));
        for (key, seen) in &index.objects {
            let state = state(key, seen, outcome);
            match self.0.get(key) {
                Some((known, _)) if *known == state => {}
                // After a start, what the status says was so before it.
                None if was_programmed(seen) => drop(self.0.insert(key.clone(), (state, 0))),
                _ => drop(self.0.insert(key.clone(), (state, number))),
            }
        }
    }

    /// What gateways make of it.
    pub(crate) fn verdict(
        &self,
        key: &ObjectKey,
        gateways: &BTreeSet<String>,
        acknowledged: &Acknowledged,
    ) -> Verdict {
        let Some((_, number)) = self.0.get(key) else {
            return Verdict::Pending("not published yet".to_owned());
        };
        if *number == 0 {
            return Verdict::Programmed;
        }
        if gateways.is_empty() {
            return Verdict::Pending("no gateway is ready".to_owned());
        }
        for gateway in gateways {
            match acknowledged.get(gateway) {
                Some((said, None)) if said >= number => {}
                Some((said, Some(why))) if said >= number => {
                    return Verdict::Nacked(format!("gateway {gateway}: {why}"));
                }
                _ => return Verdict::Pending(format!("gateway {gateway} does not serve it yet")),
            }
        }
        Verdict::Programmed
    }
}

fn state(key: &ObjectKey, seen: &Seen, outcome: &Outcome) -> State {
    let name = NamespacedName::new(&*key.namespace, &*key.name);
    let last = &outcome.last_good;
    let live = match key.kind {
        api::Kind::Stage => last.stages.get(&name).and_then(snapshot::digest),
        api::Kind::Alias => last.aliases.get(&name).and_then(snapshot::digest),
        _ => None,
    };
    State { uid: seen.uid.clone(), generation: seen.generation, live: live.map(|digest| digest.to_string()) }
}

fn was_programmed(seen: &Seen) -> bool {
    let conditions = seen.status["conditions"].as_array().into_iter().flatten();
    let generation = seen.generation.map_or(Value::Null, Value::from);
    conditions.into_iter().any(|condition| {
        condition["type"] == "Programmed"
            && condition["status"] == "True"
            && condition["observedGeneration"] == generation
    })
}
