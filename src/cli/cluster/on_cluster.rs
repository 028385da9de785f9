//! A change made on the cluster itself.

use anyhow::{Context as _, Result, bail};
use api::{ConditionType, Kind, LATEST_DEPLOYMENT, Object, StageStatus};
use serde_json::Value;

use super::{Cluster, Done, Failure, Target, Wish, object_of};
use crate::change::{self, Change};

/// Statuses are written all the time: a conflict with one of those is none with a person.
const TRIES: usize = 5;
const HINT: &str = "Git should say the same, or what applies it will undo this: the same command with --write DIR edits the files";

/// Makes the change, or shows it.
pub(super) async fn change(cluster: &Cluster, dry_run: bool, target: &Target, wish: &Wish) -> Result<Done> {
    let mut generation = None;
    for _ in 0..TRIES {
        let object = find(cluster, target).await?;
        let change = wanted(cluster, target, &object, wish).await?;
        let read = value(&object)?;
        let now = read["metadata"]["generation"].clone();
        if *generation.get_or_insert_with(|| now.clone()) != now {
            break;
        }
        if change.edits.is_empty() {
            return Ok(Done { text: format!("{}: says so already\n", change.object), notes: change.notes });
        }
        if dry_run {
            return Ok(Done { text: change::diff(&change, &read)?, notes: change.notes });
        }
        match cluster.patch(&change.object, &read, change::merge_patch(&change.edits)).await {
            Ok(()) => {
                let text = change::lines(&change, &read).join("\n") + "\n";
                let notes = change.notes.into_iter().chain([HINT.to_owned()]).collect();
                return Ok(Done { text, notes });
            }
            Err(Failure::Conflict { .. }) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Err(Failure::Conflict { object: target.to_string() }.into())
}

/// The object that is meant.
pub(super) async fn find(cluster: &Cluster, target: &Target) -> Result<Object> {
    let listed = cluster.list(target.kind(), false).await?;
    target.among(listed.iter().map(object_of), &format!("namespace {}", cluster.namespace))
}

async fn wanted(cluster: &Cluster, target: &Target, object: &Object, wish: &Wish) -> Result<Change> {
    let change = match (object, wish) {
        (Object::Stage(stage), Wish::Deploy(named)) => {
            let deployment = match named {
                Some(named) => named.clone(),
                None => newest(cluster, &stage.spec.rest_api).await?,
            };
            change::deploy(stage, &deployment)
        }
        (Object::Stage(stage), Wish::Promote(_)) => {
            let status = stage.status.clone().unwrap_or_default();
            change::promote(stage, Some(&status), None)?
        }
        (Object::Stage(stage), Wish::Rollback(to)) => {
            let status = stage.status.clone().unwrap_or_default();
            change::rollback(stage, &status, to.as_deref())?
        }
        (Object::Alias(alias), Wish::Promote(to)) => change::promote_alias(alias, to.as_deref())?,
        (Object::Alias(alias), Wish::Rollback(to)) => change::rollback_alias(alias, to.as_deref())?,
        _ => bail!("{target} has no deployments"),
    };
    check(cluster, target, &change).await?;
    Ok(change)
}

/// What was live of the stage that is meant, and the deployment that `to` leads to is there.
pub(super) async fn status(cluster: &Cluster, target: &Target) -> Result<StageStatus> {
    match find(cluster, target).await? {
        Object::Stage(stage) => Ok(stage.status.unwrap_or_default()),
        _ => Ok(StageStatus::default()),
    }
}

async fn newest(cluster: &Cluster, api: &str) -> Result<String> {
    let Some(found) = cluster.get(Kind::RestApi, api).await? else {
        bail!("RestApi/{api} is not in namespace {}, so there is no newest deployment", cluster.namespace);
    };
    let newest = found["status"]["deployment"].as_str();
    let newest =
        newest.with_context(|| format!("RestApi/{api}: status.deployment: has no good content yet"))?;
    if found["status"]["observedGeneration"] != found["metadata"]["generation"] {
        bail!(
            "RestApi/{api}: status.observedGeneration: its last edit is not taken yet; try again, or name a deployment"
        );
    }
    if let Some(refused) = false_condition(&found, ConditionType::Accepted) {
        bail!(
            "RestApi/{api}: its last edit is refused, so its newest deployment, {newest}, is not what it says: {refused}"
        );
    }
    Ok(newest.to_owned())
}

/// Whether what the change leads to is there: a stage would be refused otherwise, and go on as it was.
pub(super) async fn check(cluster: &Cluster, target: &Target, change: &Change) -> Result<()> {
    let set = |field: &str| {
        let edit = change.edits.iter().find(|edit| edit.field() == field)?;
        edit.value.as_ref()?.as_str()
    };
    match target {
        Target::Stage { api, .. } => match set("spec.deployment") {
            Some(LATEST_DEPLOYMENT) | None => Ok(()),
            Some(deployment) => deployment_is_there(cluster, api, deployment).await,
        },
        Target::Alias { function, .. } => match set("spec.functionVersion") {
            None => Ok(()),
            Some(version) => {
                let versions = cluster.list(Kind::FunctionVersion, false).await?;
                let is =
                    |o: &Value| o["spec"]["functionName"] == **function && o["spec"]["version"] == *version;
                if versions.iter().any(is) {
                    return Ok(());
                }
                bail!(
                    "{}: {function}:{version} has no FunctionVersion in namespace {}",
                    change.object,
                    cluster.namespace
                )
            }
        },
    }
}

/// It is a deployment of the API, and a good one.
pub(super) async fn deployment_is_there(cluster: &Cluster, api: &str, deployment: &str) -> Result<()> {
    let Some(found) = cluster.get(Kind::ApiDeployment, deployment).await? else {
        bail!(
            "ApiDeployment/{deployment} is not in namespace {}: `get {api}` shows those that are",
            cluster.namespace
        );
    };
    if found["spec"]["restApi"] != *api {
        let of = found["spec"]["restApi"].as_str().unwrap_or_default();
        bail!("ApiDeployment/{deployment}: spec.restApi: is a deployment of {of}, not of {api}");
    }
    if !found["metadata"]["deletionTimestamp"].is_null() {
        bail!("ApiDeployment/{deployment}: is being deleted");
    }
    if let Some(refused) = false_condition(&found, ConditionType::Accepted) {
        bail!("ApiDeployment/{deployment}: is refused: {refused}");
    }
    Ok(())
}

fn false_condition(object: &Value, kind: ConditionType) -> Option<String> {
    let conditions = object["status"]["conditions"].as_array()?;
    let found = conditions.iter().find(|c| c["type"] == kind.as_str() && c["status"] == "False")?;
    let text = |field: &str| found[field].as_str().unwrap_or_default();
    Some(format!("{}: {}", text("reason"), text("message")))
}

/// As people would write it: 10, not 10.0.
pub(super) fn value(object: &Object) -> Result<Value> {
    let mut value = match object {
        Object::RestApi(o) => serde_json::to_value(o),
        Object::ApiDeployment(o) => serde_json::to_value(o),
        Object::Stage(o) => serde_json::to_value(o),
        Object::FunctionVersion(o) => serde_json::to_value(o),
        Object::Alias(o) => serde_json::to_value(o),
    }?;
    whole_numbers(&mut value);
    Ok(value)
}

fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text.strip_suffix(".0").and_then(|whole| whole.parse::<i64>().ok());
            if let Some(whole) = whole {
                *value = Value::from(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
