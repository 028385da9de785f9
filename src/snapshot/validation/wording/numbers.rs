//! Numbers as messages print them: what a decimal of any size that lost its trailing zeros looks like in Java.

use serde_json::{Number, Value};

/// A number of a body: `260`, `11.5`, and where digits before the point were dropped with the zeros, `1E+2` for `100.0`.
pub(super) fn found(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) => scientific(float, false),
        None => number.to_string(),
    }
}

/// A number of a schema, which is printed plainly.
pub(super) fn limit(value: &Value) -> String {
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(float) => scientific(float, true),
        None => value.to_string(),
    }
}

fn scientific(float: f64, plain: bool) -> String {
    let text = format!("{:e}", float.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or_default();
    let digits = mantissa.replace('.', "");
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    // Digits behind the point; below zero where zeros before it were dropped.
    let scale = count - 1 - exponent;
    let sign = if float.is_sign_negative() && float != 0.0 { "-" } else { "" };
    if plain || (scale >= 0 && exponent >= -6) {
        return format!("{sign}{}", float.abs());
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{exponent:+}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn number(value: &Value) -> String {
        value.as_number().map(found).unwrap_or_default()
    }

    #[test]
    fn numbers() {
        for (value, expected) in [
            (json!(260), "260"),
            (json!(-5), "-5"),
            (json!(11.5), "11.5"),
            (json!(100.0), "1E+2"),
            (json!(-2600.0), "-2.6E+3"),
            (json!(1e20), "1E+20"),
            (json!(2.0), "2"),
            (json!(0.0), "0"),
            (json!(0.000_001), "0.000001"),
            (json!(1e-7), "1E-7"),
            (json!(1.25e-9), "1.25E-9"),
        ] {
            assert_eq!(number(&value), expected);
        }
        assert_eq!(
            (limit(&json!(100.0)), limit(&json!(0.10)), limit(&json!(7))),
            ("100".to_owned(), "0.1".to_owned(), "7".to_owned())
        );
    }
}
