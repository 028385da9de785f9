//! A function's code on disk.

use std::fs;
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::config::{FunctionConfig, Runtime};

const PYTHON: &str = include_str!("bootstrap/bootstrap.py");
const NODE: &str = include_str!("bootstrap/bootstrap.mjs");

/// The directory of a function's code, gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Code {
    directory: TempDir,
    runtime: Runtime,
}

impl Code {
    /// Writes the code and, outside the code's own directory, the program that runs it.
    pub(crate) fn write(config: &FunctionConfig) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("stagegate-function-").tempdir()?;
        let code = Self { directory, runtime: config.runtime };
        fs::create_dir(code.root())?;
        for (path, text) in &config.files {
            let executable = config.runtime == Runtime::Provided && path == "bootstrap";
            write(&code.root().join(path), text, if executable { 0o755 } else { 0o644 })?;
        }
        match config.runtime {
            Runtime::Python3 => write(&code.program(), PYTHON, 0o644)?,
            Runtime::Nodejs => write(&code.program(), NODE, 0o644)?,
            Runtime::Provided | Runtime::Beside(_) => {}
        }
        Ok(code)
    }

    /// Where the function's own files are: `LAMBDA_TASK_ROOT` and the working directory of its processes.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("code")
    }

    /// The interpreter, if one is needed.
    pub(crate) fn interpreter(&self) -> Option<&'static str> {
        match self.runtime {
            Runtime::Python3 => Some("python3"),
            Runtime::Nodejs => Some("node"),
            Runtime::Provided | Runtime::Beside(_) => None,
        }
    }

    /// What talks the Runtime API.
    pub(crate) fn program(&self) -> PathBuf {
        match self.runtime {
            Runtime::Python3 => self.directory.path().join("bootstrap.py"),
            Runtime::Nodejs => self.directory.path().join("bootstrap.mjs"),
            Runtime::Provided | Runtime::Beside(_) => self.root().join("bootstrap"),
        }
    }
}

fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    // The mode at opening is subject to the umask.
    file.set_permissions(fs::Permissions::from_mode(mode))
}
