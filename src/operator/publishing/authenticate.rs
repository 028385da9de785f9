//! Who may take the configuration.

/// Checks tokens.
pub trait Authenticate: Clone + Send + Sync + 'static {
    /// Whether `token` is a gateway's.
    fn authenticate(&self, token: &str) -> impl Future<Output = Result<bool, AuthenticateError>> + Send;
}

/// Nobody could say whether the token is good.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the token could not be checked: {0}")]
pub struct AuthenticateError(pub String);
