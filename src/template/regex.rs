//! Java's regular expressions, as far as an engine of linear time has them.

mod java;

use regex::{Captures, Match, Regex, RegexBuilder};

use crate::limits::MAX_REGEX_BYTES;

/// Compiles a pattern; nothing if it is not supported or too large.
pub(crate) fn compile(pattern: &str, any_case: bool) -> Option<Regex> {
    build(&java::translated(pattern), any_case).ok()
}

/// Compiles a pattern that must match the whole of a text, as `Pattern.matches` does: what selects an integration's answer.
pub fn whole_match(pattern: &str) -> Result<Regex, regex::Error> {
    build(&format!("^(?:{})$", java::translated(pattern)), false)
}

fn build(pattern: &str, any_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(any_case)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .nest_limit(50)
        .build()
}

/// Whether the pattern is a text without meaning of its own.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'])
}

/// Where to look for the next match. Java finds an empty one right behind another that is not, too.
pub(crate) fn next_from(text: &str, found: &Match<'_>) -> usize {
    let over =
        if found.is_empty() { text[found.end()..].chars().next().map_or(1, char::len_utf8) } else { 0 };
    found.end() + over
}

/// What a replacement of Java's (`$1`, `${name}`, `\x`) makes of a match; nothing if it is malformed or names a group
/// that the pattern has not. A group's number is as long as there are so many groups.
pub(crate) fn replace(regex: &Regex, found: &Captures<'_>, by: &str, into: &mut String) -> Option<()> {
    let mut rest = by;
    while let Some(at) = rest.find(['\\', '$']) {
        into.push_str(&rest[..at]);
        let is_group = rest[at..].starts_with('$');
        rest = &rest[at + 1..];
        if !is_group {
            let literal = rest.chars().next()?;
            into.push(literal);
            rest = &rest[literal.len_utf8()..];
        } else if let Some(named) = rest.strip_prefix('{') {
            let (name, after) = named.split_once('}')?;
            regex.capture_names().flatten().find(|known| *known == name)?;
            into.push_str(found.name(name).map_or("", |group| group.as_str()));
            rest = after;
        } else {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (length, group) = (1..=digits)
                .map_while(|length| Some((length, rest[..length].parse::<usize>().ok()?)))
                .take_while(|(length, group)| *length == 1 || *group < found.len())
                .last()?;
            if group >= found.len() {
                return None;
            }
            into.push_str(found.get(group).map_or("", |group| group.as_str()));
            rest = &rest[length..];
        }
    }
    into.push_str(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_match_is_one_of_all() {
        let regex = whole_match(r"4\d{2}|a").unwrap();
        assert!(
            regex.is_match("404") && regex.is_match("a") && !regex.is_match("4041") && !regex.is_match("ab")
        );
    }

    #[test]
    fn replacements_are_javas() {
        let regex = compile("(?<n>a)(b)?", false).unwrap();
        let replaced = |by: &str| {
            let mut text = String::new();
            replace(&regex, &regex.captures("a").unwrap(), by, &mut text).map(|()| text)
        };
        assert_eq!(replaced(r"$1-$2-${n}-$0\$\\x$12").as_deref(), Some(r"a--a-a$\xa2"));
        for malformed in ["$x", "\\", "$", "$3", "${m}", "${n"] {
            assert_eq!(replaced(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn what_would_grow_too_large_is_refused() {
        assert!(compile("(a{1,100}){1,100}", false).is_none());
        assert!(compile(&"(".repeat(1_000), false).is_none());
    }
}
