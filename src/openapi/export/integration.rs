//! `x-amazon-apigateway-integration`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api::{
    ContentHandling, IntegrationResponse, LambdaIntegration, Mapping, Method, MethodName, PassthroughBehavior,
};
use serde_json::{Map, Value, json};

use super::{insert_some, mock, object};
use crate::integration::aws::{CREDENTIALS, ENDPOINT};

/// Region and account of the ARNs that functions get: nothing here has either, and imports pass over them.
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "000000000000";
/// Timeout where none is set, in milliseconds.
const DEFAULT_TIMEOUT: u32 = 29_000;

/// What makes requests and answers of a method; none for a proxy.
pub(super) fn mapping_of(method: &Method) -> Option<Cow<'_, Mapping>> {
    let lambda = method.lambda.as_ref().and_then(|lambda| lambda.mapping.as_ref());
    let http = method.http.as_ref().and_then(|http| http.mapping.as_ref());
    let aws = method.aws.as_ref().map(|aws| &aws.mapping);
    let written = lambda.or(http).or(aws).map(Cow::Borrowed);
    written.or_else(|| method.mock.as_ref().map(mock::mapping))
}

/// `None` for a method without integration, which nobody accepts.
pub(super) fn export(path: &str, method: &Method) -> Option<Value> {
    let mapping = mapping_of(method);
    let mut out = Map::new();
    let (kind, timeout) = if let Some(lambda) = &method.lambda {
        out.insert("httpMethod".to_owned(), lambda.method.unwrap_or(MethodName::Post).as_str().into());
        out.insert("uri".to_owned(), function_uri(lambda).into());
        insert_texts(&mut out, "requestParameters", &lambda.request_parameters);
        (if mapping.is_some() { "aws" } else { "aws_proxy" }, lambda.timeout_millis)
    } else if let Some(http) = &method.http {
        out.insert("httpMethod".to_owned(), method_name(http.method).into());
        let uri = http.url.replace("+}", "}");
        insert_texts(&mut out, "requestParameters", &with_path(&uri, path, &http.request_parameters));
        out.insert("uri".to_owned(), uri.into());
        if http.tls.is_some_and(|tls| tls.insecure_skip_verification) {
            out.insert("tlsConfig".to_owned(), json!({"insecureSkipVerification": true}));
        }
        (if mapping.is_some() { "http" } else { "http_proxy" }, http.timeout_millis)
    } else if let Some(aws) = &method.aws {
        out.insert("httpMethod".to_owned(), method_name(aws.method).into());
        out.insert("uri".to_owned(), aws.uri.as_str().into());
        insert_texts(&mut out, "requestParameters", &with_path(&aws.uri, path, &aws.request_parameters));
        out.insert(ENDPOINT.to_owned(), aws.endpoint.as_str().into());
        out.insert(CREDENTIALS.to_owned(), aws.credentials_secret.as_str().into());
        ("aws", aws.timeout_millis)
    } else {
        method.mock.as_ref()?;
        ("mock", None)
    };
    out.insert("type".to_owned(), kind.into());
    insert_some(&mut out, "timeoutInMillis", timeout.filter(|millis| *millis != DEFAULT_TIMEOUT));
    let mut passthrough = PassthroughBehavior::WhenNoMatch;
    if let Some(mapping) = &mapping {
        insert_texts(&mut out, "requestTemplates", &mapping.request_templates);
        insert_some(&mut out, "contentHandling", mapping.content_handling.map(content_handling));
        if !mapping.responses.is_empty() {
            let key =
                |pattern: &String| if pattern.is_empty() { "default".to_owned() } else { pattern.clone() };
            let responses = mapping.responses.iter().map(|(pattern, of)| (key(pattern), response(of)));
            out.insert("responses".to_owned(), Value::Object(responses.collect()));
        }
        passthrough = mapping.passthrough_behavior.unwrap_or(passthrough);
    }
    let passthrough = match passthrough {
        PassthroughBehavior::WhenNoMatch => "when_no_match",
        PassthroughBehavior::WhenNoTemplates => "when_no_templates",
        PassthroughBehavior::Never => "never",
    };
    out.insert("passthroughBehavior".to_owned(), passthrough.into());
    Some(out.into())
}

fn response(response: &IntegrationResponse) -> Value {
    let mut out = object(json!({"statusCode": response.status_code.to_string()}));
    insert_texts(&mut out, "responseParameters", &response.response_parameters);
    insert_texts(&mut out, "responseTemplates", &response.response_templates);
    insert_some(&mut out, "contentHandling", response.content_handling.map(content_handling));
    out.into()
}

fn content_handling(handling: ContentHandling) -> &'static str {
    match handling {
        ContentHandling::ConvertToBinary => "CONVERT_TO_BINARY",
        ContentHandling::ConvertToText => "CONVERT_TO_TEXT",
    }
}

fn method_name(method: Option<MethodName>) -> &'static str {
    method.unwrap_or(MethodName::Any).as_str()
}

fn function_uri(lambda: &LambdaIntegration) -> String {
    format!(
        "arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}/invocations",
        lambda.function
    )
}

/// Typed paths put a path parameter into a URL by its name alone; documents say each with a mapping.
fn with_path(uri: &str, path: &str, parameters: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut all = parameters.clone();
    for name in crate::integration::path_parameters(path) {
        if uri.replace("${", "").contains(&format!("{{{name}}}")) {
            all.entry(format!("integration.request.path.{name}"))
                .or_insert_with(|| format!("method.request.path.{name}"));
        }
    }
    all
}

pub(super) fn insert_texts(out: &mut Map<String, Value>, key: &str, texts: &BTreeMap<String, String>) {
    if !texts.is_empty() {
        out.insert(key.to_owned(), json!(texts));
    }
}
