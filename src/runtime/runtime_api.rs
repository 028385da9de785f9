//! The Runtime API as HTTP: requests of a handler process become calls, and what is said to them responses.

use std::convert::Infallible;
use std::net::SocketAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::body::{self, BodyError, Whole};
use crate::event::{Delivery, Outcome};
use crate::failure::Failure;
use crate::runtime_answers::{Verdict, deliver, error, respond};

/// What a handler process says.
#[derive(Debug)]
pub(crate) enum Call {
    /// It asks for an event, by a connection from `peer`.
    Next { poll: oneshot::Sender<Delivery>, peer: SocketAddr },
    /// It answers one.
    Answer { id: String, outcome: Outcome, verdict: oneshot::Sender<Verdict> },
    /// It can't come up.
    InitError { why: Failure, verdict: oneshot::Sender<Verdict> },
    /// What it says is not HTTP.
    Garbage(String),
}

const PREFIX: &str = "/2018-06-01/runtime/";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Where the connections of one process meet.
#[derive(Debug)]
pub(crate) struct Gate {
    calls: mpsc::Sender<Call>,
    /// One body is read at a time, so that a process's connections don't multiply what it can fill.
    bodies: Semaphore,
}

impl Gate {
    pub(crate) fn new(calls: mpsc::Sender<Call>) -> Self {
        Self { calls, bodies: Semaphore::new(1) }
    }

    pub(crate) async fn tell(&self, call: Call) {
        // Nobody listens to a process that is being ended.
        let _ = self.calls.send(call).await;
    }

    /// Serves one request.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let path = request.uri().path().to_owned();
        let rest = path.strip_prefix(PREFIX).unwrap_or_default();
        let event = rest.strip_prefix("invocation/").and_then(|rest| rest.split_once('/'));
        Ok(match (request.method(), rest, event) {
            (&Method::GET, "invocation/next", _) => self.next(peer).await,
            (&Method::POST, "init/error", _) => {
                let (why, over) = self.reported(request).await;
                let verdict = self.ask(|verdict| Call::InitError { why, verdict }).await;
                respond(verdict, over)
            }
            (&Method::POST, _, Some((id, "response"))) => self.response(id, request).await,
            (&Method::POST, _, Some((id, "error"))) => {
                let (why, over) = self.reported(request).await;
                let id = id.to_owned();
                respond(self.ask(|verdict| Call::Answer { id, outcome: Err(why), verdict }).await, over)
            }
            _ => error(StatusCode::NOT_FOUND, "UnknownPath", &format!("{} {path}", request.method())),
        })
    }

    async fn next(&self, peer: SocketAddr) -> Response<Full<Bytes>> {
        let (poll, delivery) = oneshot::channel();
        self.tell(Call::Next { poll, peer }).await;
        match delivery.await {
            Ok(delivery) => deliver(delivery),
            Err(_) => error(StatusCode::FORBIDDEN, "InvalidStateTransition", "no event follows this request"),
        }
    }

    async fn response(&self, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (outcome, over) = match self.read(request).await {
            Ok(Whole { bytes, trailers }) => match trailing_error(&trailers) {
                Some(why) => (Err(why), false),
                None => (Ok(bytes), false),
            },
            Err(BodyError::TooLarge) => (Err(Failure::ResponseTooLarge), true),
            Err(BodyError::Broken(broken)) => (Err(self.broken(&broken).await), false),
        };
        let id = id.to_owned();
        respond(self.ask(|verdict| Call::Answer { id, outcome, verdict }).await, over)
    }

    /// What an error request says, and whether it says too much.
    async fn reported(&self, request: Request<Incoming>) -> (Failure, bool) {
        let kind = text(request.headers(), ERROR_TYPE);
        match self.read(request).await {
            Ok(Whole { bytes, .. }) => (Failure::reported(bytes, kind.as_deref()), false),
            Err(BodyError::TooLarge) => (Failure::ResponseTooLarge, true),
            Err(BodyError::Broken(broken)) => (self.broken(&broken).await, false),
        }
    }

    async fn read(&self, request: Request<Incoming>) -> Result<Whole, BodyError> {
        let _permit = self.bodies.acquire().await;
        body::read(request.into_body()).await
    }

    /// A body that ends early: of a process that is about to end, which will be known better in a moment, or of
    /// one that can't be followed any more.
    async fn broken(&self, error: &hyper::Error) -> Failure {
        let what = format!("The request body is broken: {error}");
        if error.is_incomplete_message() {
            // The connection is gone: hyper drops this with it, or the event's deadline ends it.
            std::future::pending::<()>().await;
        }
        self.tell(Call::Garbage(what.clone())).await;
        Failure::Protocol(what)
    }

    async fn ask(&self, call: impl FnOnce(oneshot::Sender<Verdict>) -> Call) -> Verdict {
        let (sender, verdict) = oneshot::channel();
        self.tell(call(sender)).await;
        verdict.await.unwrap_or(Verdict::InvalidStateTransition)
    }
}

/// An error in the middle of a streamed response: it comes behind the body, which is worth nothing then.
fn trailing_error(trailers: &HeaderMap) -> Option<Failure> {
    let kind = text(trailers, ERROR_TYPE)?;
    let told = text(trailers, ERROR_BODY).and_then(|body| BASE64_STANDARD.decode(body).ok());
    Some(Failure::reported(told.unwrap_or_default().into(), Some(&kind)))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
