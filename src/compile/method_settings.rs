//! `methodSettings` of a Stage.

use std::collections::BTreeMap;

use api::{ApiContent, LoggingLevel, MethodSettings, ObjectKey, Reason};
use snapshot::EVERY_METHOD;

use crate::diagnostic::Diagnostics;

/// Keys that are none are errors; what no method of the deployments is for, and data traces without a log to stand in, have no effect.
pub(crate) fn check(
    object: &ObjectKey,
    settings: &BTreeMap<String, MethodSettings>,
    contents: &[&ApiContent],
    diagnostics: &mut Diagnostics,
) {
    for (key, of) in settings {
        let path = format!("spec.methodSettings[{key}]");
        let traces = of.data_trace_enabled == Some(true);
        if traces && of.logging_level.unwrap_or_default() != LoggingLevel::Info {
            let what = "only execution logs at loggingLevel INFO have data";
            diagnostics.warning(object, format!("{path}.dataTraceEnabled"), Reason::NoEffect, what);
        }
        if key == EVERY_METHOD {
            continue;
        }
        let Some((resource, method)) = key.rsplit_once('/').filter(|_| key.starts_with('/')) else {
            let what = format!("must be {EVERY_METHOD} or a path and a method, such as /houses/GET");
            diagnostics.error(object, path, Reason::Invalid, what);
            continue;
        };
        let resource = if resource.is_empty() { "/" } else { resource };
        let is_there = |content: &&ApiContent| {
            let methods = content.paths.get(resource);
            methods.is_some_and(|methods| methods.keys().any(|name| name.as_str() == method))
        };
        // An OPTIONS that `cors` answers has no log.
        if !contents.iter().any(is_there) {
            let what = format!("what the stage serves has no method {method} of {resource}");
            diagnostics.warning(object, path, Reason::NoEffect, what);
        }
    }
}
