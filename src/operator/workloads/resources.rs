//! What a function's pod asks for.

use std::collections::BTreeMap;

use api::{FunctionVersionSpec, Resources};
use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::capacity;

/// The runtime's own memory, in MiB.
const RUNTIME_MIB: u64 = 64;

/// The container's resources: those that the version says, exactly.
///
/// Unless it says any: no CPU limit, since it would slow a lone event for no one's good; and a memory limit only
/// where `memoryMiB` is set. That is the memory of one handler, as with Lambda, and a pod has up to
/// `maxConcurrency` of them: so the limit is that many times it. The request counts the one that always runs.
pub(super) fn of(spec: &FunctionVersionSpec) -> ResourceRequirements {
    if let Some(Resources { requests, limits }) = &spec.resources {
        return requirements(requests, limits);
    }
    let mib = |mib: u64| api::Quantity(format!("{mib}Mi"));
    let memory = spec.lambda.as_ref().and_then(|lambda| lambda.memory_mib).map(u64::from);
    // Beside an image the runtime has a container of its own.
    let beside = spec.lambda.as_ref().is_some_and(|lambda| lambda.code.image.is_some());
    let runtime = if beside && memory.is_some() { 0 } else { RUNTIME_MIB };
    let request = mib(runtime + memory.unwrap_or(0));
    let limit = memory.map(|memory| mib(runtime + memory * u64::from(capacity(spec))));
    requirements(
        &[("cpu".to_owned(), api::Quantity("50m".to_owned())), ("memory".to_owned(), request)].into(),
        &limit.map(|limit| ("memory".to_owned(), limit)).into_iter().collect(),
    )
}

/// Of the container that copies the program.
pub(super) fn of_copying() -> ResourceRequirements {
    requests("10m", "16Mi")
}

/// Of the runtime in a container of its own.
pub(super) fn of_runtime() -> ResourceRequirements {
    requests("10m", "32Mi")
}

/// Of the container that waits for the end of the pod.
pub(super) fn of_waiting() -> ResourceRequirements {
    requests("1m", "8Mi")
}

fn requests(cpu: &str, memory: &str) -> ResourceRequirements {
    let amounts = [("cpu", cpu), ("memory", memory)]
        .map(|(name, amount)| (name.to_owned(), api::Quantity(amount.to_owned())))
        .into();
    requirements(&amounts, &BTreeMap::new())
}

fn requirements(
    requests: &BTreeMap<String, api::Quantity>,
    limits: &BTreeMap<String, api::Quantity>,
) -> ResourceRequirements {
    let amounts = |amounts: &BTreeMap<String, api::Quantity>| {
        let amounts: BTreeMap<_, _> =
            amounts.iter().map(|(name, amount)| (name.clone(), Quantity(amount.0.clone()))).collect();
        (!amounts.is_empty()).then_some(amounts)
    };
    ResourceRequirements { requests: amounts(requests), limits: amounts(limits), ..Default::default() }
}
