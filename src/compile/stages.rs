//! `Stage` objects.

use std::collections::BTreeMap;

use api::{AliasSpec, Canary, Kind, LATEST_DEPLOYMENT, ObjectKey, Reason, StageSpec};
use snapshot::{Function, NamespacedName};

use crate::deployments::Deployments;
use crate::diagnostic::Diagnostics;
use crate::objects::key;
use crate::ready::{self, Ready, Waiting};
use crate::{
    AcceptedCanary, AcceptedStage, LastGood, Objects, claims, fall_back, method_settings, targets, variables,
};

/// The stages that are effective, by object: what they resolve to, or last good where they have an error
/// or wait for a pod.
pub(crate) fn accept(
    objects: &Objects,
    last: &LastGood,
    deployments: &Deployments,
    aliases: &BTreeMap<NamespacedName, AliasSpec>,
    functions: &BTreeMap<NamespacedName, Function>,
    ready: &Ready,
    diagnostics: &mut Diagnostics,
) -> (BTreeMap<NamespacedName, AcceptedStage>, Vec<Waiting>) {
    let claim = |s: &api::Stage| format!("stage {} of {}", s.spec.name, s.spec.rest_api);
    claims::check(Kind::Stage, &objects.stages, "spec.name", claim, diagnostics);
    let mut effective = BTreeMap::new();
    let mut dangling = Vec::new();
    for (name, stage) in &objects.stages {
        let object = key(Kind::Stage, name);
        check(&object, &stage.spec, objects, diagnostics);
        let Some(accepted) = resolve(&object, &stage.spec, deployments, diagnostics) else { continue };
        check_method_settings(&object, &accepted, deployments, diagnostics);
        if diagnostics.refused(&object) {
            continue;
        }
        check_targets(&object, &accepted, deployments, functions, diagnostics);
        if diagnostics.refused(&object) {
            dangling.push((name, accepted));
        } else {
            effective.insert(name.clone(), accepted);
        }
    }
    let waiting = ready::hold_stages(&mut effective, last, aliases, deployments, ready);
    let same_claim = |one: &AcceptedStage, other: &AcceptedStage| {
        (&one.rest_api, &one.name) == (&other.rest_api, &other.name)
    };
    fall_back::to_last_good(&mut effective, Kind::Stage, objects, &objects.stages, &last.stages, same_claim);
    // With nothing last good, the methods whose targets are there serve, and the others answer 500.
    for (name, accepted) in dangling {
        if !fall_back::claimed(&effective, name, &accepted, same_claim) {
            effective.entry(name.clone()).or_insert(accepted);
        }
    }
    (effective, waiting)
}

fn check(object: &ObjectKey, spec: &StageSpec, objects: &Objects, diagnostics: &mut Diagnostics) {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !(1..=128).contains(&spec.name.len()) || !spec.name.bytes().all(plain) {
        let what = format!("{:?} is not a name of a stage: 1 to 128 of letters, digits, - and _", spec.name);
        diagnostics.error(object, "spec.name", Reason::Invalid, what);
    }
    let api = NamespacedName::new(&*object.namespace, &*spec.rest_api);
    let committed =
        objects.deployments.iter().any(|(n, d)| n.namespace == api.namespace && d.spec.rest_api == api.name);
    if !objects.rest_apis.contains_key(&api) && !objects.is_unreadable(Kind::RestApi, &api) && !committed {
        let what = format!("RestApi {} does not exist in namespace {}", spec.rest_api, object.namespace);
        diagnostics.error(object, "spec.restApi", Reason::NotFound, what);
    }
    variables::check(object, "spec.variables", &spec.variables, diagnostics);
    if let Some(canary) = &spec.canary {
        variables::check(object, "spec.canary.variables", &canary.variables, diagnostics);
        if basis_points(canary).is_none() {
            let what =
                format!("{} must be from 0 to 100 in steps of 0.01", canary.percent.unwrap_or_default());
            diagnostics.error(object, "spec.canary.percent", Reason::Invalid, what);
        }
    }
}

