//! `spec.http`.

use api::{HttpFunction, ObjectKey, Reason};
use snapshot::HttpTarget;

use super::{environment, image};
use crate::diagnostic::Diagnostics;

pub(super) fn check(object: &ObjectKey, http: &HttpFunction, diagnostics: &mut Diagnostics) {
    image::check(object, "spec.http", &http.image, &http.command, &http.args, diagnostics);
    if http.port == 0 {
        diagnostics.error(object, "spec.http.port", Reason::Invalid, "0 must be from 1 to 65535");
    }
    if let Some(path) = &http.path
        && HttpTarget::of_function("a", "b", Some(path)).is_err()
    {
        let what =
            format!("{path:?} must begin with / and not end with it, without query and . and .. segments");
        diagnostics.error(object, "spec.http.path", Reason::Invalid, what);
    }
    if let Some(path) = &http.readiness_path
        && (!path.starts_with('/') || path.chars().any(|c| c.is_whitespace() || c.is_control()))
    {
        let what = format!("{path:?} must be a path that begins with /, without spaces");
        diagnostics.error(object, "spec.http.readinessPath", Reason::Invalid, what);
    }
    environment::check(
        object,
        "spec.http",
        &http.environment,
        &http.environment_from,
        |_| false,
        diagnostics,
    );
}
