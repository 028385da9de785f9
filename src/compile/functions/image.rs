//! A container image and what is run of it.

use api::{ObjectKey, Reason};

use crate::diagnostic::Diagnostics;

/// `path` is the field that has `image`, `command` and `args`.
pub(super) fn check(
    object: &ObjectKey,
    path: &str,
    image: &str,
    command: &[String],
    args: &[String],
    diagnostics: &mut Diagnostics,
) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@[]".contains(c);
    let begins = image.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    if !(1..=1024).contains(&image.len()) || !begins || !image.chars().all(is_plain) {
        let what = format!("{image:?} must be the name of an image, such as registry.example.com/hello:1");
        diagnostics.error(object, format!("{path}.image"), Reason::Invalid, what);
    }
    for (field, given) in [("command", command), ("args", args)] {
        if given.len() > 100 || given.iter().any(|text| text.len() > 16_384 || text.contains('\0')) {
            let what = "must be at most 100 texts of at most 16384 bytes each, without NUL";
            diagnostics.error(object, format!("{path}.{field}"), Reason::Invalid, what);
        }
    }
}
