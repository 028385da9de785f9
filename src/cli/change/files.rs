//! Changes of files: all of them are worked out before the first is written.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{Change, unified};
use crate::manifests::files;
use crate::yaml_edit::{Which, edit};

/// A folder of manifests (or one file), and what is to become of it.
pub(crate) struct Folder {
    path: PathBuf,
    /// File → its text before, where there was one, and after.
    changed: BTreeMap<PathBuf, (Option<String>, String)>,
}

impl Folder {
    /// Nothing is changed yet.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), changed: BTreeMap::new() }
    }

    /// A new file.
    pub(crate) fn add(&mut self, name: &str, text: String) -> Result<PathBuf> {
        let file = self.path.join(name);
        if file.exists() {
            bail!("{} is there already; take another name", file.display());
        }
        self.changed.insert(file.clone(), (None, text));
        Ok(file)
    }

    /// Changes the object in whichever file has it; which one it was.
    pub(crate) fn change(&mut self, change: &Change) -> Result<PathBuf> {
        let object = &change.object;
        let which = Which { kind: object.kind.as_str(), namespace: &object.namespace, name: &object.name };
        let mut unreadable = None;
        for file in files(&self.path)? {
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            match edit(&text, which, &change.edits) {
                Ok(None) => {}
                Ok(Some(after)) => {
                    if after != text {
                        self.changed.insert(file.clone(), (Some(text), after));
                    }
                    return Ok(file);
                }
                // One that is no YAML may be a template, and none of our business.
                Err(error) => drop(unreadable.get_or_insert(error.context(file.display().to_string()))),
            }
        }
        let nowhere =
            format!("no file in {} has {object} in a form that can be changed in place", self.path.display());
        match unreadable {
            Some(error) => Err(error.context(nowhere)),
            None => bail!(nowhere),
        }
    }

    /// What would change, as `diff -u` prints it.
    pub(crate) fn diff(&self) -> String {
        let diff = |(file, (before, after)): (&PathBuf, &(Option<String>, String))| {
            unified(&file.display().to_string(), before.as_deref().unwrap_or_default(), after)
        };
        self.changed.iter().map(diff).collect()
    }

    /// Writes new files first: what stops in between leaves a deployment that nothing serves yet.
    pub(crate) fn write(&self) -> Result<()> {
        for (file, (_, after)) in self.changed.iter().filter(|(_, (before, _))| before.is_none()) {
            fs::write(file, after).with_context(|| file.display().to_string())?;
        }
        for (file, (_, after)) in self.changed.iter().filter(|(_, (before, _))| before.is_some()) {
            replace(file, after).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }
}

fn replace(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    fs::set_permissions(new.path(), fs::metadata(file)?.permissions())?;
    new.persist(file)?;
    Ok(())
}
