//! The secret that callers of the Invoke API show.

use std::fmt;
use std::io::Read;

use http::HeaderValue;
use subtle::ConstantTimeEq;

use crate::error::TokenError;

/// A secret bearer token. It is compared in constant time, and its `Debug` form shows nothing of it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token of 16 to 4096 visible ASCII characters.
    pub fn new(secret: impl Into<String>) -> Result<Self, TokenError> {
        let secret = secret.into();
        let fits = (16..=4096).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(secret)) } else { Err(TokenError) }
    }

    /// A fresh token of 256 random bits, for a caller in the same process.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = [0_u8; 32];
        let hex = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Self(bytes.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 0xf)]).collect()))
    }

    /// The value of the `Authorization` header that a caller sends, marked as sensitive.
    pub fn authorization(&self) -> HeaderValue {
        // The constructors let only visible ASCII through, all of which a header value may hold.
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0))
            .unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
        value.set_sensitive(true);
        value
    }

    /// Whether `authorization` shows this token.
    pub(crate) fn admits(&self, authorization: Option<&HeaderValue>) -> bool {
        let Some((scheme, shown)) = authorization.and_then(|value| value.as_bytes().split_at_checked(7))
        else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(shown.ct_eq(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_itself_only() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.admits(Some(&token.authorization())));
        assert!(token.admits(Some(&HeaderValue::from_static("bearer 0123456789abcdef"))));
        for other in ["Bearer 0123456789abcdeF", "Bearer ", "Bearer", "Basic 0123456789abcdef", ""] {
            assert!(!token.admits(Some(&HeaderValue::from_static(other))), "{other}");
        }
        assert!(!token.admits(None));
        assert!(!token.admits(Some(&Token::random().unwrap().authorization())));
    }

    #[test]
    fn shows_nothing() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert!(!format!("{:?}", token.authorization()).contains("0123"));
        assert!(Token::new("short").is_err());
        assert!(Token::new("0123456789abcdef\n").is_err());
    }
}
