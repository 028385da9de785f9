//! Mock integrations.

use api::{Mapping, Method, MockIntegration};

use super::{mapping, unused_map};
use crate::fields::Fields;
use crate::findings::{Findings, Reported};

pub(super) fn import(fields: Fields<'_>, findings: &mut Findings) -> Result<Method, Reported> {
    let mapping = mapping::import(fields, findings);
    let unused = unused_map(fields, "requestParameters", "a mock sends no request", findings);
    unused?;
    Ok(of(mapping?))
}

/// A method that is answered 500, whatever the request: what a mapping that is recorded to fail becomes.
pub(super) fn internal_server_error() -> Method {
    of(Mapping::default())
}

fn of(mapping: Mapping) -> Method {
    Method {
        mock: Some(MockIntegration { mapping: Some(mapping), ..MockIntegration::default() }),
        ..Method::default()
    }
}
