//! Extensions about who may call an API, and how: what asks for nothing is accepted, what would protect is not dropped.

use serde_json::Value;

use crate::extensions::{API_KEY_SOURCE, AUTH, AUTH_TYPE, AUTHORIZER, ENDPOINT_CONFIGURATION, TAG_VALUE};
use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported, clipped};

/// What stands at the root, in servers, tags and security schemes.
pub(crate) fn check(root: Fields<'_>, findings: &mut Findings) -> Result<(), Reported> {
    api_key_source(root, findings);
    endpoint(root, findings);
    each(root, "servers", findings, endpoint);
    each(root, "tags", findings, |tag, findings| {
        if tag.get(TAG_VALUE).is_some() {
            findings.no_effect(
                &tag.at.child(TAG_VALUE),
                "an API has no tags here; labels of the RestApi are the like",
            );
        }
    });
    let components = root.at.child("components");
    if let Some(value @ Value::Object(_)) = root.get("components") {
        schemes(Fields::of(value, components, findings)?, "securitySchemes", findings)?;
    }
    schemes(root, "securityDefinitions", findings)
}

/// Developer guide, api-gateway-extensions-api-key-source.
fn api_key_source(root: Fields<'_>, findings: &mut Findings) {
    let at = root.at.child(API_KEY_SOURCE);
    match root.get(API_KEY_SOURCE) {
        None => {}
        Some(Value::String(text))
            if ["HEADER", "AUTHORIZER"].iter().any(|known| known.eq_ignore_ascii_case(text)) =>
        {
            findings.no_effect(&at, "no method asks for an API key");
        }
        Some(_) => {
            findings.invalid(&at, "must be HEADER or AUTHORIZER");
        }
    }
}

/// Developer guide, api-gateway-extensions-endpoint-configuration.
fn endpoint(holder: Fields<'_>, findings: &mut Findings) {
    let at = holder.at.child(ENDPOINT_CONFIGURATION);
    let Some(value) = holder.get(ENDPOINT_CONFIGURATION) else { return };
    let Ok(fields) = Fields::of(value, at, findings) else { return };
    for (key, value) in fields.sorted() {
        let here = at.child(key);
        match (key, value) {
            (_, Value::Null) | ("disableExecuteApiEndpoint", Value::Bool(false)) => {}
            ("disableExecuteApiEndpoint", Value::Bool(true)) => {
                findings.unsupported(&here, "is not supported: an API always has its own host name");
            }
            ("disableExecuteApiEndpoint", other) => {
                findings.invalid(&here, format!("must be true or false, not {}", kind(other)));
            }
            ("vpcEndpointIds", Value::Array(list)) if list.is_empty() => {}
            ("vpcEndpointIds", _) => {
                findings.unsupported(
                    &here,
                    "is not supported: there are no VPC endpoints here; a NetworkPolicy says who reaches the gateways",
                );
            }
            ("ipAddressType", _) => findings.no_effect(&here, "gateways listen where their Service says"),
            _ => {
                findings.unsupported(&here, "is not supported");
            }
        }
    }
}

fn schemes(holder: Fields<'_>, key: &str, findings: &mut Findings) -> Result<(), Reported> {
    let at = holder.at.child(key);
    for (name, value) in holder.map(key, findings)? {
        let here = at.child(name);
        let Value::Object(scheme) = value else { continue };
        for key in [AUTH_TYPE, AUTHORIZER].into_iter().filter(|key| scheme.contains_key(*key)) {
            // Where one refers to it, `security` is refused there.
            findings.no_effect(&here.child(key), "no method refers to it; authorizers come later");
        }
    }
    Ok(())
}

fn each(root: Fields<'_>, key: &str, findings: &mut Findings, check: impl Fn(Fields<'_>, &mut Findings)) {
    let at = root.at.child(key);
    let list = root.get(key).and_then(Value::as_array).into_iter().flatten();
    for (i, value) in list.enumerate().filter(|(_, value)| value.is_object()) {
        let index = format!("[{i}]");
        if let Ok(fields) = Fields::of(value, at.child(&index), findings) {
            check(fields, findings);
        }
    }
}

