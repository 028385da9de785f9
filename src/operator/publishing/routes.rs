//! What gateways ask for.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, body};
use serde::Deserialize;
use snapshot::publication::Acknowledgement;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::acks;
use super::authenticate::Authenticate;
use super::publisher::Publisher;
use super::stream::Cursor;

const MOST_STREAMS: usize = 1000;
/// Tokens being checked at once; more wait. So a flood of bad ones is no flood for whoever checks them.
const MOST_CHECKS: usize = 32;
/// Longer than any token of a service account.
const LONGEST_TOKEN: usize = 8 * 1024;
/// Room for ten thousand busy functions.
const LONGEST_ACK: usize = 1024 * 1024;

pub(super) struct Shared<A> {
    pub(super) authenticator: A,
    pub(super) publisher: Publisher,
    pub(super) stop: CancellationToken,
    streams: Arc<Semaphore>,
    checks: Semaphore,
}

impl<A: Authenticate> Shared<A> {
    pub(super) fn new(authenticator: A, publisher: Publisher, stop: CancellationToken) -> Self {
        let streams = Arc::new(Semaphore::new(MOST_STREAMS));
        Self { authenticator, publisher, stop, streams, checks: Semaphore::new(MOST_CHECKS) }
    }
}

pub(super) fn router<A: Authenticate>(shared: Arc<Shared<A>>) -> Router {
    Router::new()
        .route("/v1/stream", get(stream::<A>))
        .route("/v1/ack", post(ack::<A>))
        .layer(DefaultBodyLimit::max(LONGEST_ACK))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(from_fn_with_state(shared.clone(), admit::<A>))
        .with_state(shared)
}

/// Before anything else, whatever is asked for.
async fn admit<A: Authenticate>(
    State(shared): State<Arc<Shared<A>>>,
    mut request: Request,
    next: Next,
) -> Response {
    match check(&shared, request.headers().get(header::AUTHORIZATION)).await {
        Ok(pod) => {
            request.extensions_mut().insert(Pod(pod));
            next.run(request).await
        }
        // The connection ends too: its next request would be refused alike.
        Err(status) => (status, [(header::CONNECTION, "close")], body::Body::empty()).into_response(),
    }
}

async fn check<A: Authenticate>(
    shared: &Shared<A>,
    authorization: Option<&HeaderValue>,
) -> Result<Arc<str>, StatusCode> {
    let token = authorization
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let _permit = shared.checks.acquire().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    match shared.authenticator.authenticate(token).await {
        Ok(Some(pod)) => Ok(pod),
        Ok(None) => Err(StatusCode::UNAUTHORIZED),
        Err(error) => {
            tracing::warn!(%error, "a gateway was not let in");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// The pod that the request's token is bound to.
#[derive(Clone)]
struct Pod(Arc<str>);

impl Pod {
    /// No gateway speaks for another: `Programmed` is what each of them says of itself.
    fn refuse(&self, gateway: &str) -> Option<Response> {
        let what = || format!("gateway: is not {:?}, the pod that the token is bound to\n", self.0);
        (*self.0 != *gateway).then(|| (StatusCode::FORBIDDEN, what()).into_response())
    }
}

#[derive(Deserialize)]
struct Asked {
    gateway: String,
    /// Number of what the gateway has; 0 is nothing.
    #[serde(default)]
    have: u64,
    /// Its digest: numbers may begin anew where the cluster's store was lost.
    #[serde(default)]
    digest: String,
}

async fn stream<A: Authenticate>(
    State(shared): State<Arc<Shared<A>>>,
    Extension(pod): Extension<Pod>,
    Query(asked): Query<Asked>,
) -> Response {
    if let Some(refused) = pod.refuse(&asked.gateway) {
        return refused;
    }
    let Ok(permit) = shared.streams.clone().try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    tracing::info!(gateway = asked.gateway, have = asked.have, "a gateway is connected");
    let has = (asked.have > 0).then_some((asked.have, asked.digest));
    let cursor = Cursor::new(shared.publisher.state(), has, shared.stop.clone(), permit);
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(cursor.lines())).into_response()
}

async fn ack<A: Authenticate>(
    State(shared): State<Arc<Shared<A>>>,
    Extension(pod): Extension<Pod>,
    body: Bytes,
) -> Response {
    let said: Acknowledgement = match serde_json::from_slice(&body) {
        Ok(said) => said,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    if let Some(refused) = pod.refuse(&said.gateway) {
        return refused;
    }
    shared.publisher.acks_sender().send_modify(|all| acks::note(all, said));
    StatusCode::NO_CONTENT.into_response()
}
