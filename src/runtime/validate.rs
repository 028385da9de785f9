//! What a configuration must keep to before anything is started.

use crate::config::{FunctionConfig, Runtime};
use crate::error::StartError;

/// Names that Lambda sets and a function's own environment may not.
fn is_reserved(name: &str) -> bool {
    name.starts_with("AWS_LAMBDA_")
        || ["_HANDLER", "LAMBDA_TASK_ROOT", "AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID"].contains(&name)
}

/// Refuses what can't be run, by the field's name.
pub(crate) fn validate(config: &FunctionConfig) -> Result<(), StartError> {
    let plain = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    let check = |right: bool, field: &str, what| {
        if right { Ok(()) } else { Err(StartError::Invalid { field: field.to_owned(), what }) }
    };
    check(
        plain(&config.name, b"-_") && config.name.len() <= 64,
        "name",
        "must be 1 to 64 letters, digits, - or _",
    )?;
    let numbered =
        config.version.parse::<u64>().is_ok_and(|number| number > 0) && plain(&config.version, b"");
    check(config.version == "$LATEST" || numbered, "version", "must be $LATEST or a positive integer")?;
    check(!config.handler.contains('\0'), "handler", "must not contain NUL")?;
    check(plain(&config.account_id, b""), "accountId", "must be letters and digits")?;
    check(plain(&config.region, b"-"), "region", "must be letters, digits and -")?;
    check(config.max_concurrency > 0, "maxConcurrency", "must be at least 1")?;
    check(!config.timeout.is_zero(), "timeout", "must be longer than zero")?;
    if let Runtime::Beside(_) = config.runtime {
        check(config.max_concurrency == 1, "maxConcurrency", "must be 1 where the handler runs elsewhere")?;
    } else {
        check(!config.files.is_empty(), "files", "must have at least one file")?;
    }
    for path in config.files.keys() {
        let field = || format!("files[{path:?}]");
        check(is_inside(path), &field(), "must be a relative path without empty parts, `.`, `..` or NUL")?;
    }
    if config.runtime == Runtime::Provided {
        check(config.files.contains_key("bootstrap"), "files", "must have a `bootstrap` for this runtime")?;
    }
    for (name, value) in &config.environment {
        let field = || format!("environment[{name:?}]");
        let named = !name.is_empty() && !name.contains(['=', '\0']);
        check(named, &field(), "must be a name without = or NUL")?;
        check(!is_reserved(name), &field(), "is reserved for Lambda's own variables")?;
        check(!value.contains('\0'), &field(), "must not contain NUL")?;
    }
    Ok(())
}

/// Whether a path of the inline code stays in the code directory.
fn is_inside(path: &str) -> bool {
    !path.contains('\0') && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for path in ["index.py", "pkg/module.py", "..x", "a/.hidden"] {
            assert!(is_inside(path), "{path}");
        }
        for path in ["", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a\0b"] {
            assert!(!is_inside(path), "{path}");
        }
    }

    #[test]
    fn lambdas_own_variables_are_reserved() {
        for name in ["AWS_LAMBDA_RUNTIME_API", "_HANDLER", "LAMBDA_TASK_ROOT"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["PATH", "AWS_REGION", "TABLE", "HANDLER"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
