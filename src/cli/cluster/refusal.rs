//! What the API server said, in words for people.

use kube::core::Status;

/// Why something was not read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Another write came between.
    #[error(
        "{object}: was changed by somebody else in between; nothing was written. Look at it and try again"
    )]
    Conflict { object: String },
    /// Refused by a rule of the schema or an admission check.
    #[error("{object}: the cluster refuses the change, and nothing was written: {what}")]
    Refused { object: String, what: String },
    #[error("{object}: you may not do this: {what}")]
    Forbidden { object: String, what: String },
    #[error("{object}: {what}")]
    Missing { object: String, what: String },
    /// An object that this program does not understand.
    #[error("{0}")]
    Unreadable(String),
    #[error("{object}: the cluster can't be asked")]
    Kube { object: String, source: kube::Error },
}

impl Failure {
    pub(super) fn of(object: String, error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::answered(object, *status),
            source => Self::Kube { object, source },
        }
    }

    fn answered(object: String, status: Status) -> Self {
        match status.code {
            409 => Self::Conflict { object },
            401 | 403 => Self::Forbidden { object, what: status.message },
            404 if object.ends_with(" objects") => {
                let what =
                    "the cluster does not know the kind: Stagegate's definitions are not installed there";
                Self::Missing { object, what: what.to_owned() }
            }
            404 => Self::Missing { object, what: "is not there".to_owned() },
            400 | 422 => Self::Refused { object, what: causes(&status) },
            _ => Self::Kube { object, source: kube::Error::Api(status.boxed()) },
        }
    }
}

/// Field by field where the answer has it so.
fn causes(status: &Status) -> String {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let causes: Vec<_> = causes
        .map(|cause| match &*cause.field {
            "" => cause.message.clone(),
            field => format!("{field}: {}", cause.message),
        })
        .collect();
    if causes.is_empty() { status.message.clone() } else { causes.join("; ") }
}
