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

    /// Even in a comment, nothing can follow from what would begin something at the template's end.
    fn not_dangling(&self, comment: usize) -> Parsed<()> {
        const BEGINNINGS: [&str; 5] = ["$!", "#[[", "#*", "$", "#"];
        let text = &self.text[comment..self.at];
        match BEGINNINGS.iter().find(|beginning| text.ends_with(**beginning)) {
            Some(dangling) if self.at == self.text.len() => {
                let sign = if dangling.starts_with('$') { '$' } else { '#' };
                Self::fail_at(self.at - dangling.len(), ParseProblem::Dangling(sign))
            }
            _ => Ok(()),
        }
    }
}
