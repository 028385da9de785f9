//! Problems and warnings as they are found, and the place in the document where they are.

use std::fmt::{self, Display, Write as _};

use api::Reason;

use crate::{Finding, MOST_FINDINGS};

/// A place in the document: a chain of keys that costs nothing until it is printed.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    parent: Option<&'a At<'a>>,
    key: &'a str,
}

impl At<'static> {
    /// The document itself.
    pub(crate) const ROOT: Self = At { parent: None, key: "" };
}

impl<'a> At<'a> {
    /// The place under `key`; `[0]` for a list.
    pub(crate) fn child(&'a self, key: &'a str) -> At<'a> {
        At { parent: Some(self), key }
    }
}

impl Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        Display::fmt(parent, f)?;
        if parent.parent.is_some() && !self.key.starts_with('[') {
            f.write_char('.')?;
        }
        f.write_str(&clipped(self.key))
    }
}

/// Text of the document for a message: short, and without control characters that a terminal would obey.
pub(crate) fn clipped(text: &str) -> String {
    const LONGEST: usize = 160;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// There is no value, and the reason has been reported: only [`Findings`] makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported(());

#[derive(Default)]
struct Bounded {
    found: Vec<Finding>,
    left_out: usize,
}

impl Bounded {
    fn push(&mut self, at: &At<'_>, reason: Reason, what: &str) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(Finding { path: at.to_string(), what: what.to_owned(), reason });
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> Vec<Finding> {
        if self.left_out > 0
            && let Some(last) = self.found.last_mut()
        {
            // The reader is told that the list is cut: a hundred repaired problems must not look like all.
            let what = format!("{} more are not listed", self.left_out + 1);
            *last = Finding { path: String::new(), what, reason: last.reason };
        }
        self.found
    }
}

/// What has been found so far.
#[derive(Default)]
pub(crate) struct Findings {
    problems: Bounded,
    warnings: Bounded,
}

impl Findings {
    /// The document is wrong at this place.
    pub(crate) fn invalid(&mut self, at: &At<'_>, what: impl Display) -> Reported {
        self.problems.push(at, Reason::Invalid, &what.to_string());
        Reported(())
    }

    /// The document asks for what is not supported.
    pub(crate) fn unsupported(&mut self, at: &At<'_>, what: impl Display) -> Reported {
        self.problems.push(at, Reason::Unsupported, &what.to_string());
        Reported(())
    }

    /// Accepted, though it changes nothing.
    pub(crate) fn no_effect(&mut self, at: &At<'_>, what: impl Display) {
        self.warnings.push(at, Reason::NoEffect, &what.to_string());
    }

    /// The warnings, or the problems where there are any.
    pub(crate) fn finish(self) -> Result<Vec<Finding>, Vec<Finding>> {
        if self.problems.found.is_empty() { Ok(self.warnings.finish()) } else { Err(self.problems.finish()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_prints_as_a_dotted_path() {
        let paths = At::ROOT.child("paths");
        let path = paths.child("/a");
        let list = path.child("servers");
        let first = list.child("[0]");
        assert_eq!(At::ROOT.to_string(), "");
        assert_eq!(first.child("url").to_string(), "paths./a.servers[0].url");
        assert_eq!(At::ROOT.child("a\u{1b}[31m\n").to_string(), "a\u{fffd}[31m\u{fffd}");
        assert_eq!(At::ROOT.child(&"x".repeat(500)).to_string().chars().count(), 161);
    }

    #[test]
    fn a_cut_list_says_so() {
        let mut findings = Findings::default();
        for _ in 0..150 {
            findings.invalid(&At::ROOT, "is wrong");
        }
        let problems = findings.finish().unwrap_err();
        assert_eq!(problems.len(), MOST_FINDINGS);
        assert_eq!(problems[MOST_FINDINGS - 1].what, "51 more are not listed");
    }
}