/// `x-amazon-apigateway-auth` of an operation. Developer guide, api-gateway-swagger-extensions-auth.
pub(crate) fn check_auth(operation: Fields<'_>, findings: &mut Findings) {
    let at: At<'_> = operation.at.child(AUTH);
    let Some(value) = operation.get(AUTH) else { return };
    let Ok(fields) = Fields::of(value, at, findings) else { return };
    for (key, _) in fields.sorted().iter().filter(|(key, _)| *key != "type") {
        findings.unsupported(&at.child(key), "is not supported");
    }
    match fields.get("type") {
        Some(Value::String(text)) if text.eq_ignore_ascii_case("none") => {}
        Some(Value::String(text)) => {
            let what = format!(
                "{} is not supported, and without it the method would be open to everyone; NONE is supported",
                clipped(text)
            );
            findings.unsupported(&at.child("type"), what);
        }
        Some(other) => {
            findings.invalid(&at.child("type"), format!("must be text, not {}", kind(other)));
        }
        None => {
            findings.invalid(&at.child("type"), "is missing; NONE is supported");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{accepts, document, problems};

    fn with(key: &str, value: Value) -> Value {
        let mut doc = document("/x", &json!({"x-amazon-apigateway-integration": {"type": "mock"}}));
        doc[key] = value;
        doc
    }

    fn warned(key: &str, value: Value) -> Vec<String> {
        accepts(&with(key, value)).warnings.into_iter().map(|warning| warning.path).collect()
    }

    #[test]
    fn what_nothing_refers_to_has_no_effect() {
        let source = "x-amazon-apigateway-api-key-source";
        assert_eq!(warned(source, json!("AUTHORIZER")), [source]);
        assert_eq!(
            problems(&with(source, json!("COOKIE"))),
            [format!("{source}: must be HEADER or AUTHORIZER")]
        );
        let schemes = json!({"a": {"type": "apiKey", "x-amazon-apigateway-authtype": "oauth2", "x-amazon-apigateway-authorizer": {"type": "token"}}, "b": {}});
        let of =
            |at: &str| ["authtype", "authorizer"].map(|name| format!("{at}.a.x-amazon-apigateway-{name}"));
        assert_eq!(warned("securityDefinitions", schemes.clone()), of("securityDefinitions"));
        assert_eq!(
            warned("components", json!({"securitySchemes": schemes})),
            of("components.securitySchemes")
        );
        let tags = json!([{"name": "a"}, {"name": "b", "x-amazon-apigateway-tag-value": "c"}]);
        assert_eq!(warned("tags", tags), ["tags[1].x-amazon-apigateway-tag-value"]);
    }

    #[test]
    fn endpoints() {
        let of = |value: Value| json!([{"url": "/", "x-amazon-apigateway-endpoint-configuration": value}]);
        let open = json!({"disableExecuteApiEndpoint": false, "vpcEndpointIds": [], "ipAddressType": "ipv4"});
        let place = "servers[0].x-amazon-apigateway-endpoint-configuration";
        assert_eq!(warned("servers", of(open)), [format!("{place}.ipAddressType")]);
        let closed = json!({"disableExecuteApiEndpoint": true, "vpcEndpointIds": ["vpce-1"], "other": 1});
        let found = problems(&with("servers", of(closed.clone())));
        assert!(
            found[0].starts_with(&format!("{place}.disableExecuteApiEndpoint: is not supported")),
            "{found:?}"
        );
        assert!(found[1].starts_with(&format!("{place}.other: ")) && found[2].contains("vpcEndpointIds: "));
        assert_eq!(problems(&with("x-amazon-apigateway-endpoint-configuration", closed)).len(), 3);
    }

    #[test]
    fn authorization_of_an_operation() {
        let of = |auth: Value| {
            document(
                "/x",
                &json!({"x-amazon-apigateway-auth": auth, "x-amazon-apigateway-integration": {"type": "mock"}}),
            )
        };
        accepts(&of(json!({"type": "none"})));
        assert!(
            problems(&of(json!({"type": "AWS_IAM"})))[0].contains("AWS_IAM is not supported, and without it")
        );
        assert!(problems(&of(json!({})))[0].contains("is missing"));
        assert!(problems(&of(json!({"type": "NONE", "more": 1})))[0].contains("more: is not supported"));
    }
}
