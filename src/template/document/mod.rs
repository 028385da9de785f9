//! JSON as it lies in its text: eight bytes for each value beside the text itself, however small the values are.
//!
//! A body of tiny values would otherwise take many times its own size. Texts and numbers are read where they are asked
//! for, and not before.

mod close;
mod compare;
mod node;
mod numeral;
mod read;
mod write;

use crate::text::Text;

pub use node::{Items, Kind, Members, Node};
pub(crate) use numeral::number;
pub use read::{ReadError, Unreadable};
pub(crate) use write::{write_plain_text, write_text};

/// Objects with more members than this are looked up by their sorted names.
const MOST_UNSORTED: usize = 16;

/// A text that was read as JSON.
#[derive(Debug, Clone)]
pub struct Document<'t> {
    text: Text<'t>,
    /// Each value's own token, then those of what it holds; an object has names and values in turn.
    tokens: Vec<Token>,
}

/// A value, or the name of a member.
#[derive(Debug, Clone, Copy)]
struct Token {
    /// The kind in the upper three bits. Below it the bytes of a text or number, or the tokens within a list or object.
    kind_and_extent: u32,
    /// Where in the text a text or number begins, or the items of a list, or the members of an object.
    place: u32,
}

/// What fits below the kind.
const MOST_EXTENT: usize = (1 << 29) - 1;

impl Token {
    /// A reader makes no document whose text is longer than what fits.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "both are bounded by the text, whose length was looked at"
    )]
    fn new(kind: Kind, extent: usize, place: usize) -> Self {
        Self { kind_and_extent: (kind as u32) << 29 | extent as u32, place: place as u32 }
    }

    fn kind(self) -> Kind {
        match self.kind_and_extent >> 29 {
            0 => Kind::Null,
            1 => Kind::False,
            2 => Kind::True,
            3 => Kind::Number,
            4 => Kind::Text,
            5 => Kind::EscapedText,
            6 => Kind::List,
            _ => Kind::Object,
        }
    }

    fn extent(self) -> usize {
        self.kind_and_extent as usize & MOST_EXTENT
    }

    /// Tokens within it.
    fn inner(self) -> usize {
        if matches!(self.kind(), Kind::List | Kind::Object) { self.extent() } else { 0 }
    }
}

impl<'t> Document<'t> {
    /// Reads JSON as the service's parser does: loosely, and text that is none as a text.
    ///
    /// # Errors
    ///
    /// What can't be read even so, what is nested deeper than [`crate::limits::MAX_VALUE_DEPTH`], and what is longer than
    /// half a gigabyte.
    pub fn read(text: &'t str) -> Result<Self, Unreadable> {
        Self::of(Text::Borrowed(text))
    }

    /// Reads JSON by the letter.
    ///
    /// # Errors
    ///
    /// What is no JSON, and what [`Self::read`] refuses.
    pub fn read_strictly(bytes: &'t [u8]) -> Result<Self, ReadError> {
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes)?;
        Ok(Self::read(std::str::from_utf8(bytes)?)?)
    }

    /// A document that is a text.
    pub fn of_text(text: &str) -> Self {
        let tokens = vec![Token::new(Kind::Text, text.len().min(MOST_EXTENT), 0)];
        Self { text: text.to_owned().into(), tokens }
    }

    pub(crate) fn of(text: Text<'t>) -> Result<Self, Unreadable> {
        let tokens = read::read(&text)?;
        Ok(Self { text, tokens })
    }

    /// The value that the text is.
    pub fn root(&self) -> Node<'_> {
        self.node(0)
    }

    pub(crate) fn node(&self, at: usize) -> Node<'_> {
        Node::new(&self.text, &self.tokens, at)
    }

    /// Its text, as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its text; of a borrowed one parts are borrowed too.
    pub(crate) fn source(&self) -> &Text<'t> {
        &self.text
    }
}
