//! Text with references and directives in it.

use super::cursor::Cursor;
use super::directive::{self, Found};
use super::reference;
use crate::ParseError;
use crate::ast::{Block, Node};

/// What ended a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Text,
    End,
    Else,
    ElseIf,
}

/// A whole text.
pub(super) fn whole(cursor: &mut Cursor<'_>) -> Result<Block, ParseError> {
    let (block, end) = block(cursor)?;
    match end {
        End::Text => Ok(block),
        _ => Err(cursor.error("this #end, #else or #elseif belongs to no #if or #foreach")),
    }
}

/// The block of a directive, up to its `#end`.
pub(super) fn body(cursor: &mut Cursor<'_>, of: &str) -> Result<Block, ParseError> {
    match cursor.nested(block)? {
        (block, End::End) => Ok(block),
        (_, End::Text) => Err(cursor.error(&format!("the {of} has no #end"))),
        _ => Err(cursor.error("this #else or #elseif belongs to no #if")),
    }
}

/// Nodes up to the end of the text or of the surrounding directive.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Result<(Block, End), ParseError> {
    let mut builder = Builder::default();
    loop {
        let special = cursor.rest().find(['$', '#', '\\']);
        let Some(distance) = special else {
            builder.text(cursor.rest());
            cursor.at = cursor.text.len();
            return Ok((builder.finish(), End::Text));
        };
        builder.text(&cursor.rest()[..distance]);
        cursor.at += distance;
        match cursor.peek() {
            Some(b'$') => match reference::parse(cursor)? {
                Some(reference) => builder.node(Node::Reference(reference)),
                None => {
                    builder.text("$");
                    cursor.at += 1;
                }
            },
            Some(b'#') => match directive::parse(cursor)? {
                Found::Nothing => {
                    builder.text("#");
                    cursor.at += 1;
                }
                Found::Skipped => builder.boundary(),
                Found::Literal(text) => {
                    builder.text(text);
                    builder.boundary();
                }
                Found::Set(node) => {
                    builder.drop_blanks();
                    builder.node(node);
                }
                Found::Node(node) => builder.node(node),
                Found::End(end) => return Ok((builder.finish(), end)),
            },
            _ => escaped(cursor, &mut builder)?,
        }
    }
}

/// Backslashes: before a reference or directive half of them are printed, and an odd one makes it text; elsewhere they
/// are text (recorded: velocity-style-escaping).
fn escaped(cursor: &mut Cursor<'_>, builder: &mut Builder) -> Result<(), ParseError> {
    let count = cursor.rest().bytes().take_while(|byte| *byte == b'\\').count();
    let slashes = &cursor.rest()[..count];
    cursor.at += count;
    if let Some(name) = directive::name_ahead(cursor) {
        builder.text(&slashes[..count / 2]);
        if count % 2 == 1 {
            builder.text(name);
            cursor.at += name.len();
        }
        return Ok(());
    }
    match reference::parse(cursor)? {
        Some(reference) => {
            let (backslashes, literal) = (count / 2, count % 2 == 1);
            builder.node(Node::Escaped { backslashes, literal, reference });
        }
        None => builder.text(slashes),
    }
    Ok(())
}

#[derive(Default)]
struct Builder {
    nodes: Block,
    text: String,
    /// Where the text since the last directive or reference begins.
    since: usize,
}

impl Builder {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn boundary(&mut self) {
        self.since = self.text.len();
    }

    /// Blanks right between something and a `#set` vanish (recorded).
    fn drop_blanks(&mut self) {
        if self.text[self.since..].bytes().all(|byte| matches!(byte, b' ' | b'\t')) {
            self.text.truncate(self.since);
        }
    }

    fn node(&mut self, node: Node) {
        self.flush();
        self.nodes.push(node);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.nodes.push(Node::Text(std::mem::take(&mut self.text).into()));
        }
        self.since = 0;
    }

    fn finish(mut self) -> Block {
        self.flush();
        self.nodes
    }
}
