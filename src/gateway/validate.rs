//! Phase: what a method's validator asks for, before its integration is called.
//!
//! Developer guide, api-gateway-method-request-validation; texts as recorded.

use http::header::CONTENT_TYPE;
use snapshot::{RequiredParameter, ValidationPlan};
use template::document::Document;

use crate::exchange::Exchange;
use crate::query;
use crate::reject::Reject;
use crate::service::Inbound;

pub(crate) async fn run(
    inbound: &mut Inbound,
    exchange: &mut Exchange,
    plan: &ValidationPlan,
    path: &[(&str, &str)],
) -> Result<(), Reject> {
    let missing = missing(inbound, exchange, plan, path);
    if !missing.is_empty() {
        exchange.message = Some(format!("Missing required request parameters: [{}]", missing.join(", ")));
        return Err(Reject::MissingParameters);
    }
    if plan.checks_bodies() { check_body(inbound, exchange, plan).await } else { Ok(()) }
}

fn missing<'p>(
    inbound: &Inbound,
    exchange: &Exchange,
    plan: &'p ValidationPlan,
    path: &[(&str, &str)],
) -> Vec<&'p str> {
    if plan.required.is_empty() {
        return Vec::new();
    }
    let query = exchange.uri.query().map(query::decoded).unwrap_or_default();
    let is_there = |parameter: &RequiredParameter| match parameter {
        RequiredParameter::Header(name) => {
            inbound.headers.get_all(&**name).iter().any(|value| !value.is_empty())
        }
        RequiredParameter::Path(name) => {
            path.iter().any(|(known, value)| *known == &**name && !value.is_empty())
        }
        RequiredParameter::Query(name) => {
            query.iter().any(|(known, value)| **known == **name && !value.trim().is_empty())
        }
    };
    plan.required.iter().filter(|parameter| !is_there(parameter)).map(RequiredParameter::name).collect()
}

async fn check_body(
    inbound: &mut Inbound,
    exchange: &mut Exchange,
    plan: &ValidationPlan,
) -> Result<(), Reject> {
    let media = inbound.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(model) = plan.model(media.unwrap_or("application/json")) else { return Ok(()) };
    let Some(model) = model else {
        exchange.detail = Some("the method's model is no JSON schema that can be used".to_owned());
        return Err(Reject::BrokenTarget);
    };
    let body = inbound.body.whole().await?;
    // No body counts as an empty object, as everywhere in a mapping.
    let json = if body.trim_ascii().is_empty() { b"{}" } else { &**body };
    let failure = match Document::read_strictly(json) {
        Ok(document) => model.failure(document.root()),
        Err(_) => Some("[Unknown error parsing request body]".to_owned()),
    };
    match failure {
        None => Ok(()),
        Some(failure) => {
            exchange.validation_error = Some(failure);
            Err(Reject::InvalidBody)
        }
    }
}
