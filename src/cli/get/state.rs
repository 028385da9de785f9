//! What stands in the way of an object, from its conditions.

use api::{ConditionType, ObjectMeta};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use serde::Serialize;

/// How it is with an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub(super) enum State {
    /// What it asks for is live.
    Live,
    /// Nothing is wrong with it, and it is not live yet, or not all of it.
    Waits { reason: String, message: String },
    /// It is not taken; what was last good of it is live, if anything.
    Refused { reason: String, message: String },
}

impl State {
    pub(super) fn of(metadata: &ObjectMeta, observed: Option<i64>, conditions: &[Condition]) -> Self {
        let find =
            |kind: ConditionType| conditions.iter().find(|c| c.type_ == kind.as_str() && c.status != "True");
        let why = |c: &Condition| (c.reason.clone(), c.message.clone());
        if observed != metadata.generation {
            let message = "its last edit is not looked at yet; does an operator run?".to_owned();
            return Self::Waits { reason: "NotObserved".to_owned(), message };
        }
        if let Some((reason, message)) = find(ConditionType::Accepted).map(why) {
            return Self::Refused { reason, message };
        }
        let waits = find(ConditionType::Programmed).or_else(|| find(ConditionType::Ready)).map(why);
        match waits {
            Some((reason, message)) => Self::Waits { reason, message },
            None if metadata.deletion_timestamp.is_some() => {
                let message = "is deleted, and stays until nothing uses it".to_owned();
                Self::Waits { reason: "Deleted".to_owned(), message }
            }
            None => Self::Live,
        }
    }

    /// For what is named and not there.
    pub(super) fn missing(what: &str) -> Self {
        Self::Refused { reason: "NotFound".to_owned(), message: what.to_owned() }
    }
}
