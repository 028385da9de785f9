//! What a service of AWS is sent, but for the signature.

use bytes::Bytes;
use http::Method;
use snapshot::{AwsCall, AwsPlan};

use crate::aws::AwsTarget;
use crate::exchange::Exchange;
use crate::mapped::headers::may_be_sent;
use crate::mapped::onward::Onward;
use crate::query;
use crate::reject::Reject;

const FORM: &str = "application/x-www-form-urlencoded";

/// What the signature sets: a template that sets one of them has no say.
const OF_THE_SIGNATURE: [&str; 4] =
    ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];

/// What a service of AWS is sent, but for the signature.
pub(super) struct AwsRequest {
    pub(super) target: AwsTarget,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl AwsRequest {
    pub(super) fn make(
        plan: &AwsPlan,
        method: &Method,
        exchange: &Exchange,
        onward: Onward,
    ) -> Result<Self, Reject> {
        let Onward { body, media_type, mut headers, query, path } = onward;
        let parameters: Vec<(&str, &str)> = path.iter().map(|(name, value)| (&**name, &**value)).collect();
        let path = plan.target.path_and_query(&parameters, Some(&query::written(&query)));
        let target = AwsTarget::of(&path?, &*plan.service == "s3");
        headers.retain(|(name, value)| {
            may_be_sent(name, value) && !OF_THE_SIGNATURE.iter().any(|own| name.eq_ignore_ascii_case(own))
        });
        let mut request = Self { target, headers, body };
        match &plan.call {
            AwsCall::Query { .. } if *method == Method::POST => request.turn_into_form(),
            AwsCall::Query { .. } | AwsCall::Path => request.complete("content-type", &media_type),
            AwsCall::Json { target, media_type } => {
                request.complete("x-amz-target", target);
                request.complete("content-type", media_type);
            }
        }
        let api = exchange.api.as_ref().map_or("", |api| &*api.name);
        request.complete("host", &plan.target.authority);
        request.complete("accept", "application/json");
        request.complete("user-agent", &format!("AmazonAPIGateway_{api}"));
        request.complete("x-amzn-apigateway-api-id", api);
        request.complete("x-amzn-trace-id", exchange.trace_text().unwrap_or_default());
        Ok(request)
    }

    /// What the service looks at, and so what nobody on the way may change.
    pub(super) fn headers_to_sign(&self) -> Vec<(&str, &str)> {
        let all = self.headers.iter().map(|(name, value)| (&**name, &**value));
        let counts = |name: &str| {
            name.eq_ignore_ascii_case("host")
                || name.eq_ignore_ascii_case("content-type")
                || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
        };
        all.filter(|(name, _)| counts(name)).collect()
    }

    /// Sets a header that is not mapped.
    fn complete(&mut self, name: &str, value: &str) {
        let is_needed = !value.is_empty() && (name != "content-type" || !self.body.is_empty());
        if is_needed && self.header(name).is_none() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Parameters of a query become those of a form, which has more room. A body that is no form means nothing to a
    /// service that reads forms.
    fn turn_into_form(&mut self) {
        let is_form =
            self.header("content-type").is_some_and(|value| value.to_ascii_lowercase().starts_with(FORM));
        let mut form = self.target.take_query().into_bytes();
        if is_form && !self.body.is_empty() {
            form.push(b'&');
            form.extend_from_slice(&self.body);
        }
        self.body = form.into();
        if !is_form {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            self.complete("content-type", FORM);
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}
