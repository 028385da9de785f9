//! Resource policies: who may call what.
//!
//! Developer guide, apigateway-resource-policies and apigateway-authorization-flow: a Deny wins, and what no Allow is for
//! is denied.

use std::net::IpAddr;

use serde_json::Value;

use crate::Network;

/// Most characters of a resource pattern.
const LONGEST_PATTERN: usize = 1024;

/// A parsed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allows: bool,
    /// As `/STAGE/METHOD/path`, `*` and `?` standing for anything.
    resources: Vec<String>,
    /// Where the address must be, and where it must not be.
    sources: Vec<Vec<Network>>,
    not_sources: Vec<Vec<Network>>,
}

/// What a policy says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may pass.
    Allowed,
    /// Nothing allows it.
    NotAllowed,
    /// Something denies it.
    Denied,
}

/// Why a document is no policy that is supported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A part that is missing or has another shape.
    #[error("{0}")]
    Shape(&'static str),
    /// Something that would have an effect and is not supported.
    #[error("`{0}` is not supported; {1}")]
    Unsupported(String, &'static str),
}

impl Policy {
    /// Parses a policy document.
    pub fn parse(document: &Value) -> Result<Self, PolicyError> {
        let fields =
            document.as_object().ok_or(PolicyError::Shape("a policy is an object with Statement"))?;
        for key in fields.keys() {
            if !["Version", "Id", "Statement"].contains(&key.as_str()) {
                return Err(PolicyError::Unsupported(key.clone(), "Version, Id and Statement are"));
            }
        }
        let statements = match fields.get("Statement") {
            Some(Value::Array(list)) => list.iter().map(statement).collect::<Result<_, _>>()?,
            Some(one @ Value::Object(_)) => vec![statement(one)?],
            _ => return Err(PolicyError::Shape("Statement must be a list of statements")),
        };
        Ok(Self { statements })
    }

    /// What it says of a request to `path` (below the stage, with a leading slash) from `source`.
    pub fn verdict(&self, stage: &str, method: &str, path: &str, source: IpAddr) -> Verdict {
        let resource = format!("/{stage}/{method}{path}");
        let mut verdict = Verdict::NotAllowed;
        for statement in self.statements.iter().filter(|statement| statement.applies(&resource, source)) {
            if !statement.allows {
                return Verdict::Denied;
            }
            verdict = Verdict::Allowed;
        }
        verdict
    }
}

impl Statement {
    fn applies(&self, resource: &str, source: IpAddr) -> bool {
        let within = |networks: &Vec<Network>| networks.iter().any(|network| network.contains(source));
        self.resources.iter().any(|pattern| matches(pattern.as_bytes(), resource.as_bytes()))
            && self.sources.iter().all(within)
            && !self.not_sources.iter().any(within)
    }
}

fn statement(value: &Value) -> Result<Statement, PolicyError> {
    let fields = value.as_object().ok_or(PolicyError::Shape("a statement is an object"))?;
    let known = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
    if let Some(key) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(PolicyError::Unsupported(
            key.clone(),
            "Effect, Principal, Action, Resource and Condition are",
        ));
    }
    let allows = match fields.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err(PolicyError::Shape("Effect must be Allow or Deny")),
    };
    principal(fields.get("Principal"))?;
    for action in texts(fields.get("Action"), "Action must be execute-api:Invoke")? {
        if !["execute-api:Invoke", "execute-api:*", "*"].contains(&action) {
            return Err(PolicyError::Unsupported(action.to_owned(), "execute-api:Invoke is"));
        }
    }
    let resources =
        texts(fields.get("Resource"), "Resource must be text such as execute-api:/*, or a list of it")?;
    let mut statement = Statement {
        allows,
        resources: resources.into_iter().map(resource).collect::<Result<_, _>>()?,
        sources: Vec::new(),
        not_sources: Vec::new(),
    };
    conditions(fields.get("Condition"), &mut statement)?;
    Ok(statement)
}

/// Everyone: there are no IAM identities here.
fn principal(value: Option<&Value>) -> Result<(), PolicyError> {
    let is_everyone = |value: &Value| {
        value == "*" || value.as_array().is_some_and(|list| list.iter().any(|one| one == "*"))
    };
    match value {
        Some(value) if is_everyone(value) || value.get("AWS").is_some_and(is_everyone) => Ok(()),
        Some(other) => Err(PolicyError::Unsupported(
            format!("Principal {other}"),
            "\"*\" is: there are no IAM identities here",
        )),
        None => Err(PolicyError::Shape("Principal is missing; \"*\" is everyone")),
    }
}

