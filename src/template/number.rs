//! Numbers as Java prints them.

use std::fmt::Write as _;

/// `Double.toString`: decimal from 0.001 up to ten million, scientific beyond.
pub(crate) fn write(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    } else if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        // Writing to a String does not fail.
        let _ = write!(out, "{value:?}");
    } else {
        let scientific = format!("{value:e}");
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        out.push_str(digits);
        if !digits.contains('.') {
            out.push_str(".0");
        }
        out.push('E');
        out.push_str(exponent);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_java_prints_them() {
        for (value, text) in [
            (2.0, "2.0"),
            (249.99, "249.99"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (1e7, "1.0E7"),
            (12_345_678.9, "1.23456789E7"),
            (-0.0, "-0.0"),
            (9_999_999.0, "9999999.0"),
        ] {
            let mut out = String::new();
            super::write(&mut out, value);
            assert_eq!(out, text);
        }
    }
}
