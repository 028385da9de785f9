//! From checked content to the deployment of the snapshot, defaults written out.

use std::collections::BTreeMap;

use api::{ApiContent, Method, MethodName};
use snapshot::{
    AwsIntegration, Deployment, GatewayResponse, HttpIntegration, Integration, IntegrationResponse,
    LambdaIntegration, Mapping, MockIntegration, PassthroughBehavior, Validation,
};

use crate::DeploymentRecord;
use crate::content::forbidden;
use crate::normalise::{INTEGRATION_TIMEOUT_MILLIS, MOCK_STATUS, content_digest, normalise};

/// Content as gateways have it, whoever serves it.
pub fn deployment(content: &ApiContent) -> Deployment {
    let content = normalise(content.clone());
    let digest = content_digest(&content).map(|digest| digest.to_string());
    of_normalised(&digest.unwrap_or_default(), &content)
}

/// A deployment that is known, as gateways have it.
pub fn of_record(record: &DeploymentRecord) -> Deployment {
    of_normalised(&record.digest, &record.content)
}

fn of_normalised(digest: &str, content: &ApiContent) -> Deployment {
    let methods = |methods: &api::ResourceMethods| {
        let of = |name: &MethodName, method: &Method| {
            Some((name.as_str().to_owned(), Box::new(self::method(content, method)?)))
        };
        methods.iter().filter_map(|(name, method)| of(name, method)).collect()
    };
    let models = content.models.iter().map(|(name, model)| (name.clone(), model.schema.clone()));
    let responses = content.gateway_responses.iter();
    Deployment {
        digest: digest.to_owned(),
        binary_media_types: content.binary_media_types.clone(),
        minimum_compression_size: content.minimum_compression_size,
        models: models.collect(),
        gateway_responses: responses
            .map(|(kind, of)| (kind.as_str().to_owned(), gateway_response(of)))
            .collect(),
        policy: content.policy.clone(),
        cors: content.cors.as_ref().map(cors),
        resources: content.paths.iter().map(|(path, of)| (path.clone(), methods(of))).collect(),
    }
}

/// `None` for a method without integration, which content checks refuse.
fn method(content: &ApiContent, method: &Method) -> Option<snapshot::Method> {
    Some(snapshot::Method { integration: integration(method)?, validation: validation(content, method) })
}

fn validation(content: &ApiContent, method: &Method) -> Option<Validation> {
    let validator = content.request_validators.get(method.request_validator.as_ref()?)?;
    let required = method.request_parameters.iter().filter(|(_, required)| **required);
    let place = |(name, _): (&String, &bool)| Some(name.strip_prefix("method.request.")?.to_owned());
    let found = Validation {
        required_parameters: if validator.validate_request_parameters {
            required.filter_map(place).collect()
        } else {
            Vec::new()
        },
        models: if validator.validate_request_body { method.request_models.clone() } else { BTreeMap::new() },
    };
    (found != Validation::default()).then_some(found)
}

fn timeout(millis: Option<u32>) -> u32 {
    millis.unwrap_or(INTEGRATION_TIMEOUT_MILLIS)
}

fn method_name(method: Option<MethodName>) -> Option<String> {
    method.filter(|method| *method != MethodName::Any).map(|method| method.as_str().to_owned())
}

/// With defaults written out; `None` for a method without integration, which content checks refuse.
pub(crate) fn integration(method: &Method) -> Option<Integration> {
    if forbidden::parameter(method).is_some() || forbidden::invocation_method(method).is_some() {
        // A mock whose template gives no status is answered 500.
        let mapping = Some(Mapping::default());
        return Some(Integration::Mock(MockIntegration { mapping, ..MockIntegration::default() }));
    }
    let lambda = method.lambda.as_ref().map(|lambda| {
        Integration::Lambda(LambdaIntegration {
            function: lambda.function.clone(),
            timeout_millis: timeout(lambda.timeout_millis),
            request_parameters: lambda.request_parameters.clone(),
            mapping: lambda.mapping.as_ref().map(mapping),
        })
    });
    let http = method.http.as_ref().map(|http| {
        Integration::Http(HttpIntegration {
            url: http.url.clone(),
            method: method_name(http.method),
            timeout_millis: timeout(http.timeout_millis),
            request_parameters: http.request_parameters.clone(),
            insecure_skip_verification: http.tls.is_some_and(|tls| tls.insecure_skip_verification),
            mapping: http.mapping.as_ref().map(mapping),
        })
    });
    let mock = method.mock.as_ref().map(|mock| {
        Integration::Mock(MockIntegration {
            status_code: mock.status_code.unwrap_or(MOCK_STATUS),
            headers: mock.headers.clone(),
            body: mock.body.clone().unwrap_or_default(),
            mapping: mock.mapping.as_ref().map(mapping),
        })
    });
    let aws = method.aws.as_ref().map(|aws| {
        Integration::Aws(AwsIntegration {
            uri: aws.uri.clone(),
            method: method_name(aws.method),
            endpoint: aws.endpoint.clone(),
            credentials_secret: aws.credentials_secret.clone(),
            timeout_millis: timeout(aws.timeout_millis),
            request_parameters: aws.request_parameters.clone(),
            mapping: mapping(&aws.mapping),
        })
    });
    lambda.or(http).or(mock).or(aws)
}

fn mapping(mapping: &api::Mapping) -> Mapping {
    let responses = mapping.responses.iter().map(|(pattern, of)| (pattern.clone(), response(of)));
    Mapping {
        request_templates: mapping.request_templates.clone(),
        passthrough_behavior: match mapping.passthrough_behavior {
            None | Some(api::PassthroughBehavior::WhenNoMatch) => PassthroughBehavior::WhenNoMatch,
            Some(api::PassthroughBehavior::WhenNoTemplates) => PassthroughBehavior::WhenNoTemplates,
            Some(api::PassthroughBehavior::Never) => PassthroughBehavior::Never,
        },
        content_handling: mapping.content_handling.map(content_handling),
        responses: responses.collect(),
    }
}

fn response(response: &api::IntegrationResponse) -> IntegrationResponse {
    IntegrationResponse {
        status_code: response.status_code,
        response_parameters: response.response_parameters.clone(),
        response_templates: response.response_templates.clone(),
        content_handling: response.content_handling.map(content_handling),
    }
}

fn content_handling(handling: api::ContentHandling) -> snapshot::ContentHandling {
    match handling {
        api::ContentHandling::ConvertToBinary => snapshot::ContentHandling::ConvertToBinary,
        api::ContentHandling::ConvertToText => snapshot::ContentHandling::ConvertToText,
    }
}

fn cors(cors: &api::Cors) -> snapshot::Cors {
    snapshot::Cors {
        allow_origins: cors.allow_origins.clone(),
        allow_headers: cors.allow_headers.clone(),
        expose_headers: cors.expose_headers.clone(),
        max_age_seconds: cors.max_age_seconds,
        allow_credentials: cors.allow_credentials,
    }
}

fn gateway_response(response: &api::GatewayResponse) -> GatewayResponse {
    GatewayResponse {
        status_code: response.status_code,
        response_parameters: response.response_parameters.clone(),
        response_templates: response.response_templates.clone(),
    }
}
