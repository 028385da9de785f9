//! Texts of single keywords.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::list;
use super::numbers::{found, limit};
use crate::validation::formats;

/// What is said of one error of most keywords.
pub(super) fn text(error: &ValidationError<'_>, schema: &Value) -> String {
    let instance = || error.instance();
    let string = || error.instance().as_str().unwrap_or_default().to_owned();
    let elements = || error.instance().as_array().map_or(0, Vec::len);
    let properties = || error.instance().as_object().map_or(0, serde_json::Map::len);
    let number = || error.instance().as_number().map(found).unwrap_or_default();
    match error.kind() {
        Kind::Type { kind } => format!(
            "instance type ({}) does not match any allowed primitive type (allowed: {})",
            type_of(instance()),
            allowed(kind)
        ),
        Kind::Enum { options } => {
            format!("instance value ({}) not found in enum (possible values: {options})", instance())
        }
        Kind::MinProperties { limit } => {
            format!(
                "object has too few properties (found {} but schema requires at least {limit})",
                properties()
            )
        }
        Kind::MaxProperties { limit } => {
            format!(
                "object has too many properties (found {} but schema requires at most {limit})",
                properties()
            )
        }
        Kind::MinItems { limit } => {
            format!(
                "array is too short: must have at least {limit} elements but instance has {} elements",
                elements()
            )
        }
        Kind::MaxItems { limit } => {
            format!(
                "array is too long: must have at most {limit} elements but instance has {} elements",
                elements()
            )
        }
        Kind::AdditionalItems { limit } => {
            format!("schema only allows {limit} elements in array but instance has {} elements", elements())
        }
        Kind::UniqueItems => "array must not contain duplicate elements".to_owned(),
        Kind::MinLength { limit } => {
            let text = string();
            format!(
                "string \"{text}\" is too short (length: {}, required minimum: {limit})",
                text.chars().count()
            )
        }
        Kind::MaxLength { limit } => {
            let text = string();
            format!(
                "string \"{text}\" is too long (length: {}, maximum allowed: {limit})",
                text.chars().count()
            )
        }
        Kind::Pattern { pattern } => {
            format!("ECMA 262 regex \"{pattern}\" does not match input string \"{}\"", string())
        }
        Kind::Format { format } => formats::text(format, &string()),
        Kind::Minimum { limit: least } | Kind::ExclusiveMinimum { limit: least } => {
            bound(&number(), least, instance(), ["lower", "minimum"], "greater")
        }
        Kind::Maximum { limit: most } | Kind::ExclusiveMaximum { limit: most } => {
            bound(&number(), most, instance(), ["greater", "maximum"], "lower")
        }
        Kind::MultipleOf { .. } => {
            format!("remainder of division is not zero ({} / {})", number(), limit(&schema["multipleOf"]))
        }
        Kind::AnyOf { context } => {
            format!("instance failed to match at least one required schema among {}", context.len())
        }
        Kind::OneOfNotValid { context } | Kind::OneOfMultipleValid { context } => {
            let matched = context.iter().filter(|errors| errors.is_empty()).count();
            let all = context.len();
            format!("instance failed to match exactly one schema (matched {matched} out of {all})")
        }
        Kind::Not { .. } => "instance matched a schema which it should not have".to_owned(),
        _ => error.to_string(),
    }
}

/// What is beyond a bound, or at one that does not belong to what is allowed.
fn bound(number: &str, at: &Value, instance: &Value, [is, name]: [&str; 2], should_be: &str) -> String {
    let at_it = instance.as_f64() == at.as_f64();
    let at = limit(at);
    if at_it {
        return format!("numeric instance is not strictly {should_be} than the required {name} {at}");
    }
    format!("numeric instance is {is} than the required {name} ({name}: {at}, found: {number})")
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// In order; an integer is a number.
fn allowed(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect(),
    };
    let integer = names.iter().any(|name| name == "number").then_some("integer");
    list(names.iter().map(String::as_str).chain(integer))
}
