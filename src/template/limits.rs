//! How far one template may go. What lies beyond each bound is an error, never a wait or a crash.

/// Bytes of a template's own text.
pub const MAX_TEMPLATE_BYTES: usize = 300 * 1024;
/// Bytes of what a template renders, and of any one text in it.
pub const MAX_OUTPUT_BYTES: usize = 10 * 1024 * 1024;
/// Rounds of one `#foreach`; it ends quietly after them, as the service's does.
pub const MAX_ROUNDS: usize = 1_000;
/// Blocks, brackets, calls and strings within each other, in the text of a template.
pub const MAX_NESTING: usize = 64;
/// Nodes and expressions evaluated in one rendering; work on long texts and lists counts by its length.
pub const MAX_STEPS: u64 = 10_000_000;
/// Bytes of all the texts that one rendering makes on its way, beside its output.
pub const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;
/// Elements of all the lists and maps that one rendering makes, beside those of its JSON inputs; [`max_elements`] for large
/// ones.
pub const MAX_ELEMENTS: usize = 30_000;
/// Values that one path may lead to, in a small document; [`max_elements`] for a large one.
pub const MAX_FOUND: usize = MAX_ELEMENTS;

/// One for each sixteen bytes of a document more: what is made of it stays within a small multiple of it.
pub fn max_elements(bytes: usize) -> usize {
    MAX_ELEMENTS + bytes / 16
}
/// Overrides of one kind, such as headers, that one template may set.
pub const MAX_OVERRIDES: usize = 1_000;
/// Lists and maps within each other, in JSON that is read and in values that are printed.
pub const MAX_VALUE_DEPTH: usize = 100;
/// Blocks (`#if`, `#foreach`, `#define`, strings) that are being rendered within each other.
pub const MAX_RENDER_DEPTH: usize = 200;
/// A `#define` block within itself, as in Velocity.
pub const MAX_DEFINE_DEPTH: u8 = 2;
/// Bytes of a compiled regular expression.
pub const MAX_REGEX_BYTES: usize = 256 * 1024;
