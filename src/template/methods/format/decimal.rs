//! Doubles in decimal digits. Java rounds what it would print, half up.

/// The digits of a number that is not negative, and how many of them stand before its point.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    fn of(number: f64) -> Self {
        let printed = format!("{number:e}");
        let (mantissa, exponent) = printed.split_once('e').unwrap_or((&printed, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        Self { digits, point: exponent.parse::<i32>().unwrap_or_default() + 1 }
    }

    /// Rounds so that this many digits are left, which may be none.
    fn round(&mut self, kept: i32) {
        let Ok(kept) = usize::try_from(kept) else {
            self.digits = vec![b'0'];
            self.point = 1;
            return;
        };
        if kept >= self.digits.len() {
            return;
        }
        let up = self.digits[kept] >= b'5';
        self.digits.truncate(kept);
        if up {
            let nines = self.digits.iter().rev().take_while(|digit| **digit == b'9').count();
            let end = kept - nines;
            self.digits.truncate(end);
            if let Some(last) = self.digits.last_mut() {
                *last += 1;
            } else {
                self.digits.push(b'1');
                self.point += 1;
            }
        }
        if self.digits.is_empty() {
            self.digits.push(b'0');
            self.point = 1;
        }
    }

    /// The digit at this place behind the first.
    fn at(&self, place: i32) -> char {
        let digit = usize::try_from(place).ok().and_then(|place| self.digits.get(place));
        digit.map_or('0', |digit| char::from(*digit))
    }
}

/// `%f`: so many digits behind the point.
pub(super) fn fixed(number: f64, precision: usize) -> String {
    let precision = i32::try_from(precision).unwrap_or(i32::MAX);
    let mut digits = Digits::of(number);
    digits.round(digits.point.saturating_add(precision));
    let whole = if digits.point > 0 {
        (0..digits.point).map(|place| digits.at(place)).collect()
    } else {
        "0".to_owned()
    };
    let part: String = (0..precision).map(|place| digits.at(digits.point + place)).collect();
    if part.is_empty() { whole } else { format!("{whole}.{part}") }
}

/// `%e`: one digit before the point, and so many behind it.
pub(super) fn scientific(number: f64, precision: usize) -> String {
    let precision = i32::try_from(precision).unwrap_or(i32::MAX);
    let mut digits = Digits::of(number);
    digits.round(precision.saturating_add(1));
    let part: String = (1..=precision).map(|place| digits.at(place)).collect();
    let point = if part.is_empty() { "" } else { "." };
    let exponent = digits.point - 1;
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}{point}{part}e{sign}{:02}", digits.at(0), exponent.abs())
}

/// `%g`: so many digits in all, in the shorter of the two ways.
pub(super) fn general(number: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let most = i32::try_from(precision).unwrap_or(i32::MAX);
    let mut digits = Digits::of(number);
    digits.round(most);
    if number == 0.0 || (-3..=most).contains(&digits.point) {
        let behind = if number == 0.0 { most - 1 } else { most - digits.point };
        fixed(number, usize::try_from(behind).unwrap_or_default())
    } else {
        scientific(number, precision - 1)
    }
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
            (0.4, 0, "0"),
            (0.04, 1, "0.0"),
            (0.05, 1, "0.1"),
            (3.0, 2, "3.00"),
            (1e10, 1, "10000000000.0"),
            (0.0, 3, "0.000"),
        ] {
            assert_eq!(fixed(number, precision), text);
        }
    }

    #[test]
    fn powers_of_ten_have_two_digits() {
        assert_eq!(scientific(12345.678, 6), "1.234568e+04");
        assert_eq!(scientific(9.99e-10, 1), "1.0e-09");
        assert_eq!(scientific(0.0, 0), "0e+00");
        assert_eq!(general(1.234e-4, 6), "0.000123400");
        assert_eq!(general(1.234e-5, 6), "1.23400e-05");
        assert_eq!(general(1_234_567.0, 6), "1.23457e+06");
        assert_eq!(general(0.0, 6), "0.00000");
    }
}
