//! Comments: `## …` and `#* … *#`.

use super::{Parsed, Parser};
use crate::error::ParseProblem;

impl Parser<'_, '_> {
    /// What follows `##`, with the end of its line.
    pub(super) fn line_comment(&mut self) -> Parsed<()> {
        let comment = self.at;
        self.at += self.run(self.at, |byte| byte != b'\n' && byte != b'\r');
        self.not_dangling(comment)?;
        self.eat_line_end();
        Ok(())
    }

    /// What follows `#*`, up to `*#` or the end of the text. `#*` in it is taken whole: its `*` ends nothing.
    pub(super) fn block_comment(&mut self, start: usize) -> Parsed<()> {
        if self.rest().is_empty() {
            return Self::fail_at(start, ParseProblem::Unclosed("the comment"));
        }
        let comment = self.at;
        loop {
            if self.take("*#") {
                return Ok(());
            }
            if !self.take("#*") {
                match memchr::memchr2(b'*', b'#', self.rest().as_bytes()) {
                    Some(0) => self.at += 1,
                    Some(length) => self.at += length,
                    None => {
                        self.at = self.text.len();
                        return self.not_dangling(comment);
                    }
                }
            }
        }
    }

    /// Even in a comment, nothing can follow from a `$` or `#` that ends the template.
    fn not_dangling(&self, comment: usize) -> Parsed<()> {
        match self.text[comment..self.at].chars().next_back() {
            Some(last @ ('$' | '#')) if self.at == self.text.len() => {
                Self::fail_at(self.at - 1, ParseProblem::Dangling(last))
            }
            _ => Ok(()),
        }
    }
}
