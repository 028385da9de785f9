//! Whether all that may be wrong with a body can be listed: each error has the path to its value, so that a long key above
//! many values is many times its length.

use serde_json::Value;

/// Bytes that errors may take, all in all.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of an error beside its path, about.
const ERROR: usize = 256;

/// Whether there could be an error at every value.
pub(super) fn fits(body: &Value) -> bool {
    let mut left = MOST_BYTES;
    let mut waiting = vec![(body, 0_usize)];
    while let Some((value, path)) = waiting.pop() {
        let Some(rest) = left.checked_sub(path + ERROR) else { return false };
        left = rest;
        match value {
            Value::Array(list) => waiting.extend(list.iter().map(|value| (value, path + 8))),
            Value::Object(members) => {
                waiting.extend(members.iter().map(|(key, value)| (value, path + key.len() + 1)));
            }
            _ => {}
        }
    }
    true
}
