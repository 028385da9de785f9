//! Text, and where in it directives, references, comments and escapes begin.

use super::{End, Open, Parsed, Parser};
use crate::ast::{Node, Step};
use crate::error::ParseProblem;

/// Nodes as they come, with the text that is not a node yet.
#[derive(Default)]
struct Nodes {
    done: Vec<Node>,
    text: String,
}

impl Nodes {
    fn push(&mut self, node: Node) {
        self.flush();
        self.done.push(node);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Node::Text(std::mem::take(&mut self.text).into()));
        }
    }
}

impl Parser<'_, '_> {
    /// Nodes up to the end of the text or of the block.
    pub(super) fn nodes(&mut self) -> Parsed<(Vec<Node>, End)> {
        let mut nodes = Nodes::default();
        // Where the last thing that is not text ended: blanks between it and a `#set` are not printed.
        let mut boundary = self.at;
        let end = loop {
            let rest = self.rest().as_bytes();
            let Some(next) = memchr::memchr3(b'$', b'#', b'\\', rest) else {
                nodes.text.push_str(self.rest());
                self.at = self.text.len();
                break End::Text;
            };
            nodes.text.push_str(&self.rest()[..next]);
            self.at += next;
            let was_open = std::mem::take(&mut self.open);
            match rest[next] {
                b'\\' => self.backslashes(&mut nodes)?,
                b'$' => self.dollar(&mut nodes, 0)?,
                _ => {
                    if let Some(end) = self.hash(&mut nodes, boundary, was_open)? {
                        break end;
                    }
                }
            }
            boundary = self.at;
        };
        nodes.flush();
        Ok((nodes.done, end))
    }

    /// A run of backslashes, which escape what they touch, if that is a reference or a directive.
    fn backslashes(&mut self, nodes: &mut Nodes) -> Parsed<()> {
        let count = self.run(self.at, |byte| byte == b'\\');
        let start = self.at;
        self.at += count;
        match self.byte(0) {
            Some(b'$') => return self.dollar(nodes, count),
            Some(b'#') => {
                let word = self.directive_word(self.at + 1);
                let name = word.map(|(name, _)| name);
                if count % 2 == 1
                    && let Some((name, length)) = word
                {
                    let kept = if Self::is_directive(name) { (count - 1) / 2 } else { count };
                    nodes.text.push_str(&self.text[start..start + kept]);
                    nodes.text.push_str(&self.text[self.at..self.at + 1 + length]);
                    self.at += 1 + length;
                    return Ok(());
                }
                let halved = count.is_multiple_of(2)
                    && name.is_some_and(|name| Self::is_directive(name) && name != "set");
                let kept = if halved { count / 2 } else { count };
                nodes.text.push_str(&self.text[start..start + kept]);
            }
            _ => nodes.text.push_str(&self.text[start..self.at]),
        }
        Ok(())
    }

