//! Upstream connections: HTTP/1.1 to backends and functions.
//!
//! The gateway is a client of its own here rather than hyper's: that one gives each connection a task and hands every
//! request and answer through channels, which costs a fifth of a hop. Heads are parsed by httparse.

mod address_policy;
mod answer_head;
mod answer_reader;
mod connect;
mod connection;
mod pool;
mod request;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use address_policy::AddressPolicy;
pub(crate) use answer_head::AnswerHead;
pub(crate) use answer_reader::AnswerReader;
pub(crate) use connect::{ConnectError, Connector, TargetAddress};
pub(crate) use connection::{Answer, ExchangeError};
pub(crate) use pool::{Lease, Pool, SendError};
pub(crate) use request::OnwardRequest;
pub use tls::RootsError;
#[cfg(test)]
pub(crate) use tls::Security;
pub(crate) use tls::Tls;
