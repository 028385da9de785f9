//! Publishing: the server that gateways take their configuration from.
//!
//! TLS 1.3 and a token, which is checked before anything is said; then an endless answer of one frame a line. A stream
//! remembers only what it sent last, and sends what is newest when its reader has room: one that reads slowly misses
//! publications in between, and nothing queues up for it.

mod acks;
mod authenticate;
mod certificates;
mod connection;
mod publisher;
mod routes;
mod serve;
mod stream;
mod write_timeout;

pub use acks::{Ack, Acks};
pub use authenticate::{Authenticate, AuthenticateError};
pub use certificates::{CaPem, CertificateError, ServingCertificate, issue, make_ca};
pub use publisher::{FunctionEndpoints, Publication, Publisher};
pub use serve::serve;