    /// What a `$` begins: a reference, or text. `escapes` backslashes stand before it.
    fn dollar(&mut self, nodes: &mut Nodes, escapes: usize) -> Parsed<()> {
        let start = self.at;
        self.skip_dollars();
        let last = self.at;
        if let Some(reference) = self.reference()? {
            let last_step = reference.steps.iter().rfind(|step| !matches!(step, Step::Index(_)));
            let open = match last_step {
                Some(Step::Property(_)) => Open::Property,
                _ => Open::Reference,
            };
            nodes.text.extend(std::iter::repeat_n('\\', escapes / 2));
            if escapes % 2 == 1 {
                // More dollars before the one of the reference go with the backslash.
                nodes.text.push_str(&self.text[last..self.at]);
            } else {
                nodes.text.push_str(&self.text[start..last]);
                nodes.push(Node::Reference(reference));
            }
            if !self.text[..self.at].ends_with('}') {
                self.behind_reference(nodes, false)?;
                if !self.text[..self.at].ends_with('}') {
                    self.open = open;
                    self.text_for_comment(nodes)?;
                }
            }
            return Ok(());
        }
        self.at = start + 1;
        let quiet = self.take("!");
        let vanishes = match self.byte(0) {
            None => return Self::fail_at(start, ParseProblem::Dangling('$')),
            Some(b' ' | b'\t') => self.set_follows(),
            Some(b'\\') => self.escaped_directive(),
            Some(b'#') if self.byte(1) == Some(b'*') || self.set_begins() => true,
            Some(b'#') => match self.directive_word(self.at + 1) {
                Some(("if" | "elseif" | "else" | "end", _)) => true,
                word => {
                    self.is_touched = word.is_some();
                    false
                }
            },
            _ => false,
        };
        if vanishes {
            return Ok(());
        }
        nodes.text.extend(std::iter::repeat_n('\\', escapes));
        // The `!` of a quiet reference that is none is printed only before some things.
        let shown = match self.byte(0) {
            Some(b'[' | b'{' | b'}') => true,
            Some(b'#') => {
                self.is_touched
                    || self.byte(1).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'$' | b'#'))
            }
            _ => false,
        };
        nodes.text.push_str(if quiet && shown { "$!" } else { "$" });
        Ok(())
    }

    /// Right behind a property, `##` begins no comment.
    fn text_for_comment(&mut self, nodes: &mut Nodes) -> Parsed<()> {
        if self.open == Open::Property && self.take("##") {
            if self.rest().is_empty() {
                return Self::fail_at(self.at - 1, ParseProblem::Dangling('#'));
            }
            nodes.text.push_str("##");
        }
        Ok(())
    }

    /// Whether a `#set` follows the blanks here.
    fn set_follows(&self) -> bool {
        let blanks = self.run(self.at, |byte| matches!(byte, b' ' | b'\t'));
        self.byte(blanks) == Some(b'#') && self.set_begins_at(self.at + blanks)
    }

    /// Whether a directive with backslashes before it begins here.
    fn escaped_directive(&self) -> bool {
        let escapes = self.run(self.at, |byte| byte == b'\\');
        let word = self.directive_word(self.at + escapes + 1);
        escapes > 0
            && self.byte(escapes) == Some(b'#')
            && word.is_some_and(|(name, _)| Self::is_directive(name))
    }

    /// What Velocity's lexer takes for a part of a reference right behind one, and its parser for another reference,
    /// to nothing: of `{name}` the bracket alone is printed, of `name.more` behind `)` or `]` the name.
    fn behind_reference(&mut self, nodes: &mut Nodes, mut behind_set: bool) -> Parsed<()> {
        loop {
            let start = self.at;
            let last = self.text.as_bytes().get(start.wrapping_sub(1)).copied();
            let closed = std::mem::take(&mut behind_set) || matches!(last, Some(b')' | b']'));
            if self.take("{") {
                if !self.bare_reference()? {
                    self.at = start;
                    return Ok(());
                }
                self.expect("}", "`}`, since a name in brackets follows a reference")?;
                nodes.text.push('{');
                return Ok(());
            }
            if !closed || self.byte(0) == Some(b'$') || !self.bare_reference()? {
                return if closed { self.no_bool() } else { Ok(()) };
            }
            let name = self.run(start, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            nodes.text.push_str(&self.text[start..start + name]);
        }
    }

    /// What a `#` begins. It is the end of the block, if it says so.
    fn hash(&mut self, nodes: &mut Nodes, boundary: usize, was_open: Open) -> Parsed<Option<End>> {
        let start = self.at;
        if self.take("#[[") {
            let Some(length) = self.rest().find("]]#") else {
                return Self::fail_at(start, ParseProblem::Unclosed("`#[[`"));
            };
            nodes.text.push_str(&self.rest()[..length]);
            self.at += length + 3;
        } else if self.take("##") {
            self.line_comment()?;
        } else if self.take("#*") {
            self.block_comment(start)?;
        } else if self.set_begins() {
            let before = nodes.text.len();
            let blanks = self.text[boundary..start].bytes().rev();
            let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let touches = boundary + blanks == start;
            if touches {
                nodes.text.truncate(before - blanks);
            }
            let set = self.set()?;
            nodes.push(set);
            if was_open != Open::No && touches {
                // What comes is behind the reference still, even on the next line.
                if self.byte(0) == Some(b'[') {
                    return self.expected("no `[` behind a `#set` right behind a reference");
                }
                self.behind_reference(nodes, true)?;
                self.open = was_open;
                self.text_for_comment(nodes)?;
            }
        } else if let Some((name, length)) = self.directive_word(start + 1) {
            self.at = start + 1 + length;
            match name {
                "end" => {
                    self.eat_line_end();
                    return Ok(Some(End::Block));
                }
                "else" => {
                    self.eat_line_end();
                    return Ok(Some(End::Else));
                }
                "elseif" => return Ok(Some(End::ElseIf)),
                _ => match self.directive(start, name)? {
                    Some(Node::Text(literal)) => nodes.text.push_str(&literal),
                    Some(node) => nodes.push(node),
                    None => {}
                },
            }
        } else {
            self.at += 1;
            if self.byte(0).is_none() {
                return Self::fail_at(start, ParseProblem::Dangling('#'));
            }
            // Before a directive that a backslash makes a text, it vanishes.
            if self.escaped_directive() {
                return Ok(None);
            }
            nodes.text.push('#');
            // A number right behind it is a token of its own.
            let sign = usize::from(self.byte(0) == Some(b'-'));
            let digits = self.run(self.at + sign, |byte| byte.is_ascii_digit());
            if digits > 0 {
                nodes.text.push_str(&self.text[self.at..self.at + sign + digits]);
                self.at += sign + digits;
            }
            // Backslashes between a `#` and a `$` are text.
            let escapes = self.run(self.at, |byte| byte == b'\\');
            if digits == 0 && escapes > 0 && self.byte(escapes) == Some(b'$') {
                nodes.text.extend(std::iter::repeat_n('\\', escapes));
                self.at += escapes;
            }
        }
        Ok(None)
    }
}
