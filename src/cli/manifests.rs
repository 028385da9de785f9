//! Reading manifests: files, folders, or standard input.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use api::{DecodeError, Object, ObjectKey, RawObject};
use compile::Objects;
use serde_json::Value;

use crate::kept::{Kept, KeptObject};

/// A file larger than this is no manifest.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// What one file holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    objects: Vec<(ObjectKey, Result<Object, DecodeError>)>,
    kept: Vec<KeptObject>,
    /// Kinds that are not ours, and documents whose identity is not known.
    pub(crate) notes: Vec<String>,
    pub(crate) errors: Vec<String>,
}

/// What was read, by file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifests(BTreeMap<PathBuf, Manifest>);

impl Manifests {
    /// Reads `paths`; `-` is standard input.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        Self::read_in(paths, "default")
    }

    /// The same; what names no namespace is taken to be of `namespace`.
    pub(crate) fn read_in(paths: &[PathBuf], namespace: &str) -> Result<Self> {
        let mut manifests = Self::default();
        for path in paths {
            if path.as_os_str() == "-" {
                let mut text = String::new();
                std::io::stdin().take(LARGEST_FILE).read_to_string(&mut text).context("standard input")?;
                manifests.0.insert(path.clone(), parse(&text, "standard input", namespace));
                continue;
            }
            for file in files(path)? {
                let manifest = read_file(&file, namespace);
                manifests.0.insert(file, manifest);
            }
        }
        Ok(manifests)
    }

    /// What was last good of a file goes on where the file does not parse now: nobody can tell which objects it had.
    pub(crate) fn with_last_good(mut self, last: &Self) -> Self {
        for (path, manifest) in &mut self.0 {
            if !manifest.errors.is_empty()
                && let Some(last) = last.0.get(path)
            {
                for (key, object) in &last.objects {
                    if !manifest.objects.iter().any(|(known, _)| known == key) {
                        manifest.objects.push((key.clone(), object.clone()));
                    }
                }
                manifest.kept.extend(
                    last.kept
                        .iter()
                        .filter(|old| !manifest.kept.iter().any(|new| new.is(old)))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
        }
        self
    }

    /// All objects.
    pub(crate) fn objects(&self) -> Objects {
        let mut objects = Objects::default();
        for (key, object) in self.each() {
            objects.add(key.clone(), object.clone());
        }
        objects
    }

    /// Each object, with what is wrong with it where it can't be read.
    pub(crate) fn each(&self) -> impl Iterator<Item = &(ObjectKey, Result<Object, DecodeError>)> {
        self.0.values().flat_map(|manifest| &manifest.objects)
    }

    /// Secrets and `ConfigMaps`, for what refers to them.
    pub(crate) fn kept(&self) -> Kept {
        Kept::of(self.0.values().flat_map(|manifest| &manifest.kept))
    }

    /// What does not even have an identity: file and reason.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &String> {
        self.0.values().flat_map(|manifest| &manifest.errors)
    }

    /// What was passed over.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &String> {
        self.0.values().flat_map(|manifest| &manifest.notes)
    }
}

/// The manifest files of a path: itself, or those below the folder. Names that begin with a dot are passed over.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    if depth > 16 {
        bail!("{}: folders are nested more than 16 deep", folder.display());
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        // A file may be gone by now: editors save by renaming.
        let Ok(metadata) = fs::metadata(&path) else { continue };
        let is_manifest = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
        if metadata.is_dir() {
            walk(&path, depth + 1, found)?;
        } else if metadata.is_file() && is_manifest {
            found.push(path);
        }
    }
    Ok(())
}

fn read_file(path: &Path, namespace: &str) -> Manifest {
    let shown = path.display().to_string();
    let failed =
        |error: String| Manifest { errors: vec![format!("{shown}: {error}")], ..Manifest::default() };
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > LARGEST_FILE => return failed("is larger than 16 MiB".to_owned()),
        Err(error) => return failed(error.to_string()),
        Ok(_) => {}
    }
    match fs::read_to_string(path) {
        Ok(text) => parse(&text, &shown, namespace),
        Err(error) => failed(error.to_string()),
    }
}

/// YAML 1.2: `y`, `no` and `on` are text. By default they would be booleans, so that a stage could not be named `y`.
pub(crate) fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! { strict_booleans: true }
}

/// A `List` stands for its items, as `kubectl get` prints it and `kubectl apply` takes it; none where they are no list.
fn each_of(mut document: Value) -> Option<Vec<Value>> {
    let is = |field: &str, what: &str| document.get(field).is_some_and(|value| value == what);
    if !is("apiVersion", "v1") || !is("kind", "List") {
        return Some(vec![document]);
    }
    match document.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if items.iter().all(Value::is_object) => Some(items),
        _ => None,
    }
}

fn parse(text: &str, shown: &str, namespace: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut options = yaml_options();
    // The lines around an error would show what a Secret hides.
    options.with_snippet = !text.contains("Secret");
    let documents = match serde_saphyr::from_multiple_with_options::<Value>(text, options) {
        Ok(documents) => documents,
        Err(error) => {
            manifest.errors.push(format!("{shown}: is not YAML: {error}"));
            return manifest;
        }
    };
    for (index, document) in documents.into_iter().enumerate().filter(|(_, d)| !d.is_null()) {
        match each_of(document) {
            Some(items) => items.into_iter().for_each(|item| manifest.add(item, shown, index, namespace)),
            None => manifest
                .errors
                .push(format!("{shown}: document {}: items: must be a list of objects", index + 1)),
        }
    }
    manifest
}

impl Manifest {
    fn add(&mut self, mut document: Value, shown: &str, index: usize, namespace: &str) {
        if let Some(Value::Object(metadata)) = document.get_mut("metadata")
            && metadata.get("namespace").is_none_or(Value::is_null)
        {
            metadata.insert("namespace".to_owned(), Value::from(namespace));
        }
        if let Some(kept) = KeptObject::read(&document) {
            self.kept.push(kept);
            return;
        }
        match api::decode(document) {
            Ok(RawObject::Ours(key, object)) => self.objects.push((key, *object)),
            Ok(RawObject::Foreign(api_version, kind)) => {
                self.notes
                    .push(format!("{shown}: {kind} ({api_version}) is passed over: not a kind of Stagegate"));
            }
            Err(error) => self.errors.push(format!("{shown}: document {}: {error}", index + 1)),
        }
    }
}
