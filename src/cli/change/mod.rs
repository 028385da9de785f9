//! What a person changes of an object: pure, so that the cluster and the files get the same.

mod alias;
mod edit;
mod files;
mod show;
mod stage;
#[cfg(test)]
mod tests;

use api::{Kind, ObjectKey};

pub(crate) use alias::{promote as promote_alias, rollback as rollback_alias};
pub(crate) use edit::{Edit, merge_patch};
pub(crate) use files::Folder;
pub(crate) use show::{diff, lines, unified};
pub(crate) use stage::{deploy, promote, rollback};

/// Edits of one object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) object: ObjectKey,
    /// In an order that reads well; none where the object says already what it should.
    pub(crate) edits: Vec<Edit>,
    /// What a person should know of it.
    pub(crate) notes: Vec<String>,
}

/// Why there is nothing that could be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// In the words of the original service.
    #[error("{0}: Promotion not available. Canary does not exist.")]
    NoCanary(ObjectKey),
    #[error("{object}: spec.canary: {what}; what is not live can't be promoted")]
    CanaryNotLive { object: ObjectKey, what: String },
    #[error("{0}: status.history: nothing else was live before; --to names a deployment")]
    NoHistory(ObjectKey),
    #[error("{0}: spec.additionalVersionWeights: no further version has a weight; --to names a version")]
    NoWeights(ObjectKey),
    #[error(
        "{object}: spec.additionalVersionWeights: {versions} all have weights; --to names the one to promote"
    )]
    ManyWeights { object: ObjectKey, versions: String },
    #[error(
        "{0}: status has no history of an alias, and no further version has a weight; --to names a version"
    )]
    NoAliasHistory(ObjectKey),
    #[error("{object}: {version} is not a version: $LATEST or a positive number")]
    NoVersion { object: ObjectKey, version: String },
}

/// Of an object with its metadata.
pub(crate) fn key(kind: Kind, metadata: &api::ObjectMeta) -> ObjectKey {
    ObjectKey {
        kind,
        namespace: metadata.namespace.clone().unwrap_or_else(|| "default".to_owned()),
        name: metadata.name.clone().unwrap_or_default(),
    }
}
