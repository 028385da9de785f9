//! The answer of a mock: the integration response that was chosen.

use std::collections::BTreeMap;

use api::MockIntegration;
use serde_json::Value;

use crate::fields::Fields;
use crate::findings::{At, Findings, Reported};

/// Refuses fields of a response that are not known, by name.
pub(super) fn check_names(response: Fields<'_>, findings: &mut Findings) {
    for (key, _) in response.sorted() {
        if !["statusCode", "responseTemplates", "responseParameters"].contains(&key) {
            findings.unsupported(&response.at.child(key), "is not supported");
        }
    }
}

/// Refuses a template that is not literal text.
pub(super) fn check_literal(template: &str, at: At<'_>, findings: &mut Findings) -> Result<(), Reported> {
    if template.contains(['$', '#']) {
        let what = "mapping templates are not supported yet; literal text, without $ and #, is";
        return Err(findings.unsupported(&at, what));
    }
    Ok(())
}

pub(super) fn import(response: Fields<'_>, findings: &mut Findings) -> Result<MockIntegration, Reported> {
    let status = status_code(response, findings);
    let body = body(response, findings);
    let headers = headers(response, findings);
    let (status, body, mut headers) = (status?, body?, headers?);
    let (media, body) = body.unwrap_or(("application/json", ""));
    let set = headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    // `application/json` is the default of a mock.
    if !set && !media.eq_ignore_ascii_case("application/json") {
        headers.insert("Content-Type".to_owned(), media.to_owned());
    }
    let body = Some(body.to_owned()).filter(|body| !body.is_empty());
    Ok(MockIntegration { status_code: Some(status), headers, body })
}

/// A number or text (recorded: `LocalStack` `test_import_with_integer_http_status_code`).
fn status_code(response: Fields<'_>, findings: &mut Findings) -> Result<u16, Reported> {
    let read = match response.get("statusCode") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64().and_then(|number| u16::try_from(number).ok()),
        None => None,
    };
    read.filter(|status| (200..=599).contains(status)).ok_or_else(|| {
        findings.invalid(
            &response.at.child("statusCode"),
            "statusCode must be from 200 to 599, as a number or as text",
        )
    })
}

/// Media type and text of the one response template.
fn body<'a>(response: Fields<'a>, findings: &mut Findings) -> Result<Option<(&'a str, &'a str)>, Reported> {
    let templates = response.text_map("responseTemplates", findings)?;
    let at = response.at.child("responseTemplates");
    for (media, template) in &templates {
        check_literal(template, at.child(media), findings)?;
    }
    match templates.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(findings
            .unsupported(&at, "response templates for several media types are not supported yet; one is")),
    }
}

/// Headers that are set to literal text. The service wants the method response to declare them; without a declaration
/// an import fails there, so that nothing depends on it here.
fn headers(response: Fields<'_>, findings: &mut Findings) -> Result<BTreeMap<String, String>, Reported> {
    let at = response.at.child("responseParameters");
    let read = response.text_map("responseParameters", findings)?.into_iter().map(|(target, source)| {
        let literal = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let Some((name, value)) = target.strip_prefix("method.response.header.").zip(literal) else {
            let what =
                "parameter mapping is not supported yet, apart from method.response.header.NAME: '''text'''";
            return Err(findings.unsupported(&at.child(target), what));
        };
        Ok((name.to_owned(), value.to_owned()))
    });
    let all = read.collect::<Vec<_>>().into_iter().collect::<Result<Vec<(String, String)>, _>>()?;
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in all {
        if headers.keys().any(|other| other.eq_ignore_ascii_case(&name)) {
            let what = "sets a header that another entry sets too, in another case";
            return Err(findings.invalid(&at.child(&format!("method.response.header.{name}")), what));
        }
        headers.insert(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{method_at, refused_at};

    fn with(response: &Value) -> Value {
        json!({"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": {"default": response}})
    }

    fn answer(response: &Value) -> api::MockIntegration {
        method_at("/x", &with(response)).0.mock.unwrap()
    }

    #[test]
    fn bodies_and_their_types() {
        let of = |response| {
            let mock = answer(&response);
            (mock.body.unwrap_or_default(), mock.headers.get("Content-Type").cloned().unwrap_or_default())
        };
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of(json!({"statusCode": 200})), text("", ""));
        assert_eq!(of(json!({"statusCode": 200, "responseTemplates": {}})), text("", ""));
        assert_eq!(
            of(json!({"statusCode": 200, "responseTemplates": {"application/json": null}})),
            text("", "")
        );
        assert_eq!(
            of(json!({"statusCode": 200, "responseTemplates": {"application/json": "{}"}})),
            text("{}", "")
        );
        let html =
            json!({"statusCode": 200, "responseTemplates": {"text/html": "<p>"}, "responseParameters": {}});
        assert_eq!(of(html), text("<p>", "text/html"));
        let parameters = json!({"method.response.header.content-type": "'text/plain'"});
        let mock = answer(
            &json!({"statusCode": 200, "responseTemplates": {"text/html": "x"}, "responseParameters": parameters}),
        );
        assert_eq!(mock.headers.into_iter().collect::<Vec<_>>(), [text("content-type", "text/plain")]);
    }

    #[test]
    fn headers() {
        let parameters = json!({"method.response.header.Access-Control-Allow-Origin": "'*'", "method.response.header.E": "''"});
        let mock = answer(&json!({"statusCode": "204", "responseParameters": parameters}));
        assert_eq!(mock.status_code, Some(204));
        assert_eq!(
            (mock.headers["Access-Control-Allow-Origin"].as_str(), mock.headers["E"].as_str()),
            ("*", "")
        );
        for (key, value) in [
            ("method.response.header.a", "context.httpMethod"),
            ("method.response.header.a", "'"),
            ("method.response.header.a", "integration.response.header.b"),
            ("method.response.multivalueheader.a", "'b'"),
        ] {
            let found =
                refused_at("/x", &with(&json!({"statusCode": 200, "responseParameters": {key: value}})));
            assert!(found[0].starts_with(&format!(
                "responses.default.responseParameters.{key}: parameter mapping is not supported yet"
            )));
        }
        let twice = json!({"method.response.header.a": "'1'", "method.response.header.A": "'2'"});
        assert!(
            refused_at("/x", &with(&json!({"statusCode": 200, "responseParameters": twice})))[0]
                .contains("another case")
        );
    }

    #[test]
    fn what_is_refused() {
        let of = |response| refused_at("/x", &with(&response)).remove(0);
        for status in
            [json!(null), json!(100), json!(600), json!("2xx"), json!(200.5), json!(70000), json!(-1)]
        {
            assert!(of(json!({"statusCode": status})).contains("statusCode must be from 200 to 599"));
        }
        assert_eq!(
            of(json!({"statusCode": 200, "contentHandling": "x"})),
            "responses.default.contentHandling: is not supported"
        );
        let template = json!({"application/json": "{\"m\": \"$context.stage\"}"});
        assert!(
            of(json!({"statusCode": 200, "responseTemplates": template}))
                .contains("mapping templates are not supported yet")
        );
        let two = json!({"application/json": "{}", "text/html": "x"});
        assert!(of(json!({"statusCode": 200, "responseTemplates": two})).contains("several media types"));
    }
}
