//! Fractions with more digits than a double keeps: Java's `BigDecimal`, as far as printing goes.

use std::cmp::Ordering;
use std::fmt;

/// The parser makes a double of what is no longer than this.
const LONGEST_DOUBLE: usize = 18;

/// What is longer is a double again: a copy of the digits is made wherever the number is read.
const LONGEST: usize = 256;

/// Counts as the double next to it, and prints with all its digits.
#[derive(Debug, Clone)]
pub(crate) struct Exact {
    double: f64,
    is_negative: bool,
    /// Without the sign.
    text: Box<str>,
}

impl Exact {
    pub(crate) fn read(word: &str, double: f64) -> Option<Self> {
        if !(LONGEST_DOUBLE + 1..=LONGEST).contains(&word.len()) {
            return None;
        }
        let unsigned = word.strip_prefix('-').unwrap_or(word);
        let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
        let digits = format!("{whole}{fraction}");
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        // There is no zero below zero.
        let is_negative = word.starts_with('-') && digits != "0";
        Some(Self { double, is_negative, text: written(digits, scale)?.into() })
    }

    pub(crate) fn as_double(&self) -> f64 {
        self.double
    }

    pub(crate) fn magnitude(&self) -> Self {
        Self { double: self.double.abs(), is_negative: false, text: self.text.clone() }
    }

    pub(crate) fn negated(&self) -> Self {
        let is_negative = !self.is_negative && self.signum() != 0;
        Self { double: -self.double, is_negative, text: self.text.clone() }
    }

    pub(crate) fn signum(&self) -> i64 {
        let digits = self.text.split('E').next().unwrap_or_default();
        match (self.is_negative, digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'))) {
            (_, false) => 0,
            (true, _) => -1,
            (false, _) => 1,
        }
    }

    /// As near as doubles come; the same only with the same digits.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.double.total_cmp(&other.double).then_with(|| self.text.cmp(&other.text))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(into, "{}{}", if self.is_negative { "-" } else { "" }, self.text)
    }
}

/// The digits with a point before the last `scale` of them, or behind the first and with a power of ten.
fn written(digits: &str, scale: i64) -> Option<String> {
    let power = i64::try_from(digits.len()).ok()? - 1 - scale;
    Some(match usize::try_from(scale) {
        Ok(0) => digits.to_owned(),
        Ok(scale) if power >= -6 => {
            let digits = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = digits.split_at_checked(digits.len() - scale)?;
            format!("{whole}.{fraction}")
        }
        _ => {
            let (first, rest) = digits.split_at_checked(1)?;
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}E{power:+}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_print_as_in_java() {
        for (word, text) in [
            ("3.141592653589793238462643383279", "3.141592653589793238462643383279"),
            ("-0.12345678901234567890", "-0.12345678901234567890"),
            ("1.00000000000000000000", "1.00000000000000000000"),
            ("-0.000000000000000000000", "0E-21"),
            ("0.0000001234567890123456789", "1.234567890123456789E-7"),
            ("0.0000012345678901234567", "0.0000012345678901234567"),
            ("1.7976931348623157E308", "1.7976931348623157E+308"),
            ("1234567890123456.78901e3", "1234567890123456789.01"),
            ("1.2345678901234567e17", "1.2345678901234567E+17"),
            ("1.2345678901234567e16", "12345678901234567"),
            ("000000000000000000001.5", "1.5"),
        ] {
            let exact = Exact::read(word, word.parse().unwrap_or_default());
            assert_eq!(exact.map(|exact| exact.to_string()).as_deref(), Some(text), "{word}");
        }
        assert!(Exact::read("0.1234567890123456", 0.0).is_none());
    }
}
