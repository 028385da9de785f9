//! Which function a request is for: the name in its path, in any of the forms that Lambda takes, and its qualifier.
//!
//! API reference, Invoke: `hello`, `hello:PROD`, `arn:aws:lambda:us-west-2:123456789012:function:hello`,
//! `123456789012:function:hello`.

use std::borrow::Cow;

use http::{Method, Uri};
use snapshot::FunctionReference;

use super::refusal::Refusal;

const NAME: &str = "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
const QUALIFIER: &str = "Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)";

/// Reads path and query. Account and region of an ARN are not looked at: there is one of each here.
pub(super) fn read(method: &Method, uri: &Uri) -> Result<FunctionReference, Refusal> {
    let path = uri.path().strip_prefix("/2015-03-31/functions/");
    let name = path.and_then(|path| path.strip_suffix("/invocations")).filter(|name| !name.contains('/'));
    let name = name.filter(|_| *method == Method::POST).ok_or(Refusal::UnknownOperation)?;
    let name = decoded(name);
    let invalid = || Refusal::Invalid { field: "functionName", value: name.to_string(), must: NAME };
    let reference = match name.split_once("function:") {
        Some((before, reference)) if is_before_name(before) => reference,
        Some(_) => return Err(invalid()),
        None => &name,
    };
    let mut reference = FunctionReference::parse(reference).map_err(|_| invalid())?;
    if let Some(qualifier) = qualifier(uri.query())? {
        match &reference.qualifier {
            Some(named) if **named != qualifier => return Err(Refusal::TwoQualifiers),
            _ => reference.qualifier = Some(qualifier),
        }
    }
    Ok(reference)
}

/// `arn:aws:lambda:REGION:ACCOUNT:`, `ACCOUNT:` or nothing.
fn is_before_name(text: &str) -> bool {
    let account = match text.strip_prefix("arn:") {
        None => text,
        Some(rest) => {
            let mut parts = rest.splitn(4, ':');
            let (partition, service, _region) = (parts.next(), parts.next(), parts.next());
            if !partition.is_some_and(|text| text.starts_with("aws")) || service != Some("lambda") {
                return false;
            }
            parts.next().unwrap_or_default()
        }
    };
    let account = account.strip_suffix(':').unwrap_or(account);
    account.is_empty() || account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
}

fn qualifier(query: Option<&str>) -> Result<Option<String>, Refusal> {
    let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, value)) = pairs.into_iter().find(|(name, _)| *name == "Qualifier") else { return Ok(None) };
    let value = decoded(value);
    if value.is_empty() {
        return Ok(None);
    }
    match FunctionReference::parse(&format!("f:{value}")) {
        Ok(reference) => Ok(reference.qualifier),
        Err(_) => Err(Refusal::Invalid { field: "qualifier", value: value.into_owned(), must: QUALIFIER }),
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(target: &str) -> Result<(String, Option<String>), String> {
        let target = format!("/2015-03-31/functions/{target}");
        read(&Method::POST, &target.parse().unwrap())
            .map(|reference| (reference.name, reference.qualifier))
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn forms() {
        let hello = |qualifier: Option<&str>| Ok(("hello".to_owned(), qualifier.map(str::to_owned)));
        assert_eq!(of("hello/invocations"), hello(None));
        assert_eq!(of("hello:3/invocations"), hello(Some("3")));
        assert_eq!(of("hello%3APROD/invocations"), hello(Some("PROD")));
        assert_eq!(of("hello/invocations?Qualifier=%24LATEST"), hello(Some("$LATEST")));
        assert_eq!(of("hello:PROD/invocations?Qualifier=PROD"), hello(Some("PROD")));
        let arn = "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Ahello";
        assert_eq!(of(&format!("{arn}/invocations")), hello(None));
        assert_eq!(of(&format!("{arn}:PROD/invocations")), hello(Some("PROD")));
        assert_eq!(of("123456789012:function:hello/invocations"), hello(None));
        assert!(of("hello:A/invocations?Qualifier=B").unwrap_err().contains("does not match the specified"));
        assert!(of("arn:aws:s3:eu:1:function:hello/invocations").unwrap_err().contains("'functionName'"));
        assert!(of("a%20b/invocations").unwrap_err().contains("Value 'a b' at 'functionName'"));
        assert!(of("hello/invocations?Qualifier=a%20b").unwrap_err().contains("at 'qualifier'"));
        assert!(of("hello/configuration").is_err() && of("a/b/invocations").is_err());
        assert!(matches!(
            read(&Method::GET, &"/2015-03-31/functions/hello/invocations".parse().unwrap()),
            Err(Refusal::UnknownOperation)
        ));
    }
}
