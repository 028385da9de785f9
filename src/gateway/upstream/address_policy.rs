//! Which resolved addresses an HTTP integration may connect to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::settings::PrivateTargets;

/// The policy, checked at connect, after names are resolved: a name that moves to a forbidden address does not help.
#[derive(Clone, Debug)]
pub(crate) struct AddressPolicy {
    private: PrivateTargets,
    own: Vec<SocketAddr>,
}

/// Alibaba's and Oracle's metadata services; the others are link-local.
const METADATA: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
/// AWS's metadata service and time service by IPv6.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl AddressPolicy {
    pub(crate) fn new(private: PrivateTargets, own: Vec<SocketAddr>) -> Self {
        Self { private, own }
    }

    pub(crate) fn allows(&self, address: SocketAddr) -> bool {
        // An IPv4 address in IPv6 clothes is judged as what it is.
        let ip = address.ip().to_canonical();
        !always_denied(ip)
            && !self.is_own(ip, address.port())
            && (self.private == PrivateTargets::Allow || !is_private(ip))
    }

    fn is_own(&self, ip: IpAddr, port: u16) -> bool {
        let same = |own: &SocketAddr| {
            let listens_everywhere = own.ip().is_unspecified() && ip.is_loopback();
            own.port() == port && (own.ip().to_canonical() == ip || listens_everywhere)
        };
        self.own.iter().any(same)
    }
}

fn always_denied(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || METADATA.contains(&ip)
        }
        IpAddr::V6(ip) => {
            ip.is_unicast_link_local() || ip.is_unspecified() || ip.is_multicast() || ip == METADATA_V6
        }
    }
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
            ip.is_loopback() || ip.is_private() || shared || ip.octets()[0] == 0
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied() {
        let own = vec!["0.0.0.0:8080".parse().unwrap()];
        let lax = AddressPolicy::new(PrivateTargets::Allow, own.clone());
        let strict = AddressPolicy::new(PrivateTargets::Deny, own);
        for denied in [
            "169.254.169.254:80",
            "[fe80::1]:80",
            "[::ffff:169.254.169.254]:80",
            "0.0.0.0:80",
            "127.0.0.1:8080",
        ] {
            assert!(!lax.allows(denied.parse().unwrap()), "{denied}");
        }
        for private in
            ["127.0.0.1:80", "10.0.0.1:80", "[::1]:80", "[fc00::1]:80", "192.168.1.1:80", "100.64.0.1:80"]
        {
            assert!(lax.allows(private.parse().unwrap()), "{private}");
            assert!(!strict.allows(private.parse().unwrap()), "{private}");
        }
        assert!(strict.allows("93.184.216.34:443".parse().unwrap()));
    }
}
