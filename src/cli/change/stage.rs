//! Changes of a `Stage`.

use std::collections::BTreeMap;

use api::{Kind, LATEST_DEPLOYMENT, Stage, StageStatus};
use serde_json::json;

use super::{Change, Edit, Refused, key};

const DEPLOYMENT: [&str; 2] = ["spec", "deployment"];
const PERCENT: [&str; 3] = ["spec", "canary", "percent"];

/// The stage serves `deployment`.
pub(crate) fn deploy(stage: &Stage, deployment: &str) -> Change {
    let mut change = of(stage);
    point(&mut change, stage, deployment);
    if let Some(canary) = stage.spec.canary.as_ref().filter(|canary| canary.percent.is_some_and(|p| p > 0.0))
    {
        let percent = canary.percent.unwrap_or_default();
        change.notes.push(match &canary.deployment {
            Some(own) => format!("the canary stays as it is: {percent} % of the requests go to {own}"),
            None => {
                format!("the canary, {percent} % of the requests, has no deployment of its own and follows")
            }
        });
    }
    change
}

/// As the original service does: the stage takes the canary's deployment, overrides merge into its variables, the
/// percentage becomes 0, and the canary's settings stay. `live` is what is live, where that is known: a canary
/// that nobody has seen serve is not promoted.
pub(crate) fn promote(
    stage: &Stage,
    live: Option<&StageStatus>,
    latest: Option<&str>,
) -> Result<Change, Refused> {
    let mut change = of(stage);
    let Some(canary) = &stage.spec.canary else { return Err(Refused::NoCanary(change.object)) };
    if let Some(status) = live {
        not_live(stage, status)
            .map_or(Ok(()), |what| Err(Refused::CanaryNotLive { object: change.object.clone(), what }))?;
    }
    // What was tried is what is taken: `latest` may be another thing by the time this arrives.
    let tried = live.and_then(|status| status.canary.as_ref()).map(|canary| &*canary.deployment).or(latest);
    match canary.deployment.as_deref() {
        Some(LATEST_DEPLOYMENT) if stage.spec.deployment == LATEST_DEPLOYMENT => {}
        Some(LATEST_DEPLOYMENT) => point(&mut change, stage, tried.unwrap_or(LATEST_DEPLOYMENT)),
        Some(own) => point(&mut change, stage, own),
        None => {}
    }
    let mut variables = stage.spec.variables.clone();
    variables.extend(canary.variables.clone());
    set_variables(&mut change, stage, &variables);
    no_share(&mut change, stage);
    Ok(change)
}

/// Why the canary of the spec is not what is live.
fn not_live(stage: &Stage, status: &StageStatus) -> Option<String> {
    let canary = stage.spec.canary.as_ref()?;
    let Some(live) = &status.canary else { return Some("no canary is live yet".to_owned()) };
    let deployment = match canary.deployment.as_deref() {
        Some(LATEST_DEPLOYMENT) => None,
        Some(own) => Some(own),
        None => Some(&*stage.spec.deployment).filter(|deployment| *deployment != LATEST_DEPLOYMENT),
    };
    let mut variables = stage.spec.variables.clone();
    variables.extend(canary.variables.clone());
    if let Some(wanted) = deployment.filter(|wanted| *wanted != live.deployment) {
        return Some(format!("asks for {wanted}, and {} is live", live.deployment));
    }
    if variables != live.variables {
        return Some("its variables are not live yet".to_owned());
    }
    None
}

/// Back to what was live before: another deployment or other variables than the spec asks for, the newest first. A canary
/// that has a share is what is taken back first.
pub(crate) fn rollback(stage: &Stage, status: &StageStatus, to: Option<&str>) -> Result<Change, Refused> {
    let mut change = of(stage);
    let asked = match &*stage.spec.deployment {
        LATEST_DEPLOYMENT => status.deployment.as_deref().unwrap_or(LATEST_DEPLOYMENT),
        named => named,
    };
    let live = status.deployment.as_deref().map(|deployment| (deployment, Some(&status.variables)));
    let before = status.history.iter().map(|entry| (&*entry.deployment, entry.variables.as_ref()));
    let mut moments = live.into_iter().chain(before);
    let differs = |(deployment, variables): &(&str, Option<&BTreeMap<String, String>>)| {
        *deployment != asked || variables.is_some_and(|variables| *variables != stage.spec.variables)
    };
    let is_live = live.is_some_and(|live| !differs(&live));
    let has_share =
        stage.spec.canary.as_ref().and_then(|canary| canary.percent).is_some_and(|share| share > 0.0);
    let moment = match to {
        Some(to) => Some(moments.find(|(deployment, _)| *deployment == to).unwrap_or((to, None))),
        None if is_live && has_share => None,
        None => Some(moments.find(differs).ok_or_else(|| Refused::NoHistory(change.object.clone()))?),
    };
    match moment {
        None => change.notes.push("the canary had a share; the stage itself stays as it is".to_owned()),
        Some((deployment, variables)) => {
            if deployment != asked {
                point(&mut change, stage, deployment);
            }
            match variables {
                Some(variables) => set_variables(&mut change, stage, variables),
                None => change.notes.push(format!(
                    "status.history does not say with which variables {deployment} was live: they stay as they are"
                )),
            }
        }
    }
    no_share(&mut change, stage);
    Ok(change)
}

fn of(stage: &Stage) -> Change {
    Change { object: key(Kind::Stage, &stage.metadata), edits: Vec::new(), notes: Vec::new() }
}

fn point(change: &mut Change, stage: &Stage, deployment: &str) {
    if stage.spec.deployment == deployment {
        return;
    }
    change.edits.push(Edit::set(&DEPLOYMENT, deployment));
    if stage.spec.deployment == LATEST_DEPLOYMENT {
        change.notes.push(format!("the stage followed `{LATEST_DEPLOYMENT}` and does not any more"));
    }
}

fn set_variables(change: &mut Change, stage: &Stage, wanted: &BTreeMap<String, String>) {
    let there = &stage.spec.variables;
    for (name, value) in wanted.iter().filter(|(name, value)| there.get(*name) != Some(*value)) {
        change.edits.push(Edit::set(&["spec", "variables", name], &**value));
    }
    for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
        change.edits.push(Edit::remove(&["spec", "variables", name]));
    }
}

fn no_share(change: &mut Change, stage: &Stage) {
    if stage.spec.canary.as_ref().and_then(|canary| canary.percent).is_some_and(|percent| percent != 0.0) {
        change.edits.push(Edit::set(&PERCENT, json!(0)));
    }
}
