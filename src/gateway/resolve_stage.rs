//! Phase: host and stage.

use std::sync::Arc;

use snapshot::{ApiTable, StageTable, Table};

use crate::reject::Reject;
use crate::settings::{DefaultApi, Settings};

/// Where a request goes within an API. `path` is the one canonical path: what is matched is what backends see.
#[derive(Debug)]
pub(crate) struct Address<'t, 'p> {
    pub(crate) api: &'t Arc<ApiTable>,
    pub(crate) stage: &'t StageTable,
    /// With the stage; slashes before it count once.
    pub(crate) full_path: &'p str,
    /// Below the stage, beginning with `/`; slashes behind the stage count once.
    pub(crate) path: &'p str,
}

/// The API that the host names, or the default one.
pub(crate) fn api<'t>(
    table: &'t Table,
    settings: &Settings,
    host: &str,
) -> Result<&'t Arc<ApiTable>, Reject> {
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(h, _)| h);
    let labels = host.len().checked_sub(settings.base_domain.len() + 1).and_then(|end| {
        let (labels, domain) = (host.get(..end)?, host.get(end + 1..)?);
        (host.as_bytes()[end] == b'.' && domain.eq_ignore_ascii_case(&settings.base_domain)).then_some(labels)
    });
    let found = match labels {
        Some(labels) if labels.bytes().any(|b| b.is_ascii_uppercase()) => {
            table.host(&labels.to_ascii_lowercase())
        }
        Some(labels) => table.host(labels),
        None => match &settings.default_api {
            DefaultApi::None => None,
            DefaultApi::Sole => table.sole(),
            DefaultApi::Named(name) => table.api(name),
        },
    };
    found.ok_or(Reject::UnknownApi)
}

/// The stage that the first segment names.
pub(crate) fn stage<'t, 'p>(api: &'t Arc<ApiTable>, raw_path: &'p str) -> Result<Address<'t, 'p>, Reject> {
    let trimmed = raw_path.trim_start_matches('/');
    let full_path = match raw_path.len() - trimmed.len() {
        0 => return Err(Reject::UnknownStage),
        slashes => &raw_path[slashes - 1..],
    };
    let (name, rest) = trimmed.split_at(trimmed.find('/').unwrap_or(trimmed.len()));
    let stage = api.stage(name).ok_or(Reject::UnknownStage)?;
    let below = rest.trim_start_matches('/');
    let path = match rest.len() - below.len() {
        0 => "/",
        slashes => &rest[slashes - 1..],
    };
    Ok(Address { api, stage, full_path, path })
}
