//! Fields that integrations of every type have.

use serde_json::Value;

use super::aws::{CREDENTIALS, ENDPOINT};
use crate::fields::Fields;
use crate::findings::{Findings, Reported, clipped};

const KNOWN: [&str; 14] = [
    "type",
    "httpMethod",
    "uri",
    "timeoutInMillis",
    "passthroughBehavior",
    "payloadFormatVersion",
    "requestParameters",
    "requestTemplates",
    "responses",
    "cacheKeyParameters",
    "cacheNamespace",
    "contentHandling",
    "connectionType",
    "tlsConfig",
];

/// Refuses fields that are not known, by name.
pub(super) fn check_names(fields: Fields<'_>, findings: &mut Findings) {
    for (key, _) in fields.sorted() {
        let at = fields.at.child(key);
        match key {
            "credentials" => check_credentials(fields, findings),
            "connectionId" => {
                findings.unsupported(
                    &at,
                    "is not supported: there are no VPC links here; endpoints are reached directly",
                );
            }
            ENDPOINT | CREDENTIALS if !is_service(fields) => {
                findings.unsupported(
                    &at,
                    "is not supported here; it belongs to an integration with a service of AWS",
                );
            }
            ENDPOINT | CREDENTIALS => {}
            _ if KNOWN.contains(&key) => {}
            _ => {
                findings.unsupported(&at, "is not supported");
            }
        }
    }
}

/// Whether it calls a service of AWS other than Lambda.
fn is_service(fields: Fields<'_>) -> bool {
    let text = |key| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    text("type").eq_ignore_ascii_case("aws") && !crate::arn::is_function(text("uri"))
}

/// A role lets the service call the endpoint, which here needs none or has credentials of its own; to call it in the
/// caller's name is a protection, which must not be dropped (developer guide, api-gateway-swagger-extensions-integration).
fn check_credentials(fields: Fields<'_>, findings: &mut Findings) {
    let at = fields.at.child("credentials");
    match fields.get("credentials") {
        None => {}
        Some(Value::String(role)) if role.contains(":role/") => {
            let instead = if is_service(fields) {
                format!("{CREDENTIALS} says with which access key the service is called")
            } else {
                "who may invoke a function is said on its Alias".to_owned()
            };
            findings.no_effect(&at, format!("there are no IAM roles here; {instead}"));
        }
        Some(_) => {
            let what = "is not supported: endpoints can't be called in the name of the caller, since callers have no AWS identity here; the ARN of a role is passed over";
            findings.unsupported(&at, what);
        }
    }
}

