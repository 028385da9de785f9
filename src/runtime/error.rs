//! Why a function can't be started.

use std::net::SocketAddr;

/// Why [`crate::Function::start`] refuses.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A field of the configuration can't be used.
    #[error("{field}: {what}")]
    Invalid {
        /// Name of the field, with the key for a map: `files["../x"]`.
        field: String,
        /// What is wrong, and what would be right.
        what: &'static str,
    },
    /// The code can't be written to the temporary directory.
    #[error("the function's code can't be written to the temporary directory: {0}")]
    Code(#[source] std::io::Error),
    /// The address can't be listened on.
    #[error("can't listen on {0}: {1}")]
    Listen(SocketAddr, #[source] std::io::Error),
}

/// Why a text can't be a bearer token.
#[derive(Debug, thiserror::Error)]
#[error("a token must be 16 to 4096 visible ASCII characters")]
pub struct TokenError;
