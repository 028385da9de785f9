//! `format` of models: those that the service's validator checks, as it does. What it knows and is rare is not checked here,
//! what it does not know is no check but a note in its messages.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether text is of a format.
type Check = fn(&str) -> bool;

/// Checked formats.
pub(super) const CHECKED: [(&str, Check); 7] = [
    ("date-time", is_date_time),
    ("email", is_email),
    ("hostname", is_host_name),
    ("ipv4", |text| text.parse::<Ipv4Addr>().is_ok()),
    ("ipv6", is_ipv6),
    ("uri", is_uri),
    ("uuid", is_uuid),
];
/// Formats that the service's validator knows too; here any text is one.
pub(super) const UNCHECKED: [&str; 8] =
    ["base64", "json-pointer", "mac", "md5", "regex", "sha1", "sha256", "sha512"];
/// Formats that a validator may know, but not that of the service.
pub(super) const UNKNOWN: [&str; 2] = ["date", "time"];

/// What is said of text that is none of a format.
pub(super) fn text(format: &str, text: &str) -> String {
    let kind = match format {
        "date-time" => {
            return format!(
                "string \"{text}\" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{{1,12}}Z]"
            );
        }
        "uuid" => return format!("input string \"{text}\" is not a valid UUID"),
        "email" => "email address",
        "ipv4" => "IPv4 address",
        "ipv6" => "IPv6 address",
        "uri" => "URI",
        other => other,
    };
    format!("string \"{text}\" is not a valid {kind}")
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let Some([year, month, day]) = numbers(date, '-', &[4, 2, 2]) else { return false };
    let Some(zone) = time.find(['Z', 'z', '+', '-']) else { return false };
    let (time, zone) = time.split_at(zone);
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_fraction = (1..=12).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    let is_time = numbers(seconds, ':', &[2, 2, 2])
        .is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60);
    is_time && is_fraction && is_zone(zone) && (1..=days(year, month)).contains(&day)
}

/// So many numbers of so many digits each.
fn numbers<const N: usize>(text: &str, separator: char, digits: &[usize; N]) -> Option<[u32; N]> {
    let mut out = [0; N];
    let mut parts = text.split(separator);
    for (place, digits) in out.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == *digits && part.bytes().all(|b| b.is_ascii_digit()))?;
        *place = part.parse().ok()?;
    }
    parts.next().is_none().then_some(out)
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// `Z`, `+01`, `+0100` or `+01:00`.
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return text.eq_ignore_ascii_case("z") };
    let digits = offset.replacen(':', "", 1);
    let is_place = offset.find(':').is_none_or(|at| at == 2 && digits.len() == 4);
    let (hours, minutes) = digits.split_at_checked(2).unwrap_or_default();
    let below = |text: &str, most: u32| numbers(text, ' ', &[2]).is_some_and(|[number]| number < most);
    is_place && below(hours, 24) && (minutes.is_empty() || below(minutes, 60))
}

/// An address as mail has it: `a@b.c`, `"a b"@c` or `Somebody <a@b.c>`.
fn is_email(text: &str) -> bool {
    let text = text.trim_matches(' ');
    let text = text.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(text);
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let is_atoms = |text: &str| text.split('.').all(|atom| !atom.is_empty());
    let plain = |c: char| !c.is_control() && !" ()<>,;:\"[]@".contains(c);
    let is_local = is_quoted || (is_atoms(local) && local.chars().all(plain));
    let domain = domain.split_once('(').map_or(domain, |(domain, _)| domain);
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || !c.is_ascii();
    is_local && (is_literal || (is_atoms(domain) && domain.chars().all(of_name)))
}

fn is_host_name(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let of_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(of_label)
            && !label.starts_with(['-', '_'])
            && !label.ends_with(['-', '_'])
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(is_label) && !last.starts_with(|c: char| c.is_ascii_digit())
}

/// With a zone or without; one that is an IPv4 address in disguise is none.
fn is_ipv6(text: &str) -> bool {
    let address = text.split('%').next().unwrap_or_default().parse::<Ipv6Addr>();
    address.is_ok_and(|address| address.to_ipv4_mapped().is_none())
}

