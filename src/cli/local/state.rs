//! The state folder: deployments that were made here, so that a Stage can point back to an earlier one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use compile::DeploymentRecord;
use snapshot::NamespacedName;

type Deployments = BTreeMap<NamespacedName, DeploymentRecord>;

/// `.stagegate/<name>.json` beside the path `name`.
pub(crate) struct State {
    file: PathBuf,
}

impl State {
    /// The state of the first of `paths`; none where it is standard input or has no name.
    pub(crate) fn beside(paths: &[PathBuf]) -> Option<Self> {
        let path = fs::canonicalize(paths.first()?).ok()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(Self { file: path.parent()?.join(".stagegate").join(format!("{name}.json")) })
    }

    /// What was kept; nothing where there is nothing or it can't be read, which is said.
    pub(crate) fn read(&self) -> Deployments {
        let Ok(text) = fs::read(&self.file) else { return Deployments::new() };
        serde_json::from_slice(&text).unwrap_or_else(|error| {
            eprintln!("{}: is not what was written here, and is left alone: {error}", self.file.display());
            Deployments::new()
        })
    }

    /// Keeps the made ones; committed ones are in the manifests. Written whole and moved, so that no half file stays.
    pub(crate) fn write(&self, deployments: &Deployments) -> Result<()> {
        let made: BTreeMap<_, _> = deployments.iter().filter(|(_, record)| !record.committed).collect();
        let folder = self.file.parent().context("the state file has no folder")?;
        let write = || -> Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec_pretty(&made)?)?;
            file.persist(&self.file)?;
            Ok(())
        };
        write().with_context(|| self.file.display().to_string())
    }
}
