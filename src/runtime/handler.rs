//! What handles events: a process of ours, or one that somebody else runs.

use std::io;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::code::Code;
use crate::config::FunctionConfig;
use crate::log_pipe::LogTo;
use crate::neighbour::Neighbour;
use crate::process::{News, Process};
use crate::runtime_listener::RuntimeListener;

/// Where handlers come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// They are started here.
    Code(Code),
    /// There is one, which calls here.
    Beside(Arc<TcpListener>),
}

/// What handles events, one at a time.
#[derive(Debug)]
pub(crate) enum Handler {
    Child(Box<Process>),
    Beside(Neighbour),
}

impl Handler {
    /// The next one, and where it talks the Runtime API.
    pub(crate) async fn start(
        config: &FunctionConfig,
        source: &Source,
    ) -> io::Result<(Self, RuntimeListener)> {
        match source {
            Source::Code(code) => {
                let listener = RuntimeListener::bind().await?;
                let process = Process::start(config, code, listener.address).await?;
                Ok((Self::Child(Box::new(process)), listener))
            }
            Source::Beside(listener) => {
                let listener = RuntimeListener::new(Arc::clone(listener))?;
                Ok((Self::Beside(Neighbour::new(listener.address)), listener))
            }
        }
    }

    pub(crate) fn is_beside(&self) -> bool {
        matches!(self, Self::Beside(_))
    }

    /// Who asks for events.
    pub(crate) fn met(&mut self, peer: SocketAddr) {
        if let Self::Beside(neighbour) = self {
            neighbour.met(peer);
        }
    }

    /// The next thing to be known of it.
    pub(crate) async fn news(&mut self) -> News {
        match self {
            Self::Child(process) => process.news().await,
            Self::Beside(neighbour) => News::Exited(neighbour.wait().await),
        }
    }

    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        match self {
            Self::Child(process) => process.ended(),
            Self::Beside(neighbour) => neighbour.ended(),
        }
    }

    /// Its end.
    pub(crate) async fn wait(&mut self) -> ExitStatus {
        match self {
            Self::Child(process) => process.wait().await,
            Self::Beside(neighbour) => neighbour.wait().await,
        }
    }

    /// Ends it with all that it started.
    pub(crate) fn kill(&mut self) {
        match self {
            Self::Child(process) => process.kill_group(),
            Self::Beside(neighbour) => neighbour.kill(),
        }
    }

    /// Logs some of what there is, after such news.
    pub(crate) fn read_logs(&mut self, news: &News, to: LogTo<'_>) {
        match (self, news) {
            (Self::Child(process), News::Stdout) => process.stdout.read(to),
            (Self::Child(process), News::Stderr) => process.stderr.read(to),
            // Whoever runs it has its output.
            _ => {}
        }
    }

    /// Logs all output that is there.
    pub(crate) fn drain_logs(&mut self, to: LogTo<'_>) {
        if let Self::Child(process) = self {
            process.drain_logs(to);
        }
    }
}
