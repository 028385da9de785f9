//! Numbers as they are written.

use crate::number::Number;

/// Whether a word is a number: one of JSON, or what the service's parser takes for one, such as `5.`, `-.5` and `-`.
pub(super) fn is_number(word: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(rest) = word.strip_prefix(|c| c == '-' || is_digit(c)) else { return word == "NaN" };
    let rest = rest.trim_start_matches(is_digit);
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| fraction.trim_start_matches(is_digit));
    match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits.chars().all(is_digit)
        }
    }
}

/// Whether a number has neither a point nor an exponent.
pub(super) fn is_whole(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Whether a number is one of JSON by the letter.
pub(super) fn is_strict(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number).as_bytes();
    let is_digit = |at: usize| digits.get(at).is_some_and(u8::is_ascii_digit);
    let point = digits.iter().position(|byte| *byte == b'.');
    is_digit(0) && !(digits.first() == Some(&b'0') && is_digit(1)) && point.is_none_or(|at| is_digit(at + 1))
}

/// A number, if there is a type that holds it.
pub(crate) fn number(word: &str) -> Option<Number> {
    if !is_number(word) {
        return None;
    }
    if word == "-" {
        return Some(Number::Integer(0));
    }
    if is_whole(word) {
        return word.parse().map(Number::Integer).or_else(|_| word.parse().map(i128::into)).ok();
    }
    Number::fraction(word)
}
