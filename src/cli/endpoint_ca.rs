//! Certificates of authorities for endpoints, from a file.

use std::path::Path;

use anyhow::{Context as _, Result};

/// The file's content; empty where there is none.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>> {
    let Some(file) = file else { return Ok(Vec::new()) };
    std::fs::read(file).with_context(|| format!("--endpoint-ca-file: can't read {}", file.display()))
}
