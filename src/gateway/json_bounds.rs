//! How large JSON may become in memory: a small text can be many values, each of which takes more than its text.

/// Objects and lists; each takes some hundred bytes.
const MOST_CONTAINERS: usize = 200_000;
/// Values and keys, about.
const MOST_VALUES: usize = 1_000_000;

/// The text has more values than are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the JSON has more than {MOST_CONTAINERS} objects and lists, or more than {MOST_VALUES} values")]
pub(crate) struct TooManyValues;

/// Counts brackets and separators outside of texts; whether it is JSON is for the parser to say.
pub(crate) fn check(json: &[u8]) -> Result<(), TooManyValues> {
    let (mut containers, mut values) = (0_usize, 0_usize);
    let mut rest = json;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'[' => containers += 1,
            b',' | b':' => values += 1,
            b'"' => rest = behind_text(rest),
            _ => continue,
        }
        if containers > MOST_CONTAINERS || values > MOST_VALUES {
            return Err(TooManyValues);
        }
    }
    Ok(())
}

fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(at) == Some(&b'"');
        rest = rest.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted() {
        let many = |one: &str, count: usize| check(one.repeat(count).as_bytes());
        assert_eq!(many("[", MOST_CONTAINERS), Ok(()));
        assert_eq!(many("[", MOST_CONTAINERS + 1), Err(TooManyValues));
        assert_eq!(many("1,", MOST_VALUES + 1), Err(TooManyValues));
        assert_eq!(many("\"[,\\\"{\" ", MOST_VALUES + 1), Ok(()));
        assert_eq!(check(b"\"never ends \\"), Ok(()));
    }
}
