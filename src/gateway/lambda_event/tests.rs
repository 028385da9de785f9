use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const CONTEXT: RequestContext<'_> = RequestContext {
    account_id: "000000000000",
    api_id: "houses",
    deployment_id: "houses-v12",
    domain_name: "houses.shop.example.test",
    domain_prefix: "houses",
    extended_request_id: "ext=",
    request_id: "3f0ff0d2-8c2c-4e6e-9d4a-000000000000",
    resource_id: "abc123",
    resource_path: "/{proxy+}",
    stage: "dev",
    path: "/dev/one",
    protocol: "HTTP/1.1",
    http_method: "GET",
    source_ip: "192.0.2.1",
    user_agent: Some("probe/1"),
    epoch_millis: 1_704_164_645_678,
};

const FORWARDED: Forwarded<'_> = Forwarded {
    host: "houses.shop.example.test",
    source_ip: "192.0.2.1",
    port: 8080,
    proto: "http",
    trace_id: "Root=1-6553f100-000000000000000000000000",
};

const INPUT: EventInput<'_> = EventInput {
    resource: "/{proxy+}",
    path: "/one",
    http_method: "GET",
    headers: &[],
    forwarded: &FORWARDED,
    query: None,
    path_parameters: &[],
    stage_variables_json: "{}",
    body: b"",
    body_is_binary: false,
    context: &CONTEXT,
};

fn event(input: &EventInput<'_>) -> Value {
    serde_json::from_slice(&build(input)).unwrap()
}

#[test]
fn golden() {
    let headers: &[(&[u8], &[u8])] = &[
        (b"User-Agent", b"probe/1"),
        (b"Accept", b"*/*"),
        (b"mIxEd-CaSe", b"vALue"),
        (b"authorization", b"some-value"),
        (b"Host", b"spoofed"),
        (b"Connection", b"keep-alive"),
    ];
    let got = build(&EventInput { headers, path_parameters: &[("proxy", "one")], ..INPUT });
    let expected = concat!(
        r#"{"resource":"/{proxy+}","path":"/one","httpMethod":"GET","#,
        r#""headers":{"Accept":"*/*","Authorization":"some-value","Host":"houses.shop.example.test","#,
        r#""mIxEd-CaSe":"vALue","User-Agent":"probe/1","#,
        r#""X-Amzn-Trace-Id":"Root=1-6553f100-000000000000000000000000","#,
        r#""X-Forwarded-For":"192.0.2.1","X-Forwarded-Port":"8080","X-Forwarded-Proto":"http"},"#,
        r#""multiValueHeaders":{"Accept":["*/*"],"Authorization":["some-value"],"#,
        r#""Host":["houses.shop.example.test"],"mIxEd-CaSe":["vALue"],"User-Agent":["probe/1"],"#,
        r#""X-Amzn-Trace-Id":["Root=1-6553f100-000000000000000000000000"],"#,
        r#""X-Forwarded-For":["192.0.2.1"],"X-Forwarded-Port":["8080"],"X-Forwarded-Proto":["http"]},"#,
        r#""queryStringParameters":null,"multiValueQueryStringParameters":null,"#,
        r#""pathParameters":{"proxy":"one"},"stageVariables":null,"#,
        r#""requestContext":{"accountId":"000000000000","apiId":"houses","deploymentId":"houses-v12","#,
        r#""domainName":"houses.shop.example.test","domainPrefix":"houses","extendedRequestId":"ext=","#,
        r#""httpMethod":"GET","identity":{"accessKey":null,"accountId":null,"caller":null,"#,
        r#""cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,"#,
        r#""cognitoIdentityPoolId":null,"principalOrgId":null,"user":null,"userArn":null,"#,
        r#""sourceIp":"192.0.2.1","userAgent":"probe/1"},"path":"/dev/one","protocol":"HTTP/1.1","#,
        r#""requestId":"3f0ff0d2-8c2c-4e6e-9d4a-000000000000","requestTime":"02/Jan/2024:03:04:05 +0000","#,
        r#""requestTimeEpoch":1704164645678,"resourceId":"abc123","resourcePath":"/{proxy+}","stage":"dev"},"#,
        r#""body":null,"isBase64Encoded":false}"#,
    );
    assert_eq!(String::from_utf8(got.clone()).unwrap(), expected);
    let typed: ApiGatewayProxyRequest = serde_json::from_slice(&got).unwrap();
    assert_eq!(typed.path_parameters["proxy"], "one");
    assert_eq!(typed.request_context.identity.source_ip.as_deref(), Some("192.0.2.1"));
}

#[test]
fn headers() {
    let headers: &[(&[u8], &[u8])] = &[
        (b"x-tag", b"red"),
        (b"AUTHORIZATION", b"AWS4-HMAC-SHA256 Credential=a"),
        (b"X-TAG", b"blue"),
        (b"user-AGENT", b"probe/3"),
        (b"x-forwarded-for", b"198.51.100.7"),
        (b"X-Forwarded-For", b"10.0.0.1"),
        (b"X-FORWARDED-PROTO", b"gopher"),
        (b"x-amzn-trace-id", b"spoofed"),
        (b"x-bytes", b"\xe9\"\\\t"),
        (b"Content-Length", b"0"),
        (b"Content-Encoding", b"deflate"),
    ];
    let got = event(&EventInput { headers, ..INPUT });
    assert_eq!(
        got["multiValueHeaders"],
        json!({
            "x-tag": ["red", "blue"],
            "User-Agent": ["probe/3"],
            "Content-Encoding": ["deflate"],
            "Host": ["houses.shop.example.test"],
            "X-Amzn-Trace-Id": ["Root=1-6553f100-000000000000000000000000"],
            "X-Forwarded-For": ["198.51.100.7, 10.0.0.1, 192.0.2.1"],
            "X-Forwarded-Port": ["8080"],
            "X-Forwarded-Proto": ["http"],
            "x-bytes": ["\u{fffd}\"\\\t"],
        })
    );
    assert_eq!(got["headers"]["x-tag"], "blue");
    assert_eq!(got["headers"].as_object().unwrap().len(), 9);
}

