//! Compressed bodies, where the API asks for it.
//!
//! Developer guide, api-gateway-gzip-compression-decompression.

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};

use crate::onward_body::LONGEST_BODY;
use crate::reject::Reject;
use crate::service::Inbound;

/// Unpacks the body of a request; an encoding that is not known is refused.
pub(crate) async fn unpack(inbound: &mut Inbound) -> Result<(), Reject> {
    let Some(encoding) = inbound.headers.get(CONTENT_ENCODING) else { return Ok(()) };
    let encoding = encoding.to_str().unwrap_or_default().trim().to_ascii_lowercase();
    if encoding == "identity" || encoding.is_empty() {
        return Ok(());
    }
    if encoding != "gzip" && encoding != "deflate" {
        return Err(Reject::UnsupportedMediaType);
    }
    let packed = inbound.body.whole().await?;
    let unpacked = if packed.is_empty() { Bytes::new() } else { unpacked(packed, &encoding)? };
    inbound.body.replace(unpacked);
    inbound.headers.remove(CONTENT_ENCODING);
    Ok(())
}

/// What a body unpacks to, as far as a body may be long: a bomb is cut off there.
fn unpacked(packed: &[u8], encoding: &str) -> Result<Bytes, Reject> {
    let limited = |reader: &mut dyn Read| {
        let mut out = Vec::new();
        reader.take(LONGEST_BODY + 1).read_to_end(&mut out).map(|_| out)
    };
    let out = match encoding {
        "gzip" => limited(&mut MultiGzDecoder::new(packed)),
        // With the frame of zlib, or, as some clients have it, without.
        _ => limited(&mut ZlibDecoder::new(packed)).or_else(|_| limited(&mut DeflateDecoder::new(packed))),
    };
    let out = out.map_err(|_| Reject::BodyBroken)?;
    if out.len() as u64 > LONGEST_BODY { Err(Reject::BodyTooLarge) } else { Ok(out.into()) }
}

/// How a client wants its answers packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Deflate,
}

impl Packing {
    /// What the client accepts; gzip where it accepts both.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accepts = |wanted: &str| {
            let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|coding| {
                let mut parts = coding.split(';').map(str::trim);
                let name = parts.next().unwrap_or_default();
                let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
                (name.eq_ignore_ascii_case(wanted) || name == "*") && !is_refused
            })
        };
        match (accepts("gzip"), accepts("deflate")) {
            (true, _) => Some(Self::Gzip),
            (false, true) => Some(Self::Deflate),
            _ => None,
        }
    }

    /// Packs a body and says so in the headers.
    pub(crate) fn pack(self, body: &[u8], headers: &mut HeaderMap) -> std::io::Result<Bytes> {
        let (packed, name) = match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(body)?;
                (encoder.finish()?, "gzip")
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(body)?;
                (encoder.finish()?, "deflate")
            }
        };
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        Ok(packed.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &str) -> Option<Packing> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
        Packing::accepted(&headers)
    }

    #[test]
    fn what_a_client_accepts() {
        assert_eq!(accepted("gzip, deflate"), Some(Packing::Gzip));
        assert_eq!(accepted("br;q=1, deflate;q=0.5"), Some(Packing::Deflate));
        assert_eq!(accepted("gzip;q=0, br"), None);
        assert_eq!(accepted("*"), Some(Packing::Gzip));
        assert_eq!(accepted("identity"), None);
    }

    #[test]
    fn there_and_back_and_no_bombs() {
        for (packing, name) in [(Packing::Gzip, "gzip"), (Packing::Deflate, "deflate")] {
            let mut headers = HeaderMap::new();
            let packed = packing.pack(b"some text", &mut headers).unwrap();
            assert_eq!(headers[CONTENT_ENCODING], name);
            assert_eq!(&*unpacked(&packed, name).unwrap(), b"some text");
            let bomb = packing.pack(&vec![0; 11 << 20], &mut headers).unwrap();
            assert_eq!(unpacked(&bomb, name), Err(Reject::BodyTooLarge));
            assert_eq!(unpacked(b"rubbish", name), Err(Reject::BodyBroken));
        }
    }
}
