//! `String.format`: all of Java's conversions but `%a` and those of dates.

mod decimal;
mod spec;

use crate::error::{CallError, RenderError};
use crate::heap::Shape;
use crate::limits::MAX_OUTPUT_BYTES;
use crate::number::Number;
use crate::render::{Outcome, Render};
use crate::value::{ListKind, Value};

use spec::{Place, Spec};

impl<'a> Render<'a> {
    pub(super) fn format(&mut self, format: &str, values: &[Value<'a>]) -> Outcome<Value<'a>> {
        // An array stands for the values in it.
        let listed = match values {
            [list] if self.heap.shape(list) == Some(Shape::List(ListKind::Array)) => Some(self.copied(list)?),
            _ => None,
        };
        let values = listed.as_deref().unwrap_or(values);
        let mut text = String::new();
        let mut rest = format;
        // Where the next value is, and where the last one was.
        let (mut next, mut last) = (0, None);
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            let Some((spec, after)) = Spec::read(&rest[at + 1..]) else {
                return Self::failed("format", CallError::Format);
            };
            rest = after;
            let piece = match spec.kind {
                '%' => "%".to_owned(),
                'n' => "\n".to_owned(),
                _ => {
                    let place = match spec.place {
                        Place::Number(number) => Some(number - 1),
                        Place::Same => last,
                        Place::Next => {
                            next += 1;
                            Some(next - 1)
                        }
                    };
                    last = place;
                    let Some(value) = place.and_then(|place| values.get(place)) else {
                        return Self::failed("format", CallError::Format);
                    };
                    self.formatted(&spec, value)?
                }
            };
            spec.pad(&piece, &mut text);
            self.step(1 + piece.len() / 64)?;
            if text.len() > MAX_OUTPUT_BYTES {
                return Err(RenderError::OutputTooLarge.into());
            }
        }
        text.push_str(rest);
        self.made(text)
    }

    fn formatted(&mut self, spec: &Spec, value: &Value<'a>) -> Outcome<String> {
        let cut = |text: &str| match spec.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.to_owned(),
        };
        Ok(match (spec.kind, value) {
            ('s', value) => {
                let text = self.text_of(value)?;
                cut(&text)
            }
            ('b', Value::Bool(value)) => cut(&value.to_string()),
            ('b', value) => cut(if matches!(value, Value::Null) { "false" } else { "true" }),
            ('h', value) if !matches!(value, Value::Null) => {
                let hash = self.hash_of(value, 0)?.unwrap_or_default();
                cut(&format!("{hash:x}"))
            }
            (_, Value::Null) => "null".to_owned(),
            ('c', Value::Text(text)) if text.chars().count() == 1 => text.to_string(),
            ('c', Value::Number(Number::Integer(code))) => {
                match u32::try_from(*code).ok().and_then(char::from_u32) {
                    Some(c) => c.to_string(),
                    None => return Self::failed("format", CallError::Format),
                }
            }
            ('d' | 'o' | 'x', Value::Number(number @ (Number::Integer(_) | Number::Big(_)))) => {
                whole(spec, number)
            }
            ('f' | 'e' | 'g', Value::Number(number @ (Number::Double(_) | Number::Exact(_)))) => {
                fraction(spec, number.as_double())
            }
            _ => return Self::failed("format", CallError::Format),
        })
    }
}

fn whole(spec: &Spec, number: &Number) -> String {
    let mut digits = String::new();
    number.write(&mut digits);
    let negative = digits.starts_with('-');
    let digits = digits.trim_start_matches('-');
    if spec.kind == 'd' {
        let digits = if spec.grouped { grouped(digits) } else { digits.to_owned() };
        return spec.signed(negative, &digits);
    }
    let octal = spec.kind == 'o';
    // Negative ints and longs are as they lie in memory.
    let (negative, digits) = match number {
        Number::Integer(number) => {
            let unsigned = match i32::try_from(*number) {
                Ok(number) => u64::from(number.cast_unsigned()),
                Err(_) => number.cast_unsigned(),
            };
            (false, if octal { format!("{unsigned:o}") } else { format!("{unsigned:x}") })
        }
        Number::Big(number) => {
            let size = number.unsigned_abs();
            (negative, if octal { format!("{size:o}") } else { format!("{size:x}") })
        }
        Number::Double(_) | Number::Exact(_) => (negative, digits.to_owned()),
    };
    let prefix = match (spec.alternate, octal) {
        (true, true) => "0",
        (true, false) => "0x",
        _ => "",
    };
    let width = spec.width.filter(|_| spec.zero).unwrap_or_default();
    let zeros = width.saturating_sub(prefix.len() + digits.len() + usize::from(negative));
    format!("{}{prefix}{:0>zeros$}{digits}", if negative { "-" } else { "" }, "")
}

fn fraction(spec: &Spec, number: f64) -> String {
    let negative = number.is_sign_negative();
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        let (before, behind) = spec.signs(negative);
        return format!("{before}Infinity{behind}");
    }
    let number = number.abs();
    let precision = spec.precision.unwrap_or(6);
    let mut digits = match spec.kind {
        'f' => decimal::fixed(number, precision),
        'e' => decimal::scientific(number, precision),
        _ => decimal::general(number, precision),
    };
    if spec.grouped {
        let end = digits.find(['.', 'e']).unwrap_or(digits.len());
        digits = format!("{}{}", grouped(&digits[..end]), &digits[end..]);
    }
    if spec.alternate && !digits.contains('.') {
        digits.insert(digits.find('e').unwrap_or(digits.len()), '.');
    }
    spec.signed(negative, &digits)
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
