//! Sending a request to one of the pods that run a version of a function.

use std::time::{Duration, Instant};

use crate::endpoints::{Picked, Version};
use crate::upstream::{Answer, ExchangeError, Lease, OnwardRequest, SendError, TargetAddress};
use crate::worker::Worker;

/// Sends it to the endpoint that was picked and, where it surely did not get there, once to another.
pub(crate) async fn send(
    worker: &Worker,
    version: &Version,
    picked: Picked,
    request: &mut OnwardRequest,
    timeout: Duration,
) -> Result<(Answer, Lease, Picked), SendError> {
    let start = Instant::now();
    let error = match attempt(worker, &picked, request, start, timeout).await {
        Ok((answer, lease)) => return Ok((answer, lease, picked)),
        Err(error) => error,
    };
    let again = error.is_unsent() && request.is_untouched(&error);
    let Some(other) = version.pick_again(fastrand::u64(..), &picked).filter(|_| again) else {
        return Err(error);
    };
    let left = timeout.saturating_sub(start.elapsed());
    attempt(worker, &other, request, Instant::now(), left).await.map(|(answer, lease)| (answer, lease, other))
}

async fn attempt(
    worker: &Worker,
    picked: &Picked,
    request: &mut OnwardRequest,
    now: Instant,
    timeout: Duration,
) -> Result<(Answer, Lease), SendError> {
    let sent = worker.pool.send(&TargetAddress::Endpoint(picked.address()), request, now, timeout).await;
    match &sent {
        Ok(_) => picked.answered(),
        // The client's doing, or merely slow.
        Err(SendError::Exchange(ExchangeError::Body(_) | ExchangeError::Late)) => {}
        Err(_) => picked.failed(),
    }
    sent
}
