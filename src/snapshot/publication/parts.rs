//! A snapshot in parts, and the difference of two.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::{CodecError, Digest, FORMAT, NamespacedName, Snapshot};

/// The JSON text of one API or function.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Piece(Arc<RawValue>);

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.get() == other.0.get()
    }
}

type Pieces = BTreeMap<NamespacedName, Piece>;
pub(super) type ChangedPieces = BTreeMap<NamespacedName, Option<Piece>>;

/// A snapshot as the texts of its parts. Clones and versions of it share what is the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    apis: Pieces,
    functions: Pieces,
}

/// What makes one snapshot of another: the new text of each part that differs, nothing for one that is gone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changes {
    pub(super) apis: ChangedPieces,
    pub(super) functions: ChangedPieces,
}

/// The same bytes as [`crate::encode`] writes.
#[derive(Serialize)]
struct Encoded<'a> {
    format: u32,
    apis: &'a Pieces,
    functions: &'a Pieces,
}

/// The digest that a publication of `snapshot` carries: SHA-256 of its encoded form, in hexadecimal.
pub fn digest_of(snapshot: &Snapshot) -> Result<String, CodecError> {
    Ok(Digest::of(&crate::encode(snapshot)?).to_string())
}

impl Parts {
    /// Takes a snapshot apart.
    pub fn of(snapshot: &Snapshot) -> Result<Self, CodecError> {
        Ok(Self { apis: pieces(&snapshot.apis)?, functions: pieces(&snapshot.functions)? })
    }

    /// Puts the snapshot together. Fields that this version does not know are left out of it.
    pub fn snapshot(&self) -> Result<Snapshot, CodecError> {
        Ok(Snapshot { apis: whole(&self.apis)?, functions: whole(&self.functions)? })
    }

    /// The digest, which is that of the snapshot they were taken from.
    pub fn digest(&self) -> Result<String, CodecError> {
        let encoded = Encoded { format: FORMAT, apis: &self.apis, functions: &self.functions };
        Ok(Digest::of(&serde_json::to_vec(&encoded)?).to_string())
    }

    /// Keeps one copy of what `other` has too.
    pub fn share_with(&mut self, other: &Self) {
        share(&mut self.apis, &other.apis);
        share(&mut self.functions, &other.functions);
    }
}

/// What makes `new` of `old`.
pub fn delta(old: &Parts, new: &Parts) -> Changes {
    Changes {
        apis: differences(&old.apis, &new.apis),
        functions: differences(&old.functions, &new.functions),
    }
}

/// What `changes` make of `old`.
pub fn apply(old: &Parts, changes: &Changes) -> Parts {
    Parts { apis: changed(&old.apis, &changes.apis), functions: changed(&old.functions, &changes.functions) }
}

fn pieces<T: Serialize>(of: &BTreeMap<NamespacedName, T>) -> Result<Pieces, CodecError> {
    of.iter().map(|(name, value)| Ok((name.clone(), Piece(to_raw_value(value)?.into())))).collect()
}

fn whole<T: for<'de> Deserialize<'de>>(of: &Pieces) -> Result<BTreeMap<NamespacedName, T>, CodecError> {
    of.iter().map(|(name, piece)| Ok((name.clone(), serde_json::from_str(piece.0.get())?))).collect()
}

fn share(mine: &mut Pieces, theirs: &Pieces) {
    for (name, piece) in mine {
        if let Some(same) = theirs.get(name).filter(|other| *other == piece) {
            *piece = same.clone();
        }
    }
}

fn differences(old: &Pieces, new: &Pieces) -> ChangedPieces {
    let gone = old.keys().filter(|name| !new.contains_key(name)).map(|name| (name.clone(), None));
    let differ = new.iter().filter(|(name, piece)| old.get(name) != Some(piece));
    gone.chain(differ.map(|(name, piece)| (name.clone(), Some(piece.clone())))).collect()
}

fn changed(old: &Pieces, changes: &ChangedPieces) -> Pieces {
    let mut pieces = old.clone();
    for (name, change) in changes {
        match change {
            Some(piece) => pieces.insert(name.clone(), piece.clone()),
            None => pieces.remove(name),
        };
    }
    pieces
}
