//! What is known of an integration with a service of AWS before any request.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::{AwsCall, AwsUri, AwsUriError};
use crate::mapping::{MappingPlan, Place, RequestMapping};
use crate::{AwsIntegration, Custom, HttpTarget, NamespacedName, ResourcePath, Unresolved, VariableText};

/// An integration with a service of AWS.
#[derive(Debug)]
pub struct AwsPlan {
    /// Where to.
    pub target: HttpTarget,
    /// Region, as the signature has it.
    pub region: Box<str>,
    /// Service, as the signature has it.
    pub service: Box<str>,
    /// How it is called.
    pub call: AwsCall,
    /// The Secret with the credentials.
    pub secret: NamespacedName,
    /// With which method; that of the request if none.
    pub method: Option<http::Method>,
    /// Deadline.
    pub timeout: Duration,
    /// Parameters, templates and answers.
    pub custom: Custom,
}

impl AwsPlan {
    pub(crate) fn build(
        namespace: &str,
        aws: &AwsIntegration,
        path: &ResourcePath,
        variables: &BTreeMap<String, String>,
        method: Option<http::Method>,
        timeout: Duration,
    ) -> Result<Self, Unresolved> {
        let AwsUri { region, service, call, rest } =
            AwsUri::parse(&VariableText::parse(&aws.uri)?.resolve(variables)?)?;
        let endpoint = VariableText::parse(&aws.endpoint)?.resolve(variables)?;
        if endpoint.contains(['?', '#', '{']) {
            return Err(AwsUriError::Endpoint(endpoint).into());
        }
        let parameters = RequestMapping::build(&aws.request_parameters, variables)?;
        let mut url = format!("{}/", endpoint.trim_end_matches('/'));
        match &call {
            AwsCall::Json { .. } => {}
            AwsCall::Path => url.push_str(&rest),
            AwsCall::Query { action, version } => {
                let maps_version = parameters
                    .entries()
                    .any(|(place, _)| matches!(place, Place::Query(name) if &**name == "Version"));
                // Writing to a String does not fail.
                let _ = write!(url, "?Action={action}");
                if !maps_version && !rest.split('&').any(|parameter| parameter.starts_with("Version=")) {
                    let _ = write!(url, "&Version={version}");
                }
                if !rest.is_empty() {
                    let _ = write!(url, "&{rest}");
                }
            }
        }
        let target = HttpTarget::parse(&url, path.parameters().chain(parameters.path_names()))?;
        let mapping = MappingPlan::build(&aws.mapping, variables)?;
        Ok(Self {
            target,
            region,
            service,
            call,
            secret: NamespacedName::new(namespace, &*aws.credentials_secret),
            method,
            timeout,
            custom: Custom { parameters, mapping },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str, endpoint: &str, parameters: &[(&str, &str)]) -> Result<String, Unresolved> {
        let request_parameters =
            parameters.iter().map(|(place, source)| ((*place).to_owned(), (*source).to_owned())).collect();
        let aws = AwsIntegration {
            uri: uri.to_owned(),
            endpoint: endpoint.to_owned(),
            credentials_secret: "s".to_owned(),
            request_parameters,
            ..AwsIntegration::default()
        };
        let variables = BTreeMap::from([("bucket".to_owned(), "b-1".to_owned())]);
        let path = ResourcePath::parse("/{key}").unwrap();
        let plan = AwsPlan::build("n", &aws, &path, &variables, None, Duration::from_secs(1))?;
        Ok(format!(
            "{} {}",
            plan.target.authority,
            plan.target.path_and_query(&[("key", "k")], None).unwrap()
        ))
    }

    #[test]
    fn targets() {
        let of =
            |api: &str, parameters| target(&format!("arn:aws:apigateway:r:{api}"), "http://m:9/", parameters);
        assert_eq!(of("s3:path/${stageVariables.bucket}/{key}", &[]).unwrap(), "m:9 /b-1/k");
        assert_eq!(of("dynamodb:action/GetItem", &[]).unwrap(), "m:9 /");
        let with_version = "m:9 /?Action=SendMessage&Version=2012-11-05&K=k";
        assert_eq!(of("sqs:action/SendMessage&K={key}", &[]).unwrap(), with_version);
        let mapped = [("integration.request.querystring.Version", "'2011-10-01'")];
        assert_eq!(of("sqs:action/SendMessage", &mapped).unwrap(), "m:9 /?Action=SendMessage");
        assert_eq!(
            target("arn:aws:apigateway:r:s3:path/b", "https://s.test/base", &[]).unwrap(),
            "s.test /base/b"
        );
    }

    #[test]
    fn what_is_refused() {
        for endpoint in ["http://m/?a=b", "http://m/{key}", "ftp://m", "m"] {
            assert!(target("arn:aws:apigateway:r:s3:path/b", endpoint, &[]).is_err(), "{endpoint}");
        }
        assert!(target("arn:aws:apigateway:r:s3:path/{no}", "http://m", &[]).is_err());
    }
}