#[test]
fn queries() {
    let query = |query| {
        let got = event(&EventInput { query: Some(query), ..INPUT });
        (got["queryStringParameters"].clone(), got["multiValueQueryStringParameters"].clone())
    };
    let recorded = "when=2024-01-02T03:04:05.678901+00:00&email=a%2Bb@mail.com&plus=a+b@mail.com\
        &url=https://www.example.com/&space=foo%20bar";
    assert_eq!(
        query(recorded).0,
        json!({
            "when": "2024-01-02T03:04:05.678901 00:00",
            "email": "a+b@mail.com",
            "plus": "a b@mail.com",
            "url": "https://www.example.com/",
            "space": "foo bar",
        })
    );
    assert_eq!(query("b=2&a=1&b=3"), (json!({"a": "1", "b": "3"}), json!({"a": ["1"], "b": ["2", "3"]})));
    assert_eq!(query("").0, Value::Null);
    assert_eq!(query("&&").1, Value::Null);
    assert_eq!(query("a&b=&=c&d=e=f").0, json!({"a": "", "b": "", "": "c", "d": "e=f"}));
    assert_eq!(
        query("a=%zz%4&%FF=1&%FE=2&b=%e9").1,
        json!({"a": ["%zz%4"], "\u{fffd}": ["1", "2"], "b": ["\u{fffd}"]})
    );
    assert_eq!(query("a=1;b=2").0, json!({"a": "1", "b": "2"}));
    assert_eq!(query("%C3%A9=%C5%BC").0, json!({"é": "ż"}));
}

#[test]
fn bodies() {
    let body = |body: &[u8], body_is_binary| {
        let got = event(&EventInput { body, body_is_binary, ..INPUT });
        (got["body"].clone(), got["isBase64Encoded"].clone())
    };
    assert_eq!(
        body("{\"k\":\"żółw 参 🙂\"}".as_bytes(), false),
        (json!("{\"k\":\"żółw 参 🙂\"}"), json!(false))
    );
    assert_eq!(body(b"{\"a\": 1}", true), (json!("eyJhIjogMX0="), json!(true)));
    assert_eq!(body(b"", true), (Value::Null, json!(false)));
    assert_eq!(body(b"\x1f\x8b\x08", false), (json!("\u{1f}\u{fffd}\u{8}"), json!(false)));
    let variables = event(&EventInput { stage_variables_json: r#"{"k":"v"}"#, ..INPUT });
    assert_eq!(variables["stageVariables"], json!({"k": "v"}));
}

#[test]
fn thousands_of_parameters_take_no_long() {
    let query = (0..100_000).rev().map(|n| format!("{n:x}")).collect::<Vec<_>>().join("&");
    let started = std::time::Instant::now();
    build(&EventInput { query: Some(&query), ..INPUT });
    assert!(started.elapsed().as_secs() < 5);
}

proptest! {
    #[test]
    fn always_an_event(
        headers in prop::collection::vec(("[!#$%&'*+.^_`|~0-9a-zA-Z-]{1,20}", prop::collection::vec(any::<u8>(), 0..40)), 0..20),
        query in prop::option::of("[a-c%+&=;0-9é\u{0}]{0,60}"),
        path in ".{0,40}",
        name in ".{0,10}",
        body in prop::collection::vec(any::<u8>(), 0..200),
        body_is_binary: bool,
        epoch_millis: u64,
    ) {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_bytes(), &**value)).collect();
        let context = RequestContext { path: &path, user_agent: Some(&name), epoch_millis, ..CONTEXT };
        let path_parameters = [(&*name, &*path)];
        let input = EventInput {
            headers: &headers, query: query.as_deref(), path: &path, path_parameters: &path_parameters,
            body: &body, body_is_binary, context: &context, ..INPUT
        };
        let bytes = build(&input);
        let sent: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let sent = sent + 3 * path.len() + 2 * name.len() + body.len() + query.as_ref().map_or(0, String::len);
        prop_assert!(bytes.len() <= 3_000 + 10 * sent);
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        let mut keys: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        prop_assert_eq!(keys, [
            "body", "headers", "httpMethod", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters",
            "path", "pathParameters", "queryStringParameters", "requestContext", "resource", "stageVariables",
        ]);
        prop_assert_eq!(event["path"].as_str(), Some(&*path));
        prop_assert_eq!(event["pathParameters"][&*name].as_str(), Some(&*path));
        if !body_is_binary && !body.is_empty() {
            let text = String::from_utf8_lossy(&body);
            prop_assert_eq!(event["body"].as_str(), Some(&*text));
        }
        let keys = |name: &str| event[name].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
        prop_assert_eq!(keys("headers"), keys("multiValueHeaders"));
        prop_assert_eq!(keys("queryStringParameters"), keys("multiValueQueryStringParameters"));
    }
}
