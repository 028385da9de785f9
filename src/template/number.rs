//! Numbers as Java's and Velocity's: integers grow as needed, fractions are doubles, and each prints as Java prints it.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::ast::Operator;

mod exact;

pub(crate) use exact::Exact;

#[derive(Debug, Clone)]
pub(crate) enum Number {
    Integer(i64),
    /// Beyond a long.
    Big(Rc<i128>),
    Double(f64),
    /// With more digits than a double keeps.
    Exact(Rc<Exact>),
}

impl From<i128> for Number {
    fn from(number: i128) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Big(number.into()), Self::Integer)
    }
}

/// What a calculation gave.
pub(crate) enum Calculated {
    Number(Number),
    /// Division by zero: null in Velocity.
    Nothing,
    /// More than any integer type here holds.
    TooLarge,
}

impl Number {
    /// Reads a number with a point or an exponent.
    pub(crate) fn fraction(word: &str) -> Option<Self> {
        let double = word.parse().ok()?;
        Some(Exact::read(word, double).map_or(Self::Double(double), |exact| Self::Exact(exact.into())))
    }

    /// Both as whole numbers, if both are.
    fn whole(&self, other: &Self) -> Option<(i128, i128)> {
        Some((self.as_whole()?, other.as_whole()?))
    }

    fn as_whole(&self) -> Option<i128> {
        match self {
            Self::Integer(number) => Some(i128::from(*number)),
            Self::Big(number) => Some(**number),
            Self::Double(_) | Self::Exact(_) => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "so does Java")]
    pub(crate) fn as_double(&self) -> f64 {
        match self {
            Self::Integer(number) => *number as f64,
            Self::Big(number) => **number as f64,
            Self::Double(number) => *number,
            Self::Exact(number) => number.as_double(),
        }
    }

    /// Cut to a long, as `longValue()` cuts.
    #[expect(clippy::cast_possible_truncation, reason = "cutting is what this is for")]
    pub(crate) fn as_long(&self) -> i64 {
        match self {
            Self::Integer(number) => *number,
            Self::Big(number) => **number as i64,
            Self::Double(number) => *number as i64,
            Self::Exact(number) => number.as_double() as i64,
        }
    }

    pub(crate) fn calculate(&self, operator: Operator, other: &Self) -> Calculated {
        let divides = matches!(operator, Operator::Divide | Operator::Remainder);
        if divides && other.as_double() == 0.0 {
            return Calculated::Nothing;
        }
        if let Some((left, right)) = self.whole(other) {
            let result = match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide => left.checked_div(right),
                Operator::Remainder => left.checked_rem(right),
            };
            return result.map_or(Calculated::TooLarge, |result| Calculated::Number(result.into()));
        }
        let (left, right) = (self.as_double(), other.as_double());
        Calculated::Number(Self::Double(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            Operator::Remainder => left % right,
        }))
    }

    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match self.whole(other) {
            Some((left, right)) => Some(left.cmp(&right)),
            // Velocity calls what is neither more nor less the same, and so is NaN.
            None => self.as_double().partial_cmp(&other.as_double()).or(Some(Ordering::Equal)),
        }
    }

    /// `compareTo`: nothing where the other is of another of Java's kinds, as 1 and 1.0 are.
    pub(crate) fn compare_to(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => {
                let is_int = |number: &i64| i32::try_from(*number).is_ok();
                (is_int(left) == is_int(right)).then(|| left.cmp(right))
            }
            (Self::Big(left), Self::Big(right)) => Some(left.cmp(right)),
            (Self::Double(left), Self::Double(right)) => Some(left.total_cmp(right)),
            (Self::Exact(left), Self::Exact(right)) => Some(left.order(right)),
            _ => None,
        }
    }

    /// Appends the number as Java prints it.
    pub(crate) fn write(&self, into: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Integer(number) => write!(into, "{number}"),
            Self::Big(number) => write!(into, "{number}"),
            Self::Exact(number) => write!(into, "{number}"),
            Self::Double(number) => {
                write_double(*number, into);
                Ok(())
            }
        };
    }

    /// Appends the number as JSON has it, which has no infinity.
    pub(crate) fn write_json(&self, into: &mut String) {
        match self {
            Self::Double(number) if number.is_infinite() => into.push_str("null"),
            number => number.write(into),
        }
    }
}

/// `Double.toString`: at least one digit after the point; powers of ten below 10⁻³ and from 10⁷.
fn write_double(number: f64, into: &mut String) {
    if number.is_nan() {
        into.push_str("NaN");
    } else if number.is_infinite() {
        into.push_str(if number > 0.0 { "Infinity" } else { "-Infinity" });
    } else if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        let _ = write!(into, "{number:?}");
    } else {
        let mut text = format!("{number:e}");
        if !text.contains('.') {
            // Java has at least two digits, and of those with two the nearest.
            text = format!("{number:.1e}");
        }
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let _ = write!(into, "{digits}E{exponent}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_in_java() {
        for (number, text) in [
            (2.0, "2.0"),
            (249.99, "249.99"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (-1.25e10, "-1.25E10"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (f64::INFINITY, "Infinity"),
            (5e-324, "4.9E-324"),
            (2e23, "2.0E23"),
        ] {
            let mut printed = String::new();
            Number::Double(number).write(&mut printed);
            assert_eq!(printed, text);
        }
    }

    #[test]
    fn integers_grow_and_stop_growing() {
        let max = Number::Integer(i64::MAX);
        let Calculated::Number(sum) = max.calculate(Operator::Add, &Number::Integer(1)) else {
            panic!("a sum");
        };
        let mut printed = String::new();
        sum.write(&mut printed);
        assert_eq!(printed, "9223372036854775808");
        let big = Number::from(i128::MAX);
        assert!(matches!(big.calculate(Operator::Multiply, &big), Calculated::TooLarge));
        assert!(matches!(max.calculate(Operator::Divide, &Number::Integer(0)), Calculated::Nothing));
    }
}
