//! A connection to one replica: TCP, TLS 1.3 against the CA file, HTTP/1.1 with the token.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName, pem};
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::{Client, ConfigClientSettings};

const PATIENCE: Duration = Duration::from_secs(5);

/// Why a replica can't be followed, for now.
#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error("CA file: {0}")]
    Ca(#[source] pem::Error),
    #[error("TLS settings: {0}")]
    Tls(#[from] rustls::Error),
    #[error("token file: {0}")]
    Token(#[source] io::Error),
    #[error("the token is no header's value, or the pod's name none for a query")]
    Header(#[from] http::Error),
    #[error("the operator's name is no server's name: {0}")]
    Name(#[from] InvalidDnsNameError),
    #[error("connect: {0}")]
    Connect(#[from] io::Error),
    #[error("no answer in time")]
    Timeout(#[from] tokio::time::error::Elapsed),
    #[error("HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("the operator answered {0}")]
    Status(http::StatusCode),
    #[error("the operator is silent")]
    Silent,
    #[error("a line is longer than is allowed")]
    LongLine,
    #[error("the receiver has ended")]
    Ended,
}

/// A connection that requests can be sent on, one after the other.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    pub(super) async fn open(client: &Client, address: SocketAddr) -> Result<Self, FollowError> {
        tokio::time::timeout(PATIENCE, Self::connect(client, address)).await?
    }

    async fn connect(client: &Client, address: SocketAddr) -> Result<Self, FollowError> {
        let connector = TlsConnector::from(Arc::new(tls(&client.settings)?));
        let name = ServerName::try_from(client.host.clone())?;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let stream = connector.connect(name, stream).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender and the answer; an error reaches who reads that.
        tokio::spawn(async move { drop(connection.await) });
        let host = HeaderValue::try_from(&client.host).map_err(http::Error::from)?;
        Ok(Self { sender, host })
    }

    /// Sends a request and waits for the head of its answer, which is a good one.
    pub(super) async fn send(
        &mut self,
        client: &Client,
        method: Method,
        target: &str,
        body: Bytes,
    ) -> Result<Response<Incoming>, FollowError> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header(HOST, self.host.clone())
            .header(AUTHORIZATION, token(&client.settings).await?)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(body))?;
        let exchange = async {
            self.sender.ready().await?;
            self.sender.send_request(request).await
        };
        let response = tokio::time::timeout(PATIENCE, exchange).await??;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(FollowError::Status(response.status()))
        }
    }
}

/// Read anew each time: the kubelet replaces it well before it expires.
async fn token(settings: &ConfigClientSettings) -> Result<HeaderValue, FollowError> {
    let token = tokio::fs::read_to_string(&settings.token_file).await.map_err(FollowError::Token)?;
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.trim())).map_err(http::Error::from)?;
    value.set_sensitive(true);
    Ok(value)
}

fn tls(settings: &ConfigClientSettings) -> Result<ClientConfig, FollowError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&settings.ca_file).map_err(FollowError::Ca)? {
        roots.add(certificate.map_err(FollowError::Ca)?)?;
    }
    let mut config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
