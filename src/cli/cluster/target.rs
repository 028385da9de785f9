//! Which object a person means: by the names in URLs and references, not by the object's own.

use anyhow::{Result, bail};
use api::{Kind, Object};

use crate::change::key;

/// A stage of an API, or an alias of a function.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Stage { api: String, stage: String },
    Alias { function: String, alias: String },
}

impl Target {
    /// `API` with a stage, or `FUNCTION:ALIAS` without one.
    pub(crate) fn parse(name: &str, stage: Option<&str>) -> Result<Self> {
        match (name.split_once(':'), stage) {
            (None, Some(stage)) => Ok(Self::Stage { api: name.to_owned(), stage: stage.to_owned() }),
            (Some((function, alias)), None) => {
                Ok(Self::Alias { function: function.to_owned(), alias: alias.to_owned() })
            }
            (None, None) => bail!("{name}: --stage says which stage of the API; an alias is FUNCTION:ALIAS"),
            (Some(_), Some(_)) => bail!("{name} is an alias, and --stage is for APIs: one of the two"),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Stage { .. } => Kind::Stage,
            Self::Alias { .. } => Kind::Alias,
        }
    }

    /// The one that is meant. Those that can't be read may be it, and are told where none is.
    pub(super) fn among<E: std::fmt::Display>(
        &self,
        objects: impl IntoIterator<Item = Result<Object, E>>,
        place: &str,
    ) -> Result<Object> {
        let (mut found, mut others, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        for object in objects {
            match object {
                Ok(object) if self.is(&object) => found.push(object),
                Ok(object) => others.extend(self.sibling(&object)),
                Err(error) => unreadable.push(error.to_string()),
            }
        }
        match (found.pop(), found.pop()) {
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => {
                let names: Vec<_> = found.iter().chain([&other, &one]).map(name).collect();
                bail!("{self} is claimed by more than one object in {place}: {}", names.join(", "))
            }
            (None, _) => {
                others.sort();
                let there = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
                unreadable.insert(0, format!("{self} is not in {place}; there: {there}"));
                bail!(unreadable.join("\n"))
            }
        }
    }

    fn is(&self, object: &Object) -> bool {
        match (self, object) {
            (Self::Stage { api, stage }, Object::Stage(s)) => {
                s.spec.rest_api == *api && s.spec.name == *stage
            }
            (Self::Alias { function, alias }, Object::Alias(a)) => {
                a.spec.function_name == *function && a.spec.name == *alias
            }
            _ => false,
        }
    }

    /// Another of the same API or function.
    fn sibling(&self, object: &Object) -> Option<String> {
        match (self, object) {
            (Self::Stage { api, .. }, Object::Stage(s)) if s.spec.rest_api == *api => {
                Some(s.spec.name.clone())
            }
            (Self::Alias { function, .. }, Object::Alias(a)) if a.spec.function_name == *function => {
                Some(format!("{function}:{}", a.spec.name))
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stage { api, stage } => write!(f, "stage {stage} of RestApi/{api}"),
            Self::Alias { function, alias } => write!(f, "alias {function}:{alias}"),
        }
    }
}

fn name(object: &Object) -> String {
    let (kind, metadata) = match object {
        Object::RestApi(o) => (Kind::RestApi, &o.metadata),
        Object::ApiDeployment(o) => (Kind::ApiDeployment, &o.metadata),
        Object::Stage(o) => (Kind::Stage, &o.metadata),
        Object::FunctionVersion(o) => (Kind::FunctionVersion, &o.metadata),
        Object::Alias(o) => (Kind::Alias, &o.metadata),
    };
    key(kind, metadata).to_string()
}
