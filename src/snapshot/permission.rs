//! Who may invoke a function: sources such as `houses/*/GET/stagevariables`.
//!
//! Developer guide, lambda-permissions: the source ARN of a method, here without region and account.

use crate::policy::matches;
use crate::{PathPart, ResourcePath};

/// A method that invokes a function.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Namespace of the API.
    pub namespace: &'a str,
    /// Name of the `RestApi`.
    pub api: &'a str,
    /// Name of the stage, as in the URL.
    pub stage: &'a str,
    /// Method, `ANY` for any.
    pub method: &'a str,
}

impl Caller<'_> {
    /// `api/stage/METHOD/path`; the method of ANY is `*`, as is each variable of the path, so that only a wildcard permits them.
    pub(crate) fn source(&self, resource: &ResourcePath) -> String {
        let path: Vec<&str> = resource.parts.iter().map(in_source).collect();
        let method = if self.method == "ANY" { "*" } else { self.method };
        format!("{}/{}/{method}/{}", self.api, self.stage, path.join("/"))
    }
}

fn in_source(part: &PathPart) -> &str {
    match part {
        PathPart::Static(text) => text,
        PathPart::Variable(_) | PathPart::Greedy(_) => "*",
    }
}

/// Whether one of the permissions is for the source; where there is none at all, everything of the namespace may.
pub(crate) fn permits(permissions: &[String], source: &str) -> bool {
    permissions.is_empty()
        || permissions.iter().any(|permission| matches(permission.as_bytes(), source.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(permission: &str, method: &str, resource: &str) -> bool {
        let caller = Caller { namespace: "default", api: "houses", stage: "prod", method };
        permits(&[permission.to_owned()], &caller.source(&ResourcePath::parse(resource).unwrap()))
    }

    #[test]
    fn sources() {
        assert!(permitted("houses/*/GET/stagevariables", "GET", "/stagevariables"));
        assert!(permitted("houses/prod/GET/", "GET", "/"));
        assert!(permitted("houses/*", "POST", "/a/{id}"));
        assert!(permitted("houses/*/*/a/*", "ANY", "/a/{id}/b"));
        assert!(!permitted("houses/dev/*", "GET", "/a"));
        assert!(!permitted("houses/*/GET/a", "ANY", "/a"));
        assert!(!permitted("other/*", "GET", "/a"));
        assert!(permits(&[], "anything"));
    }
}
