//! What an endpoint answered.

use bytes::Bytes;

/// What an endpoint answered.
#[derive(Debug, Default)]
pub(crate) struct EndpointAnswer {
    /// What patterns of integration responses are held against: a status, or a function's error message, empty where it
    /// has none.
    pub(crate) selector: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The version that ran, where it was a function.
    pub(crate) executed_version: Option<String>,
    /// Whether the client learns the trace id: not of mocks.
    pub(crate) is_traced: bool,
}

impl EndpointAnswer {
    /// Values of a header.
    pub(super) fn header<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }
}
