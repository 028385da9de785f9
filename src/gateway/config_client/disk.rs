//! What is kept for a restart while no operator answers: the last good publication and where functions run, each as
//! the line it could have come in.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use snapshot::publication::{Endpoints, Full, endpoints_line, full_line};
use tokio::sync::watch;

const PUBLICATION: &str = "publication.json";
const ENDPOINTS: &str = "endpoints.json";

/// What to keep.
#[derive(Clone, Debug, Default)]
pub(super) struct Saved {
    pub(super) publication: Option<Arc<Full>>,
    pub(super) endpoints: Option<Arc<Endpoints>>,
}

/// The lines that were kept. Endpoints first, as in a stream.
pub(super) fn read(folder: &Path) -> Vec<Vec<u8>> {
    [ENDPOINTS, PUBLICATION].iter().filter_map(|name| fs::read(folder.join(name)).ok()).collect()
}

/// Writes what is newest; what comes while it writes is one more write, however much it is.
pub(super) async fn keep(folder: PathBuf, mut saved: watch::Receiver<Saved>) {
    let mut written = Saved::default();
    while saved.changed().await.is_ok() {
        let new = saved.borrow_and_update().clone();
        let (folder, before) = (folder.clone(), std::mem::replace(&mut written, new.clone()));
        let result = tokio::task::spawn_blocking(move || write_all(&folder, &before, &new)).await;
        if let Ok(Err(error)) = result {
            // The next publication is another attempt; until then a restart needs the operator.
            tracing::warn!(%error, "the state can't be kept");
            written = Saved::default();
        }
    }
}

fn write_all(folder: &Path, before: &Saved, new: &Saved) -> io::Result<()> {
    if let Some(endpoints) = &new.endpoints
        && before.endpoints.as_ref().is_none_or(|before| !Arc::ptr_eq(before, endpoints))
    {
        write(folder, ENDPOINTS, &endpoints_line(endpoints)?)?;
    }
    if let Some(full) = &new.publication
        && before.publication.as_ref().is_none_or(|before| !Arc::ptr_eq(before, full))
    {
        write(folder, PUBLICATION, &full_line(full.number, &full.digest, &full.snapshot)?)?;
    }
    Ok(())
}

/// Whole or not at all, even where the machine stops in between.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let temporary = folder.join(format!("{name}.new"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(name))?;
    File::open(folder)?.sync_all()
}
