//! Two objects that claim the same thing: both are refused.

use std::collections::BTreeMap;

use api::{Kind, ObjectKey, Reason};
use snapshot::NamespacedName;

use crate::diagnostic::Diagnostics;
use crate::objects::key;

/// Reports objects whose `claim` another one of the kind makes too.
pub(crate) fn check<'a, T: 'a>(
    kind: Kind,
    objects: impl IntoIterator<Item = (&'a NamespacedName, &'a T)>,
    field: &str,
    claim: impl Fn(&T) -> String,
    diagnostics: &mut Diagnostics,
) {
    let mut claims: BTreeMap<(String, String), Vec<ObjectKey>> = BTreeMap::new();
    for (name, object) in objects {
        claims.entry((name.namespace.clone(), claim(object))).or_default().push(key(kind, name));
    }
    for ((_, claim), claimants) in claims.iter().filter(|(_, claimants)| claimants.len() > 1) {
        for one in claimants {
            let others: Vec<_> = claimants.iter().filter(|o| *o != one).map(ToString::to_string).collect();
            diagnostics.error(
                one,
                field,
                Reason::Conflict,
                format!(
                    "{claim} is claimed by {} too; both are refused until one is left",
                    others.join(", ")
                ),
            );
        }
    }
}
