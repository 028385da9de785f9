//! Following one replica.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use tokio::sync::{oneshot, watch};

use super::backoff::Backoff;
use super::connection::{Connection, FollowError};
use super::lines::Lines;
use super::receive::Line;
use super::receiver::Next;
use super::{Client, acknowledge};

/// Follows the replica at `address`, over and over. It ends where it has lost it and the address is no replica's
/// any more: one that is merely not ready goes on being followed.
pub(super) async fn run(
    address: SocketAddr,
    client: Arc<Client>,
    wanted: watch::Receiver<BTreeSet<SocketAddr>>,
) {
    let mut backoff = Backoff::default();
    let mut anew = false;
    while wanted.borrow().contains(&address) {
        let mut heard = false;
        match once(address, &client, anew, &mut heard).await {
            Ok(next) => anew = next == Next::Anew,
            Err(error) => {
                tracing::warn!(%address, error = &error as &dyn std::error::Error, "lost the operator");
            }
        }
        if heard {
            backoff.reset();
        }
        tokio::time::sleep(backoff.next()).await;
    }
}

/// One connection; `anew` asks for a whole publication, whatever there is.
async fn once(
    address: SocketAddr,
    client: &Client,
    anew: bool,
    heard: &mut bool,
) -> Result<Next, FollowError> {
    let mut connection = Connection::open(client, address).await?;
    let target = {
        let status = client.status.borrow();
        let (have, digest) = if anew { (0, "") } else { (status.number, status.digest.as_str()) };
        format!("/v1/stream?gateway={}&have={have}&digest={digest}", client.settings.gateway_name)
    };
    let answer = connection.send(client, Method::GET, &target, Bytes::new()).await?;
    tracing::info!(%address, "following the operator");
    let mut lines = Lines::new(answer.into_body());
    let read = async {
        while let Some(bytes) = lines.next().await? {
            *heard = true;
            let (done, next) = oneshot::channel();
            client.lines.send(Line { bytes, done }).await.map_err(|_| FollowError::Ended)?;
            if next.await.map_err(|_| FollowError::Ended)? == Next::Anew {
                return Ok(Next::Anew);
            }
        }
        Ok(Next::GoOn)
    };
    tokio::select! {
        read = read => read,
        never = acknowledge::keep(address, client) => match never {},
    }
}
