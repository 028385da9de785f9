//! Changes of an `Alias`: its further versions are to it what a canary is to a stage.

use api::{Alias, Kind, LATEST_VERSION};

use super::{Change, Edit, Refused, key};

const VERSION: [&str; 2] = ["spec", "functionVersion"];
const WEIGHTS: [&str; 2] = ["spec", "additionalVersionWeights"];

/// All goes to the version that had a weight, or to `to`.
pub(crate) fn promote(alias: &Alias, to: Option<&str>) -> Result<Change, Refused> {
    let object = key(Kind::Alias, &alias.metadata);
    let weights: Vec<&String> = alias.spec.additional_version_weights.keys().collect();
    match (to, &*weights) {
        (Some(to), _) => all_to(alias, to),
        (None, [one]) => all_to(alias, one),
        (None, []) => Err(Refused::NoWeights(object)),
        (None, many) => {
            let versions = many.iter().map(|version| &***version).collect::<Vec<_>>().join(", ");
            Err(Refused::ManyWeights { object, versions })
        }
    }
}

/// No further version has a weight any more; with `to`, all goes to that version.
pub(crate) fn rollback(alias: &Alias, to: Option<&str>) -> Result<Change, Refused> {
    match to {
        Some(to) => all_to(alias, to),
        None if alias.spec.additional_version_weights.is_empty() => {
            Err(Refused::NoAliasHistory(key(Kind::Alias, &alias.metadata)))
        }
        None => all_to(alias, &alias.spec.function_version),
    }
}

fn all_to(alias: &Alias, version: &str) -> Result<Change, Refused> {
    let object = key(Kind::Alias, &alias.metadata);
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = version == LATEST_VERSION || (is_number && !version.starts_with('0'));
    if !is_version {
        return Err(Refused::NoVersion { object, version: version.to_owned() });
    }
    let mut edits = Vec::new();
    if alias.spec.function_version != version {
        edits.push(Edit::set(&VERSION, version));
    }
    if !alias.spec.additional_version_weights.is_empty() {
        edits.push(Edit::remove(&WEIGHTS));
    }
    Ok(Change { object, edits, notes: Vec::new() })
}
