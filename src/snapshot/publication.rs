//! What travels between the operator and its gateways: frames of the stream, one JSON text a line, and
//! acknowledgements.
//!
//! A publication is passed on in [`Parts`], the JSON text of each API and function as it was written. So a gateway of
//! an older version, which does not know every field, still has the same digest of the same publication.

mod credentials;
mod frame;
mod parts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub use credentials::{Secret, SecretContent, Secrets, merge};
pub use frame::{
    Delta, Endpoints, Frame, FrameError, Full, PING, credentials_line, delta_line, endpoints_line, full_line,
    read,
};
pub use parts::{Changes, Parts, Piece, apply, delta, digest_of};

/// Longest line of a stream, in bytes.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// Where one version of a function runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Its ready pods.
    pub addresses: Vec<SocketAddr>,
    /// Events that one pod takes at once.
    #[serde(default)]
    pub capacity: u32,
}

/// What a gateway says about a publication, and what it has in flight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgement {
    /// Name of the gateway's pod.
    pub gateway: String,
    /// The publication this is about: what it serves, or what it refused.
    pub number: u64,
    /// Whether it serves it.
    pub result: Verdict,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Average concurrency of each version, `namespace/function:version`, in the last interval; none is zero.
    #[serde(default)]
    pub in_flight: BTreeMap<String, f64>,
}

/// Whether a gateway serves a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It does.
    Ack,
    /// It does not, and what it served before goes on.
    Nack,
}
