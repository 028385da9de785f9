//! The methods of texts that take a regular expression.

use std::ops::Range;

use ::regex::Regex;

use crate::error::{CallError, RenderError};
use crate::limits::MAX_OUTPUT_BYTES;
use crate::regex;
use crate::render::{Outcome, Render};
use crate::text::Text;
use crate::value::{ListKind, Value};

impl<'a> Render<'a> {
    /// A compiled pattern; one is compiled once in a rendering.
    fn regex(&mut self, method: &str, pattern: &Text<'a>) -> Outcome<Regex> {
        if let Some((_, regex)) = self.regexes().iter().find(|(known, _)| known == pattern) {
            return Ok(regex.clone());
        }
        // Counted repetitions multiply what there is to compile.
        self.step(if pattern.contains('{') { 200_000 } else { 10_000 + 100 * pattern.len() })?;
        let Some(regex) = regex::compile(pattern, false) else {
            return Self::failed(method, CallError::Regex);
        };
        if self.regexes().len() < 16 {
            self.regexes().push((pattern.clone(), regex.clone()));
        }
        Ok(regex)
    }

    /// Counts looking for a pattern all over a text.
    fn search(&mut self, text: &str, pattern: &str) -> Outcome<()> {
        self.step((text.len() / 8).saturating_mul(1 + pattern.len() / 32))
    }

    pub(super) fn matches(&mut self, text: &Text<'a>, pattern: &Text<'a>) -> Outcome<bool> {
        if regex::is_plain(pattern) {
            return Ok(text == pattern);
        }
        let whole = Text::from(format!("^(?:{})$", &**pattern));
        // `$` is the very end here, as for Java's `matches`.
        let regex = self.regex("matches", &whole)?;
        self.search(text, pattern)?;
        Ok(regex.is_match(text))
    }

    /// `replaceAll` and `replaceFirst`.
    pub(super) fn replace_by_pattern(
        &mut self,
        text: &Text<'a>,
        pattern: &Text<'a>,
        by: &Text<'a>,
        name: &str,
    ) -> Outcome<Value<'a>> {
        if regex::is_plain(pattern) && !pattern.is_empty() && !by.contains(['\\', '$']) {
            if name == "replaceAll" {
                return self.replace(text, pattern, by);
            }
            self.grow_text(text.len() + by.len())?;
            return Ok(Value::Text(text.replacen(&**pattern, by, 1).into()));
        }
        let regex = self.regex(name, pattern)?;
        self.search(text, pattern)?;
        let mut replaced = String::new();
        let (mut last, mut from) = (0, 0);
        while from <= text.len()
            && let Some(captures) = regex.captures_at(text, from)
            && let Some(whole) = captures.get(0)
        {
            replaced.push_str(&text[last..whole.start()]);
            if regex::replace(&regex, &captures, by, &mut replaced).is_none() {
                return Self::failed(name, CallError::Format);
            }
            last = whole.end();
            self.step(1)?;
            if replaced.len() > MAX_OUTPUT_BYTES {
                return Err(RenderError::OutputTooLarge.into());
            }
            if name == "replaceFirst" {
                break;
            }
            from = regex::next_from(text, &whole);
        }
        replaced.push_str(&text[last..]);
        self.made(replaced)
    }

    /// `split`: empty parts at the end are left out, unless a limit says otherwise.
    pub(super) fn split(&mut self, text: &Text<'a>, pattern: &Text<'a>, limit: i64) -> Outcome<Value<'a>> {
        if let Some(separator) = plain_separator(pattern) {
            let found = text.match_indices(separator).map(|(at, found)| at..at + found.len());
            return self.parts(text, found, limit);
        }
        let regex = self.regex("split", pattern)?;
        self.search(text, pattern)?;
        let mut from = 0;
        let found = std::iter::from_fn(|| {
            let found = if from <= text.len() { regex.find_at(text, from)? } else { return None };
            from = regex::next_from(text, &found);
            Some(found.range())
        });
        // What is found at the very start without length separates nothing.
        self.parts(text, found.filter(|found| found.end > 0), limit)
    }

    /// What lies between separators.
    fn parts(
        &mut self,
        text: &Text<'a>,
        separators: impl Iterator<Item = Range<usize>>,
        limit: i64,
    ) -> Outcome<Value<'a>> {
        let most = usize::try_from(limit).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        let mut last = 0;
        for separator in separators.take(most - 1) {
            self.grow(1)?;
            parts.push(self.part(text, &text[last..separator.start])?);
            last = separator.end;
        }
        let whole = parts.is_empty();
        self.grow(2)?;
        parts.push(self.part(text, &text[last..])?);
        let is_empty = |part: &Value<'_>| matches!(part, Value::Text(text) if text.is_empty());
        while limit == 0 && !whole && parts.last().is_some_and(is_empty) {
            parts.pop();
        }
        Ok(self.heap.list(ListKind::Array, parts))
    }
}

/// What a pattern separates by, if it is a text and no more: as it stands, or one sign behind a backslash.
fn plain_separator(pattern: &str) -> Option<&str> {
    let escaped = pattern.strip_prefix('\\').filter(|rest| rest.len() == 1);
    match escaped {
        Some(sign) => Some(sign).filter(|sign| !sign.starts_with(|c: char| c.is_ascii_alphanumeric())),
        None => Some(pattern).filter(|pattern| regex::is_plain(pattern) && !pattern.is_empty()),
    }
}
