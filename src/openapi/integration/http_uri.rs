//! URIs of HTTP integrations: each `{name}` needs a mapping.

use crate::arn::{UriError, check_substitutions};
use crate::findings::clipped;

/// Why a URI can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HttpUriError {
    /// Not `http://` or `https://`. The text is the service's (recorded: `LocalStack` `test_put_integration_validation`).
    #[error("Invalid HTTP endpoint specified for URI")]
    Scheme,
    /// `${…}` that is no stage variable.
    #[error(transparent)]
    Substitution(#[from] UriError),
    /// `{` without `}`.
    #[error("the uri has a {{ that is not closed; a path parameter is written {{name}}")]
    Unclosed,
    /// `{name}` without a mapping.
    #[error("{{{name}}} in the uri has no mapping; requestParameters needs {wanted}")]
    Unmapped {
        /// What stands in the braces.
        name: String,
        /// What would be right.
        wanted: String,
    },
}

/// Whether the URI is an endpoint at all. One that begins with a stage variable is known only with the stage.
pub(super) fn check_scheme(uri: &str) -> Result<(), HttpUriError> {
    let known = ["http://", "https://", "${stageVariables."].iter().any(|start| uri.starts_with(start));
    if known { Ok(()) } else { Err(HttpUriError::Scheme) }
}

/// The names in the path parameters' braces: `{id}`, `{proxy+}`.
pub(crate) fn path_parameters(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| name.strip_suffix('+').unwrap_or(name))
        .collect()
}

/// Checks the URI, whose `{name}`s must all be mapped. The names that stand in it.
pub(super) fn check<'a>(uri: &'a str, path: &str, mapped: &[&str]) -> Result<Vec<&'a str>, HttpUriError> {
    check_scheme(uri)?;
    check_substitutions(uri)?;
    check_names(uri, path, mapped)
}

/// Checks the `{name}`s alone.
pub(super) fn check_names<'a>(
    uri: &'a str,
    path: &str,
    mapped: &[&str],
) -> Result<Vec<&'a str>, HttpUriError> {
    let (mut used, mut rest) = (Vec::new(), uri);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or(HttpUriError::Unclosed)?;
        if !before.ends_with('$') {
            if !mapped.contains(&name) {
                return Err(unmapped(name, path));
            }
            used.push(name);
        }
        rest = after;
    }
    Ok(used)
}

fn unmapped(name: &str, path: &str) -> HttpUriError {
    let parameters = path_parameters(path);
    // `{proxy+}` is how the resource path writes it, and people copy it.
    let bare = name.strip_suffix('+').unwrap_or(name);
    let wanted = if parameters.contains(&bare) {
        let hint = if bare == name { "" } else { ", and the uri no +" };
        format!("integration.request.path.{bare}: method.request.path.{bare}{hint}")
    } else if parameters.is_empty() {
        format!("integration.request.path.{bare}: method.request.path.NAME, but the path has no parameter")
    } else {
        format!(
            "integration.request.path.{bare}: method.request.path.NAME with NAME one of {}",
            parameters.join(", ")
        )
    };
    HttpUriError::Unmapped { name: clipped(name), wanted: clipped(&wanted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str) -> Result<Vec<&str>, HttpUriError> {
        check(uri, "/a/{id}/{proxy+}", &["p", "id"])
    }

    #[test]
    fn names_are_found_and_variables_are_none() {
        assert_eq!(of("http://${stageVariables.h}/{p}?i={id}").unwrap(), ["p", "id"]);
        assert_eq!(of("${stageVariables.url}/x").unwrap(), [""; 0]);
        assert_eq!(of("https://a").unwrap(), [""; 0]);
        assert_eq!(path_parameters("/a/{id}/b{c}/{proxy+}"), ["id", "proxy"]);
    }

    #[test]
    fn what_is_refused() {
        for uri in ["", "non-valid-http", "ftp://a", "//a", "${context.x}"] {
            assert_eq!(of(uri), Err(HttpUriError::Scheme), "{uri}");
        }
        assert!(matches!(of("http://a/${AWS::Region}"), Err(HttpUriError::Substitution(_))));
        assert_eq!(of("http://a/{p"), Err(HttpUriError::Unclosed));
        let text = of("http://a/{proxy}").unwrap_err().to_string();
        assert_eq!(
            text,
            "{proxy} in the uri has no mapping; requestParameters needs integration.request.path.proxy: method.request.path.proxy"
        );
        assert!(of("http://a/{proxy+}").unwrap_err().to_string().ends_with(", and the uri no +"));
        assert!(of("http://a/{x}").unwrap_err().to_string().ends_with("NAME one of id, proxy"));
        assert!(unmapped("x", "/").to_string().ends_with("the path has no parameter"));
    }
}
