//! Templates and responses of integrations that are no proxies.

use std::collections::BTreeMap;

use api::{ContentHandling, IntegrationResponse, Mapping, PassthroughBehavior};
use serde_json::Value;

use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported, clipped};

/// Reads `requestTemplates`, `passthroughBehavior`, `contentHandling` and `responses`.
pub(super) fn import(fields: Fields<'_>, findings: &mut Findings) -> Result<Mapping, Reported> {
    let templates = texts(fields, "requestTemplates", findings);
    let handling = content_handling(fields, findings);
    let responses = responses(fields, findings);
    let passthrough = fields.get("passthroughBehavior").and_then(Value::as_str);
    Ok(Mapping {
        request_templates: templates?,
        // Other values are refused where the names are checked.
        passthrough_behavior: match passthrough.map(str::to_ascii_lowercase).as_deref() {
            Some("never") => Some(PassthroughBehavior::Never),
            Some("when_no_templates") => Some(PassthroughBehavior::WhenNoTemplates),
            _ => None,
        },
        content_handling: handling?,
        responses: responses?,
    })
}

/// A field that is a map to text.
pub(crate) fn texts(
    fields: Fields<'_>,
    key: &str,
    findings: &mut Findings,
) -> Result<BTreeMap<String, String>, Reported> {
    let read = fields.text_map(key, findings)?;
    Ok(read.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
}

fn content_handling(
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<Option<ContentHandling>, Reported> {
    let Some(text) = fields.text("contentHandling", findings)? else { return Ok(None) };
    match text.to_ascii_uppercase().as_str() {
        "CONVERT_TO_TEXT" => Ok(Some(ContentHandling::ConvertToText)),
        "CONVERT_TO_BINARY" => Ok(Some(ContentHandling::ConvertToBinary)),
        _ => {
            let what = format!("must be CONVERT_TO_TEXT or CONVERT_TO_BINARY, not {}", clipped(text));
            Err(findings.invalid(&fields.at.child("contentHandling"), what))
        }
    }
}

fn responses(
    fields: Fields<'_>,
    findings: &mut Findings,
) -> Result<BTreeMap<String, IntegrationResponse>, Reported> {
    let at = fields.at.child("responses");
    let read = fields.map("responses", findings)?.into_iter().map(|(pattern, value)| {
        let response = response(value, at.child(pattern), findings)?;
        Ok((pattern.to_owned(), response))
    });
    // All of them first, then the first failure: every problem is to be reported.
    read.collect::<Vec<_>>().into_iter().collect()
}

fn response(value: &Value, at: At<'_>, findings: &mut Findings) -> Result<IntegrationResponse, Reported> {
    let fields = Fields::of(value, at, findings)?;
    for (key, _) in fields.sorted() {
        if !["statusCode", "responseParameters", "responseTemplates", "contentHandling"].contains(&key)
            && !key.starts_with("x-")
        {
            findings.unsupported(&at.child(key), "is not supported");
        }
    }
    let status = status(fields, findings);
    let parameters = texts(fields, "responseParameters", findings);
    let templates = texts(fields, "responseTemplates", findings);
    let handling = content_handling(fields, findings);
    Ok(IntegrationResponse {
        status_code: status?,
        response_parameters: parameters?,
        response_templates: templates?,
        content_handling: handling?,
    })
}

/// A number, or text that is one (recorded: `LocalStack` `test_import_with_integer_http_status_code`).
pub(crate) fn status(fields: Fields<'_>, findings: &mut Findings) -> Result<u16, Reported> {
    let at = fields.at.child("statusCode");
    let number = match fields.get("statusCode") {
        Some(Value::Number(number)) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(other) => {
            return Err(
                findings.invalid(&at, format!("must be a status such as \"200\", not {}", kind(other)))
            );
        }
        None => return Err(findings.invalid(&at, "statusCode is missing; it is a status such as \"200\"")),
    };
    let valid = number.filter(|number| (100..=599).contains(number));
    valid.ok_or_else(|| findings.invalid(&at, "statusCode must be a status from 100 to 599"))
}

#[cfg(test)]
mod tests {
    use api::{ContentHandling, PassthroughBehavior};
    use serde_json::json;

    use crate::testing::{method_at, refused_at};

    #[test]
    fn everything_set() {
        let (method, warnings) = method_at(
            "/x",
            &json!({
                "type": "MOCK", "passthroughBehavior": "NEVER", "contentHandling": "convert_to_text",
                "requestTemplates": {"application/json": "{}", "text/xml": null},
                "responses": {"default": {"statusCode": 200}, "5\\d{2}": {
                    "statusCode": "500", "responseParameters": {"method.response.header.A": "'b'"},
                    "responseTemplates": {"application/json": "x"}, "contentHandling": "CONVERT_TO_BINARY"}},
            }),
        );
        assert!(warnings.is_empty(), "{warnings:?}");
        let mapping = method.mock.unwrap().mapping.unwrap();
        assert_eq!(mapping.request_templates["text/xml"], "");
        assert_eq!(mapping.passthrough_behavior, Some(PassthroughBehavior::Never));
        assert_eq!(mapping.content_handling, Some(ContentHandling::ConvertToText));
        assert_eq!(mapping.responses["default"].status_code, 200);
        let failed = &mapping.responses["5\\d{2}"];
        assert_eq!(
            (failed.status_code, failed.content_handling),
            (500, Some(ContentHandling::ConvertToBinary))
        );
        assert_eq!(failed.response_parameters["method.response.header.A"], "'b'");
        assert_eq!(failed.response_templates["application/json"], "x");
    }

    #[test]
    fn what_is_refused() {
        let with = |response| refused_at("/x", &json!({"type": "mock", "responses": {"default": response}}));
        assert_eq!(
            with(json!({}))[0],
            "responses.default.statusCode: statusCode is missing; it is a status such as \"200\""
        );
        assert!(with(json!({"statusCode": 99}))[0].contains("from 100 to 599"));
        assert!(
            with(json!({"statusCode": 200, "frob": 1}))[0]
                .starts_with("responses.default.frob: is not supported")
        );
        assert!(with(json!({"statusCode": 200, "contentHandling": "x"}))[0].contains("CONVERT_TO_TEXT"));
    }
}
