//! A handler process with everything it starts.

use std::io;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

use crate::code::Code;
use crate::config::FunctionConfig;
use crate::environment;
use crate::log_pipe::{LogPipe, LogTo};

/// What happens with a process.
#[derive(Debug)]
pub(crate) enum News {
    /// It ended.
    Exited(ExitStatus),
    /// It may have printed.
    Stdout,
    /// It may have printed an error.
    Stderr,
}

/// A process and its group, killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Pid,
    pub(crate) stdout: LogPipe,
    pub(crate) stderr: LogPipe,
}

impl Process {
    /// Starts a handler that talks to `api`.
    pub(crate) async fn start(config: &FunctionConfig, code: &Code, api: SocketAddr) -> io::Result<Self> {
        let mut command = match code.interpreter() {
            Some(interpreter) => {
                let mut command = Command::new(interpreter);
                command.arg(code.program());
                command
            }
            None => Command::new(code.program()),
        };
        command
            .env_clear()
            .envs(environment::variables(config, &code.root(), api))
            .current_dir(code.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own: what the handler starts ends with it.
            .process_group(0)
            .kill_on_drop(true);
        let mut child = spawn(&mut command).await?;
        let missing = || io::Error::other("the process has no pid or pipes");
        let id = child.id().and_then(|id| i32::try_from(id).ok()).ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?.into_owned_fd()?;
        let stderr = child.stderr.take().ok_or_else(missing)?.into_owned_fd()?;
        Ok(Self {
            child,
            group: Pid::from_raw(id),
            stdout: LogPipe::new("stdout", stdout)?,
            stderr: LogPipe::new("stderr", stderr)?,
        })
    }

    /// The next thing to be known of the process.
    pub(crate) async fn news(&mut self) -> News {
        tokio::select! {
            biased;
            status = self.child.wait() => News::Exited(known(status)),
            () = self.stdout.readable() => News::Stdout,
            () = self.stderr.readable() => News::Stderr,
        }
    }

    /// How the process has ended, if it has: asked for by the system call, not by what tokio has heard.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The end of the process that was started; others of its group may live on.
    pub(crate) async fn wait(&mut self) -> ExitStatus {
        known(self.child.wait().await)
    }

    /// Ends the whole group. Its number can't mean another group: that would take all process numbers in the
    /// moment between the end of a group and this call.
    pub(crate) fn kill_group(&self) {
        // An error says that the group is gone already.
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Logs all output that is there.
    pub(crate) fn drain_logs(&mut self, to: LogTo<'_>) {
        self.stdout.drain(to);
        self.stderr.drain(to);
    }
}

/// An end that can't be learned is an end none the less.
fn known(status: io::Result<ExitStatus>) -> ExitStatus {
    status.unwrap_or_else(|_| ExitStatus::from_raw(0xff00))
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// A file that was just written can't be executed while any thread's new child still has the writing end that
/// it inherited and is about to lose: so that error passes.
async fn spawn(command: &mut Command) -> io::Result<Child> {
    for _ in 0..50 {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            other => return other,
        }
    }
    command.spawn()
}
