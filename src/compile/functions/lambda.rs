//! `spec.lambda`.

use api::{Code, LambdaFunction, LambdaRuntime, ObjectKey, Reason};

use super::{environment, image};
use crate::diagnostic::Diagnostics;
use crate::names::is_subdomain;

pub(super) fn check(object: &ObjectKey, lambda: &LambdaFunction, diagnostics: &mut Diagnostics) {
    let mut range = |path: &str, value: Option<u32>, low: u32, high: u32| {
        if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
            diagnostics.error(object, path, Reason::Invalid, format!("{value} must be from {low} to {high}"));
        }
    };
    range("spec.lambda.timeoutSeconds", lambda.timeout_seconds, 1, 900);
    range("spec.lambda.memoryMiB", lambda.memory_mib, 128, 10_240);
    range("spec.lambda.maxConcurrency", lambda.max_concurrency, 1, 1_000);
    check_code(object, &lambda.code, diagnostics);
    if lambda.code.image.is_some() {
        check_beside_image(object, lambda, diagnostics);
    } else {
        check_handler(object, lambda, diagnostics);
    }
    environment::check(
        object,
        "spec.lambda",
        &lambda.environment,
        &lambda.environment_from,
        is_reserved,
        diagnostics,
    );
}

fn check_code(object: &ObjectKey, code: &Code, diagnostics: &mut Diagnostics) {
    let mut refuse = |path: &str, what: &str| {
        diagnostics.error(object, format!("spec.lambda.code{path}"), Reason::Invalid, what);
    };
    let set = [!code.inline.is_empty(), code.config_map.is_some(), code.image.is_some()];
    if set.into_iter().filter(|set| *set).count() != 1 {
        refuse("", "must have exactly one of inline (files), configMap and image");
    }
    if code.inline.len() > 100 {
        refuse(".inline", "must have at most 100 files");
    }
    for path in code.inline.keys().filter(|path| !is_relative(path)) {
        let what = "must be a relative path without . and .. in it, and not begin with ..";
        refuse(&format!(".inline.{path}"), what);
    }
    if let Some(name) = &code.config_map
        && !is_subdomain(name)
    {
        let what = format!("{name:?} must be the name of a ConfigMap: DNS labels joined by dots");
        refuse(".configMap", &what);
    }
    match &code.image {
        Some(name) => {
            image::check(object, "spec.lambda.code", name, &code.command, &code.args, diagnostics);
        }
        None => {
            for (path, given) in [(".command", &code.command), (".args", &code.args)] {
                if !given.is_empty() {
                    refuse(path, "is an image's: set image, or leave this out");
                }
            }
        }
    }
}

/// What is the image's own matter.
fn check_beside_image(object: &ObjectKey, lambda: &LambdaFunction, diagnostics: &mut Diagnostics) {
    if lambda.runtime.is_some() {
        let what = "an image brings its own: leave this out, or give the code by inline or configMap";
        diagnostics.error(object, "spec.lambda.runtime", Reason::Invalid, what);
    }
    if lambda.handler.is_some() {
        let what = "is the image's own matter: leave this out; code.args may name it, as in [app.handler]";
        diagnostics.error(object, "spec.lambda.handler", Reason::Invalid, what);
    }
    if let Some(events) = lambda.max_concurrency.filter(|events| *events > 1) {
        let what = format!(
            "{events}: an image handles one event at a time; 1 would be right, and more pods (scale) for more events"
        );
        diagnostics.error(object, "spec.lambda.maxConcurrency", Reason::Unsupported, what);
    }
}

fn check_handler(object: &ObjectKey, lambda: &LambdaFunction, diagnostics: &mut Diagnostics) {
    let files = &lambda.code.inline;
    match (lambda.runtime, &lambda.handler) {
        (None, _) => {
            let what = "must be set: one of python3, nodejs and provided";
            diagnostics.error(object, "spec.lambda.runtime", Reason::Invalid, what);
        }
        (Some(LambdaRuntime::Provided), _) if !files.is_empty() && !files.contains_key("bootstrap") => {
            let what = "the runtime provided needs a file `bootstrap`, which is executed";
            diagnostics.error(object, "spec.lambda.code.inline", Reason::Invalid, what);
        }
        (Some(LambdaRuntime::Python3 | LambdaRuntime::Nodejs), None) => {
            let what = "must be set to file.function, such as index.handler";
            diagnostics.error(object, "spec.lambda.handler", Reason::Invalid, what);
        }
        (Some(LambdaRuntime::Python3 | LambdaRuntime::Nodejs), Some(handler)) if !handler.contains('.') => {
            let what = format!("{handler:?} must be file.function, such as index.handler");
            diagnostics.error(object, "spec.lambda.handler", Reason::Invalid, what);
        }
        _ => {}
    }
}

fn is_reserved(name: &str) -> bool {
    name.starts_with("AWS_LAMBDA_")
        || ["_HANDLER", "LAMBDA_TASK_ROOT", "AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID"].contains(&name)
}

fn is_relative(path: &str) -> bool {
    // A volume of Kubernetes takes no path that begins with two dots.
    (1..=255).contains(&path.len())
        && !path.starts_with("..")
        && !path.contains(['\0', '\\'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
