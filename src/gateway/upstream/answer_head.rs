//! The head of an upstream's answer.

use std::mem::MaybeUninit;

use http::StatusCode;
use httparse::{Response, Status};

/// Most header lines in an answer's head, as hyper has it.
const MAX_LINES: usize = 100;

/// The head of an answer.
#[derive(Debug)]
pub(crate) struct AnswerHead {
    pub(crate) status: StatusCode,
    /// Where the body ends.
    pub(super) framing: Framing,
    /// Whether the connection may serve another request.
    pub(super) keeps_alive: bool,
    /// Header lines, behind the status line.
    lines: Box<[u8]>,
}

/// Where an answer's body ends (RFC 9112, 6.3).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    /// With the connection.
    Close,
}

/// Why a head is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HeadError {
    #[error("the answer's head does not parse: {0}")]
    Parse(#[from] httparse::Error),
    #[error("the answer has status {0}, which nobody asked for")]
    Status(u16),
    #[error("the answer's Content-Length is no number, or there are two")]
    Length,
    #[error("the answer has a Transfer-Encoding other than chunked, or beside a Content-Length")]
    Coding,
}

impl AnswerHead {
    /// Parses the head at the beginning of `bytes`; with it comes its length. `None` where it is not all there.
    pub(super) fn parse(bytes: &[u8], to_head: bool) -> Result<Option<(Self, usize)>, HeadError> {
        let mut headers = [const { MaybeUninit::uninit() }; MAX_LINES];
        let mut response = Response::new(&mut []);
        let parsed = httparse::ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            bytes,
            &mut headers,
        )?;
        let Status::Complete(length) = parsed else { return Ok(None) };
        let code = response.code.unwrap_or_default();
        let status = StatusCode::from_u16(code).map_err(|_| HeadError::Status(code))?;
        let is_newest = response.version == Some(1);
        let mut said = Said::default();
        for header in &*response.headers {
            said.read(header)?;
        }
        let framing = if to_head || status.is_informational() || matches!(code, 204 | 304) {
            Framing::Length(0)
        } else {
            said.framing(is_newest)?
        };
        let keeps_alive = if is_newest { !said.close } else { said.keep_alive && !said.close };
        // A 204 has no body and may not announce one (RFC 9110, 8.6); who does may send it, too, in place of the next answer.
        let announces = code == 204 && (said.codings > 0 || said.length.is_some_and(|length| length > 0));
        let keeps_alive = keeps_alive && framing != Framing::Close && !announces;
        let head = bytes.get(..length).unwrap_or_default();
        let line_end = head.iter().position(|byte| *byte == b'\n').map_or(length, |at| at + 1);
        let lines = head.get(line_end..).unwrap_or_default().into();
        Ok(Some((Self { status, framing, keeps_alive, lines }, length)))
    }

    /// Names and values, in order, names as sent.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
        crate::raw_head::header_lines(&self.lines)
    }
}

/// What the headers say of the connection and the body.
#[derive(Default)]
struct Said {
    length: Option<u64>,
    codings: u32,
    chunked: bool,
    close: bool,
    keep_alive: bool,
}

impl Said {
    fn read(&mut self, header: &httparse::Header<'_>) -> Result<(), HeadError> {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        match header.name.len() {
            10 if is("connection") => {
                for token in header.value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                    self.close |= token.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if is("content-length") => {
                let digits = std::str::from_utf8(header.value).ok().filter(|text| !text.starts_with('+'));
                let length = digits.and_then(|text| text.parse().ok()).ok_or(HeadError::Length)?;
                if self.length.replace(length).is_some_and(|before| before != length) {
                    return Err(HeadError::Length);
                }
            }
            17 if is("transfer-encoding") => {
                self.codings += 1;
                self.chunked = header.value.eq_ignore_ascii_case(b"chunked");
            }
            _ => {}
        }
        Ok(())
    }

    fn framing(&self, is_newest: bool) -> Result<Framing, HeadError> {
        match (self.codings, self.length) {
            (0, Some(length)) => Ok(Framing::Length(length)),
            (0, None) => Ok(Framing::Close),
            // Two ways to say where the body ends: whoever reads on after the wrong one takes a body for an answer.
            (1, None) if self.chunked && is_newest => Ok(Framing::Chunked),
            _ => Err(HeadError::Coding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str) -> Result<(Framing, bool), HeadError> {
        let text = format!("{head}\r\n\r\n");
        AnswerHead::parse(text.as_bytes(), false)
            .map(|head| head.unwrap().0)
            .map(|h| (h.framing, h.keeps_alive))
    }

    #[test]
    fn where_the_body_ends() {
        assert_eq!(of("HTTP/1.1 200 OK\r\nContent-Length: 5").unwrap(), (Framing::Length(5), true));
        assert_eq!(
            of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5").unwrap().0,
            Framing::Length(5)
        );
        assert_eq!(of("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked").unwrap(), (Framing::Chunked, true));
        assert_eq!(of("HTTP/1.1 200 OK").unwrap(), (Framing::Close, false));
        assert_eq!(of("HTTP/1.1 204 No\r\nContent-Length: 5").unwrap(), (Framing::Length(0), false));
        assert_eq!(of("HTTP/1.1 204 No\r\nContent-Length: 0").unwrap(), (Framing::Length(0), true));
        assert_eq!(of("HTTP/1.1 304 No\r\nContent-Length: 5").unwrap(), (Framing::Length(0), true));
        assert!(!of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close").unwrap().1);
        assert!(!of("HTTP/1.0 200 OK\r\nContent-Length: 5").unwrap().1);
        assert!(of("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive").unwrap().1);
    }

    #[test]
    fn what_is_refused() {
        for head in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6",
            "HTTP/1.1 200 OK\r\nContent-Length: +5",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5",
            "HTTP/1.1 099 OK",
            "ICY 200 OK",
        ] {
            assert!(of(head).is_err(), "{head}");
        }
        assert!(AnswerHead::parse(b"HTTP/1.1 200 OK\r\nContent-Le", false).unwrap().is_none());
    }

    #[test]
    fn an_answer_to_head_has_no_body() {
        let head =
            AnswerHead::parse(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true).unwrap().unwrap().0;
        assert_eq!(head.framing, Framing::Length(0));
    }
}
