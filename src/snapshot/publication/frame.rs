//! Frames of the stream.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parts::ChangedPieces;
use super::{Addresses, Changes, Parts, Secrets};
use crate::FORMAT;

/// A frame that only says that the other end is there.
pub const PING: &[u8] = b"{\"type\":\"ping\"}\n";

/// A frame as it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// A whole publication.
    Full(Full),
    /// What makes a publication of an earlier one.
    Delta(Delta),
    /// Where functions run.
    Endpoints(Endpoints),
    /// Credentials of integrations.
    Credentials(Secrets),
    /// Nothing but a sign of life.
    Ping,
    /// A type that a later version has.
    Unknown,
}

/// A whole publication.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Full {
    /// Its place in the order.
    pub number: u64,
    /// Digest of the snapshot.
    pub digest: String,
    /// The snapshot.
    pub snapshot: Parts,
}

/// What makes publication `number` of publication `base`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "FlatDelta")]
pub struct Delta {
    /// Its place in the order.
    pub number: u64,
    /// The publication it changes.
    pub base: u64,
    /// Digest of the whole that it makes.
    pub digest: String,
    /// What is different.
    pub changes: Changes,
}

/// Flattening by serde would lose the texts of the parts.
#[derive(Deserialize)]
struct FlatDelta {
    number: u64,
    base: u64,
    digest: String,
    apis: ChangedPieces,
    functions: ChangedPieces,
}

impl From<FlatDelta> for Delta {
    fn from(flat: FlatDelta) -> Self {
        let FlatDelta { number, base, digest, apis, functions } = flat;
        Self { number, base, digest, changes: Changes { apis, functions } }
    }
}

/// Where all functions run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Highest resource version of what this was computed from: higher is newer.
    pub revision: u64,
    /// By `namespace/function:version`.
    pub functions: BTreeMap<String, Addresses>,
}

#[derive(Serialize, Deserialize)]
struct Credentials<S> {
    secrets: S,
}

/// Why a line is no frame that this version can use.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// No frame at all.
    #[error("the line is no frame: {0}")]
    NoFrame(#[source] serde_json::Error),
    /// Credentials of another shape. Where, and not what: the text would be in logs.
    #[error("the credentials do not parse, at byte {0}")]
    Credentials(usize),
    /// A publication of a later format.
    #[error("publication {number} has format {format}; this version reads {FORMAT}")]
    Format {
        /// The publication.
        number: u64,
        /// Its format.
        format: u32,
    },
    /// A publication with something missing or of another shape.
    #[error("publication {number} does not parse: {source}")]
    Shape {
        /// The publication.
        number: u64,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// Looked at first, since a later format may have another shape.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    format: u32,
    #[serde(default)]
    number: u64,
}

/// Reads a line. Fields that this version does not know are ignored.
pub fn read(line: &[u8]) -> Result<Frame, FrameError> {
    let Header { kind, format, number } = serde_json::from_slice(line).map_err(FrameError::NoFrame)?;
    let shape = |source| FrameError::Shape { number, source };
    match kind.as_str() {
        "full" | "delta" if format != FORMAT => Err(FrameError::Format { number, format }),
        "full" => serde_json::from_slice(line).map(Frame::Full).map_err(shape),
        "delta" => serde_json::from_slice(line).map(Frame::Delta).map_err(shape),
        "endpoints" => serde_json::from_slice(line).map(Frame::Endpoints).map_err(FrameError::NoFrame),
        "credentials" => serde_json::from_slice::<Credentials<Secrets>>(line)
            .map(|frame| Frame::Credentials(frame.secrets))
            .map_err(|error| FrameError::Credentials(error.column())),
        "ping" => Ok(Frame::Ping),
        _ => Ok(Frame::Unknown),
    }
}

#[derive(Serialize)]
struct Written<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<&'a Parts>,
    #[serde(flatten)]
    rest: T,
}

/// The line of a whole publication.
pub fn full_line(number: u64, digest: &str, snapshot: &Parts) -> Result<Vec<u8>, serde_json::Error> {
    line(&Written {
        kind: "full",
        format: Some(FORMAT),
        number: Some(number),
        base: None,
        digest: Some(digest),
        snapshot: Some(snapshot),
        rest: (),
    })
}

/// The line of what makes publication `number` of publication `base`.
pub fn delta_line(
    number: u64,
    base: u64,
    digest: &str,
    changes: &Changes,
) -> Result<Vec<u8>, serde_json::Error> {
    line(&Written {
        kind: "delta",
        format: Some(FORMAT),
        number: Some(number),
        base: Some(base),
        digest: Some(digest),
        snapshot: None,
        rest: changes,
    })
}

/// The line of where functions run.
pub fn endpoints_line(endpoints: &Endpoints) -> Result<Vec<u8>, serde_json::Error> {
    let rest = endpoints;
    line(&Written {
        kind: "endpoints",
        format: None,
        number: None,
        base: None,
        digest: None,
        snapshot: None,
        rest,
    })
}

/// The line of credentials.
pub fn credentials_line(secrets: &Secrets) -> Result<Vec<u8>, serde_json::Error> {
    line(&Written {
        kind: "credentials",
        format: None,
        number: None,
        base: None,
        digest: None,
        snapshot: None,
        rest: Credentials { secrets },
    })
}

fn line(frame: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut line = serde_json::to_vec(frame)?;
    line.push(b'\n');
    Ok(line)
}
