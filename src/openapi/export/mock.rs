//! Mocks that say their answer in short: documents say it with templates.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api::{IntegrationResponse, Mapping, Method, MethodResponse, MockIntegration};

/// The mapping that a mock is.
pub(super) fn mapping(mock: &MockIntegration) -> Cow<'_, Mapping> {
    if let Some(mapping) = &mock.mapping {
        return Cow::Borrowed(mapping);
    }
    let status = mock.status_code.unwrap_or(200);
    let json = || "application/json".to_owned();
    let body = mock.body.as_deref().unwrap_or_default();
    let header =
        |(name, value): (&String, &String)| (format!("method.response.header.{name}"), format!("'{value}'"));
    let response = IntegrationResponse {
        status_code: status,
        response_parameters: mock.headers.iter().map(header).collect(),
        response_templates: if body.is_empty() { BTreeMap::new() } else { [(json(), literal(body))].into() },
        content_handling: None,
    };
    Cow::Owned(Mapping {
        request_templates: [(json(), format!("{{\"statusCode\": {status}}}"))].into(),
        responses: [("default".to_owned(), response)].into(),
        ..Mapping::default()
    })
}

/// The answer as the method declares it, which the service wants for each header that is set.
pub(super) fn declared_responses(method: &Method) -> BTreeMap<String, MethodResponse> {
    let Some(mock) = method.mock.as_ref().filter(|mock| mock.mapping.is_none()) else {
        return BTreeMap::new();
    };
    let headers = mock.headers.keys().cloned().collect();
    let status = mock.status_code.unwrap_or(200).to_string();
    [(status, MethodResponse { headers, ..MethodResponse::default() })].into()
}

/// A template that renders to this text. The language has no escapes: what could be a reference or a directive is put
/// in by references to text.
fn literal(text: &str) -> String {
    if !text.contains(['$', '#']) {
        return text.to_owned();
    }
    let mut out =
        r"#set($dollar = '$')#set($hash = '#')#set($backslash = '\')#set($none = '')${none}".to_owned();
    for c in text.chars() {
        match c {
            '$' => out.push_str("${dollar}"),
            '#' => out.push_str("${hash}"),
            // Before a reference it would take its meaning away.
            '\\' => out.push_str("${backslash}"),
            other => out.push(other),
        }
    }
    out
}
