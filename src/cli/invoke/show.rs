//! An answer and its execution, for people.

use std::fmt::Write as _;

use gateway::TestAnswer;
use jiff::Timestamp;

pub(super) fn text(answer: &TestAnswer) -> String {
    let mut out = format!("Status: {}\nLatency: {} ms\n\n", answer.status, answer.latency);
    for (name, values) in &answer.multi_value_headers {
        for value in values {
            // Writing to a String does not fail.
            let _ = writeln!(out, "{}: {}", name, plain(value));
        }
    }
    let body = if answer.is_base64_encoded { "(in Base64) " } else { "" };
    let _ = writeln!(out, "\n{body}{}\n", plain(&answer.body));
    for line in &answer.log {
        let _ = writeln!(out, "{} : {}", at(line.epoch_millis), plain(&line.message));
    }
    out
}

/// As the service writes it: `Thu Nov 26 12:00:00 UTC 2026`.
fn at(epoch_millis: u64) -> String {
    let millis = i64::try_from(epoch_millis).unwrap_or_default();
    let at = Timestamp::from_millisecond(millis).unwrap_or_default();
    at.strftime("%a %b %d %H:%M:%S UTC %Y").to_string()
}

/// What comes from elsewhere does not command a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}
