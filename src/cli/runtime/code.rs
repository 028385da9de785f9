//! A function's files from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Every file below `root`, by its relative path. What begins with two dots at the top is the volume's own doing:
/// it holds the files once more, and links lead there.
pub(crate) fn read(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    add(root, "", &mut files).with_context(|| format!("can't read the code in {}", root.display()))?;
    Ok(files)
}

fn add(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            anyhow::anyhow!("{}: a file's name must be UTF-8", folder.join(name).display())
        })?;
        if prefix.is_empty() && name.starts_with("..") {
            continue;
        }
        let (path, relative) = (entry.path(), format!("{prefix}{name}"));
        // Through links, which is what a volume is made of.
        if fs::metadata(&path)?.is_dir() {
            add(&path, &format!("{relative}/"), files)?;
        } else {
            let text = fs::read_to_string(&path).with_context(|| relative.clone())?;
            files.insert(relative, text);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_volume_as_kubelet_lays_it_out() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("..2026_01_01");
        fs::create_dir_all(data.join("pkg")).unwrap();
        fs::write(data.join("index.py"), "a").unwrap();
        fs::write(data.join("pkg/..odd"), "b").unwrap();
        let link = |from: &str, to: &str| std::os::unix::fs::symlink(from, folder.path().join(to)).unwrap();
        link("..2026_01_01", "..data");
        link("..data/index.py", "index.py");
        link("..data/pkg", "pkg");
        let files: Vec<_> = read(folder.path()).unwrap().into_iter().collect();
        let expected = [("index.py", "a"), ("pkg/..odd", "b")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(files, expected);
        assert!(read(&folder.path().join("none")).is_err());
    }
}