fn is_uri(text: &str) -> bool {
    let forbidden = |c: char| c.is_control() || " \"<>\\^`{|}".contains(c);
    let mut escapes = text.split('%').skip(1);
    let is_escape = |rest: &str| rest.len() > 1 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if text.contains(forbidden) || !escapes.all(is_escape) || text.matches('#').count() > 1 {
        return false;
    }
    let before = text.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = match before.split_once(':') {
        Some((scheme, _)) => {
            let of_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
            let is_scheme =
                scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(of_scheme);
            let rest = text.get(scheme.len() + 1..).unwrap_or_default();
            if !is_scheme || rest.is_empty() || rest.starts_with('#') {
                return false;
            }
            rest
        }
        None => text,
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some("") => return false,
        Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
        None => ("", rest),
    };
    // Brackets stand around an address, or in a query.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_address = |text: &str| text.split(']').next().is_some_and(is_ipv6);
    let is_authority = match authority.split_once('[') {
        Some((_, rest)) => is_address(rest),
        None => !authority.contains(']'),
    };
    is_authority && !path.contains(['[', ']'])
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_part = |(part, most): (&&str, usize)| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit())
    };
    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, right: &[&str], wrong: &[&str]) {
        let (_, is) = CHECKED.iter().find(|(name, _)| *name == format).unwrap();
        for (text, expected) in
            right.iter().map(|text| (text, true)).chain(wrong.iter().map(|text| (text, false)))
        {
            assert_eq!(is(text), expected, "{format} {text:?}");
        }
    }

    #[test]
    fn times() {
        let right = [
            "2020-02-29T23:59:59Z",
            "2020-01-01t00:00:00z",
            "2020-01-01T00:00:00.123+01:00",
            "2020-01-01T00:00:00-2359",
            "2020-01-01T00:00:00+01",
            "2020-01-01T00:00:00.123456789012Z",
        ];
        let wrong = [
            "",
            "2020-01-01",
            "2020-01-01T00:00:00",
            "2020-01-01 00:00:00Z",
            "2021-02-29T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:60Z",
            "2020-1-1T0:0:0Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00.1234567890123Z",
            "2020-01-01T00:00:00+24:00",
            "2020-01-01T00:00:00+01:60",
            "2020-01-01T00:00:00+é",
            "12020-01-01T00:00:00Z",
            "2020-01-01T00:00:00Z ",
            "2020-01-01T00:00:00:00Z",
        ];
        check("date-time", &right, &wrong);
    }

    #[test]
    fn names_and_addresses() {
        check(
            "email",
            &[
                "a@b",
                "a+b'/=$@c-d.e",
                "é@é.c",
                "\"a b\"@c",
                "a@[1.2.3.4]",
                "A B <a@b.c>",
                " a@b.c ",
                "a@b(c)",
            ],
            &[
                "",
                "a",
                "@b",
                "a@",
                "a b@c",
                "a@b@c",
                ".a@b",
                "a.@b",
                "a..b@c",
                "a@b..c",
                "a@b.c.",
                "a@b_c",
                "a,b@c",
                "a@b.c,d@e.f",
            ],
        );
        check(
            "hostname",
            &["a", "a.b1.", "a_b.c", "host-name.example", "xn--a.b", "日本.jp"],
            &["", ".", "-a.b", "a-.b", "_a.b", "a..b", "1.2.3.4", "1a", "x.123", "a b"],
        );
        check("ipv4", &["1.2.3.4"], &["", "1.2.3", "256.1.1.1", "01.2.3.4", "::1"]);
        check(
            "ipv6",
            &["::1", "1::", "fe80::1%eth0", "::1.2.3.4"],
            &["", "1.2.3.4", "::ffff:1.2.3.4", "12345::", "1::2::3", "[::1]"],
        );
        check(
            "uri",
            &[
                "http://a/b",
                "",
                "/rel",
                "a:b",
                "mailto:a@b",
                "#f",
                "//a/b",
                "http:///x",
                "http://[::1]/x",
                "http://a?x=[1]",
                "a/b:c",
                "%41",
            ],
            &[
                "a b",
                "http://a/{b}",
                "::x",
                "http:",
                "http://",
                "1a:b",
                "http://a/%zz",
                "%",
                "a#b#c",
                "http://a/[x]",
                "http://[x]/",
                "http://a/^",
            ],
        );
        check(
            "uuid",
            &["f47ac10b-58cc-4372-a567-0e02b2c3d479", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "1-2-3-4-5"],
            &[
                "",
                "x",
                "f47ac10b58cc4372a5670e02b2c3d479",
                "----",
                "1-2-3-4",
                "g47ac10b-58cc-4372-a567-0e02b2c3d479",
            ],
        );
    }
}
