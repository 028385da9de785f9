//! Logs: the process' own, and the access log.

use anyhow::{Context as _, Result};
use gateway::LogSink;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the process' log: JSON, by `RUST_LOG` or from info up.
pub(crate) fn start(to: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(to)
        .init();
}

/// Where access logs go: `-` is standard output, `off` nowhere, else a file.
pub(crate) fn sink(to: &str) -> Result<LogSink> {
    Ok(match to {
        "off" => LogSink::Off,
        "-" => LogSink::To(Box::new(std::io::stdout())),
        path => {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            LogSink::To(Box::new(file.with_context(|| path.to_owned())?))
        }
    })
}
