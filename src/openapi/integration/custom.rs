//! Custom integrations (`aws`, `http`) are not supported yet. Their URI is checked all the same, since it is wrong for
//! the proxy types too, to which a document may be moved.

use super::{http_uri, uri};
use crate::arn;
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

/// Refuses `aws`.
pub(super) fn refuse_aws(fields: Fields<'_>, findings: &mut Findings) -> Reported {
    if let Ok(uri) = uri(fields, findings)
        && let Err(error) = arn::check_action_or_path(uri)
    {
        findings.invalid(&fields.at.child("uri"), error);
    }
    findings.unsupported(
        &fields.at.child("type"),
        "aws (a custom integration with mapping templates) is not supported yet; aws_proxy invokes a function",
    )
}

/// Refuses `http`.
pub(super) fn refuse_http(fields: Fields<'_>, findings: &mut Findings) -> Reported {
    if let Ok(uri) = uri(fields, findings)
        && let Err(error) = http_uri::check_scheme(uri)
    {
        findings.invalid(&fields.at.child("uri"), error);
    }
    findings.unsupported(
        &fields.at.child("type"),
        "http (a custom integration with mapping templates) is not supported yet; http_proxy passes requests on to an endpoint",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::refused_at;

    #[test]
    fn custom_integrations_are_refused_by_name() {
        let found = refused_at("/x", &json!({"type": "HTTP", "httpMethod": "GET", "uri": "http://a/"}));
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .starts_with("type: http (a custom integration with mapping templates) is not supported yet")
        );
        let found = refused_at(
            "/x",
            &json!({"type": "aws", "httpMethod": "POST", "uri": "arn:aws:apigateway:r:sqs:path/q"}),
        );
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .starts_with("type: aws (a custom integration with mapping templates) is not supported yet")
        );
    }

    #[test]
    fn a_wrong_uri_is_reported_beside_it() {
        let found = refused_at("/x", &json!({"type": "http", "httpMethod": "GET", "uri": "non-valid-http"}));
        assert_eq!(found[0], "uri: Invalid HTTP endpoint specified for URI");
        let found = refused_at("/x", &json!({"type": "aws", "httpMethod": "POST", "uri": "non-valid-arn"}));
        assert_eq!(found[0], "uri: Invalid ARN specified in the request");
    }
}
