//! Whether all that may be wrong with a body can be listed: each error has the path to its value, so that a long key above
//! many values is many times its length.

use template::document::Node;

/// Bytes that errors of a small body may take, all in all, and how often the bytes of a large one.
const LEAST_BYTES: usize = 4 * 1024 * 1024;
const TIMES: usize = 4;
/// Bytes of an error beside its path, about.
const ERROR: usize = 256;

/// Whether there could be an error at every value.
pub(super) fn fits(body: Node<'_>) -> bool {
    let mut left = LEAST_BYTES + TIMES * body.source_bytes();
    take(body, 0, &mut left).is_some()
}

/// Takes from what is left what the errors at a value, and at those within it, may take.
fn take(value: Node<'_>, path: usize, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(path + ERROR)?;
    value.items().try_for_each(|item| take(item, path + 8, left))?;
    value.members().try_for_each(|(name, member)| take(member, path + name.literal().len() + 1, left))
}
