//! What a gateway is told when it starts.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use snapshot::NamespacedName;

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
    /// Listeners of this gateway, which no HTTP integration may connect to (its own address is added).
    pub own_listeners: Vec<SocketAddr>,
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

/// A range of addresses, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Text that is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address or a range such as 10.0.0.0/8")]
pub struct NetworkError(String);

impl std::str::FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let bad = || NetworkError(text.to_owned());
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).map_err(|_| bad())?;
        if prefix > longest { Err(bad()) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    /// Whether `address` is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let shift = 32 - u32::from(self.prefix);
                u32::from(net).checked_shr(shift) == u32::from(ip).checked_shr(shift)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let shift = 128 - u32::from(self.prefix);
                u128::from(net).checked_shr(shift) == u128::from(ip).checked_shr(shift)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let net: Network = "10.1.0.0/16".parse().unwrap();
        assert!(net.contains("10.1.2.3".parse().unwrap()));
        assert!(!net.contains("10.2.0.1".parse().unwrap()));
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("1.2.3.4".parse().unwrap()));
        assert!("::1".parse::<Network>().unwrap().contains("::1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
    }
}
