//! A mock: the request template's `statusCode` picks the integration response.
//!
//! Developer guide, how-to-mock-integration.

use super::endpoint::EndpointAnswer;
use super::loose_json;
use super::onward::Onward;
use crate::reject::Reject;

pub(super) fn answer(onward: &Onward) -> Result<EndpointAnswer, Reject> {
    let text = std::str::from_utf8(&onward.body).map_err(|_| Reject::MappingFailed)?;
    let status = loose_json::integer(text, "statusCode").ok().flatten().ok_or(Reject::MappingFailed)?;
    Ok(EndpointAnswer { selector: status.to_string(), ..EndpointAnswer::default() })
}
