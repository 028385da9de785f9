//! The operator's own certificate authority.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::TLS13;

/// A certificate authority, as it lies in its Secret.
#[derive(Clone)]
pub struct CaPem {
    /// The certificate, PEM.
    pub cert: String,
    /// Its key, PEM.
    pub key: String,
}

impl std::fmt::Debug for CaPem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CaPem").field("cert", &self.cert).finish_non_exhaustive()
    }
}

/// What a server shows, with its key, ready for use.
#[derive(Clone, Debug)]
pub struct ServingCertificate(pub(super) Arc<rustls::ServerConfig>);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A key or a certificate can't be made, or the authority's can't be read.
    #[error("certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// TLS does not take it.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Makes a certificate authority. Its certificate is valid for as long as the key is there: it is trusted by nobody
/// but gateways, which have it from the cluster's own store.
pub fn make_ca() -> Result<CaPem, CertificateError> {
    let key = KeyPair::generate()?;
    let cert = ca_parameters().self_signed(&key)?;
    Ok(CaPem { cert: cert.pem(), key: key.serialize_pem() })
}

/// Issues a serving certificate with a new key. `ca` is one that [`make_ca`] made.
pub fn issue(ca: &CaPem, dns_names: &[String]) -> Result<ServingCertificate, CertificateError> {
    let issuer = Issuer::new(ca_parameters(), KeyPair::from_pem(&ca.key)?);
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(dns_names)?;
    parameters.distinguished_name = named("stagegate-operator");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let cert = parameters.signed_by(&key, &issuer)?;
    let chain = vec![CertificateDer::from(cert.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = rustls::ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(ServingCertificate(Arc::new(config)))
}

/// The same for each authority: an issuer is found by its name, so it needs no reading of its certificate.
fn ca_parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = named("stagegate-ca");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}
