//! Phase: the API's resource policy.
//!
//! Developer guide, apigateway-authorization-flow.

use snapshot::{VariantTable, Verdict};

use crate::exchange::Exchange;
use crate::reject::Reject;
use crate::resolve_stage::Address;
use crate::worker::Worker;

pub(crate) fn run(
    exchange: &mut Exchange,
    worker: &Worker,
    address: &Address<'_, '_>,
    variant: &VariantTable,
) -> Result<(), Reject> {
    let Some(policy) = &variant.policy else { return Ok(()) };
    let stage = &address.stage.name;
    let method = exchange.method.as_str();
    let verdict = policy.as_ref().map_or(Verdict::NotAllowed, |policy| {
        policy.verdict(stage, method, address.path, exchange.source_ip)
    });
    let end = match verdict {
        Verdict::Allowed => return Ok(()),
        Verdict::NotAllowed => "",
        Verdict::Denied => " with an explicit deny",
    };
    let account = worker.settings.account_id.get(8..).unwrap_or_default();
    let resource = format!(
        "arn:aws:execute-api:us-east-1:********{account}:{}/{stage}/{method}{}",
        address.api.name, address.path
    );
    exchange.message = Some(format!(
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: {resource}{end}"
    ));
    Err(Reject::PolicyDenied)
}
