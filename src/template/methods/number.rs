//! Methods of `java.lang.Integer` and `Long`, the static ones included: Velocity calls them on any number of the kind.

use crate::error::CallError;
use crate::number::Number;
use crate::render::Render;
use crate::value::Value;

use super::Called;

/// Whether a number beyond an int may be an argument.
fn fits(number: i64, long: bool) -> bool {
    long || i32::try_from(number).is_ok()
}

impl<'a> Render<'a> {
    pub(super) fn of_number(number: &Number, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        if let Some(value) = converted(number, name, arguments) {
            return Ok(Some(value));
        }
        if name == "compareTo" && arguments.len() == 1 {
            return Self::failed(name, CallError::Arguments);
        }
        match number {
            Number::Integer(number) => Self::of_integer(i32::try_from(*number).is_err(), name, arguments),
            Number::Big(number) => Ok(match (name, arguments) {
                ("abs", []) => number.checked_abs().map(|number| Value::Number(number.into())),
                ("negate", []) => number.checked_neg().map(|number| Value::Number(number.into())),
                ("signum", []) => Some(Value::from(if **number < 0 { -1 } else { 1 })),
                _ => None,
            }),
            Number::Exact(number) => Ok(match (name, arguments) {
                ("abs", []) => Some(Value::Number(Number::Exact(number.magnitude().into()))),
                ("negate", []) => Some(Value::Number(Number::Exact(number.negated().into()))),
                ("signum", []) => Some(Value::from(number.signum())),
                _ => None,
            }),
            Number::Double(number) => Self::of_double(*number, name, arguments),
        }
    }

    /// The static methods of an int's class, or a long's.
    fn of_integer(long: bool, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        let own_parse = if long { "parseLong" } else { "parseInt" };
        match (name, arguments) {
            ("decode", [Value::Text(text)]) => Self::decoded(text, long),
            ("valueOf", [Value::Text(text)]) => Self::parsed(text, 10, long, name),
            (_, [Value::Text(text)]) if name == own_parse => Self::parsed(text, 10, long, name),
            (_, [Value::Text(text), Value::Number(Number::Integer(radix))])
                if name == own_parse || name == "valueOf" =>
            {
                let radix = u32::try_from(*radix).ok().filter(|radix| (2..=36).contains(radix));
                match radix {
                    Some(radix) => Self::parsed(text, radix, long, name),
                    None => Self::failed(name, CallError::NotANumber),
                }
            }
            (_, [Value::Number(Number::Integer(one))]) if fits(*one, long) => Ok(of_one(*one, long, name)),
            (_, [Value::Number(Number::Integer(left)), Value::Number(Number::Integer(right))])
                if fits(*left, long) && fits(*right, long) =>
            {
                Ok(of_two(*left, *right, long, name))
            }
            _ => Ok(None),
        }
    }

    fn parsed(text: &str, radix: u32, long: bool, name: &str) -> Called<'a> {
        match i64::from_str_radix(text, radix) {
            Ok(integer) if fits(integer, long) => Ok(Some(integer.into())),
            _ => Self::failed(name, CallError::NotANumber),
        }
    }

    /// `decode`, which reads `0x10`, `#10` and `010` too.
    fn decoded(text: &str, long: bool) -> Called<'a> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let prefixes = [("0x", 16), ("0X", 16), ("#", 16), ("0", 8)];
        let (digits, radix) = prefixes
            .iter()
            .find_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, *radix)))
            .filter(|(digits, _)| !digits.is_empty())
            .unwrap_or((digits, 10));
        if digits.starts_with(['+', '-']) {
            return Self::failed("decode", CallError::NotANumber);
        }
        Self::parsed(&format!("{sign}{digits}"), radix, long, "decode")
    }
}

fn of_one<'a>(number: i64, long: bool, name: &str) -> Option<Value<'a>> {
    // Without a sign, an int has half the digits of a long.
    let unsigned = number.cast_unsigned() & if long { u64::MAX } else { u64::from(u32::MAX) };
    let text = match name {
        "valueOf" => return Some(number.into()),
        "signum" => return Some(number.signum().into()),
        "bitCount" => return Some(i64::from(unsigned.count_ones()).into()),
        "toString" => number.to_string(),
        "toHexString" => format!("{unsigned:x}"),
        "toBinaryString" => format!("{unsigned:b}"),
        "toOctalString" => format!("{unsigned:o}"),
        _ => return None,
    };
    Some(Value::Text(text.into()))
}

fn of_two<'a>(left: i64, right: i64, long: bool, name: &str) -> Option<Value<'a>> {
    let number = match name {
        "max" => left.max(right),
        "min" => left.min(right),
        "compare" => left.cmp(&right) as i64,
        "sum" if long => left.wrapping_add(right),
        #[expect(clippy::cast_possible_truncation, reason = "so does Java's sum of ints")]
        "sum" => i64::from((left + right) as i32),
        "toString" => return Some(Value::Text(in_radix(left, right).into())),
        _ => return None,
    };
    Some(number.into())
}

/// A number in digits up to `z`; another radix than there can be is ten.
fn in_radix(number: i64, radix: i64) -> String {
    let radix = u32::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)).unwrap_or(10);
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    loop {
        let digit = u32::try_from(rest % u64::from(radix)).unwrap_or_default();
        digits.push(char::from_digit(digit, radix).unwrap_or('0'));
        rest /= u64::from(radix);
        if rest == 0 {
            break;
        }
    }
    let sign = if number < 0 { "-" } else { "" };
    sign.chars().chain(digits.into_iter().rev()).collect()
}

/// What every kind of number has.
#[expect(clippy::cast_possible_truncation, reason = "so do Java's conversions")]
fn converted<'a>(number: &Number, name: &str, arguments: &[Value<'a>]) -> Option<Value<'a>> {
    if let ("compareTo", [Value::Number(other)]) = (name, arguments) {
        return number.compare_to(other).map(|order| Value::from(order as i64));
    }
    if !arguments.is_empty() {
        return None;
    }
    // A double is made an int before it is made less.
    let int = match number {
        Number::Double(number) => *number as i32,
        other => other.as_long() as i32,
    };
    Some(match name {
        "intValue" => i64::from(int).into(),
        "longValue" => number.as_long().into(),
        "shortValue" => i64::from(int as i16).into(),
        "byteValue" => i64::from(int as i8).into(),
        "doubleValue" => Value::Number(Number::Double(number.as_double())),
        "floatValue" => {
            // It prints with a float's digits, which are fewer.
            let float = number.as_double() as f32;
            Value::Number(Number::Double(float.to_string().parse().unwrap_or_else(|_| f64::from(float))))
        }
        _ => return None,
    })
}
