//! The event that a Lambda proxy integration sends to a function: payload 1.0, written straight as JSON.
//!
//! Shape and content as recorded (`lambda-proxy-event-whole` and the other `lambda-proxy-event-*` cases); what is not
//! recorded follows the developer guide's page set-up-lambda-proxy-integrations, input format.

mod body;
mod context;
mod headers;
mod json;
mod query;
#[cfg(test)]
mod tests;
mod time;

pub(crate) use time::request_time;

/// What an event is made of.
#[derive(Clone, Copy, Debug)]
pub struct EventInput<'a> {
    /// The resource that was matched, as declared: `/{proxy+}`.
    pub resource: &'a str,
    /// The path below the stage as sent, leading slashes collapsed to one.
    pub path: &'a str,
    /// The request's method.
    pub http_method: &'a str,
    /// The request's headers in order, names as sent.
    pub headers: &'a [(&'a [u8], &'a [u8])],
    /// What the gateway says about the request's way here.
    pub forwarded: &'a Forwarded<'a>,
    /// The query as sent, without the question mark.
    pub query: Option<&'a str>,
    /// Names and values of the path parameters, values as sent.
    pub path_parameters: &'a [(&'a str, &'a str)],
    /// The stage variables as a JSON object; empty for none.
    pub stage_variables_json: &'a str,
    /// The request's body.
    pub body: &'a [u8],
    /// Whether its media type is one of the API's binary ones.
    pub body_is_binary: bool,
    /// For `requestContext`.
    pub context: &'a RequestContext<'a>,
}

/// What the gateway says about a request's way: these headers take the place of those that were sent.
#[derive(Clone, Copy, Debug)]
pub struct Forwarded<'a> {
    /// `Host`.
    pub host: &'a str,
    /// Goes to the end of `X-Forwarded-For`.
    pub source_ip: &'a str,
    /// `X-Forwarded-Port`.
    pub port: u16,
    /// `X-Forwarded-Proto`.
    pub proto: &'a str,
    /// `X-Amzn-Trace-Id`: the client's where it has a root, else a fresh one.
    pub trace_id: &'a str,
}

/// What `requestContext` holds.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "they are named as in the event")]
pub struct RequestContext<'a> {
    pub account_id: &'a str,
    pub api_id: &'a str,
    pub deployment_id: &'a str,
    pub domain_name: &'a str,
    pub domain_prefix: &'a str,
    pub extended_request_id: &'a str,
    pub request_id: &'a str,
    pub resource_id: &'a str,
    pub resource_path: &'a str,
    pub stage: &'a str,
    /// With the stage.
    pub path: &'a str,
    /// `HTTP/1.1`.
    pub protocol: &'a str,
    pub http_method: &'a str,
    pub source_ip: &'a str,
    pub user_agent: Option<&'a str>,
    /// For `requestTime` and `requestTimeEpoch`.
    pub epoch_millis: u64,
}

/// The event as JSON. Not longer than about ten times its parts, whatever they hold.
pub fn build(input: &EventInput<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(estimate(input));
    json::first_field(&mut out, "resource", input.resource);
    json::field(&mut out, "path", input.path);
    json::field(&mut out, "httpMethod", input.http_method);
    headers::write(&mut out, input.headers, input.forwarded);
    query::write(&mut out, input.query.unwrap_or_default());
    path_parameters(&mut out, input.path_parameters);
    let variables = match input.stage_variables_json {
        "" | "{}" => "null",
        variables => variables,
    };
    json::raw(&mut out, ",\"stageVariables\":");
    json::raw(&mut out, variables);
    context::write(&mut out, input.context);
    body::write(&mut out, input.body, input.body_is_binary);
    out.push(b'}');
    out
}

fn path_parameters(out: &mut Vec<u8>, parameters: &[(&str, &str)]) {
    json::raw(out, ",\"pathParameters\":");
    let parameters = parameters.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    json::object(out, parameters, json::text);
}

/// Mostly enough, so that the buffer grows but once.
fn estimate(input: &EventInput<'_>) -> usize {
    let headers: usize = input.headers.iter().map(|(name, value)| 2 * (name.len() + value.len()) + 16).sum();
    let query = input.query.map_or(0, |query| 2 * query.len() + 64);
    let body =
        if input.body_is_binary { input.body.len() / 3 * 4 } else { input.body.len() + input.body.len() / 8 };
    2_048 + headers + query + body + 2 * input.path.len() + input.stage_variables_json.len()
}
