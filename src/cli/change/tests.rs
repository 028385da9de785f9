use api::{Alias, Stage};
use serde_json::{Value, json};

use super::*;

fn stage(spec: &Value, status: &Value) -> Stage {
    let mut all =
        json!({"restApi": "houses", "name": "prod", "deployment": "v1", "variables": {"alias": "PROD"}});
    json_patch(&mut all, spec);
    serde_json::from_value(json!({
        "apiVersion": api::API_VERSION, "kind": "Stage", "metadata": {"name": "houses-prod", "namespace": "shop"},
        "spec": all, "status": status,
    }))
    .unwrap()
}

fn json_patch(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}

fn alias(weights: &Value) -> Alias {
    serde_json::from_value(json!({
        "apiVersion": api::API_VERSION, "kind": "Alias", "metadata": {"name": "hello-prod", "namespace": "shop"},
        "spec": {"functionName": "hello", "name": "PROD", "functionVersion": "1", "additionalVersionWeights": weights},
    }))
    .unwrap()
}

fn shown(change: &Change) -> Vec<String> {
    let edit = |edit: &Edit| match &edit.value {
        Some(value) => format!("{} = {value}", edit.field()),
        None => format!("{} gone", edit.field()),
    };
    change.edits.iter().map(edit).collect()
}

fn entry(deployment: &str, variables: &Value) -> Value {
    json!({"deployment": deployment, "variables": variables, "since": "2026-11-24T06:45:25Z", "why": "generation 1"})
}

/// What is live where the spec says the same, with a canary of 10 %.
fn live_canary() -> Value {
    json!({
        "deployment": "v1", "variables": {"alias": "PROD"},
        "canary": {"deployment": "v2", "percent": 10, "variables": {"alias": "NEXT"}},
    })
}

fn canary() -> Value {
    json!({"canary": {"percent": 10, "deployment": "v2", "variables": {"alias": "NEXT"}}})
}

