//! Whatever a request holds, its event is JSON with the right keys.
#![no_main]

use arbitrary::Arbitrary;
use gateway::lambda_event::{EventInput, Forwarded, RequestContext, build};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    texts: [&'a str; 16],
    headers: Vec<(&'a [u8], &'a [u8])>,
    query: Option<&'a str>,
    path_parameters: Vec<(&'a str, &'a str)>,
    user_agent: Option<&'a str>,
    body: &'a [u8],
    body_is_binary: bool,
    port: u16,
    epoch_millis: u64,
}

const KEYS: [&str; 12] = [
    "body",
    "headers",
    "httpMethod",
    "isBase64Encoded",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
    "path",
    "pathParameters",
    "queryStringParameters",
    "requestContext",
    "resource",
    "stageVariables",
];

fuzz_target!(|input: Input<'_>| {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = input.texts;
    let context = RequestContext {
        account_id: a,
        api_id: b,
        deployment_id: c,
        domain_name: d,
        domain_prefix: e,
        extended_request_id: f,
        request_id: g,
        resource_id: h,
        resource_path: i,
        stage: j,
        path: k,
        protocol: l,
        http_method: m,
        source_ip: n,
        user_agent: input.user_agent,
        epoch_millis: input.epoch_millis,
    };
    let forwarded = Forwarded { host: d, source_ip: n, port: input.port, proto: l, trace_id: o };
    let bytes = build(&EventInput {
        resource: i,
        path: p,
        http_method: m,
        headers: &input.headers,
        forwarded: &forwarded,
        query: input.query,
        path_parameters: &input.path_parameters,
        stage_variables_json: "{\"k\":\"v\"}",
        body: input.body,
        body_is_binary: input.body_is_binary,
        context: &context,
    });
    let event: Value = serde_json::from_slice(&bytes).expect("the event is JSON");
    let mut keys: Vec<_> = event.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, KEYS);
    assert_eq!(event["path"].as_str(), Some(p));
    assert_eq!(event["requestContext"]["requestTimeEpoch"].as_u64(), Some(input.epoch_millis));
    let names = |map: &str| event[map].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
    assert_eq!(names("headers"), names("multiValueHeaders"));
    assert_eq!(names("queryStringParameters"), names("multiValueQueryStringParameters"));
});