fn resolve(
    object: &ObjectKey,
    spec: &StageSpec,
    deployments: &Deployments,
    diagnostics: &mut Diagnostics,
) -> Option<AcceptedStage> {
    let deployment = find(object, "spec.deployment", &spec.deployment, spec, deployments, diagnostics);
    let canary = match &spec.canary {
        None => None,
        Some(canary) => {
            let named = canary
                .deployment
                .as_ref()
                .map(|name| find(object, "spec.canary.deployment", name, spec, deployments, diagnostics));
            let mut variables = spec.variables.clone();
            variables.extend(canary.variables.clone());
            let deployment = named.unwrap_or_else(|| deployment.clone());
            Some(AcceptedCanary { basis_points: basis_points(canary)?, deployment: deployment?, variables })
        }
    };
    Some(AcceptedStage {
        name: spec.name.clone(),
        rest_api: spec.rest_api.clone(),
        deployment: deployment?,
        variables: spec.variables.clone(),
        canary,
        method_settings: spec.method_settings.clone(),
    })
}

/// The deployment that a field names; `latest` is the current one of the API.
fn find(
    object: &ObjectKey,
    path: &str,
    named: &str,
    spec: &StageSpec,
    deployments: &Deployments,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let in_namespace = |name: &str| NamespacedName::new(&*object.namespace, name);
    if named == LATEST_DEPLOYMENT {
        let current = deployments.current.get(&in_namespace(&spec.rest_api));
        if current.is_none() {
            let what = format!(
                "RestApi {} has no content that was good yet, so there is no latest deployment",
                spec.rest_api
            );
            diagnostics.error(object, path, Reason::NotFound, what);
        }
        return current.cloned();
    }
    let name = in_namespace(named);
    match deployments.known.get(&name).filter(|_| deployments.present.contains(&name)) {
        Some(record) if record.rest_api == spec.rest_api => Some(named.to_owned()),
        Some(record) => {
            let what = format!("{named} is a deployment of {}, not of {}", record.rest_api, spec.rest_api);
            diagnostics.error(object, path, Reason::Invalid, what);
            None
        }
        None => {
            let api = in_namespace(&spec.rest_api);
            let of_api = deployments.known.iter().filter(|(n, d)| {
                n.namespace == api.namespace && d.rest_api == api.name && deployments.present.contains(*n)
            });
            let known: Vec<_> = of_api.map(|(name, _)| name.name.as_str()).take(12).collect();
            let there = if known.is_empty() {
                "there is none yet".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            let what = format!("deployment {named} does not exist; of {} {there}", spec.rest_api);
            diagnostics.error(object, path, Reason::NotFound, what);
            None
        }
    }
}

fn check_method_settings(
    object: &ObjectKey,
    stage: &AcceptedStage,
    deployments: &Deployments,
    diagnostics: &mut Diagnostics,
) {
    let named = [Some(&stage.deployment), stage.canary.as_ref().map(|canary| &canary.deployment)];
    let contents = named.into_iter().flatten().filter_map(|deployment| {
        let record = deployments.known.get(&NamespacedName::new(&*object.namespace, &**deployment))?;
        Some(&record.content)
    });
    method_settings::check(object, &stage.method_settings, &contents.collect::<Vec<_>>(), diagnostics);
}

fn check_targets(
    object: &ObjectKey,
    stage: &AcceptedStage,
    deployments: &Deployments,
    functions: &BTreeMap<NamespacedName, Function>,
    diagnostics: &mut Diagnostics,
) {
    let mut check = |path: &str, deployment: &str, variables: &BTreeMap<String, String>| {
        let name = NamespacedName::new(&*object.namespace, deployment);
        if let Some(record) = deployments.known.get(&name) {
            targets::check(object, stage, path, &record.content, variables, functions, diagnostics);
        }
    };
    check("spec.variables", &stage.deployment, &stage.variables);
    if let Some(canary) = &stage.canary {
        check("spec.canary.variables", &canary.deployment, &canary.variables);
    }
}

/// Hundredths of a percent; `None` where the percentage is out of range or between the steps.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
fn basis_points(canary: &Canary) -> Option<u16> {
    let percent = canary.percent.unwrap_or(0.0);
    let points = (percent * 100.0).round();
    let on_step = (percent * 100.0 - points).abs() < 1e-6;
    ((0.0..=100.0).contains(&percent) && on_step).then_some(points as u16)
}
