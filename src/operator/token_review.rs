//! Who a gateway is, by asking the API server about its token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec};
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

/// Answers by the digest of the token, which is not kept.
type Known = HashMap<[u8; 32], Instant>;

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

    fn known_for(&self, digest: &[u8; 32]) -> Option<Duration> {
        self.known.lock().ok()?.get(digest).map(Instant::elapsed)
    }

    fn remember(&self, digest: [u8; 32], good: bool) {
        let Ok(mut known) = self.known.lock() else { return };
        if good {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(digest, Instant::now());
        } else {
            known.remove(&digest);
        }
    }
}

impl Authenticate for Reviewer {
    async fn authenticate(&self, token: &str) -> Result<bool, AuthenticateError> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self.known_for(&digest);
        if known.is_some_and(|known| known < REMEMBERED) {
            return Ok(true);
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
                let status = review.status.unwrap_or_default();
                let user = status.user.and_then(|user| user.username);
                let audience = status.audiences.iter().flatten().any(|audience| audience == AUDIENCE);
                let good =
                    status.authenticated == Some(true) && audience && user.as_deref() == Some(&*self.user);
                self.remember(digest, good);
                return Ok(good);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        match known {
            Some(known) if known < REMEMBERED_WHILE_AWAY => Ok(true),
            _ => Err(AuthenticateError(away)),
        }
    }
}