#[test]
fn deploy_moves_the_pointer_alone() {
    let change = deploy(&stage(&canary(), &Value::Null), "v3");
    assert_eq!(shown(&change), [r#"spec.deployment = "v3""#]);
    assert_eq!(change.notes, ["the canary stays as it is: 10 % of the requests go to v2"]);
    assert!(deploy(&stage(&json!({}), &Value::Null), "v1").edits.is_empty());
}

/// Recorded: deployment and merged variables go to the stage, percent 0, the canary's settings stay.
#[test]
fn promote_does_as_the_service() {
    let stage = stage(&canary(), &live_canary());
    let change = promote(&stage, stage.status.as_ref(), None).unwrap();
    let expected =
        [r#"spec.deployment = "v2""#, r#"spec.variables.alias = "NEXT""#, "spec.canary.percent = 0"];
    assert_eq!(shown(&change), expected);
    let mut after = serde_json::to_value(&stage).unwrap();
    change.edits.iter().for_each(|edit| edit.apply(&mut after));
    assert_eq!(after["spec"]["canary"]["deployment"], "v2");
    assert_eq!(after["spec"]["canary"]["variables"], json!({"alias": "NEXT"}));
    let again: Stage = serde_json::from_value(after).unwrap();
    assert!(promote(&again, None, None).unwrap().edits.is_empty());
}

#[test]
fn promote_without_a_canary_is_refused_in_the_services_words() {
    let refused = promote(&stage(&json!({}), &Value::Null), None, None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Stage/shop/houses-prod: Promotion not available. Canary does not exist."
    );
}

#[test]
fn what_nobody_has_seen_serve_is_not_promoted() {
    let refused = |status: Value| {
        let stage = stage(&canary(), &status);
        promote(&stage, stage.status.as_ref(), None).unwrap_err().to_string()
    };
    let mut status = live_canary();
    status["canary"]["deployment"] = json!("v1");
    assert!(refused(status).contains("spec.canary: asks for v2, and v1 is live"));
    let mut status = live_canary();
    status["canary"]["variables"] = json!({"alias": "PROD"});
    assert!(refused(status).contains("variables are not live yet"));
    assert!(refused(json!({})).contains("no canary is live yet"));
}

/// `latest` is pinned to what was tried; a canary without a deployment of its own has the stage's.
#[test]
fn promote_of_latest_and_of_variables_alone() {
    let mut status = live_canary();
    status["canary"]["variables"] = json!({"alias": "PROD"});
    let latest = stage(&json!({"canary": {"percent": 5.5, "deployment": "latest"}}), &status);
    let change = promote(&latest, latest.status.as_ref(), None).unwrap();
    assert_eq!(shown(&change), [r#"spec.deployment = "v2""#, "spec.canary.percent = 0"]);
    let change = promote(&latest, None, Some("v9")).unwrap();
    assert_eq!(shown(&change)[0], r#"spec.deployment = "v9""#);
    let variables = stage(&json!({"canary": {"variables": {"more": "x"}}}), &Value::Null);
    assert_eq!(shown(&promote(&variables, None, None).unwrap()), [r#"spec.variables.more = "x""#]);
}

#[test]
fn rollback_takes_the_canarys_share_first() {
    let stage = stage(&canary(), &live_canary());
    let change = rollback(&stage, stage.status.as_ref().unwrap(), None).unwrap();
    assert_eq!(shown(&change), ["spec.canary.percent = 0"]);
}

#[test]
fn rollback_goes_to_what_was_live_before_with_its_variables() {
    let status = json!({
        "deployment": "v2", "variables": {"alias": "NEXT", "more": "x"},
        "history": [
            entry("v2", &json!({"alias": "NEXT", "more": "x"})),
            entry("v1", &json!({"alias": "PROD"})),
            entry("v0", &json!({"alias": "OLD"})),
        ],
    });
    let now = json!({"deployment": "v2", "variables": {"alias": "NEXT", "more": "x"}});
    let now = stage(&now, &status);
    let status = now.status.as_ref().unwrap();
    let back = |to| shown(&rollback(&now, status, to).unwrap());
    let expected =
        [r#"spec.deployment = "v1""#, r#"spec.variables.alias = "PROD""#, "spec.variables.more gone"];
    assert_eq!(back(None), expected);
    assert_eq!(back(Some("v0"))[..2], [r#"spec.deployment = "v0""#, r#"spec.variables.alias = "OLD""#]);
    // What the history does not know keeps the variables, and says so.
    let unknown = rollback(&now, status, Some("v7")).unwrap();
    assert_eq!(shown(&unknown), [r#"spec.deployment = "v7""#]);
    assert!(unknown.notes[0].contains("does not say with which variables v7 was live"));
}

/// An edit that was refused, or waits, is taken back to what is live, not to what was live before that.
#[test]
fn rollback_of_an_edit_that_is_not_live() {
    let status = json!({
        "deployment": "v1", "variables": {"alias": "PROD"},
        "history": [entry("v1", &json!({"alias": "PROD"})), entry("v0", &json!({"alias": "PROD"}))],
    });
    let bad = stage(&json!({"deployment": "v99"}), &status);
    let change = rollback(&bad, bad.status.as_ref().unwrap(), None).unwrap();
    assert_eq!(shown(&change), [r#"spec.deployment = "v1""#]);
}

#[test]
fn rollback_of_a_stage_that_follows_latest_pins_it() {
    let status = json!({
        "deployment": "v2", "variables": {"alias": "PROD"},
        "history": [entry("v2", &json!({"alias": "PROD"})), entry("v1", &json!({"alias": "PROD"}))],
    });
    let follows = stage(&json!({"deployment": "latest"}), &status);
    let change = rollback(&follows, follows.status.as_ref().unwrap(), None).unwrap();
    assert_eq!(shown(&change), [r#"spec.deployment = "v1""#]);
    assert_eq!(change.notes, ["the stage followed `latest` and does not any more"]);
}

#[test]
fn rollback_without_a_history_says_so() {
    let status = json!({
        "deployment": "v1", "variables": {"alias": "PROD"}, "history": [entry("v1", &json!({"alias": "PROD"}))],
    });
    let first = stage(&json!({}), &status);
    let refused = rollback(&first, first.status.as_ref().unwrap(), None).unwrap_err();
    assert!(refused.to_string().contains("status.history: nothing else was live before"), "{refused}");
}

#[test]
fn aliases() {
    let one = alias(&json!({"2": 0.05}));
    let gone = "spec.additionalVersionWeights gone";
    assert_eq!(shown(&promote_alias(&one, None).unwrap()), [r#"spec.functionVersion = "2""#, gone]);
    assert_eq!(shown(&rollback_alias(&one, None).unwrap()), [gone]);
    let none = alias(&json!({}));
    assert_eq!(shown(&rollback_alias(&none, Some("3")).unwrap()), [r#"spec.functionVersion = "3""#]);
    let refused = |result: Result<Change, Refused>| result.unwrap_err().to_string();
    assert!(refused(promote_alias(&none, None)).contains("no further version has a weight"));
    assert!(refused(rollback_alias(&none, None)).contains("no history of an alias"));
    assert!(
        refused(promote_alias(&alias(&json!({"2": 0.1, "3": 0.1})), None)).contains("2, 3 all have weights")
    );
    assert!(refused(rollback_alias(&none, Some("02"))).contains("02 is not a version"));
}
