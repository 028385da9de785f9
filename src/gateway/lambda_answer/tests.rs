use http::header::CACHE_CONTROL;
use proptest::prelude::*;

use super::*;

fn of(payload: &str) -> Result<ProxyAnswer, AnswerError> {
    parse(&Bytes::copy_from_slice(payload.as_bytes()), false)
}

fn values(payload: &str, name: &str) -> Vec<String> {
    let headers = of(payload).unwrap().headers;
    headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.to_str().unwrap().to_owned()).collect()
}

#[test]
fn recorded_as_accepted() {
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    for payload in
        [r#"{"statusCode": 200}"#, r#"{"headers": null}"#, " {}", r#"{"statusCode":null,"body":null}"#]
    {
        let answer = of(payload).unwrap();
        assert_eq!((answer.status, &*answer.headers, &*answer.body), (200, &json[..], &b""[..]), "{payload}");
    }
    assert_eq!(of(r#"{"statusCode": "201"}"#).unwrap().status, 201);
    assert_eq!(
        values(r#"{"headers":{"x-flag":true,"x-n":1.5,"x-none":null,"X-Text":"ż"}}"#, "x-flag"),
        ["true"]
    );
    assert_eq!(of(r#"{"body":"aGVsbG8=","isBase64Encoded":true}"#).unwrap().body, "aGVsbG8=");
    assert_eq!(of(r#"{"body":"a\n\u00e9"}"#).unwrap().body, "a\né");
    for (payload, body) in
        [(r#"{"body":true}"#, "true"), (r#"{"body":false}"#, "false"), (r#"{"body":1.5}"#, "1.5")]
    {
        assert_eq!(of(payload).unwrap().body, body);
    }
    assert_eq!(
        values(r#"{"headers":{"content-type":"application/xml"}}"#, "content-type"),
        ["application/xml"]
    );
}

#[test]
fn lists_come_before_single_values() {
    let payload =
        r#"{"headers":{"test-multi":"solo"},"multiValueHeaders":{"tesT-Multi":["a","b"],"x":null}}"#;
    assert_eq!(values(payload, "test-multi"), ["a", "b", "solo"]);
    let payload = r#"{"headers":{"x":"a","y":"b"},"multiValueHeaders":{"X":["a","a","c"]}}"#;
    assert_eq!(
        (values(payload, "x"), values(payload, "y")),
        (vec!["a".into(), "a".into(), "c".into()], vec!["b".into()])
    );
}

#[test]
fn what_a_function_cannot_set() {
    let payload = r#"{"headers":{"Connection":"close","Content-Length":7,"Transfer-Encoding":"chunked",
        "Date":"d","Server":"s","WWW-Authenticate":"Basic","Host":"h","Cache-Control":"no-cache"}}"#;
    for name in ["connection", "content-length", "date", "server", "www-authenticate"] {
        assert!(values(payload, name).is_empty(), "{name}");
        assert_eq!(values(payload, &format!("x-amzn-remapped-{name}")).len(), 1, "{name}");
    }
    for name in ["transfer-encoding", "host"] {
        assert!(
            values(payload, name).is_empty()
                && values(payload, &format!("x-amzn-remapped-{name}")).is_empty()
        );
    }
    assert_eq!(values(payload, CACHE_CONTROL.as_str()), ["no-cache"]);
}

#[test]
fn recorded_or_inferred_as_malformed() {
    for payload in ["\"plain\"", "null", "[200]", "", "5", " "] {
        assert!(matches!(of(payload), Err(AnswerError::NotAnObject)), "{payload}");
    }
    for payload in [
        "{",
        r#"{"multiValueHeaders":{"x-list":"one"}}"#,
        r#"{"statusCode":"test"}"#,
        r#"{"statusCode":100}"#,
        r#"{"statusCode":600}"#,
        r#"{"statusCode":-1}"#,
        r#"{"statusCode":true}"#,
        r#"{"statusCode":"+200"}"#,
        r#"{"statusCode":""}"#,
        r#"{"headers":[]}"#,
        r#"{"headers":{"a":{}}}"#,
        r#"{"headers":{"a b":"c"}}"#,
        r#"{"headers":{"":"c"}}"#,
        r#"{"headers":{"a":"b\r\nc: d"}}"#,
        r#"{"body":{}}"#,
        r#"{"isBase64Encoded":"yes"}"#,
        r#"{"errorMessage":"boom"}"#,
        r#"{"statusCode":200} x"#,
    ] {
        assert!(matches!(of(payload), Err(AnswerError::Malformed(_))), "{payload}");
    }
    let many: Vec<_> = (0..20_000).map(|n| format!("\"a{n}\":1")).collect();
    assert!(matches!(
        of(&format!("{{\"headers\":{{{}}}}}", many.join(","))),
        Err(AnswerError::HeadersTooLarge)
    ));
}

#[test]
fn base64() {
    let decode = |payload: &str| parse(&Bytes::copy_from_slice(payload.as_bytes()), true);
    let png = b"\x89PNG\x0f\x00\xff\x01\x02";
    let body = |text: &str| format!("{{\"body\":\"{text}\",\"isBase64Encoded\":true}}");
    assert_eq!(decode(&body("iVBORw8A/wEC")).unwrap().body, &png[..]);
    assert_eq!(decode(&body("iVBORw==")).unwrap().body, decode(&body("iVBORw")).unwrap().body);
    assert_eq!(decode(r#"{"body":"iVBORw==","isBase64Encoded":false}"#).unwrap().body, "iVBORw==");
    assert!(matches!(decode(&body("èé+à)(")), Err(AnswerError::BadBase64)));
    assert_eq!(decode(r#"{"isBase64Encoded":true}"#).unwrap().body, "");
}

#[test]
fn binary_media_types() {
    let types = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let png = types(&["image/png"]);
    for (accept, binary) in [
        (Some("image/png"), true),
        (Some("image/jpg"), false),
        (Some("image/*"), false),
        (Some("*/*"), false),
        (Some("image/webp,image/png,*/*;q=0.8"), false),
        (Some("image/png,image/*,*/*;q=0.8"), true),
        (Some("image/PNG;q=1"), true),
        (None, false),
    ] {
        assert_eq!(accepts_binary(&png, accept), binary, "{accept:?}");
    }
    let some = types(&["image/png", "application/*", "image/jpg"]);
    for (accept, binary) in
        [("application/whatever", true), ("application/*", true), ("application", false), ("*/*", false)]
    {
        assert_eq!(accepts_binary(&some, Some(accept)), binary, "{accept}");
    }
    let left = types(&["*/test"]);
    for accept in ["*/test", "random/test"] {
        assert!(!accepts_binary(&left, Some(accept)) && !matches_binary(&left, accept), "{accept}");
    }
    let all = types(&["*/*"]);
    assert!(
        accepts_binary(&all, None) && matches_binary(&all, "application/json") && matches_binary(&all, "")
    );
    assert!(
        matches_binary(&png, "image/png; charset=x")
            && !matches_binary(&png, "")
            && !matches_binary(&[], "a/b")
    );
}

proptest! {
    #[test]
    fn never_panics(payload in "\\{(\"(statusCode|headers|multiValueHeaders|body|isBase64Encoded|x)\":([\\[\\]{}\"a0-9:,. ]{0,12}|true|false|null),?){0,4}\\}?", decode: bool) {
        let _ = parse(&Bytes::from(payload), decode);
    }

    #[test]
    fn any_bytes(payload in prop::collection::vec(any::<u8>(), 0..200), decode: bool) {
        let _ = parse(&Bytes::from(payload), decode);
    }
}
