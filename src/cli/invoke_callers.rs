//! Who may call the Lambda Invoke API, from a file.

use std::path::Path;

use anyhow::{Context as _, Result};
use gateway::Callers;

pub(crate) fn read(file: &Path) -> Result<Callers> {
    let json = std::fs::read(file).with_context(|| file.display().to_string())?;
    Callers::known(&json).with_context(|| file.display().to_string())
}
