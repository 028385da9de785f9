//! Cross-origin requests: what browsers are told.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::MockIntegration;

/// Headers that pages may send unless the API says otherwise.
const HEADERS: [&str; 5] =
    ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token"];

/// Which pages of other origins may call the API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cors {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Headers that pages may send; the usual ones if none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_headers: Vec<String>,
    /// Headers that pages may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    /// How long the answer to a preflight request may be kept, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u32>,
    /// Whether pages may send cookies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_credentials: bool,
}

impl Cors {
    /// What `Access-Control-Allow-Origin` says to an origin; none where it may not call.
    pub fn allowed<'o>(&'o self, origin: &'o str) -> Option<&'o str> {
        let is_any = self.allow_origins.iter().any(|allowed| allowed == "*");
        match (is_any, self.allow_credentials) {
            (true, false) => Some("*"),
            _ => self.allow_origins.iter().find(|allowed| *allowed == origin).map(String::as_str),
        }
    }

    /// The answer to a preflight request for a resource with these methods, but for the origin.
    pub(crate) fn preflight<'m>(&self, methods: impl Iterator<Item = &'m String>) -> MockIntegration {
        let mut allowed: BTreeSet<&str> = methods.map(String::as_str).collect();
        allowed.insert("OPTIONS");
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let headers = match self.allow_headers.as_slice() {
            [] => HEADERS.join(","),
            set => set.join(","),
        };
        let mut answer = BTreeMap::from([
            ("Access-Control-Allow-Methods".to_owned(), allowed.join(",")),
            ("Access-Control-Allow-Headers".to_owned(), headers),
        ]);
        if let Some(seconds) = self.max_age_seconds {
            answer.insert("Access-Control-Max-Age".to_owned(), seconds.to_string());
        }
        MockIntegration { status_code: 200, headers: answer, ..MockIntegration::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        let cors = |origins: &[&str], allow_credentials| Cors {
            allow_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            allow_credentials,
            ..Cors::default()
        };
        assert_eq!(cors(&["*"], false).allowed("https://a"), Some("*"));
        assert_eq!(cors(&["https://a"], true).allowed("https://a"), Some("https://a"));
        assert_eq!(cors(&["https://a"], false).allowed("https://b"), None);
        assert_eq!(cors(&["*"], true).allowed("https://a"), None);
    }
}
