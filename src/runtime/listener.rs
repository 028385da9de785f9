//! The listener of the Invoke API.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::dispatch::Dispatcher;
use crate::invoke_api;
use crate::token::Token;

/// Connections at a time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 1024;
/// How long a connection may be without a whole request. Longer than a gateway keeps an idle connection in its
/// pool, so that it is never closed on a request that is on its way.
const HEAD: Duration = Duration::from_mins(5);

/// Accepts and serves until told to finish or to end at once.
pub(crate) async fn serve(
    listener: TcpListener,
    dispatcher: Arc<Dispatcher>,
    token: Token,
    finish: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let place = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = dispatcher.kill.cancelled() => return,
            () = finish.cancelled() => return,
            accepted = place => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (dispatcher, token, finish) = (Arc::clone(&dispatcher), token.clone(), finish.clone());
                dispatcher.tasks.clone().spawn(async move {
                    connection(stream, dispatcher, token, finish).await;
                    drop(place);
                });
            }
            // Out of file descriptors, say.
            Err(error) => {
                tracing::warn!("can't accept a connection to the Invoke API: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, dispatcher: Arc<Dispatcher>, token: Token, finish: CancellationToken) {
    // Without it an answer still arrives, a little later.
    let _ = stream.set_nodelay(true);
    let kill = dispatcher.kill.clone();
    let service =
        service_fn(move |request| invoke_api::answer(Arc::clone(&dispatcher), token.clone(), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let served = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    // What goes wrong on a connection is its caller's to see.
    tokio::select! {
        biased;
        _ = served.as_mut() => return,
        () = finish.cancelled() => served.as_mut().graceful_shutdown(),
        () = kill.cancelled() => {}
    }
    // Even at once: who waits for an event is told that it was given up.
    tokio::select! {
        _ = served.as_mut() => {}
        () = async { kill.cancelled().await; tokio::time::sleep(LAST_ANSWER).await } => {}
    }
}

/// How long the answer "stopped" may take to be written.
const LAST_ANSWER: Duration = Duration::from_millis(500);
