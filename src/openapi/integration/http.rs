//! HTTP integrations: proxies, and those with a mapping of their own.

use api::{HttpIntegration, Method, TlsConfig};
use serde_json::Value;

use super::{http_uri, mapping, method, parameters, unused_by_proxies, uri};
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

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
    unused?;
    Ok(Method { http: Some(http?), ..Method::default() })
}

/// Imports `http`.
pub(super) fn import_custom(
    path: &str,
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<Method, Reported> {
    let http = read(path, fields, findings);
    let mapping = mapping::import(fields, findings)?;
    Ok(Method { http: Some(HttpIntegration { mapping: Some(mapping), ..http? }), ..Method::default() })
}

fn read(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<HttpIntegration, Reported> {
    let method = method(fields, findings);
    let tls = tls(fields, findings);
    let url = url(path, fields, findings);
    let parameters = parameters::read(path, fields, findings);
    Ok(HttpIntegration {
        url: url?,
        method: method?,
        request_parameters: parameters?,
        tls: tls?,
        ..HttpIntegration::default()
    })
}

fn url(path: &str, fields: Fields<'_>, findings: &mut Findings) -> Result<String, Reported> {
    let uri = uri(fields, findings)?;
    let used = http_uri::check(uri, path, &parameters::mapped_names(fields))
        .map_err(|error| findings.invalid(&fields.at.child("uri"), error))?;
    parameters::warn_of_unused(fields, &used, findings);
    Ok(uri.to_owned())
}

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
        assert_eq!((http.url.as_str(), http.method), ("http://h/{p}", None));
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
            let more = json!({"requestParameters": {key: value, "integration.request.path.p": "'x'"}});
            method_at("/{proxy+}", &with(&more)).0.http.unwrap().request_parameters
        };
        assert_eq!(of("integration.request.header.X-Env", "stageVariables.env").len(), 2);
        assert_eq!(of("integration.request.path.p", "method.request.querystring.q").len(), 1);
        let unknown = json!({"requestParameters": {"integration.request.path.p": "method.request.path.q"}});
        assert!(
            refused_at("/{proxy+}", &with(&unknown))[0]
                .ends_with("q is not a parameter of the path; it has proxy")
        );
        let not_text = json!({"requestParameters": {"a": 1, "b": 2}, "uri": "x"});
        assert_eq!(refused_at("/{proxy+}", &with(&not_text)).len(), 3);
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
        let (_, warnings) = method_at("/{proxy+}", &with(&json!({"contentHandling": "CONVERT_TO_TEXT"})));
        assert!(warnings[0].starts_with("NoEffect contentHandling: "));
    }

    #[test]
    fn tls() {
        let of = |value: Value| with(&json!({"type": "http", "tlsConfig": value}));
        let http = method_at("/{proxy+}", &of(json!({"insecureSkipVerification": true}))).0.http.unwrap();
        assert!(http.tls.unwrap().insecure_skip_verification && http.mapping.is_some());
        assert!(
            refused_at("/{proxy+}", &of(json!({"serverNameToVerify": "a"})))[0].contains("not supported")
        );
        assert!(
            refused_at("/{proxy+}", &of(json!({"insecureSkipVerification": 1})))[0].contains("true or false")
        );
    }
}
