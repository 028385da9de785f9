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
    // Developer guide, api-gateway-make-request-with-compressed-payload.
    let out = out.map_err(|_| Reject::UnsupportedMediaType)?;
    if out.len() as u64 > LONGEST_BODY { Err(Reject::BodyTooLarge) } else { Ok(out.into()) }
}

/// A quality, from 0 to 1, as a number that has an order.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is within bounds")]
fn thousandths(quality: f32) -> u16 {
    (quality.clamp(0.0, 1.0) * 1000.0) as u16
}

/// How a client wants its answers packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Deflate,
}

impl Packing {
    /// What the client asks for first. Developer guide, api-gateway-enable-compression: what has the highest priority must
    /// be a coding that is known here, or answers are not packed; `*` names none.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut first: Option<(u16, Option<Self>)> = None;
        for coding in values.flat_map(|value| value.split(',')) {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let quality =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
            let quality = quality.map_or(0, thousandths);
            let packing = [("gzip", Self::Gzip), ("deflate", Self::Deflate)];
            let packing = packing.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
            let packing = packing.map(|(_, packing)| packing);
            // Of those with the same priority the first that is known.
            let comes_first = first
                .is_none_or(|(before, found)| quality > before || (quality == before && found.is_none()));
            if quality > 0 && comes_first {
                first = Some((quality, packing));
            }
        }
        first?.1
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
        assert_eq!(accepted("deflate,gzip"), Some(Packing::Deflate));
        assert_eq!(accepted("br, GZIP"), Some(Packing::Gzip));
        assert_eq!(accepted("deflate;q=0.5, gzip;q=1.0"), Some(Packing::Gzip));
        assert_eq!(accepted("gzip;q=1.0, identity;q=0.5, *;q=0"), Some(Packing::Gzip));
        for none in
            ["br;q=1, deflate;q=0.5", "identity, gzip;q=0.9", "gzip;q=0, br", "gzip;q=x", "*", "identity", ""]
        {
            assert_eq!(accepted(none), None, "{none}");
        }
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
            assert_eq!(unpacked(b"rubbish", name), Err(Reject::UnsupportedMediaType));
        }
    }
}
