//! The variables of a template, each with an index that is found once, at parse.

/// Variables that every template has, at these indexes.
pub(crate) const INPUT: usize = 0;
pub(crate) const UTIL: usize = 1;
pub(crate) const CONTEXT: usize = 2;
pub(crate) const STAGE_VARIABLES: usize = 3;
pub(crate) const FOREACH: usize = 4;
pub(crate) const VELOCITY_COUNT: usize = 5;
pub(crate) const VELOCITY_HAS_NEXT: usize = 6;

const BUILT_IN: [&str; 7] =
    ["input", "util", "context", "stageVariables", "foreach", "velocityCount", "velocityHasNext"];

/// The names of a template's variables.
#[derive(Debug)]
pub(crate) struct Names(indexmap::IndexSet<Box<str>>);

impl Names {
    pub(crate) fn new() -> Self {
        Self(BUILT_IN.iter().map(|name| Box::from(*name)).collect())
    }

    /// The index of a variable, which is new if it was never named.
    pub(crate) fn index(&mut self, name: &str) -> usize {
        self.0.get_index_of(name).unwrap_or_else(|| self.0.insert_full(name.into()).0)
    }

    pub(crate) fn name(&self, index: usize) -> &str {
        self.0.get_index(index).map_or("", |name| name)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
