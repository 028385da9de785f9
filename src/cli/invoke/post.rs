//! The call of the admin listener: one small request of HTTP/1.1, which needs no client of its own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gateway::{TestAnswer, TestRequest};

const CONNECT: Duration = Duration::from_secs(5);
/// The longest that an integration may take, and some.
const ANSWER: Duration = Duration::from_mins(16);
/// Answer and log; more is none of a gateway's.
const LONGEST: u64 = 64 * 1024 * 1024;

pub(super) fn encoded(body: &[u8]) -> String {
    BASE64_STANDARD.encode(body)
}

/// The answer, or why the gateway has none.
pub(super) fn send(admin: SocketAddr, request: &TestRequest) -> Result<Result<TestAnswer, String>> {
    let body = serde_json::to_vec(request)?;
    let mut stream = TcpStream::connect_timeout(&admin, CONNECT).with_context(|| {
        format!("--admin {admin}: nothing answers there; `stagegate local` and gateways have 8081 unless told otherwise")
    })?;
    stream.set_read_timeout(Some(ANSWER))?;
    let length = body.len();
    let head = format!(
        "POST /test-invoke HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let context = || format!("--admin {admin}");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).with_context(context)?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).with_context(context)?;
    let (status, body) =
        parse(&answer).with_context(|| format!("--admin {admin}: what answers is no gateway"))?;
    match status {
        200 => Ok(Ok(serde_json::from_slice(body).with_context(context)?)),
        404 if body.is_empty() => {
            bail!("--admin {admin}: this gateway has no test-invoke: it is older than this program")
        }
        _ => Ok(Err(String::from_utf8_lossy(body).into_owned())),
    }
}

fn parse(answer: &[u8]) -> Result<(u16, &[u8])> {
    let end =
        answer.windows(4).position(|four| four == b"\r\n\r\n").context("its answer has no end of a head")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    Ok((status.context("its answer has no status")?, &answer[end + 4..]))
}
