//! Who a gateway is, by asking the API server about its token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec, TokenReviewStatus};
use kube::Client;
use kube::api::{Api, PostParams};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::publishing::{Authenticate, AuthenticateError};

/// What a gateway's token is for.
const AUDIENCE: &str = "stagegate.dev/config";
/// An answer is good for this long: gateways say something every 2 s.
const REMEMBERED: Duration = Duration::from_mins(1);
/// A gateway that is known goes on while the API server is away: its config must not depend on it.
const REMEMBERED_WHILE_AWAY: Duration = Duration::from_hours(1);
const MOST: usize = 1_000;

/// Which pod the API server says a token is bound to.
const POD: &str = "authentication.kubernetes.io/pod-name";

/// Answers by the digest of the token, which is not kept.
type Known = HashMap<[u8; 32], (Instant, Arc<str>)>;

/// Asks, and remembers the good ones for a while.
#[derive(Clone)]
pub(crate) struct Reviewer {
    client: Client,
    user: Arc<str>,
    known: Arc<Mutex<Known>>,
}

impl Reviewer {
    /// For gateways in `namespace`.
    pub(crate) fn new(client: Client, namespace: &str) -> Self {
        let user = format!("system:serviceaccount:{namespace}:stagegate-gateway").into();
        Self { client, user, known: Arc::default() }
    }

    /// The pod, and how long ago that was said.
    fn known(&self, digest: &[u8; 32]) -> Option<(Duration, Arc<str>)> {
        let known = self.known.lock().ok()?;
        known.get(digest).map(|(said, pod)| (said.elapsed(), pod.clone()))
    }

    fn remember(&self, digest: [u8; 32], pod: Option<&Arc<str>>) {
        let Ok(mut known) = self.known.lock() else { return };
        if let Some(pod) = pod {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(digest, (Instant::now(), pod.clone()));
        } else {
            known.remove(&digest);
        }
    }

    /// The pod of a gateway, if that is whose token it is.
    fn pod(&self, status: TokenReviewStatus) -> Option<Arc<str>> {
        let audience = status.audiences.iter().flatten().any(|audience| audience == AUDIENCE);
        let user = status.user.filter(|_| status.authenticated == Some(true) && audience)?;
        if user.username.as_deref() != Some(&*self.user) {
            return None;
        }
        Some(user.extra?.remove(POD)?.into_iter().next()?.into())
    }
}

impl Authenticate for Reviewer {
    async fn authenticate(&self, token: &str) -> Result<Option<Arc<str>>, AuthenticateError> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self.known(&digest);
        if let Some((_, pod)) = known.as_ref().filter(|(ago, _)| *ago < REMEMBERED) {
            return Ok(Some(pod.clone()));
        }
        let review = TokenReview {
            spec: TokenReviewSpec { token: token.to_owned(), audiences: Some(vec![AUDIENCE.to_owned()]) },
            ..TokenReview::default()
        };
        let api: Api<TokenReview> = Api::all(self.client.clone());
        let params = PostParams::default();
        let asked = tokio::time::timeout(Duration::from_secs(3), api.create(&params, &review)).await;
        let away = match asked {
            Ok(Ok(review)) => {
                let pod = self.pod(review.status.unwrap_or_default());
                self.remember(digest, pod.as_ref());
                return Ok(pod);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        match known {
            Some((ago, pod)) if ago < REMEMBERED_WHILE_AWAY => Ok(Some(pod)),
            _ => Err(AuthenticateError(away)),
        }
    }
}
