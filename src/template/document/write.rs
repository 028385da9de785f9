//! JSON out.

use std::fmt::Write as _;

use serde_json::Value;

use super::numeral::{is_strict, number};
use super::{Kind, Node};

impl Node<'_> {
    /// Appends it as compact JSON: as it stands in its text, without spaces, each text in quotes and plainly escaped.
    pub fn write(self, into: &mut String) {
        match self.kind() {
            Kind::Null => into.push_str("null"),
            Kind::False => into.push_str("false"),
            Kind::True => into.push_str("true"),
            Kind::Number => match number(self.literal()) {
                Some(number) if !is_strict(self.literal()) => number.write_json(into),
                _ => into.push_str(self.literal()),
            },
            Kind::Text | Kind::EscapedText => write_plain_text(&self.text(), into),
            Kind::List => {
                into.push('[');
                for (index, item) in self.items().enumerate() {
                    if index > 0 {
                        into.push(',');
                    }
                    item.write(into);
                }
                into.push(']');
            }
            Kind::Object => {
                into.push('{');
                for (index, (name, value)) in self.members().enumerate() {
                    if index > 0 {
                        into.push(',');
                    }
                    name.write(into);
                    into.push(':');
                    value.write(into);
                }
                into.push('}');
            }
        }
    }
}

pub(crate) fn write_plain_text(text: &str, into: &mut String) {
    into.push_str(&Value::from(text).to_string());
}

/// For a text this long room is made at once: growing to six times its bytes, step by step, would take more.
const MEASURED_FROM: usize = 4 * 1024;

/// Appends `text` as a text of JSON. `slashes`: with `\/`, as a list of JSON prints it.
pub(crate) fn write_text(text: &str, slashes: bool, into: &mut String) {
    let is_special = |c: char| {
        c < ' '
            || matches!(c, '"' | '\\' | '\u{7f}'..='\u{9f}' | '\u{2000}'..='\u{20ff}')
            || (slashes && c == '/')
    };
    if text.len() > MEASURED_FROM {
        // And for the brackets around it.
        into.reserve(text.len() + 5 * text.chars().filter(|c| is_special(*c)).count() + 1024);
    }
    into.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        into.push_str(&rest[..at]);
        let Some(special) = rest[at..].chars().next() else { break };
        match special {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '/' => into.push_str("\\/"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            other => {
                // Writing to a string cannot fail.
                let _ = write!(into, "\\u{:04X}", u32::from(other));
            }
        }
        rest = &rest[at + special.len_utf8()..];
    }
    into.push_str(rest);
    into.push('"');
}
