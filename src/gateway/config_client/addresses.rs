//! Where the operator's replicas are.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use tokio::sync::watch;

use super::ConfigClientError;

const EVERY: Duration = Duration::from_secs(5);
/// While nothing is known.
const AT_FIRST: Duration = Duration::from_millis(500);

/// Splits `host:port`; a host of IPv6 stands in brackets.
pub(super) fn split(operator: &str) -> Result<(&str, u16), ConfigClientError> {
    let bad = || ConfigClientError::Operator(operator.to_owned());
    let (host, port) = operator.rsplit_once(':').ok_or_else(bad)?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let port = port.parse().map_err(|_| bad())?;
    if host.is_empty() { Err(bad()) } else { Ok((host, port)) }
}

/// Looks the operator's host up.
pub(super) struct Lookup {
    host: String,
    port: u16,
    resolver: Option<TokioResolver>,
}

impl Lookup {
    pub(super) fn new(host: &str, port: u16) -> Result<Self, ConfigClientError> {
        let resolver = match host.parse::<IpAddr>() {
            Ok(_) => None,
            Err(_) => Some(resolver().map_err(|error| ConfigClientError::Resolver(error.to_string()))?),
        };
        Ok(Self { host: host.to_owned(), port, resolver })
    }

    /// Looks again and again. What was known stays known while a lookup fails.
    pub(super) async fn keep(self, found: watch::Sender<BTreeSet<SocketAddr>>) {
        loop {
            match self.look().await {
                Ok(addresses) => {
                    found.send_if_modified(|known| {
                        let differs = *known != addresses;
                        *known = addresses;
                        differs
                    });
                }
                Err(error) => {
                    tracing::warn!(host = self.host, %error, "the operator's name does not resolve");
                }
            }
            let nothing = found.borrow().is_empty();
            tokio::time::sleep(if nothing { AT_FIRST } else { EVERY }).await;
        }
    }

    async fn look(&self) -> Result<BTreeSet<SocketAddr>, hickory_resolver::net::NetError> {
        let Some(resolver) = &self.resolver else {
            return Ok(self.host.parse().map(|ip| SocketAddr::new(ip, self.port)).into_iter().collect());
        };
        let found = resolver.lookup_ip(self.host.as_str()).await?;
        Ok(found.iter().map(|ip| SocketAddr::new(ip, self.port)).collect())
    }
}

fn resolver() -> Result<TokioResolver, hickory_resolver::net::NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    // Replicas come and go within seconds: what was true a moment ago is of no use.
    builder.options_mut().cache_size = 0;
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port() {
        assert_eq!(split("a.b.svc:8443").unwrap(), ("a.b.svc", 8443));
        assert_eq!(split("[::1]:1").unwrap(), ("::1", 1));
        for bad in ["a", "a:", ":1", "a:b", ""] {
            assert!(split(bad).is_err(), "{bad}");
        }
    }
}
