//! Who may take the configuration.

use std::sync::Arc;

/// Checks tokens.
pub trait Authenticate: Clone + Send + Sync + 'static {
    /// The name of the gateway's pod that `token` is bound to; none if it is no gateway's.
    fn authenticate(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Option<Arc<str>>, AuthenticateError>> + Send;
}

/// Nobody could say whether the token is good.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the token could not be checked: {0}")]
pub struct AuthenticateError(pub String);
