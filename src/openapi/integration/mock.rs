//! Mock integrations: a request template that says a status code, which picks the response.
//!
//! Developer guide, how-to-mock-integration. Templates are literal for now, so the response is known at import time.
//! A literal mock answers whatever the request's content type is, while the service passes an unmatched one through
//! (and then finds no status code) or answers 415: nothing here could hold that yet.

use std::collections::BTreeMap;

use api::{Method, MockIntegration};
use regex::bytes::{Regex, RegexBuilder};
use serde_json::Value;

use super::{mock_answer, unused_map};
use crate::fields::Fields;
use crate::findings::{Findings, Reported};
use crate::loose_json;

const EXAMPLE: &str = "application/json: '{\"statusCode\": 200}'";
const NO_BACKEND: &str = "a mock has no backend";

pub(super) fn import(fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    for key in ["httpMethod", "uri"] {
        if fields.get(key).is_some() {
            findings.no_effect(&fields.at.child(key), NO_BACKEND);
        }
    }
    if fields.get("contentHandling").is_some() {
        findings.unsupported(&fields.at.child("contentHandling"), "is not supported yet");
    }
    let parameters = unused_map(fields, "requestParameters", NO_BACKEND, findings);
    let status = status_code(fields, findings);
    let responses = Responses::read(fields, findings);
    let (status, responses) = (status?, responses?);
    parameters?;
    let Some(status) = status else { return Ok(internal_server_error()) };
    let Some((key, response)) = responses.choose(status) else {
        let at = fields.at.child("responses");
        let what = format!(
            "none is for {status}, which the request template says, and there is no default; every request is answered 500"
        );
        findings.fails_at_request(&at, what);
        return Ok(internal_server_error());
    };
    let at = fields.at.child("responses");
    for (other, ..) in responses.all.iter().filter(|(other, ..)| *other != key) {
        findings
            .no_effect(&at.child(other), format!("never chosen: the request template always says {status}"));
    }
    let answer = mock_answer::import(Fields::of(response, at.child(key), findings)?, findings)?;
    Ok(Method { mock: Some(answer), ..Method::default() })
}

/// What the service answers where an integration is configured wrongly (recorded: parity `integrations-mock-selects`).
pub(super) fn internal_server_error() -> Method {
    let mock = MockIntegration {
        status_code: Some(500),
        headers: BTreeMap::from([("x-amzn-ErrorType".to_owned(), "InternalServerErrorException".to_owned())]),
        body: Some(r#"{"message": "Internal server error"}"#.to_owned()),
    };
    Method { mock: Some(mock), ..Method::default() }
}

/// The status code that the request template says; `None` where requests fail for want of one.
fn status_code(fields: Fields<'_>, findings: &mut Findings) -> Result<Option<i64>, Reported> {
    let templates = fields.text_map("requestTemplates", findings)?;
    let at = fields.at.child("requestTemplates");
    for (media, template) in &templates {
        mock_answer::check_literal(template, at.child(media), findings)?;
    }
    let template = match templates.as_slice() {
        [] => {
            let what = format!(
                "a mock needs a request template that says the statusCode, such as {EXAMPLE}; every request is answered 500"
            );
            findings.fails_at_request(&at, what);
            return Ok(None);
        }
        [(media, template)] if media.eq_ignore_ascii_case("application/json") => template,
        _ => {
            let what =
                format!("a mock with templates of other media types is not supported yet; one is, {EXAMPLE}");
            return Err(findings.unsupported(&at, what));
        }
    };
    let failure = match loose_json::integer(template, "statusCode") {
        Ok(Some(status)) => return Ok(Some(status)),
        Ok(None) => "it has no statusCode that is an integer".to_owned(),
        Err(error) => error.to_string(),
    };
    let what =
        format!("no statusCode can be read: {failure}; every request is answered 500. Right is {EXAMPLE}");
    findings.fails_at_request(&at.child("application/json"), what);
    Ok(None)
}

struct Responses<'a> {
    /// Key, its pattern unless it is the default, the response. By key.
    all: Vec<(&'a str, Option<Regex>, &'a Value)>,
}

impl<'a> Responses<'a> {
    fn read(fields: Fields<'a>, findings: &mut Findings) -> Result<Self, Reported> {
        let at = fields.at.child("responses");
        let read = fields.map("responses", findings)?.into_iter().map(|(key, response)| {
            let here = at.child(key);
            let names =
                Fields::of(response, here, findings).map(|fields| mock_answer::check_names(fields, findings));
            if key == "default" {
                return names.map(|()| (key, None, response));
            }
            let pattern = pattern(key).map_err(|why| {
                findings.unsupported(&here, format!("is not a pattern that is supported: {why}"))
            })?;
            names.map(|()| (key, Some(pattern), response))
        });
        let all = read.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Self { all })
    }

    /// The first whose pattern matches the status code, or else the default.
    fn choose(&self, status: i64) -> Option<(&'a str, &'a Value)> {
        let text = status.to_string();
        let matching = self
            .all
            .iter()
            .find(|(_, pattern, _)| pattern.as_ref().is_some_and(|p| p.is_match(text.as_bytes())));
        let chosen = matching.or_else(|| self.all.iter().find(|(_, pattern, _)| pattern.is_none()));
        chosen.map(|(key, _, response)| (*key, *response))
    }
}

