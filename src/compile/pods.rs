//! How a function version's pods run: scale, resources, service account.

use api::{FunctionVersionSpec, ObjectKey, Quantity, Reason, Resources, Scale};

use crate::diagnostic::Diagnostics;
use crate::names::is_subdomain;

/// Handler processes of a pod unless the version says otherwise.
const MAX_CONCURRENCY: u32 = 10;
/// Nobody knows how many requests a server takes at once: this only bounds what may be asked for.
const MOST_REQUESTS: u32 = 1_000;
const MOST_PODS: u32 = 1_000;

pub(crate) fn check(object: &ObjectKey, spec: &FunctionVersionSpec, diagnostics: &mut Diagnostics) {
    if let Some(scale) = &spec.scale {
        let at_once = match &spec.lambda {
            Some(lambda) if lambda.code.image.is_some() => 1,
            Some(lambda) => lambda.max_concurrency.unwrap_or(MAX_CONCURRENCY),
            None => MOST_REQUESTS,
        };
        check_scale(object, scale, at_once, diagnostics);
    }
    if let Some(resources) = &spec.resources {
        check_resources(object, resources, diagnostics);
    }
    if let Some(name) = &spec.service_account_name
        && !is_subdomain(name)
    {
        let what = format!("{name:?} must be the name of a ServiceAccount: DNS labels joined by dots");
        diagnostics.error(object, "spec.serviceAccountName", Reason::Invalid, what);
    }
}

fn check_scale(object: &ObjectKey, scale: &Scale, concurrency: u32, diagnostics: &mut Diagnostics) {
    if scale.min == Some(0) {
        let what =
            "0 is not supported: a version that something refers to keeps at least 1 pod; 1 would be right";
        diagnostics.error(object, "spec.scale.min", Reason::Unsupported, what);
    }
    for (path, pods) in [("spec.scale.min", scale.min), ("spec.scale.max", scale.max)] {
        let low = u32::from(path == "spec.scale.max");
        if let Some(pods) = pods.filter(|pods| !(low..=MOST_PODS).contains(pods)) {
            diagnostics.error(object, path, Reason::Invalid, format!("{pods} must be from 1 to {MOST_PODS}"));
        }
    }
    if let (Some(min), Some(max)) = (scale.min, scale.max)
        && min > max
    {
        let what = format!("{min} must not be above spec.scale.max, {max}");
        diagnostics.error(object, "spec.scale.min", Reason::Invalid, what);
    }
    if let Some(target) = scale.target_concurrency
        && !(0.1..=f64::from(concurrency)).contains(&target)
    {
        let what = format!("{target} must be from 0.1 to what a pod takes at once, {concurrency}");
        diagnostics.error(object, "spec.scale.targetConcurrency", Reason::Invalid, what);
    }
}

fn check_resources(object: &ObjectKey, resources: &Resources, diagnostics: &mut Diagnostics) {
    for (part, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        if amounts.len() > 10 {
            let what = "must name at most 10 resources";
            diagnostics.error(object, format!("spec.resources.{part}"), Reason::Invalid, what);
        }
        for (name, amount) in amounts {
            let mut refuse = |what: String| {
                diagnostics.error(object, format!("spec.resources.{part}.{name}"), Reason::Invalid, what);
            };
            if !is_resource(name) {
                refuse("is no resource: cpu, memory, ephemeral-storage, or domain/name".to_owned());
            }
            if amount.value().is_none() {
                refuse(format!("{:?} must be an amount such as 500m, 2 or 128Mi", amount.0));
            }
        }
    }
    for (name, request) in &resources.requests {
        if let Some(limit) = resources.limits.get(name)
            && Quantity::value(request) > limit.value()
        {
            let what = format!("{request} must not be above the limit, {limit}");
            diagnostics.error(object, format!("spec.resources.requests.{name}"), Reason::Invalid, what);
        }
    }
}

/// One of Kubernetes' own, or one of a domain (`nvidia.com/gpu`).
fn is_resource(name: &str) -> bool {
    match name.split_once('/') {
        None => ["cpu", "memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-"),
        Some((domain, name)) => is_subdomain(domain) && is_subdomain(&name.to_ascii_lowercase()),
    }
}
