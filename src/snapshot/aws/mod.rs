//! Integrations with services of AWS, and with what speaks their protocols.

mod call;
mod credentials;
mod plan;
mod secrets;
mod uri;

pub use call::AwsCall;
pub use credentials::{ACCESS_KEY_ID, AwsCredentials, CredentialsError, SECRET_ACCESS_KEY, SESSION_TOKEN};
pub use plan::AwsPlan;
pub use uri::{AwsUri, AwsUriError};
