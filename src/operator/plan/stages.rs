//! Status of Stages.

use api::{CanaryStatus, HISTORY_ENTRIES, Object, ObjectKey, StageHistory, StageStatus};
use compile::AcceptedStage;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use crate::index::Seen;

/// What is live of it, put over `old`; the note of an Event where that changed.
pub(super) fn status(
    key: &ObjectKey,
    seen: &Seen,
    live: Option<&AcceptedStage>,
    old: &StageStatus,
    base_domain: &str,
    now: Timestamp,
) -> (StageStatus, Option<String>) {
    let Some(live) = live else {
        return (StageStatus { history: old.history.clone(), ..StageStatus::default() }, None);
    };
    let canary = live.canary.as_ref().map(|canary| CanaryStatus {
        deployment: canary.deployment.clone(),
        percent: f64::from(canary.basis_points) / 100.0,
        variables: canary.variables.clone(),
    });
    let mut status = StageStatus {
        url: Some(format!("http://{}.{}.{base_domain}/{}/", live.rest_api, key.namespace, live.name)),
        deployment: Some(live.deployment.clone()),
        variables: live.variables.clone(),
        method_settings: live.method_settings.clone(),
        variables_digest: snapshot::digest(&live.variables).map(|digest| digest.to_string()),
        canary,
        history: old.history.clone(),
        ..StageStatus::default()
    };
    let same = (&old.deployment, &old.variables, &old.canary)
        == (&status.deployment, &status.variables, &status.canary);
    if same {
        return (status, None);
    }
    let why = why(seen, live, old);
    let canary = status.canary.as_ref();
    let entry = StageHistory {
        deployment: live.deployment.clone(),
        canary_deployment: canary.map(|canary| canary.deployment.clone()),
        canary_percent: canary.map(|canary| canary.percent),
        variables: Some(live.variables.clone()),
        since: Time(now),
        why: why.clone(),
    };
    status.history.insert(0, entry);
    status.history.truncate(HISTORY_ENTRIES);
    let canary = canary.map_or(String::new(), |canary| {
        format!(", and {} for {} % of the requests", canary.deployment, canary.percent)
    });
    let note = format!("{} is live on stage {}{canary}: {why}", live.deployment, live.name);
    (status, Some(note))
}

fn why(seen: &Seen, live: &AcceptedStage, old: &StageStatus) -> String {
    let follows =
        matches!(&seen.object, Ok(Object::Stage(stage)) if stage.spec.deployment == api::LATEST_DEPLOYMENT);
    match seen.generation {
        Some(generation) if old.observed_generation != Some(generation) => format!("generation {generation}"),
        _ if follows && old.deployment.as_ref() != Some(&live.deployment) => {
            format!("RestApi {} has new content", live.rest_api)
        }
        _ => "what it waited for is there".to_owned(),
    }
}
