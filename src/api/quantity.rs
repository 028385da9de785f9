//! Amounts of a resource, written as Kubernetes has them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

/// An amount such as `500m`, `2` or `128Mi`. A bare number is taken too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Quantity(pub String);

/// What each ending stands for.
const SUFFIXES: [(&str, f64); 15] = [
    ("", 1.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
];

impl Quantity {
    /// The amount as a number, where the text is one. Near enough to compare two.
    pub fn value(&self) -> Option<f64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.0.len());
        let (number, suffix) = self.0.split_at(end);
        let factor = SUFFIXES.iter().find(|(name, _)| *name == suffix)?.1;
        Some(number.parse::<f64>().ok()? * factor)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amount;
        impl Visitor<'_> for Amount {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount such as 500m, 2 or 128Mi")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
                Ok(Quantity(text.to_owned()))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Quantity, E> {
                Ok(Quantity(number.to_string()))
            }
        }
        deserializer.deserialize_any(Amount)
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "x-kubernetes-int-or-string": true,
            "maxLength": 32,
            "pattern": r"^([0-9]+(\.[0-9]*)?|\.[0-9]+)([numkMGTPE]|[KMGTP]i)?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare() {
        let value = |text: &str| Quantity(text.to_owned()).value();
        assert_eq!(value("500m"), Some(0.5));
        assert_eq!(value("2"), Some(2.0));
        assert_eq!(value("128Mi"), Some(134_217_728.0));
        assert!(value("1G") < value("1Gi"));
        for no in ["", "Mi", "-1", "1 Gi", "1mi", "a", "1.2.3", "."] {
            assert_eq!(value(no), None, "{no}");
        }
    }

    #[test]
    fn a_number_is_taken() {
        let read = |text: &str| serde_json::from_str::<Quantity>(text);
        assert_eq!(read("2").unwrap(), Quantity("2".to_owned()));
        assert_eq!(read("\"2\"").unwrap(), Quantity("2".to_owned()));
        assert!(read("-2").is_err() && read("0.5").is_err() && read("true").is_err());
    }
}
