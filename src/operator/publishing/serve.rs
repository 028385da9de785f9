//! The listener.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::acks;
use super::authenticate::Authenticate;
use super::certificates::ServingCertificate;
use super::connection;
use super::publisher::Publisher;
use super::routes::{Shared, router};

/// A stream and a connection for acknowledgements for each of the most gateways there may be, and some that come anew.
const MOST_CONNECTIONS: usize = 2_500;
/// What connections have to end once it is to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// Serves gateways until `stop`.
pub async fn serve(
    listener: TcpListener,
    tls: ServingCertificate,
    authenticator: impl Authenticate,
    publisher: Publisher,
    stop: CancellationToken,
) -> io::Result<()> {
    let shared = Arc::new(Shared::new(authenticator, publisher.clone(), stop.clone()));
    let (router, acceptor) = (router(shared), TlsAcceptor::from(tls.0));
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let tasks = TaskTracker::new();
    let mut expiry = tokio::time::interval(Duration::from_secs(1));
    loop {
        let accepted = async {
            let permit = connections.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = stop.cancelled() => break,
            _ = expiry.tick() => {
                publisher.acks_sender().send_if_modified(acks::expire);
            }
            (permit, accepted) = accepted => match accepted {
                Ok((stream, _)) => {
                    let (router, acceptor, stop) = (router.clone(), acceptor.clone(), stop.clone());
                    tasks.spawn(async move {
                        let _permit = permit;
                        connection::serve(stream, acceptor, router, stop).await;
                    });
                }
                // Out of descriptors, say: accepting again at once would spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    tasks.close();
    // What does not end in time is let go: gateways keep what they have.
    let _ = tokio::time::timeout(DRAIN, tasks.wait()).await;
    Ok(())
}
