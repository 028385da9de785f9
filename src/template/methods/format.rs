//! `String.format`, as far as templates use it: `%s`, `%d`, `%x`, `%f`, `%b`, `%n` and `%%`, with flags, width and
//! precision.

use crate::error::{CallError, RenderError};
use crate::limits::MAX_OUTPUT_BYTES;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::Value;

/// One `%…`.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a format are just that")]
struct Spec {
    left: bool,
    zero: bool,
    plus: bool,
    grouped: bool,
    width: usize,
    precision: Option<usize>,
}

/// More would be padding for its own sake.
const MAX_WIDTH: usize = 1_000;

impl<'a> Render<'a> {
    pub(super) fn format(&mut self, format: &str, values: &[Value<'a>]) -> Outcome<Value<'a>> {
        // One list stands for the values in it.
        let listed = match values {
            [list] if self.is_list(list) => Some(self.copied(list)?),
            _ => None,
        };
        let mut values = listed.as_deref().unwrap_or(values).iter();
        let mut text = String::new();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            let Some((spec, kind, after)) = spec(&rest[at + 1..]) else {
                return Self::failed("format", CallError::Format);
            };
            rest = after;
            let piece = match kind {
                '%' => "%".to_owned(),
                'n' => "\n".to_owned(),
                _ => {
                    let Some(value) = values.next() else { return Self::failed("format", CallError::Format) };
                    self.formatted(&spec, kind, value)?
                }
            };
            pad(&piece, &spec, kind, &mut text);
            self.step(1 + piece.len() / 64)?;
            if text.len() > MAX_OUTPUT_BYTES {
                return Err(RenderError::OutputTooLarge.into());
            }
        }
        text.push_str(rest);
        self.made(text)
    }

    fn formatted(&mut self, spec: &Spec, kind: char, value: &Value<'a>) -> Outcome<String> {
        let sign = |negative: bool| {
            if negative {
                "-"
            } else if spec.plus {
                "+"
            } else {
                ""
            }
        };
        let wrong = || Self::failed("format", CallError::Format);
        match (kind, value) {
            ('s' | 'S', value) => {
                let text = self.text_of(value)?;
                let text: String = match spec.precision {
                    Some(most) => text.chars().take(most).collect(),
                    None => text.to_string(),
                };
                Ok(if kind == 'S' { text.to_uppercase() } else { text })
            }
            ('b', value) => Ok((!matches!(value, Value::Null | Value::Bool(false))).to_string()),
            ('d', Value::Number(number @ (Number::Integer(_) | Number::Big(_)))) => {
                let mut digits = String::new();
                number.write(&mut digits);
                let negative = digits.starts_with('-');
                let digits = digits.trim_start_matches('-');
                let digits = if spec.grouped { grouped(digits) } else { digits.to_owned() };
                Ok(format!("{}{digits}", sign(negative)))
            }
            ('x' | 'X', Value::Number(Number::Integer(number))) => {
                let digits = match i32::try_from(*number) {
                    Ok(number) => format!("{number:x}"),
                    Err(_) => format!("{number:x}"),
                };
                Ok(if kind == 'X' { digits.to_uppercase() } else { digits })
            }
            ('f', Value::Number(Number::Double(number))) => {
                let digits = fixed(number.abs(), spec.precision.unwrap_or(6));
                let digits = match digits.split_once('.') {
                    Some((whole, part)) if spec.grouped => format!("{}.{part}", grouped(whole)),
                    _ => digits,
                };
                Ok(format!("{}{digits}", sign(*number < 0.0)))
            }
            _ => wrong(),
        }
    }
}

/// What follows a `%`: flags, width, precision and the kind, and the text behind it.
fn spec(text: &str) -> Option<(Spec, char, &str)> {
    let mut spec = Spec::default();
    let mut rest = text;
    loop {
        match rest.chars().next()? {
            '-' => spec.left = true,
            '0' => spec.zero = true,
            '+' => spec.plus = true,
            ',' => spec.grouped = true,
            ' ' | '#' | '(' => return None,
            _ => break,
        }
        rest = &rest[1..];
    }
    let number = |text: &mut &str| -> Option<usize> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = text.split_at(digits);
        *text = after;
        number.parse().ok().filter(|number| *number <= MAX_WIDTH)
    };
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        spec.width = number(&mut rest)?;
    }
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        spec.precision = Some(number(&mut rest)?);
    }
    let kind = rest.chars().next()?;
    Some((spec, kind, &rest[kind.len_utf8()..]))
}

fn pad(piece: &str, spec: &Spec, kind: char, into: &mut String) {
    let missing = spec.width.saturating_sub(piece.chars().count());
    if missing == 0 {
        into.push_str(piece);
    } else if spec.left {
        into.push_str(piece);
        into.extend(std::iter::repeat_n(' ', missing));
    } else if spec.zero && matches!(kind, 'd' | 'f' | 'x' | 'X') {
        let signs = piece.len() - piece.trim_start_matches(['-', '+']).len();
        into.push_str(&piece[..signs]);
        into.extend(std::iter::repeat_n('0', missing));
        into.push_str(&piece[signs..]);
    } else {
        into.extend(std::iter::repeat_n(' ', missing));
        into.push_str(piece);
    }
}

/// Digits with a comma before each three.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with so many digits behind its point. Java rounds what it would print, half up.
fn fixed(number: f64, precision: usize) -> String {
    let printed = format!("{number}");
    let (whole, part) = printed.split_once('.').unwrap_or((&printed, ""));
    if !number.is_finite() || part.len() <= precision {
        return format!("{number:.precision$}");
    }
    let mut digits: Vec<u8> = whole.bytes().chain(part.bytes().take(precision)).collect();
    if part.as_bytes()[precision] >= b'5' {
        let nines = digits.iter().rev().take_while(|digit| **digit == b'9').count();
        let kept = digits.len() - nines;
        digits[kept..].fill(b'0');
        match kept.checked_sub(1) {
            Some(last) => digits[last] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    if precision > 0 {
        digits.insert(digits.len() - precision, b'.');
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_rounded_half_up() {
        for (number, precision, text) in [
            (2.25, 1, "2.3"),
            (0.125, 2, "0.13"),
            (9.995, 2, "10.00"),
            (1.005, 2, "1.01"),
            (0.5, 0, "1"),
            (3.0, 2, "3.00"),
        ] {
            assert_eq!(fixed(number, precision), text);
        }
    }
}
