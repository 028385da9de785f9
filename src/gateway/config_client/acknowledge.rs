//! Telling a replica what is served here.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use http_body_util::{BodyExt as _, Limited};
use snapshot::publication::{Acknowledgement, Verdict};

use super::Client;
use super::connection::{Connection, FollowError};

const EVERY: Duration = Duration::from_secs(2);
/// Answers are empty.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Tells after each publication, and every 2 s.
pub(super) async fn keep(address: SocketAddr, client: &Client) -> Infallible {
    let mut connection = None;
    let mut status = client.status.clone();
    loop {
        status.mark_unchanged();
        if let Some(said) = say(client) {
            // A connection that was idle may be closed by now; a new one is worth a second attempt.
            let mut told = tell(address, client, &mut connection, &said).await;
            if told.is_err() {
                told = tell(address, client, &mut connection, &said).await;
            }
            if let Err(error) = told {
                tracing::warn!(%address, error = &error as &dyn std::error::Error, "can't acknowledge");
            }
        }
        // Only while the receiver lives can it fail to wait.
        let _ = tokio::time::timeout(EVERY, status.changed()).await;
    }
}

/// Nothing as long as nothing was received.
fn say(client: &Client) -> Option<Vec<u8>> {
    let (number, reason) = {
        let status = client.status.borrow();
        match &status.refused {
            Some((number, reason)) => (*number, Some(reason.clone())),
            None if status.number > 0 => (status.number, None),
            None => return None,
        }
    };
    let result = if reason.is_some() { Verdict::Nack } else { Verdict::Ack };
    let gateway = client.settings.gateway_name.clone();
    let in_flight = client.in_flight.borrow().clone();
    serde_json::to_vec(&Acknowledgement { gateway, number, result, reason, in_flight }).ok()
}

async fn tell(
    address: SocketAddr,
    client: &Client,
    kept: &mut Option<Connection>,
    said: &[u8],
) -> Result<(), FollowError> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(client, address).await?,
    };
    let answer = connection.send(client, Method::POST, "/v1/ack", said.to_vec().into()).await?;
    // Read to its end, so that the connection can be used again.
    if Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await.is_ok() {
        *kept = Some(connection);
    }
    Ok(())
}
