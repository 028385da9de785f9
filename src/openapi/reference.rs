//! References within the document.

use serde_json::Value;

use crate::fields::Fields;
use crate::findings::{At, Findings, Reported, clipped};

/// A reference may lead to a reference, so many times.
const MOST_STEPS: usize = 8;

/// What a `$ref` leads to; the value itself where it is none.
pub(crate) fn resolve<'a>(
    value: &'a Value,
    root: Fields<'a>,
    at: &At<'_>,
    findings: &mut Findings,
) -> Result<&'a Value, Reported> {
    let mut found = value;
    for _ in 0..MOST_STEPS {
        let Some(target) = found.get("$ref").and_then(Value::as_str) else { return Ok(found) };
        let Some(next) = follow(target, root) else {
            let what = format!("{} leads nowhere in the document", clipped(target));
            return Err(findings.invalid(&at.child("$ref"), what));
        };
        found = next;
    }
    Err(findings.invalid(
        &at.child("$ref"),
        format!("leads from reference to reference, more than {MOST_STEPS} times"),
    ))
}

fn follow<'a>(target: &str, root: Fields<'a>) -> Option<&'a Value> {
    let mut keys = target.strip_prefix("#/")?.split('/').map(|key| key.replace("~1", "/").replace("~0", "~"));
    let first = root.get(&keys.next()?)?;
    keys.try_fold(first, |value, key| value.get(key))
}
