//! `requestParameters` of an integration. Their grammar is checked with the content, since typed paths have them too.

use std::collections::BTreeMap;

use super::{http_uri, mapping};
use crate::fields::Fields;
use crate::findings::{Findings, Reported, clipped};

const PATH_TARGET: &str = "integration.request.path.";

/// Reads them; a path parameter that the resource lacks is refused.
pub(super) fn read(
    path: &str,
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<BTreeMap<String, String>, Reported> {
    let parameters = mapping::texts(fields, "requestParameters", findings)?;
    let at = fields.at.child("requestParameters");
    let known = http_uri::path_parameters(path);
    for (place, source) in &parameters {
        let Some(name) = source.strip_prefix("method.request.path.").filter(|name| !known.contains(name))
        else {
            continue;
        };
        let has =
            if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        let what = format!("{} is not a parameter of the path; {}", clipped(name), clipped(&has));
        findings.invalid(&at.child(place), what);
    }
    Ok(parameters)
}

/// Names that the mappings put into the URI.
pub(super) fn mapped_names(fields: Fields<'_>) -> Vec<&str> {
    let parameters = fields.get("requestParameters").and_then(serde_json::Value::as_object);
    parameters
        .into_iter()
        .flat_map(|map| map.keys())
        .filter_map(|place| place.strip_prefix(PATH_TARGET))
        .collect()
}

/// Warns of mappings to names that the URI lacks.
pub(super) fn warn_of_unused(fields: Fields<'_>, used: &[&str], findings: &mut Findings) {
    let at = fields.at.child("requestParameters");
    for name in mapped_names(fields).iter().filter(|name| !used.contains(name)) {
        let what = format!("the uri has no {{{}}}", clipped(name));
        findings.no_effect(&at.child(&format!("{PATH_TARGET}{name}")), what);
    }
}
