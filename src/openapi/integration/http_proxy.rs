//! HTTP proxy integrations.

use std::collections::BTreeMap;

use api::{HttpIntegration, Method, MethodName};
use serde_json::Value;

use super::{http_uri, unused_by_proxies, uri};
use crate::fields::Fields;
use crate::findings::{At, Findings, Reported, clipped};

pub(super) fn import(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    let method = method(fields, findings);
    let uri = uri(fields, findings);
    let mapped = mappings(path, fields, findings);
    let unused = unused_by_proxies(fields, findings);
    if fields.get("contentHandling").is_some() {
        findings.unsupported(&fields.at.child("contentHandling"), "is not supported yet");
    }
    let (uri, mapped) = match (uri, mapped) {
        (Ok(uri), Ok(mapped)) => (uri, mapped),
        (Ok(uri), Err(reported)) => {
            // Which names are mapped is not known, so only what holds for any mapping can be said.
            if let Err(error) = http_uri::check_scheme(uri) {
                findings.invalid(&fields.at.child("uri"), error);
            }
            return Err(reported);
        }
        (Err(reported), _) => return Err(reported),
    };
    let (url, used) = http_uri::rewrite(uri, path, &mapped)
        .map_err(|error| findings.invalid(&fields.at.child("uri"), error))?;
    let at = fields.at.child("requestParameters");
    for name in mapped.keys().filter(|name| !used.contains(name)) {
        let what = format!("the uri has no {{{}}}", clipped(name));
        findings.no_effect(&at.child(&format!("{TARGET}{name}")), what);
    }
    unused?;
    Ok(Method {
        http: Some(HttpIntegration { url, method: method?, timeout_millis: None }),
        ..Method::default()
    })
}

/// Method of the onward request; `ANY` is that of the request. The service refuses a missing one (recorded: `LocalStack`
/// `test_put_integration_validation`).
fn method(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<MethodName>, Reported> {
    let at = fields.at.child("httpMethod");
    let Some(name) = fields.text("httpMethod", findings)? else {
        let what = "Enumeration value for HttpMethod must be non-empty: httpMethod is missing; ANY passes the method of the request on";
        return Err(findings.invalid(&at, what));
    };
    match MethodName::parse(&name.to_ascii_uppercase()) {
        Some(MethodName::Any) => Ok(None),
        Some(method) => Ok(Some(method)),
        None => {
            let what = format!(
                "httpMethod must be GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH or ANY, not {}",
                clipped(name)
            );
            Err(findings.invalid(&at, what))
        }
    }
}

const TARGET: &str = "integration.request.path.";
const SOURCE: &str = "method.request.path.";

/// Names in the URI → path parameters.
fn mappings<'a>(
    path: &str,
    fields: Fields<'a>,
    findings: &mut Findings,
) -> Result<BTreeMap<&'a str, &'a str>, Reported> {
    let at = fields.at.child("requestParameters");
    let read = fields.map("requestParameters", findings)?.into_iter();
    let read = read.map(|(target, source)| mapping(path, target, source, at.child(target), findings));
    read.collect::<Vec<_>>().into_iter().collect()
}

fn mapping<'a>(
    path: &str,
    target: &'a str,
    source: &'a Value,
    at: At<'_>,
    findings: &mut Findings,
) -> Result<(&'a str, &'a str), Reported> {
    let (Some(name), Some(parameter)) =
        (target.strip_prefix(TARGET), source.as_str().and_then(|source| source.strip_prefix(SOURCE)))
    else {
        let what = format!("parameter mapping is not supported yet, apart from {TARGET}X: {SOURCE}Y");
        return Err(findings.unsupported(&at, what));
    };
    let parameters = http_uri::path_parameters(path);
    if parameters.contains(&parameter) {
        return Ok((name, parameter));
    }
    let known = if parameters.is_empty() {
        "it has none".to_owned()
    } else {
        format!("it has {}", parameters.join(", "))
    };
    let what = format!("{} is not a parameter of the path; {}", clipped(parameter), clipped(&known));
    Err(findings.invalid(&at, what))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{method_at, refused_at};

    fn with(more: &Value) -> Value {
        let mut integration = json!({"type": "http_proxy", "httpMethod": "ANY", "uri": "http://h/{p}"});
        integration["requestParameters"] = json!({"integration.request.path.p": "method.request.path.proxy"});
        for (key, value) in more.as_object().unwrap() {
            integration[key] = value.clone();
        }
        integration
    }

    #[test]
    fn endpoints() {
        let (method, warnings) = method_at("/{proxy+}", &with(&json!({})));
        let http = method.http.unwrap();
        assert_eq!((http.url.as_str(), http.method), ("http://h/{proxy}", None));
        assert!(warnings.is_empty());
        let (method, _) = method_at("/{proxy+}", &with(&json!({"httpMethod": "post"})));
        assert_eq!(method.http.unwrap().method, Some(api::MethodName::Post));
    }

    #[test]
    fn methods() {
        assert!(
            refused_at("/{proxy+}", &with(&json!({"httpMethod": null})))[0].contains("httpMethod is missing")
        );
        assert!(
            refused_at("/{proxy+}", &with(&json!({"httpMethod": "TRACE"})))[0]
                .contains("httpMethod must be GET")
        );
    }

    #[test]
    fn mappings() {
        let of = |key: &str, value: &str| {
            refused_at("/{proxy+}", &with(&json!({"requestParameters": {key: value}}))).remove(0)
        };
        for (key, value) in [
            ("integration.request.header.X-Env", "stageVariables.env"),
            ("integration.request.querystring.env", "method.request.path.proxy"),
            ("integration.request.path.p", "'literal'"),
            ("integration.request.path.p", "method.request.querystring.q"),
        ] {
            assert!(
                of(key, value)
                    .starts_with(&format!("requestParameters.{key}: parameter mapping is not supported yet"))
            );
        }
        assert!(
            of("integration.request.path.p", "method.request.path.q")
                .ends_with("q is not a parameter of the path; it has proxy")
        );
        let two = json!({"requestParameters": {"integration.request.header.a": "'b'", "integration.request.header.c": "'d'"}, "uri": "x"});
        assert_eq!(refused_at("/{proxy+}", &with(&two)).len(), 3);
    }

    #[test]
    fn uris() {
        let found = refused_at("/{proxy+}", &with(&json!({"uri": "http://h/{proxy}"})));
        assert!(found[0].starts_with("uri: {proxy} in the uri has no mapping"));
        assert_eq!(
            refused_at("/{proxy+}", &with(&json!({"uri": "h"}))),
            ["uri: Invalid HTTP endpoint specified for URI"]
        );
        let (_, warnings) = method_at("/{proxy+}", &with(&json!({"uri": "http://h/"})));
        assert_eq!(warnings, ["NoEffect requestParameters.integration.request.path.p: the uri has no {p}"]);
    }

    #[test]
    fn what_has_no_effect() {
        let more = json!({"responses": {"default": {"statusCode": "200"}}, "requestTemplates": {"a/b": "c"}, "passthroughBehavior": "never"});
        let (_, warnings) = method_at("/{proxy+}", &with(&more));
        assert_eq!(warnings.len(), 3);
        assert!(warnings.iter().all(|w| w.starts_with("NoEffect ")));
        assert!(
            refused_at("/{proxy+}", &with(&json!({"contentHandling": "CONVERT_TO_TEXT"})))[0]
                .contains("not supported yet")
        );
    }
}