/// A selection pattern, which must match in full. Classes such as `\d` are those of ASCII, as in the service's own
/// patterns, which keeps them small; the size is bounded since documents come from anywhere.
fn pattern(text: &str) -> Result<Regex, String> {
    let compile = |text: &str| RegexBuilder::new(text).unicode(false).size_limit(1 << 16).build();
    // By itself first: `a)(b` would be a pattern only inside the brackets below.
    let both = compile(text).and_then(|_| compile(&format!("^(?:{text})$")));
    both.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        _ => "it has no look-around, back-references or possessive quantifiers, and brackets must close"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{method_at, refused_at};

    fn with(template: &str, responses: &Value) -> Value {
        json!({"type": "MOCK", "requestTemplates": {"application/json": template}, "responses": responses})
    }

    fn status_of(template: &str, responses: &Value) -> (u16, Vec<String>) {
        let (method, warnings) = method_at("/x", &with(template, responses));
        (method.mock.unwrap().status_code.unwrap(), warnings)
    }

    #[test]
    fn the_status_code_chooses_the_response() {
        let responses = json!({"default": {"statusCode": "201"}, "5\\d{2}": {"statusCode": 502}, "503": {"statusCode": 503}, "4": {"statusCode": 400}});
        let of = |template| status_of(template, &responses).0;
        assert_eq!(
            (
                of("{statusCode: 200}"),
                of("{statusCode: 500}"),
                of("{statusCode: 503}"),
                of("{statusCode: 40}")
            ),
            (201, 502, 503, 201)
        );
        let (status, warnings) = status_of(
            "{statusCode: 200}",
            &json!({"2\\d{2}": {"statusCode": "200"}, "default": {"statusCode": "201"}}),
        );
        assert_eq!(status, 200);
        assert_eq!(
            warnings,
            ["NoEffect responses.default: never chosen: the request template always says 200"]
        );
    }

    #[test]
    fn what_fails_at_request_time() {
        let default = json!({"default": {"statusCode": 200}});
        for (template, responses) in [
            ("{\"code\": 1}", &default),
            ("{\"statusCode\": \"200\"}", &default),
            ("{\"statusCode\": 200", &default),
            ("", &default),
            ("{statusCode: 200}", &json!({})),
            ("{statusCode: 200}", &json!({"4\\d\\d": {"statusCode": 400}})),
        ] {
            let (method, warnings) = method_at("/x", &with(template, responses));
            assert_eq!(method, internal_server_error(), "{template}");
            assert!(warnings.len() == 1 && warnings[0].starts_with("FailsAtRequest "), "{warnings:?}");
        }
        let (method, warnings) = method_at("/x", &json!({"type": "mock"}));
        assert_eq!(method, internal_server_error());
        assert!(warnings[0].starts_with("FailsAtRequest requestTemplates: a mock needs a request template"));
    }

    #[test]
    fn what_is_refused() {
        let of = |integration: Value| refused_at("/x", &integration).remove(0);
        let default = json!({"default": {"statusCode": 200}});
        for template in ["{\"statusCode\": $x}", "#set($a = 1){\"statusCode\": 200}"] {
            assert!(
                of(with(template, &default)).starts_with(
                    "requestTemplates.application/json: mapping templates are not supported yet"
                )
            );
        }
        let two = json!({"type": "mock", "requestTemplates": {"application/json": "{}", "a/b": "{}"}, "responses": default});
        assert!(of(two).contains("other media types is not supported yet"));
        for bad in ["(?=2)200", "a)(b", "(", "(((\\w{1,99}){1,99}){1,99})"] {
            let found = of(with("{statusCode: 200}", &json!({bad: {"statusCode": 200}})));
            assert!(found.contains("is not a pattern that is supported"), "{found}");
        }
        assert!(of(with("{statusCode: 200}", &json!({"default": 1}))).contains("must be an object"));
    }

    #[test]
    fn what_has_no_effect() {
        let mut integration = with("{statusCode: 200}", &json!({"default": {"statusCode": 200}}));
        integration["requestParameters"] = json!({"integration.request.header.a": "'b'"});
        integration["timeoutInMillis"] = json!(1000);
        integration["httpMethod"] = json!("GET");
        let (_, warnings) = method_at("/x", &integration);
        assert_eq!(warnings.len(), 3);
        assert!(warnings.iter().all(|w| w.starts_with("NoEffect ")));
    }
}
