//! Output cut into lines.

/// Bytes of a line that are kept.
pub(crate) const LONGEST: usize = 16 * 1024;

/// The line that is being read.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    partial: Vec<u8>,
    /// The line is too long; what is left of it is thrown away.
    cut: bool,
}

impl Lines {
    /// Takes output and gives each line that it ends to `line`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], line: &mut impl FnMut(&str)) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.keep(&bytes[..end]);
            self.finish(line);
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST - self.partial.len();
        self.cut |= bytes.len() > room;
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn finish(&mut self, line: &mut impl FnMut(&str)) {
        let bytes = self.partial.strip_suffix(b"\r").unwrap_or(&self.partial);
        let text = String::from_utf8_lossy(bytes);
        if self.cut {
            line(&format!("{text} [TRUNCATED]"));
        } else {
            line(&text);
        }
        // One long line must not hold its memory for ever.
        self.partial = Vec::new();
        self.cut = false;
    }

    /// Gives what there is of an unended line, if anything.
    pub(crate) fn flush(&mut self, line: &mut impl FnMut(&str)) {
        if !self.partial.is_empty() {
            self.finish(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pushes: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        let mut keep = |line: &str| out.push(line.to_owned());
        for bytes in pushes {
            lines.push(bytes, &mut keep);
        }
        lines.flush(&mut keep);
        out
    }

    #[test]
    fn joins_and_splits() {
        assert_eq!(lines(&[b"a", b"b\nc\r\n\n", b"\xff", b"d"]), ["ab", "c", "", "\u{fffd}d"]);
        assert_eq!(lines(&[b"a\n"]), ["a"]);
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn cuts_a_long_line_and_no_other() {
        let long = vec![b'x'; LONGEST];
        let found = lines(&[&long, b"y", b"zz\nnext"]);
        assert_eq!(found, [format!("{} [TRUNCATED]", "x".repeat(LONGEST)), "next".to_owned()]);
        assert_eq!(lines(&[&long, b"\n"])[0].len(), LONGEST);
    }
}
