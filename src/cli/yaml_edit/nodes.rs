//! The mappings of a YAML text with the places of their keys and values.

use std::ops::Range;

use anyhow::{Context as _, Result};
use granit_parser::{Event, Parser, Span, StructureStyle};

/// Nested deeper, a text is no manifest.
const DEEPEST: usize = 64;

/// A node; places are in bytes.
#[derive(Debug)]
pub(super) enum Node {
    Scalar {
        text: String,
        place: Range<usize>,
    },
    Mapping {
        entries: Vec<Entry>,
        flow: bool,
        place: Range<usize>,
    },
    /// A list, or an alias of an anchor: nothing of it is changed.
    Other {
        place: Range<usize>,
    },
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_place: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    /// The roots of all documents.
    pub(super) fn documents(text: &str) -> Result<Vec<Self>> {
        let mut events = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, span) = event?;
            if !matches!(event, Event::Comment(..)) {
                events.push((event, span));
            }
        }
        let mut events = events.into_iter();
        let mut documents = Vec::new();
        while let Some((event, _)) = events.next() {
            if matches!(event, Event::DocumentStart(..)) {
                documents.push(Self::next(&mut events, 0)?);
            }
        }
        Ok(documents)
    }

    fn next<'a>(events: &mut impl Iterator<Item = (Event<'a>, Span)>, depth: usize) -> Result<Self> {
        let (event, span) = events.next().context("ends in the middle of a node")?;
        Self::of(event, span, events, depth)
    }

    fn of<'a>(
        event: Event<'a>,
        span: Span,
        events: &mut impl Iterator<Item = (Event<'a>, Span)>,
        depth: usize,
    ) -> Result<Self> {
        anyhow::ensure!(depth < DEEPEST, "is nested more than {DEEPEST} deep");
        let place = span.byte_range().context("a node without a place")?;
        match event {
            Event::MappingStart(style, ..) => {
                let mut entries = Vec::new();
                loop {
                    let (event, span) = events.next().context("ends in the middle of a mapping")?;
                    if matches!(event, Event::MappingEnd) {
                        let end = span.byte_range().context("a mapping without an end")?.end;
                        let flow = style == StructureStyle::Flow;
                        return Ok(Self::Mapping { entries, flow, place: place.start..end });
                    }
                    let key = Self::of(event, span, events, depth + 1)?;
                    let value = Self::next(events, depth + 1)?;
                    let Self::Scalar { text, place } = key else { continue };
                    entries.push(Entry { key: text, key_place: place, value });
                }
            }
            Event::SequenceStart(..) => {
                let mut last = place.end;
                loop {
                    let (event, span) = events.next().context("ends in the middle of a list")?;
                    if matches!(event, Event::SequenceEnd) {
                        let end = span.byte_range().context("a list without an end")?.end;
                        // A list in block form is said to end where the next thing begins.
                        let place = place.start..if span.is_empty() { last } else { end };
                        return Ok(Self::Other { place });
                    }
                    last = Self::of(event, span, events, depth + 1)?.end();
                }
            }
            Event::Scalar(text, ..) => Ok(Self::Scalar { text: text.into_owned(), place }),
            _ => Ok(Self::Other { place }),
        }
    }

    /// The entry of a mapping.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match self {
            Self::Mapping { entries, .. } => entries.iter().find(|entry| entry.key == key),
            Self::Scalar { .. } | Self::Other { .. } => None,
        }
    }

    /// The text at a path of keys.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        let mut at = self;
        for key in path {
            at = &at.entry(key)?.value;
        }
        match at {
            Self::Scalar { text, .. } => Some(text),
            Self::Mapping { .. } | Self::Other { .. } => None,
        }
    }

    /// Where its last character ends.
    pub(super) fn end(&self) -> usize {
        match self {
            Self::Mapping { entries, flow: false, place } => {
                entries.last().map_or(place.start, |entry| entry.value.end().max(entry.key_place.end))
            }
            Self::Scalar { place, .. } | Self::Mapping { place, .. } | Self::Other { place } => place.end,
        }
    }
}
