//! Stage variables: names, values, how many (developer guide, limits; `CloudFormation` schema of Deployment).

use std::collections::BTreeMap;

use api::{ObjectKey, Reason};

use crate::diagnostic::Diagnostics;

pub(crate) fn check(
    object: &ObjectKey,
    path: &str,
    variables: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) {
    if variables.len() > 100 {
        diagnostics.error(
            object,
            path,
            Reason::Invalid,
            format!("{} stage variables; at most 100 are allowed", variables.len()),
        );
    }
    for (name, value) in variables {
        let in_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let in_value = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b);
        if !(1..=64).contains(&name.len()) || !name.bytes().all(in_name) {
            let what = "is not a name of a stage variable: 1 to 64 of letters, digits and _";
            diagnostics.error(object, format!("{path}.{name}"), Reason::Invalid, what);
        }
        if !(1..=512).contains(&value.len()) || !value.bytes().all(in_value) {
            let what = "is not a value of a stage variable: 1 to 512 of letters, digits and -._~:/?#&=,";
            diagnostics.error(object, format!("{path}.{name}"), Reason::Invalid, what);
        }
    }
}
