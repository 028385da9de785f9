//! One connection of a client: served until it ends, is quiet for too long, or is told to end.

use std::cell::Cell;
use std::net::IpAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use crate::quiet::{Activity, Quiet};
use crate::raw_head::{MAX_RECORDED, RecordingIo};
use crate::worker::Worker;
use crate::{invoke_api, service};

/// What the first request of a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    Public,
    /// The path names the API.
    Admin,
    /// It is a call of the Lambda Invoke API.
    Invoke,
}

/// Serves a connection to its end.
pub(crate) async fn serve(worker: Rc<Worker>, stream: TcpStream, peer: IpAddr, listener: Listener) {
    let _ = stream.set_nodelay(true);
    let (io, heads) = RecordingIo::new(stream);
    let activity = Rc::new(Activity::default());
    let mut quiet = Quiet::new(activity.clone(), heads.clone(), io.writes());
    let service = service_fn(|request| {
        let begun = match listener {
            Listener::Public => {
                let heads = (request.version() < http::Version::HTTP_2).then_some(&heads);
                Ok(service::begin(&worker, peer, heads, &activity, request))
            }
            Listener::Admin => Ok(service::begin_named(&worker, peer, &activity, request)),
            Listener::Invoke => {
                // Nobody else takes it, and heads that wait are held.
                if request.version() < http::Version::HTTP_2 {
                    heads.take();
                }
                let in_flight = activity.begin(request.version() == http::Version::HTTP_2);
                // In a box: requests of the other listeners are not to be as large as its future.
                Err(Box::pin(invoke_api::answer(worker.clone(), in_flight, request)))
            }
        };
        async {
            Ok::<_, std::convert::Infallible>(match begun {
                Ok(begun) => service::answer(begun).await,
                Err(call) => call.await,
            })
        }
    });
    let builder = protocols();
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    let (mut told, asked) = (None, Cell::new(false));
    std::future::poll_fn(|cx| {
        // An error is the client's: it broke off or did not speak HTTP.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        // Not before its first request: a connection that comes while this one drains is to get an answer.
        if worker.is_draining() && activity.has_begun() && !asked.replace(true) {
            connection.as_mut().graceful_shutdown();
            return connection.as_mut().poll(cx).map(drop);
        }
        // A task's waker stays the same, so that once is enough.
        told.get_or_insert_with(|| worker.tell_of_draining(cx.waker()));
        quiet.poll(cx)
    })
    .await;
}

fn protocols() -> auto::Builder<LocalExecutor> {
    let mut builder = auto::Builder::new(LocalExecutor);
    builder
        .http1()
        // `Quiet` sees to heads that do not arrive, with one timer a connection rather than one a request.
        .header_read_timeout(None)
        .max_buf_size(MAX_RECORDED)
        // Heads and bodies are mostly small: copied together they cost less than a vectored write.
        .writev(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_header_list_size(10_240)
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// Tasks stay on the worker's thread.
#[derive(Clone, Copy)]
struct LocalExecutor;

impl<F: Future<Output: 'static> + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        spawn_local(future);
    }
}