/// `execute-api:/stage/METHOD/path`, or the same behind region, account and API of an ARN.
fn resource(text: &str) -> Result<String, PolicyError> {
    let shape =
        "execute-api:/stage/METHOD/path and arn:aws:execute-api:REGION:ACCOUNT:API/stage/METHOD/path are";
    let unsupported = || PolicyError::Unsupported(text.to_owned(), shape);
    if text.len() > LONGEST_PATTERN {
        return Err(unsupported());
    }
    if text == "*" {
        return Ok("*".to_owned());
    }
    if let Some(path) = text.strip_prefix("execute-api:") {
        return Ok(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") });
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, _, "execute-api", _, _, path] = parts.as_slice() else { return Err(unsupported()) };
    if *arn != "arn" {
        return Err(unsupported());
    }
    // Which API is meant is known by where the policy stands.
    Ok(path.split_once('/').map_or("*".to_owned(), |(_, path)| format!("/{path}")))
}

fn conditions(value: Option<&Value>, statement: &mut Statement) -> Result<(), PolicyError> {
    let Some(value) = value else { return Ok(()) };
    let fields = value.as_object().ok_or(PolicyError::Shape("Condition must be an object"))?;
    for (operator, keys) in fields {
        let list = match operator.as_str() {
            "IpAddress" => &mut statement.sources,
            "NotIpAddress" => &mut statement.not_sources,
            _ => return Err(PolicyError::Unsupported(operator.clone(), "IpAddress and NotIpAddress are")),
        };
        let keys = keys
            .as_object()
            .ok_or(PolicyError::Shape("a condition is an object such as {\"aws:SourceIp\": [...]}"))?;
        for (key, value) in keys {
            if !key.eq_ignore_ascii_case("aws:SourceIp") {
                return Err(PolicyError::Unsupported(key.clone(), "aws:SourceIp is"));
            }
            let networks =
                texts(Some(value), "aws:SourceIp must be a range such as 10.0.0.0/8, or a list of them")?;
            let networks = networks.into_iter().map(|text| {
                text.parse()
                    .map_err(|_| PolicyError::Unsupported(text.to_owned(), "a range such as 10.0.0.0/8 is"))
            });
            list.push(networks.collect::<Result<_, _>>()?);
        }
    }
    Ok(())
}

fn texts<'a>(value: Option<&'a Value>, shape: &'static str) -> Result<Vec<&'a str>, PolicyError> {
    match value {
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(list)) => {
            list.iter().map(|one| one.as_str().ok_or(PolicyError::Shape(shape))).collect()
        }
        _ => Err(PolicyError::Shape(shape)),
    }
}

/// Whether a pattern with `*` and `?` matches all of a text, in time of their product at most.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(statements: &Value, stage: &str, method: &str, path: &str, source: &str) -> Verdict {
        let policy = Policy::parse(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap();
        policy.verdict(stage, method, path, source.parse().unwrap())
    }

    fn statement(effect: &str, resource: &str, condition: &Value) -> Value {
        json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource, "Condition": condition})
    }

    #[test]
    fn a_deny_wins_and_what_nothing_allows_is_denied() {
        let none = json!({});
        let both = json!([
            statement("Allow", "execute-api:/*", &none),
            statement("Deny", "execute-api:/*/GET/private", &none)
        ]);
        assert_eq!(verdict(&both, "dev", "GET", "/open", "1.2.3.4"), Verdict::Allowed);
        assert_eq!(verdict(&both, "dev", "GET", "/private", "1.2.3.4"), Verdict::Denied);
        assert_eq!(verdict(&both, "dev", "POST", "/private", "1.2.3.4"), Verdict::Allowed);
        let one = json!([statement("Allow", "arn:aws:execute-api:r:0:api/prod/*", &none)]);
        assert_eq!(verdict(&one, "prod", "GET", "/x", "1.2.3.4"), Verdict::Allowed);
        assert_eq!(verdict(&one, "dev", "GET", "/x", "1.2.3.4"), Verdict::NotAllowed);
    }

    #[test]
    fn addresses() {
        let inside = json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}});
        let outside = json!({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}});
        let allow = |condition: &Value, source| {
            verdict(&json!([statement("Allow", "execute-api:/*", condition)]), "s", "GET", "/", source)
        };
        assert_eq!(allow(&inside, "10.1.1.1"), Verdict::Allowed);
        assert_eq!(allow(&inside, "11.1.1.1"), Verdict::NotAllowed);
        assert_eq!(allow(&outside, "10.1.1.1"), Verdict::NotAllowed);
        assert_eq!(allow(&outside, "11.1.1.1"), Verdict::Allowed);
    }

    #[test]
    fn what_is_refused_by_name() {
        let refused =
            |statement: &Value| Policy::parse(&json!({"Statement": [statement]})).unwrap_err().to_string();
        let vpc = json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}});
        assert!(
            refused(&statement("Allow", "execute-api:/*", &vpc)).contains("`StringEquals` is not supported")
        );
        let referer = json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}});
        assert!(
            refused(&statement("Allow", "execute-api:/*", &referer))
                .contains("`aws:VpcSourceIp` is not supported")
        );
        let mut other = statement("Allow", "execute-api:/*", &json!({}));
        other["Principal"] = json!({"AWS": "arn:aws:iam::1:root"});
        assert!(refused(&other).contains("no IAM identities"));
        other["Principal"] = json!("*");
        other["Action"] = json!("s3:GetObject");
        assert!(refused(&other).contains("`s3:GetObject` is not supported"));
        assert!(refused(&statement("Allow", "s3:::x", &json!({}))).contains("execute-api:/stage"));
    }

    #[test]
    fn wildcards() {
        for (pattern, text, found) in [
            ("*", "", true),
            ("/a/*/c", "/a/b/b/c", true),
            ("/a?c", "/abc", true),
            ("/a", "/ab", false),
            ("*b*", "abc", true),
            ("a*b*c", "aXbYd", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), found, "{pattern} {text}");
        }
    }
}
