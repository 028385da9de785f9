//! Bounds of parsing and rendering.

/// Longest template, in bytes (developer guide, limits).
pub const LONGEST_TEMPLATE: usize = 300 * 1024;
/// Longest output, and longest single text, in bytes.
pub const LONGEST_OUTPUT: usize = 10 * 1024 * 1024;
/// Most rounds of one `#foreach` (developer guide, limits).
pub const MOST_ROUNDS: usize = 1_000;
/// Deepest nesting of blocks, parentheses and literals in a template.
pub(crate) const MOST_LEVELS: usize = 64;
/// Most nodes and expressions evaluated in one rendering.
pub(crate) const MOST_STEPS: usize = 1_000_000;
/// Deepest nesting of `#define` blocks that call each other (Velocity's own default).
pub(crate) const MOST_CALLS: usize = 20;
/// Most bytes of all values that one rendering makes.
pub(crate) const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Deepest value that is printed: a map may hold itself.
pub(crate) const DEEPEST_VALUE: usize = 128;
/// Most numbers of a range.
pub(crate) const LONGEST_RANGE: usize = 10_000;
