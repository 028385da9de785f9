//! Methods of Java's numbers, the static ones included: Velocity calls them on any number.

use std::cmp::Ordering;

use crate::error::CallError;
use crate::number::Number;
use crate::render::Render;
use crate::value::Value;

use super::Called;
use super::text::{double, integer};

impl<'a> Render<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "so do Java's conversions")]
    pub(super) fn of_number(number: &Number, name: &str, arguments: &[Value<'a>]) -> Called<'a> {
        Ok(Some(match (name, arguments) {
            ("intValue", []) => i64::from(match number {
                Number::Double(number) => *number as i32,
                other => other.as_long() as i32,
            })
            .into(),
            ("longValue", []) => number.as_long().into(),
            ("shortValue", []) => i64::from(number.as_long() as i16).into(),
            ("byteValue", []) => i64::from(number.as_long() as i8).into(),
            ("doubleValue" | "floatValue", []) => Value::Number(Number::Double(number.as_double())),
            ("isNaN", []) => number.as_double().is_nan().into(),
            ("isInfinite", []) => number.as_double().is_infinite().into(),
            ("hashCode", []) => match number {
                Number::Integer(number) => match i32::try_from(*number) {
                    Ok(number) => i64::from(number).into(),
                    Err(_) => {
                        i64::from((*number ^ number.cast_unsigned().wrapping_shr(32).cast_signed()) as i32)
                            .into()
                    }
                },
                other => {
                    let bits = other.as_double().to_bits();
                    i64::from(((bits ^ (bits >> 32)) as u32).cast_signed()).into()
                }
            },
            ("compareTo" | "compare", [Value::Number(other)]) => match number.compare(other) {
                Some(Ordering::Less) => Value::from(-1),
                Some(Ordering::Greater) => Value::from(1),
                _ => Value::from(0),
            },
            ("parseInt" | "parseLong" | "valueOf", [Value::Text(text)])
                if !matches!(number, Number::Double(_)) =>
            {
                match integer(text, 10) {
                    Some(integer) => integer.into(),
                    None => return Self::failed(name, CallError::NotANumber),
                }
            }
            ("parseInt" | "parseLong" | "valueOf", [Value::Text(text), Value::Number(radix)]) => {
                let radix = u32::try_from(radix.as_long()).ok().filter(|radix| (2..=36).contains(radix));
                match radix.and_then(|radix| integer(text, radix)) {
                    Some(integer) => integer.into(),
                    None => return Self::failed(name, CallError::NotANumber),
                }
            }
            ("parseDouble" | "parseFloat" | "valueOf", [Value::Text(text)]) => match double(text) {
                Some(double) => Value::Number(Number::Double(double)),
                None => return Self::failed(name, CallError::NotANumber),
            },
            ("valueOf", [Value::Number(other)]) => Value::Number(other.clone()),
            ("toString", [Value::Number(other)]) => {
                let mut text = String::new();
                other.write(&mut text);
                Value::Text(text.into())
            }
            ("toHexString", [Value::Number(Number::Integer(other))]) => match i32::try_from(*other) {
                Ok(other) => Value::Text(format!("{other:x}").into()),
                Err(_) => Value::Text(format!("{other:x}").into()),
            },
            ("toBinaryString", [Value::Number(Number::Integer(other))]) => match i32::try_from(*other) {
                Ok(other) => Value::Text(format!("{other:b}").into()),
                Err(_) => Value::Text(format!("{other:b}").into()),
            },
            ("max" | "min" | "sum", [Value::Number(left), Value::Number(right)]) => {
                let less = left.compare(right) == Some(Ordering::Less);
                match name {
                    "sum" => return Self::sum(left, right),
                    "max" => Value::Number(if less { right } else { left }.clone()),
                    _ => Value::Number(if less { left } else { right }.clone()),
                }
            }
            ("abs", []) => Value::Number(match number {
                Number::Double(number) => Number::Double(number.abs()),
                other => i128::from(other.as_long()).abs().into(),
            }),
            _ => return Ok(None),
        }))
    }

    fn sum(left: &Number, right: &Number) -> Called<'a> {
        match left.calculate(crate::ast::Operator::Add, right) {
            crate::number::Calculated::Number(sum) => Ok(Some(Value::Number(sum))),
            _ => Self::failed("sum", CallError::TooLarge),
        }
    }
}
