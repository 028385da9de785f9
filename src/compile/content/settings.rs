//! Checks of what holds for the whole API.

use api::{ApiContent, ObjectKey, Reason};

use crate::diagnostic::Diagnostics;

pub(super) fn check(object: &ObjectKey, content: &ApiContent, root: &str, diagnostics: &mut Diagnostics) {
    if let Some(size) = content.minimum_compression_size.filter(|size| *size > 10_485_760) {
        let what = format!("{size} must be from 0 to 10485760");
        diagnostics.error(object, format!("{root}.minimumCompressionSize"), Reason::Invalid, what);
    }
}
