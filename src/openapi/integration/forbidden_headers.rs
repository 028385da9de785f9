//! Headers that a mapping may not set: one that does fails every request (recorded: `LocalStack`
//! `test_apigateway_header_remapping_aws` and `_http`).

use crate::fields::Fields;
use crate::findings::{Findings, Reported};

/// On the way to AWS.
pub(super) const TO_AWS: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "proxy-authenticate",
    "te",
    "transfer-encoding",
    "x-amzn-apigateway-api-id",
    "x-amzn-trace-id",
];
/// On the way to an HTTP endpoint.
pub(super) const TO_HTTP: [&str; 5] =
    ["connection", "content-length", "transfer-encoding", "x-amzn-apigateway-api-id", "x-amzn-trace-id"];

/// Whether a mapping would set a forbidden header, which is warned of.
pub(super) fn are_set(
    fields: Fields<'_>,
    forbidden: &[&str],
    findings: &mut Findings,
) -> Result<bool, Reported> {
    let parameters = fields.map("requestParameters", findings)?;
    let found = parameters.iter().find(|(key, _)| {
        let name = key.strip_prefix("integration.request.header.");
        name.is_some_and(|name| forbidden.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(name)))
    });
    if let Some((key, _)) = found {
        let what = "a mapping may not set this header; every request is answered 500";
        findings.fails_at_request(&fields.at.child("requestParameters").child(key), what);
    }
    Ok(found.is_some())
}
