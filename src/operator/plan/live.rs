//! Conditions, and Events for changes of what is live.

use std::collections::BTreeMap;

use api::{ConditionType, ObjectKey, Reason, USERS_NAMED};
use compile::{Outcome, Waiting};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use serde_json::json;

use super::{Observed, Target, Write};
use crate::index::Seen;
use crate::programming::Verdict;

/// What is so of an object.
pub(super) struct Facts<'a> {
    pub(super) accepted: (bool, Reason, String),
    pub(super) waiting: Option<&'a Waiting>,
    /// Whether what it needs to answer does, beside gateways.
    pub(super) needs: Result<Reason, (Reason, String)>,
}

/// The three conditions; the time is kept where the truth is the same.
pub(super) fn conditions(
    key: &ObjectKey,
    seen: &Seen,
    facts: &Facts<'_>,
    old: &[Condition],
    observed: &Observed<'_>,
) -> Vec<Condition> {
    let programmed = match (facts.accepted.0, facts.waiting) {
        (false, _) => (false, Reason::NotAccepted, "see Accepted".to_owned()),
        (true, Some(waiting)) => (false, Reason::Pending, waiting.message.clone()),
        (true, None) => match observed.programming.verdict(key, observed.gateways, observed.acknowledged) {
            Verdict::Programmed => (true, Reason::Programmed, String::new()),
            Verdict::Pending(what) => (false, Reason::Pending, what),
            Verdict::Nacked(what) => (false, Reason::Nacked, what),
        },
    };
    let ready = match (&facts.needs, facts.waiting, programmed.0) {
        (_, Some(waiting), _) => (false, Reason::WaitingForPods, waiting.message.clone()),
        (Err((reason, what)), ..) => (false, *reason, what.clone()),
        (_, _, false) => (false, Reason::NotProgrammed, "see Programmed".to_owned()),
        (Ok(reason), ..) => (true, *reason, String::new()),
    };
    let three = [
        (ConditionType::Accepted, facts.accepted.clone()),
        (ConditionType::Programmed, programmed),
        (ConditionType::Ready, ready),
    ];
    three
        .into_iter()
        .map(|(kind, state)| condition(kind, state, seen.generation, old, observed.now))
        .collect()
}

fn condition(
    kind: ConditionType,
    (truth, reason, mut message): (bool, Reason, String),
    generation: Option<i64>,
    old: &[Condition],
    now: Timestamp,
) -> Condition {
    let status = if truth { "True" } else { "False" };
    let before = old.iter().find(|old| old.type_ == kind.as_str() && old.status == status);
    // The schema's bound; a longer text helps nobody.
    if message.len() > 2_000 {
        let end = (0..=2_000).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
        message.truncate(end);
    }
    Condition {
        type_: kind.as_str().to_owned(),
        status: status.to_owned(),
        reason: reason.to_string(),
        message,
        observed_generation: generation,
        last_transition_time: before.map_or(Time(now), |before| before.last_transition_time.clone()),
    }
}

/// The first users by name.
pub(super) fn users(outcome: &Outcome, key: &ObjectKey) -> Vec<String> {
    let users = outcome.in_use.get(key).into_iter().flatten();
    users.take(USERS_NAMED).map(|user| format!("{}/{}", user.kind, user.name)).collect()
}

/// Waiting objects by key.
pub(super) fn waiting(outcome: &Outcome) -> BTreeMap<&ObjectKey, &Waiting> {
    outcome.waiting.iter().map(|waiting| (&waiting.object, waiting)).collect()
}

/// An Event on a change of what is live. Its name follows from the change, so that it is not told twice.
pub(super) fn event(
    key: &ObjectKey,
    seen: &Seen,
    since: &str,
    note: &str,
    observed: &Observed<'_>,
) -> Option<Write> {
    let digest = snapshot::digest(&(&seen.uid, since, note))?;
    let name = format!("{:.200}.{}", key.name, digest.short());
    let target = Target::new("events.k8s.io/v1", "Event", "events", &key.namespace, &name);
    let body = json!({
        "apiVersion": target.api_version,
        "kind": target.kind,
        "metadata": { "name": name, "namespace": key.namespace },
        "eventTime": observed.now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        "reportingController": "stagegate.dev/operator",
        "reportingInstance": observed.settings.identity,
        "action": "Deploy",
        "reason": "Live",
        "type": "Normal",
        "note": note,
        "regarding": {
            "apiVersion": api::API_VERSION,
            "kind": key.kind.as_str(),
            "namespace": key.namespace,
            "name": key.name,
            "uid": seen.uid,
        },
    });
    Some(Write::Create { target, body })
}
