//! The config server's way up: the certificate authority first, then a certificate, then gateways.

use std::time::Duration;

use kube::Client;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::admin::Health;
use crate::bootstrap::{self, Shared};
use crate::lease::Leadership;
use crate::publishing::{self, Publisher};
use crate::settings::Settings;
use crate::token_review::Reviewer;

/// When the certificate authority is looked for again.
const RETRY: Duration = Duration::from_secs(1);

/// Waits for the authority, then serves gateways.
#[allow(clippy::too_many_arguments, reason = "a task's own world")]
pub(crate) async fn serve(
    listener: TcpListener,
    client: Client,
    settings: Settings,
    leadership: Leadership,
    publisher: Publisher,
    health: Health,
    known: watch::Sender<Option<Shared>>,
    stop: CancellationToken,
) {
    let shared = loop {
        match bootstrap::shared(&client, &settings.namespace, &leadership).await {
            Ok(Some(shared)) => break shared,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the certificate authority is not there yet"),
        }
        tokio::select! {
            () = tokio::time::sleep(RETRY) => {}
            () = stop.cancelled() => return,
        }
    };
    let name = format!("stagegate-operator-config.{}.svc", settings.namespace);
    match publishing::issue(&shared.ca, &[name]) {
        Ok(certificate) => {
            health.paid("certificate");
            known.send_replace(Some(shared));
            let reviewer = Reviewer::new(client, &settings.namespace);
            if let Err(error) = publishing::serve(listener, certificate, reviewer, publisher, stop).await {
                tracing::error!(%error, "the config server ended");
            }
        }
        Err(error) => tracing::error!(%error, "the serving certificate can't be issued"),
    }
}
