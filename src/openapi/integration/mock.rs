//! Mock integrations.

use api::{Method, MockIntegration};

use super::{mapping, unused_map};
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

pub(super) fn import(fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    for key in ["httpMethod", "uri"] {
        if fields.get(key).is_some() {
            findings.no_effect(&fields.at.child(key), "a mock has no backend");
        }
    }
    let mapping = mapping::import(fields, findings);
    let unused = unused_map(fields, "requestParameters", "a mock has no backend", findings);
    unused?;
    let mock = MockIntegration { mapping: Some(mapping?), ..MockIntegration::default() };
    Ok(Method { mock: Some(mock), ..Method::default() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::method_at;

    #[test]
    fn what_has_no_effect() {
        let (method, warnings) = method_at(
            "/x",
            &json!({
                "type": "mock", "requestTemplates": {"application/json": "{statusCode: 200}"}, "responses": {"default": {"statusCode": 200}},
                "requestParameters": {"integration.request.header.a": "'b'"}, "timeoutInMillis": 1000, "httpMethod": "GET", "uri": "x",
            }),
        );
        assert_eq!(warnings.len(), 4);
        assert!(warnings.iter().all(|w| w.starts_with("NoEffect ")), "{warnings:?}");
        let mapping = method.mock.unwrap().mapping.unwrap();
        assert_eq!(mapping.request_templates["application/json"], "{statusCode: 200}");
    }
}
