//! Lines of all replicas, one after the other, off the request path.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;

use super::receiver::{Next, Receiver};
use super::{ConfigClientSettings, disk};

/// Ticks of a second between two looks at the token for functions, once there is one.
const TOKEN_EVERY: u32 = 10;

/// A line, and where to say what is next.
pub(super) struct Line {
    pub(super) bytes: Bytes,
    pub(super) done: oneshot::Sender<Next>,
}

/// Takes what was kept on disk, and then what comes.
pub(super) async fn run(receiver: Receiver, settings: ConfigClientSettings, mut lines: mpsc::Receiver<Line>) {
    let ConfigClientSettings { state_dir, function_token_file: token_file, .. } = settings;
    let file = token_file.clone();
    let start = off_path(receiver, move |receiver| {
        receiver.authorize(function_token(&file));
        receiver.restore(&disk::read(&state_dir));
    });
    let Some((mut receiver, ())) = start.await else { return };
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut until_look = TOKEN_EVERY;
    loop {
        tokio::select! {
            line = lines.recv() => {
                let Some(Line { bytes, done }) = line else { return };
                let taken = off_path(receiver, move |receiver| receiver.take(&bytes)).await;
                let Some((back, next)) = taken else { return };
                receiver = back;
                // Who sent it may be gone.
                let _ = done.send(next);
            }
            _ = ticks.tick() => {
                until_look -= 1;
                if receiver.is_authorized() && until_look > 0 {
                    continue;
                }
                until_look = TOKEN_EVERY;
                let file = token_file.clone();
                let read = off_path(receiver, move |receiver| receiver.authorize(function_token(&file)));
                let Some((back, ())) = read.await else { return };
                receiver = back;
            }
        }
    }
}

/// Large snapshots take a while to read and to build: no other task waits for it.
async fn off_path<T: Send + 'static>(
    mut receiver: Receiver,
    work: impl FnOnce(&mut Receiver) -> T + Send + 'static,
) -> Option<(Receiver, T)> {
    let work = tokio::task::spawn_blocking(move || {
        let done = work(&mut receiver);
        (receiver, done)
    });
    work.await.ok()
}

fn function_token(file: &Path) -> Option<HeaderValue> {
    let token = std::fs::read_to_string(file);
    let token = token.inspect_err(|error| tracing::warn!(%error, "functions can't be invoked: no token"));
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.ok()?.trim())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
