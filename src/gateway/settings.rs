//! What a gateway is told when it starts.

use std::net::SocketAddr;
use std::time::Duration;

use crate::invoke_api::InvokeApi;
use snapshot::NamespacedName;
pub use snapshot::{Network, NetworkError};

/// Settings of a gateway.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where requests are taken.
    pub listen: SocketAddr,
    /// Worker threads, each with a listener, a runtime and an upstream pool of its own.
    pub workers: usize,
    /// `<api>.<namespace>.<base domain>` is an API's host name.
    pub base_domain: String,
    /// The API that every other host goes to.
    pub default_api: DefaultApi,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Which addresses HTTP integrations may connect to.
    pub private_targets: PrivateTargets,
    /// Certificates of authorities that `https://` endpoints may have theirs from, PEM, beside those that browsers know.
    pub endpoint_authorities: Vec<u8>,
    /// Listeners of this gateway, which no HTTP integration may connect to (its own address is added).
    pub own_listeners: Vec<SocketAddr>,
    /// The Lambda Invoke API; not served if none.
    pub invoke_api: Option<InvokeApi>,
    /// `requestContext.accountId`: twelve digits.
    pub account_id: String,
    /// How long new connections are still accepted once it is to stop: load balancers need time to notice.
    pub stop_accepting_after: Duration,
    /// How long requests in flight may take once new connections are no longer accepted.
    pub drain: Duration,
}

/// The API that hosts outside the base domain go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultApi {
    /// None: they are refused.
    None,
    /// The one that is served, where it is just one.
    Sole,
    /// This one.
    Named(NamespacedName),
}

/// Whether HTTP integrations may connect to loopback and private addresses. Link-local ones, metadata services among
/// them, and the gateway's own listeners are always denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateTargets {
    /// They may.
    Allow,
    /// They may not.
    Deny,
}
