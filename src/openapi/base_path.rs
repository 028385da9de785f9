//! The base path of a document, and what becomes of it (developer guide, api-gateway-import-api-basePath; recorded:
//! `LocalStack` `test_import_rest_apis_with_base_path_swagger`, `test_import_rest_api_with_base_path_oas30`).

use api::ApiContent;
use serde_json::Value;

/// What becomes of a document's base path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasePath {
    /// Nothing: paths begin behind the stage.
    Ignore,
    /// Every path begins with it.
    Prepend,
    /// Every path begins with it, less its first part, which stands for the stage.
    Split,
}

/// The content with paths below the document's base path.
#[must_use]
pub fn below_base_path(mut content: ApiContent, document: &Value, what: BasePath) -> ApiContent {
    let base = base_path(document);
    let mut parts = base.split('/').filter(|part| !part.is_empty());
    match what {
        BasePath::Ignore => return content,
        BasePath::Prepend => {}
        BasePath::Split => drop(parts.next()),
    }
    let prefix: String = parts.flat_map(|part| ["/", part]).collect();
    content.paths = content
        .paths
        .into_iter()
        .map(|(path, methods)| match path.as_str() {
            "/" if !prefix.is_empty() => (prefix.clone(), methods),
            _ => (format!("{prefix}{path}"), methods),
        })
        .collect();
    content
}

/// `basePath`, or that of the first server: its variable of that name, or the path of its URL.
fn base_path(document: &Value) -> &str {
    if let Some(text) = document["basePath"].as_str() {
        return text;
    }
    let server = &document["servers"][0];
    let url = server["url"].as_str().unwrap_or_default();
    let behind_host =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    match server["variables"]["basePath"]["default"].as_str() {
        Some(text) if behind_host.contains("{basePath}") => text,
        _ => behind_host,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(mut document: Value, what: BasePath) -> Vec<String> {
        document["openapi"] = "3.0.1".into();
        document["paths"] = json!({"/": {}, "/test": {}});
        if document.get("basePath").is_some() {
            document["swagger"] = "2.0".into();
            document.as_object_mut().unwrap().remove("openapi");
        }
        let content = crate::testing::accepts(&document).content;
        below_base_path(content, &document, what).paths.into_keys().collect()
    }

    #[test]
    fn each_way() {
        let swagger = || json!({"basePath": "/base"});
        assert_eq!(paths(swagger(), BasePath::Ignore), ["/", "/test"]);
        assert_eq!(paths(swagger(), BasePath::Prepend), ["/base", "/base/test"]);
        assert_eq!(paths(swagger(), BasePath::Split), ["/", "/test"]);
        let url = || json!({"servers": [{"url": "https://example.com/base-url/part/"}]});
        assert_eq!(paths(url(), BasePath::Prepend), ["/base-url/part", "/base-url/part/test"]);
        assert_eq!(paths(url(), BasePath::Split), ["/part", "/part/test"]);
        let variable = || json!({"servers": [{"url": "https://example.com/{basePath}", "variables": {"basePath": {"default": "/base-var"}}}]});
        assert_eq!(paths(variable(), BasePath::Prepend), ["/base-var", "/base-var/test"]);
        for none in [
            json!({}),
            json!({"servers": [{"url": "https://example.com"}]}),
            json!({"servers": [{"url": "/"}]}),
        ] {
            assert_eq!(paths(none, BasePath::Prepend), ["/", "/test"]);
        }
    }
}
