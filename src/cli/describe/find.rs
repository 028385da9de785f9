//! Which method is meant, and what there is instead where there is no such one.

use std::collections::{BTreeMap, BTreeSet};

use api::{ApiContent, Method, ResourceMethods};
use compile::{AcceptedStage, Outcome};
use snapshot::{NamespacedName, ResourcePath, Router};

/// What was asked for.
pub(super) struct Wanted<'a> {
    pub(super) namespace: &'a str,
    pub(super) api: &'a str,
    /// In capital letters.
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) stage: Option<&'a str>,
    pub(super) deployment: Option<&'a str>,
}

/// A method, and where it was found.
pub(super) struct Found<'a> {
    pub(super) api: &'a str,
    pub(super) deployment: &'a str,
    pub(super) stage: Option<&'a AcceptedStage>,
    pub(super) resource: &'a str,
    /// As the API has it: perhaps ANY.
    pub(super) name: &'a str,
    pub(super) method: &'a Method,
    pub(super) content: &'a ApiContent,
    pub(super) functions: &'a BTreeMap<NamespacedName, snapshot::Function>,
    pub(super) namespace: &'a str,
}

/// Why there is nothing to show.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotThere {
    #[error("RestApi {0} is not in namespace {1}; there: {2}")]
    Api(String, String, String),
    #[error("RestApi {0} has no stage {1}; there: {2}")]
    Stage(String, String, String),
    #[error("RestApi {0} has no deployment {1}; there: {2}")]
    Deployment(String, String, String),
    #[error("RestApi {0} has no content that is good; --deployment names one of: {1}")]
    NoContent(String, String),
    #[error("{0} has no path {1}; there: {2}")]
    Path(String, String, String),
    #[error("{0} has no {1} of {2}; there: {3}")]
    Method(String, String, String, String),
}

pub(super) fn method<'a>(outcome: &'a Outcome, wanted: &Wanted<'a>) -> Result<Found<'a>, NotThere> {
    let (deployment, content, stage) = content(outcome, wanted)?;
    let (resource, methods) = resource(content, wanted)?;
    let named = |name: &str| methods.iter().find(|(known, _)| known.as_str() == name);
    let (name, method) = named(wanted.method).or_else(|| named("ANY")).ok_or_else(|| {
        let there = listed(methods.keys().map(|name| name.as_str()));
        NotThere::Method(wanted.api.to_owned(), wanted.method.to_owned(), resource.to_owned(), there)
    })?;
    Ok(Found {
        api: wanted.api,
        deployment,
        stage,
        resource,
        name: name.as_str(),
        method,
        content,
        functions: &outcome.snapshot.functions,
        namespace: wanted.namespace,
    })
}

type Content<'a> = (&'a str, &'a ApiContent, Option<&'a AcceptedStage>);

fn content<'a>(outcome: &'a Outcome, wanted: &Wanted<'a>) -> Result<Content<'a>, NotThere> {
    let good = &outcome.last_good;
    let (namespace, api) = (wanted.namespace, wanted.api);
    let of_api = || {
        good.deployments
            .iter()
            .filter(|(n, d)| n.namespace == namespace && d.rest_api == api)
            .map(|(n, _)| &*n.name)
    };
    let stages =
        || good.stages.iter().filter(|(n, s)| n.namespace == namespace && s.rest_api == api).map(|(_, s)| s);
    let key = NamespacedName::new(namespace, api);
    let current = good.current.get(&key);
    if current.is_none() && of_api().next().is_none() {
        let made = good.current.keys().filter(|n| n.namespace == namespace).map(|n| &*n.name);
        let committed = good.deployments.iter().filter(|(n, _)| n.namespace == namespace);
        let all: BTreeSet<&str> = made.chain(committed.map(|(_, d)| &*d.rest_api)).collect();
        return Err(NotThere::Api(api.to_owned(), namespace.to_owned(), listed(all.into_iter())));
    }
    let (name, stage) = match (wanted.stage, wanted.deployment) {
        (Some(name), _) => {
            let stage = stages().find(|stage| stage.name == name).ok_or_else(|| {
                let there = listed(stages().map(|stage| &*stage.name));
                NotThere::Stage(api.to_owned(), name.to_owned(), there)
            })?;
            (&*stage.deployment, Some(stage))
        }
        (None, Some(name)) => (name, None),
        (None, None) => {
            let name = current.ok_or_else(|| NotThere::NoContent(api.to_owned(), listed(of_api())))?;
            (&**name, None)
        }
    };
    let record = good.deployments.get(&NamespacedName::new(namespace, name));
    let record = record
        .filter(|record| record.rest_api == api)
        .ok_or_else(|| NotThere::Deployment(api.to_owned(), name.to_owned(), listed(of_api())))?;
    Ok((name, &record.content, stage))
}

/// By the path as it stands in the API, or as a request would find it.
fn resource<'a>(
    content: &'a ApiContent,
    wanted: &Wanted<'_>,
) -> Result<(&'a str, &'a ResourceMethods), NotThere> {
    if let Some((resource, methods)) = content.paths.get_key_value(wanted.path) {
        return Ok((resource, methods));
    }
    let mut router = Router::default();
    for resource in content.paths.keys() {
        if let Ok(parsed) = ResourcePath::parse(resource) {
            router.insert(&parsed, "ANY", &**resource);
        }
    }
    let found = router.find(wanted.path, wanted.method).map(|matched| *matched.target);
    found
        .and_then(|resource| content.paths.get_key_value(resource))
        .map(|(r, methods)| (&**r, methods))
        .ok_or_else(|| {
            let there = listed(content.paths.keys().map(|path| &**path));
            NotThere::Path(wanted.api.to_owned(), wanted.path.to_owned(), there)
        })
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(30);
    names.truncate(30);
    match (names.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}
