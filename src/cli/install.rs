//! `stagegate install`: the program copies itself, since its own image holds nothing that could.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

/// Arguments of `install`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to, as DIR/stagegate
    dir: PathBuf,
}

/// Copies this program; a container that is started again finds a whole one, old or new.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (part, whole) = (arguments.dir.join(".stagegate.part"), arguments.dir.join("stagegate"));
    let copy = || {
        fs::create_dir_all(&arguments.dir)?;
        fs::copy("/proc/self/exe", &part)?;
        fs::set_permissions(&part, fs::Permissions::from_mode(0o755))?;
        fs::rename(&part, &whole)
    };
    copy().with_context(|| format!("can't copy this program to {}", whole.display()))
}