/// Checks what every type has; the timeout is the result.
pub(super) fn read(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<u32>, Reported> {
    let passthrough = one_of(
        fields,
        "passthroughBehavior",
        &["when_no_match", "when_no_templates", "never"],
        "must be when_no_match, when_no_templates or never",
        findings,
    );
    let connection = one_of(
        fields,
        "connectionType",
        &["internet"],
        "must be INTERNET: there are no VPC links here",
        findings,
    );
    let payload = payload_format(fields, findings);
    for (key, empty) in [
        (
            "cacheKeyParameters",
            fields.get("cacheKeyParameters").and_then(Value::as_array).is_some_and(Vec::is_empty),
        ),
        ("cacheNamespace", false),
    ] {
        if fields.get(key).is_some() && !empty {
            findings.no_effect(&fields.at.child(key), "there is no cache");
        }
    }
    let timeout = timeout(fields, findings);
    passthrough.and(connection).and(payload).and(timeout)
}

/// From 50 ms (developer guide, api-gateway-swagger-extensions-integration); the upper limit depends on the API.
fn timeout(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<u32>, Reported> {
    let Some(value) = fields.get("timeoutInMillis") else { return Ok(None) };
    match value.as_u64().and_then(|millis| u32::try_from(millis).ok()) {
        Some(millis) if millis >= 50 => Ok(Some(millis)),
        _ => {
            let what = "timeoutInMillis must be a whole number of milliseconds, 50 or more";
            Err(findings.invalid(&fields.at.child("timeoutInMillis"), what))
        }
    }
}

fn payload_format(fields: Fields<'_>, findings: &mut Findings) -> Result<(), Reported> {
    match fields.get("payloadFormatVersion") {
        None => Ok(()),
        Some(Value::String(version)) if version == "1.0" => Ok(()),
        // Without quotes it is a number to YAML.
        Some(Value::Number(version)) if version.as_f64() == Some(1.0) => Ok(()),
        Some(_) => Err(findings.unsupported(
            &fields.at.child("payloadFormatVersion"),
            "payloadFormatVersion must be \"1.0\", which REST APIs have; 2.0 is that of HTTP APIs",
        )),
    }
}

/// A field with a few values, in either case.
fn one_of(
    fields: Fields<'_>,
    key: &str,
    allowed: &[&str],
    rule: &str,
    findings: &mut Findings,
) -> Result<(), Reported> {
    match fields.text(key, findings)? {
        Some(text) if !allowed.iter().any(|known| known.eq_ignore_ascii_case(text)) => {
            Err(findings.unsupported(&fields.at.child(key), format!("{key} {rule}, not {}", clipped(text))))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{method_at, refused_at};

    fn with(key: &str, value: Value) -> Value {
        let mut integration = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://a/"});
        integration[key] = value;
        integration
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        assert_eq!(refused_at("/x", &with("retryTimes", json!(3))), ["retryTimes: is not supported"]);
        for key in ["credentials", "connectionId", "x-stagegate-endpoint"] {
            assert!(
                refused_at("/x", &with(key, json!("x")))[0].starts_with(&format!("{key}: is not supported"))
            );
        }
        assert!(
            refused_at("/x", &with("connectionType", json!("VPC_LINK")))[0]
                .contains("connectionType must be INTERNET")
        );
        assert!(method_at("/x", &with("connectionType", json!("INTERNET"))).1.is_empty());
        let (_, warnings) = method_at("/x", &with("credentials", json!("arn:aws:iam::000000000000:role/r")));
        assert!(warnings[0].starts_with("NoEffect credentials: there are no IAM roles here"));
    }

    #[test]
    fn types() {
        assert!(refused_at("/x", &json!({}))[0].starts_with("type: type is missing"));
        assert!(
            refused_at("/x", &json!({"type": "teapot"}))[0].contains("teapot is not an integration type")
        );
        assert!(refused_at("/x", &json!({"type": 1}))[0].contains("type must be text"));
        assert!(refused_at("/x", &json!("x"))[0].contains("must be an object"));
    }

    #[test]
    fn timeouts() {
        let of = |value| method_at("/x", &with("timeoutInMillis", value)).0.http.unwrap().timeout_millis;
        assert_eq!((of(json!(50)), of(json!(300_000)), of(json!(null))), (Some(50), Some(300_000), None));
        for value in [json!(49), json!(-1), json!("300"), json!(300.5), json!(5_000_000_000_u64)] {
            assert!(refused_at("/x", &with("timeoutInMillis", value))[0].contains("timeoutInMillis must be"));
        }
    }

    #[test]
    fn values() {
        for behaviour in ["when_no_match", "WHEN_NO_TEMPLATES", "Never"] {
            method_at("/x", &with("passthroughBehavior", json!(behaviour)));
        }
        assert!(refused_at("/x", &with("passthroughBehavior", json!("maybe")))[0].contains("when_no_match"));
        assert!(method_at("/x", &with("payloadFormatVersion", json!("1.0"))).1.is_empty());
        assert!(method_at("/x", &with("payloadFormatVersion", json!(1.0))).1.is_empty());
        assert!(refused_at("/x", &with("payloadFormatVersion", json!("2.0")))[0].contains("must be \"1.0\""));
    }

    #[test]
    fn the_cache_has_no_effect() {
        let (_, warnings) = method_at("/x", &with("cacheKeyParameters", json!(["method.request.path.x"])));
        assert_eq!(warnings, ["NoEffect cacheKeyParameters: there is no cache"]);
        let (_, warnings) = method_at("/x", &with("cacheNamespace", json!("n")));
        assert_eq!(warnings, ["NoEffect cacheNamespace: there is no cache"]);
        assert!(method_at("/x", &with("cacheKeyParameters", json!([]))).1.is_empty());
    }
}
