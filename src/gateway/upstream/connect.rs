//! New upstream connections: names resolved, addresses checked, TCP, HTTP/1.1.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use tokio::net::TcpStream;
use tokio::time::Instant;

use snapshot::HttpTarget;

use super::AddressPolicy;
use super::connection::{Connection, Stream};
use super::tls::{Security, Tls};

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TargetAddress {
    /// An HTTP integration's host and port: resolved and checked.
    Named { host: Arc<str>, port: u16, security: Security },
    /// A function's endpoint: it came from the control plane and is taken as it is.
    Endpoint(SocketAddr),
}

impl TargetAddress {
    /// Of an integration's target; `takes_any_certificate` where it is `https`.
    pub(crate) fn of(target: &HttpTarget, takes_any_certificate: bool) -> Self {
        let HttpTarget { host, port, is_tls, .. } = target;
        let security = match (is_tls, takes_any_certificate) {
            (false, _) => Security::Plain,
            (true, false) => Security::Verified,
            (true, true) => Security::Unverified,
        };
        Self::Named { host: host.clone(), port: *port, security }
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("{0} does not resolve")]
    Resolve(Arc<str>),
    #[error(
        "every address of {0} is denied: link-local, metadata and the gateway's own always are, private ones by setting"
    )]
    Denied(Arc<str>),
    #[error("TLS with {0}: {1}")]
    Tls(Arc<str>, #[source] std::io::Error),
    #[error("connect: {0}")]
    Connect(#[source] std::io::Error),
    #[error("the integration's timeout was over before there was a connection")]
    Late,
    #[error("connect timed out")]
    Timeout,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Connector {
    policy: AddressPolicy,
    resolver: Option<TokioResolver>,
    tls: Arc<Tls>,
}

impl Connector {
    pub(crate) fn new(policy: AddressPolicy, tls: Arc<Tls>) -> Self {
        let resolver = TokioResolver::builder_tokio().and_then(hickory_resolver::ResolverBuilder::build);
        if let Err(error) = &resolver {
            tracing::warn!(%error, "no resolver configuration: HTTP integrations reach addresses only, not names");
        }
        Self { policy, resolver: resolver.ok(), tls }
    }

    /// Connects within [`CONNECT_TIMEOUT`], and before the request's own `deadline`.
    pub(super) async fn connect(
        &self,
        target: &TargetAddress,
        deadline: Instant,
    ) -> Result<Connection, ConnectError> {
        let until = deadline.min(Instant::now() + CONNECT_TIMEOUT);
        match tokio::time::timeout_at(until, self.stream(target)).await {
            Ok(stream) => Ok(Connection::new(stream?)),
            Err(_) if until == deadline => Err(ConnectError::Late),
            Err(_) => Err(ConnectError::Timeout),
        }
    }

    async fn stream(&self, target: &TargetAddress) -> Result<Stream, ConnectError> {
        let stream = self.tcp(target).await?;
        // Without it small answers wait for the peer's acknowledgement of what went before.
        stream.set_nodelay(true).map_err(ConnectError::Connect)?;
        match target {
            TargetAddress::Named {
                host,
                security: security @ (Security::Verified | Security::Unverified),
                ..
            } => {
                let secured = self.tls.secure(stream, host, *security).await;
                secured.map(Stream::Tls).map_err(|error| ConnectError::Tls(host.clone(), error))
            }
            _ => Ok(Stream::Plain(stream)),
        }
    }

    async fn tcp(&self, target: &TargetAddress) -> Result<TcpStream, ConnectError> {
        let (host, addresses) = match target {
            TargetAddress::Endpoint(address) => {
                return TcpStream::connect(address).await.map_err(ConnectError::Connect);
            }
            TargetAddress::Named { host, port, .. } => (host, self.resolve(host, *port).await?),
        };
        let allowed = addresses.into_iter().filter(|address| self.policy.allows(*address));
        let mut last = ConnectError::Denied(host.clone());
        for address in allowed.take(4) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = ConnectError::Connect(error),
            }
        }
        Err(last)
    }

    async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let failed = || ConnectError::Resolve(host.into());
        let resolver = self.resolver.as_ref().ok_or_else(failed)?;
        let found = resolver.lookup_ip(host).await.map_err(|_| failed())?;
        Ok(found.iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }
}
