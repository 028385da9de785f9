//! Watching the manifests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// Editors write a file in several steps, and Git many files: what comes within this time is one edit.
const HOLD_OFF: Duration = Duration::from_millis(100);

/// A watch on paths; it ends when it is dropped.
pub(crate) struct Watch {
    changes: mpsc::Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    pub(crate) fn start(paths: &[PathBuf]) -> Result<Self> {
        let (notify_changed, changes) = mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let reads_only = event.as_ref().is_ok_and(|event| matches!(event.kind, EventKind::Access(_)));
            if !reads_only {
                // A change that waits already stands for this one too.
                let _ = notify_changed.try_send(());
            }
        })?;
        for path in paths {
            let context = || format!("can't watch {}", path.display());
            if path.is_dir() {
                watcher.watch(path, RecursiveMode::Recursive).with_context(context)?;
            } else {
                // Not the file itself: saving by renaming puts another one in its place.
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                watcher.watch(folder, RecursiveMode::NonRecursive).with_context(context)?;
            }
        }
        Ok(Self { changes, _watcher: watcher })
    }

    /// The next edit, once it is whole.
    pub(crate) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(HOLD_OFF).await;
        while self.changes.try_recv().is_ok() {}
    }
}
