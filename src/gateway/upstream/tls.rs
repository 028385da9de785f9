//! TLS to endpoints: certificates are held against the roots that browsers know and those that the settings add.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_rustls::{TlsConnector, rustls::Error};

/// Whether and how a connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Security {
    Plain,
    /// By a certificate that a known authority issued to the host.
    Verified,
    /// By any certificate that names the host.
    Unverified,
}

/// What TLS connections are made with.
pub(crate) struct Tls {
    verified: TlsConnector,
    unverified: TlsConnector,
}

/// Certificates that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// Not PEM.
    #[error("the certificates of authorities are not PEM: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// Not certificates, or TLS that can't be set up.
    #[error("the certificates of authorities can't be used: {0}")]
    Tls(#[from] Error),
}

impl Tls {
    /// `more` are certificates of further authorities, PEM.
    pub(crate) fn new(more: &[u8]) -> Result<Self, RootsError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        for certificate in CertificateDer::pem_slice_iter(more) {
            roots.add(certificate?)?;
        }
        let provider = Arc::new(ring::default_provider());
        let builder =
            || ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let mut verified = builder()?.with_root_certificates(roots).with_no_client_auth();
        let any = Arc::new(AnyIssuer(provider.clone()));
        let mut unverified =
            builder()?.dangerous().with_custom_certificate_verifier(any).with_no_client_auth();
        for config in [&mut verified, &mut unverified] {
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
        }
        Ok(Self {
            verified: TlsConnector::from(Arc::new(verified)),
            unverified: TlsConnector::from(Arc::new(unverified)),
        })
    }

    pub(super) async fn secure(
        &self,
        stream: TcpStream,
        host: &str,
        security: Security,
    ) -> std::io::Result<Box<TlsStream<TcpStream>>> {
        let name = ServerName::try_from(host.to_owned()).map_err(std::io::Error::other)?;
        let connector = if security == Security::Unverified { &self.unverified } else { &self.verified };
        connector.connect(name, stream).await.map(Box::new)
    }
}

/// Takes any certificate that names the host, whoever issued it, and sees to it that the peer holds its key.
#[derive(Debug)]
struct AnyIssuer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyIssuer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
