//! Who sent a request: the peer, or, behind trusted proxies, the last untrusted address of `X-Forwarded-For`.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::HeaderName;

use crate::settings::Network;

pub(crate) static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

pub(crate) fn source_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    if !is_trusted(peer) {
        return peer;
    }
    let mut last = peer;
    let values: Vec<&str> =
        headers.get_all(&X_FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).collect();
    for text in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        // What does not parse was not written by a proxy we trust: whoever sent it is the client.
        let Ok(ip) = text.trim().parse::<IpAddr>() else { return last };
        last = ip.to_canonical();
        if !is_trusted(last) {
            return last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_untrusted_address_counts() {
        let trusted: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        let of = |peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append(&X_FORWARDED_FOR, value.parse().unwrap());
            }
            source_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        assert_eq!(of("1.2.3.4", &["9.9.9.9"]), "1.2.3.4");
        assert_eq!(of("10.0.0.1", &["9.9.9.9, 8.8.8.8, 10.0.0.2"]), "8.8.8.8");
        assert_eq!(of("10.0.0.1", &["9.9.9.9", "10.0.0.3"]), "9.9.9.9");
        assert_eq!(of("10.0.0.1", &["forged, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
    }
}
