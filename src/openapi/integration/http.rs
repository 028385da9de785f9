//! HTTP integrations: proxies, and those with a mapping of their own.

use api::{HttpIntegration, Method, MethodName, TlsConfig};
use serde_json::Value;

use super::{forbidden_headers, http_uri, mapping, mock, unused_by_proxies, uri};
use crate::fields::Fields;
use crate::findings::{Findings, Reported, clipped};

/// Imports `http_proxy`.
pub(super) fn import_proxy(
    path: &str,
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let http = read(path, fields, findings);
    let unused = unused_by_proxies(fields, findings);
    if fields.get("contentHandling").is_some() {
        findings.no_effect(
            &fields.at.child("contentHandling"),
            "a proxy integration passes bodies on as they are",
        );
    }
    let fails = forbidden_headers::are_set(fields, &forbidden_headers::TO_HTTP, findings)?;
    unused?;
    let http = http?;
    Ok(if fails { mock::internal_server_error() } else { Method { http: Some(http), ..Method::default() } })
}

/// Imports `http`.
pub(super) fn import_custom(
    path: &str,
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let http = read(path, fields, findings);
    let mapping = mapping::import(fields, findings)?;
    let fails = forbidden_headers::are_set(fields, &forbidden_headers::TO_HTTP, findings)?;
    let http = HttpIntegration { mapping: Some(mapping), ..http? };
    Ok(if fails { mock::internal_server_error() } else { Method { http: Some(http), ..Method::default() } })
}

fn read(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<HttpIntegration, Reported> {
    let method = method(fields, findings);
    let tls = tls(fields, findings);
    let uri = uri(fields, findings);
    let parameters = mapping::texts(fields, "requestParameters", findings);
    let (uri, parameters) = (uri?, parameters?);
    let at = fields.at.child("requestParameters");
    let known = http_uri::path_parameters(path);
    for (place, source) in &parameters {
        let unknown = source.strip_prefix("method.request.path.").filter(|name| !known.contains(name));
        if let Some(name) = unknown {
            let known = if known.is_empty() {
                "it has none".to_owned()
            } else {
                format!("it has {}", known.join(", "))
            };
            let what = format!("{} is not a parameter of the path; {}", clipped(name), clipped(&known));
            findings.invalid(&at.child(place), what);
        }
    }
    let mapped: Vec<&str> = parameters.keys().filter_map(|place| place.strip_prefix(TARGET)).collect();
    let used = http_uri::check(uri, path, &mapped)
        .map_err(|error| findings.invalid(&fields.at.child("uri"), error))?;
    for name in mapped.iter().filter(|name| !used.contains(name)) {
        let what = format!("the uri has no {{{}}}", clipped(name));
        findings.no_effect(&at.child(&format!("{TARGET}{name}")), what);
    }
    Ok(HttpIntegration {
        url: uri.to_owned(),
        method: method?,
        request_parameters: parameters,
        tls: tls?,
        ..HttpIntegration::default()
    })
}

const TARGET: &str = "integration.request.path.";

/// `tlsConfig` (developer guide, api-gateway-swagger-extensions-integration-tls-config).
fn tls(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<TlsConfig>, Reported> {
    let Some(value) = fields.get("tlsConfig") else { return Ok(None) };
    let at = fields.at.child("tlsConfig");
    let inner = Fields::of(value, at, findings)?;
    for (key, _) in inner.sorted().iter().filter(|(key, _)| *key != "insecureSkipVerification") {
        findings.unsupported(&at.child(key), "is not supported");
    }
    match inner.get("insecureSkipVerification") {
        None => Ok(None),
        Some(Value::Bool(skip)) => Ok(Some(TlsConfig { insecure_skip_verification: *skip })),
        Some(_) => Err(findings.invalid(&at.child("insecureSkipVerification"), "must be true or false")),
    }
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
