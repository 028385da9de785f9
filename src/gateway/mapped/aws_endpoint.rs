//! A service of AWS, or what speaks its protocol: the mapped request is signed.

mod request;

use snapshot::publication::{SecretContent, Secrets};
use snapshot::{AwsCredentials, AwsPlan};

use super::endpoint::EndpointAnswer;
use super::onward::Onward;
use super::whole_exchange;
use crate::aws::{Signer, Unsigned};
use crate::exchange::Exchange;
use crate::live::Moment;
use crate::onward_body::OnwardBody;
use crate::reject::Reject;
use crate::upstream::{OnwardRequest, TargetAddress};
use crate::worker::Worker;

use request::AwsRequest;

pub(super) async fn call(
    worker: &Worker,
    moment: &Moment,
    exchange: &mut Exchange,
    plan: &AwsPlan,
    onward: Onward,
) -> Result<EndpointAnswer, Reject> {
    let credentials = credentials(&moment.secrets, plan, exchange)?;
    let method = plan.method.clone().unwrap_or_else(|| exchange.method.clone());
    let request = AwsRequest::make(plan, &method, exchange, onward)?;
    // The time of sending: the body may have been long on its way.
    let at = jiff::Timestamp::now();
    let signer = Signer { credentials, region: &plan.region, service: &plan.service, at };
    let signature = signer.sign(&Unsigned {
        method: method.as_str(),
        target: &request.target,
        headers: request.headers_to_sign(),
        body: &request.body,
    });
    let uri = request.target.path_and_query();
    let mut head = OnwardRequest::begin(&method, &uri);
    let own = request.headers.iter().map(|(name, value)| (&**name, value));
    for (name, value) in own.chain(signature.iter().map(|(name, value)| (*name, value))) {
        OnwardRequest::header(&mut head, name, value.as_bytes());
    }
    let request = OnwardRequest::finish(head, &method, OnwardBody::Whole(request.body));
    let address = TargetAddress::of(&plan.target, false);
    if let Some(log) = &mut exchange.execution_log {
        log.sending(&uri, &plan.target.origin(), &request);
    }
    whole_exchange::run(worker, exchange, &address, request, plan.timeout).await
}

fn credentials<'s>(
    secrets: &'s Secrets,
    plan: &AwsPlan,
    exchange: &mut Exchange,
) -> Result<&'s AwsCredentials, Reject> {
    let why = match secrets.get(&plan.secret).map(|secret| &secret.content) {
        Some(SecretContent::Aws(credentials)) => return Ok(credentials),
        Some(SecretContent::Missing(why)) => why,
        None => "has not come from the operator yet",
    };
    exchange.detail = Some(format!("Secret {}: {why}", plan.secret));
    Err(Reject::NoCredentials)
}
