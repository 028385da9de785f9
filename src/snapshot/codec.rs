//! The snapshot as bytes: JSON with a format number, so that neighbours in version can read each other.

use serde::{Deserialize, Serialize};

use crate::Snapshot;

/// Format that this version writes. It reads this one.
pub const FORMAT: u32 = 1;

/// Why bytes are not a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not JSON, or not of this shape.
    #[error("the snapshot does not parse: {0}")]
    Json(#[from] serde_json::Error),
    /// A later format.
    #[error("the snapshot has format {0}; this version reads {FORMAT}")]
    Format(u32),
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    #[serde(flatten)]
    snapshot: &'a Snapshot,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

/// Encodes.
pub fn encode(snapshot: &Snapshot) -> Result<Vec<u8>, CodecError> {
    Ok(serde_json::to_vec(&Written { format: FORMAT, snapshot })?)
}

/// Decodes. The format is looked at first, since a later one may have another shape.
pub fn decode(bytes: &[u8]) -> Result<Snapshot, CodecError> {
    let Header { format } = serde_json::from_slice(bytes)?;
    if format != FORMAT {
        return Err(CodecError::Format(format));
    }
    Ok(serde_json::from_slice(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let snapshot: Snapshot = serde_json::from_value(serde_json::json!({
            "apis": {"default/houses": {"stages": {"prod": {
                "live": {"deployment": "houses-1", "variables": {"as": "PROD"}},
                "canary": {"basisPoints": 1050, "deployment": "houses-2", "variables": {}}}},
                "deployments": {}}},
            "functions": {"default/hello": {"versions": ["$LATEST", "1"],
                "aliases": {"PROD": {"functionVersion": "1", "additionalVersionWeights": {"2": 0.05}}}}}
        }))
        .unwrap();
        assert_eq!(decode(&encode(&snapshot).unwrap()).unwrap(), snapshot);
    }

    #[test]
    fn a_later_format_is_refused() {
        assert!(matches!(decode(br#"{"format": 2, "new": true}"#), Err(CodecError::Format(2))));
        assert!(matches!(decode(b"{"), Err(CodecError::Json(_))));
    }
}
