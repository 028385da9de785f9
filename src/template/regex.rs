//! Java's regular expressions, as far as an engine of linear time has them.

use regex::{Regex, RegexBuilder};

use crate::limits::MAX_REGEX_BYTES;

/// Compiles a pattern; nothing if it is not supported or too large.
pub(crate) fn compile(pattern: &str, any_case: bool) -> Option<Regex> {
    build(&ascii_classes(pattern), any_case).ok()
}

/// Compiles a pattern that must match the whole of a text, as `Pattern.matches` does: what selects an integration's answer.
pub fn whole_match(pattern: &str) -> Result<Regex, regex::Error> {
    build(&format!("^(?:{})$", ascii_classes(pattern)), false)
}

fn build(pattern: &str, any_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(any_case)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .nest_limit(50)
        .build()
}

/// The classes `\d`, `\w` and `\s` are of ASCII alone in Java.
fn ascii_classes(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => text.push_str("[0-9]"),
            Some('D') => text.push_str("[^0-9]"),
            Some('w') => text.push_str("[0-9A-Za-z_]"),
            Some('W') => text.push_str("[^0-9A-Za-z_]"),
            Some('s') => text.push_str("[ \t-\r]"),
            Some('S') => text.push_str("[^ \t-\r]"),
            Some('Z') => text.push_str("\\z"),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

/// Whether the pattern is a text without meaning of its own.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'])
}

/// A replacement of Java's (`$1`, `\x`) as the engine writes it; nothing if it is malformed.
pub(crate) fn replacement(java: &str) -> Option<String> {
    let mut text = String::with_capacity(java.len());
    let mut chars = java.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                '$' => text.push_str("$$"),
                other => text.push(other),
            },
            '$' => match chars.next()? {
                '{' => {
                    text.push_str("${");
                    loop {
                        let c = chars.next()?;
                        text.push(c);
                        if c == '}' {
                            break;
                        }
                    }
                }
                digit if digit.is_ascii_digit() => {
                    text.push_str("${");
                    text.push(digit);
                    text.push('}');
                }
                _ => return None,
            },
            other => text.push(other),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_of_ascii() {
        let regex = compile(r"^[\d.]+\s\S\W$", false).unwrap();
        assert!(regex.is_match("1.5 é-") && !regex.is_match("٣ é-"));
    }

    #[test]
    fn a_whole_match_is_one_of_all() {
        let regex = whole_match(r"4\d{2}|a").unwrap();
        assert!(
            regex.is_match("404") && regex.is_match("a") && !regex.is_match("4041") && !regex.is_match("ab")
        );
    }

    #[test]
    fn replacements_are_javas() {
        assert_eq!(replacement(r"$1-$2\$\\x").as_deref(), Some(r"${1}-${2}$$\x"));
        assert_eq!(replacement("$x"), None);
        assert_eq!(replacement("\\"), None);
    }

    #[test]
    fn what_would_grow_too_large_is_refused() {
        assert!(compile("(a{1,100}){1,100}", false).is_none());
        assert!(compile(&"(".repeat(1_000), false).is_none());
    }
}
