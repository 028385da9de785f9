//! Which pods are ready, by their `EndpointSlices`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use compile::{Ready, Version};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointSlice};
use snapshot::NamespacedName;
use snapshot::publication::Addresses;

use crate::index::Index;
use crate::publishing::FunctionEndpoints;
use crate::workloads::{capacity, workload_name};

/// Label with the Service that a slice belongs to.
const SERVICE: &str = "kubernetes.io/service-name";

/// Where functions run, and which of them do at all. `versions` are those there may be.
pub(crate) fn of_functions<'a>(
    index: &Index,
    versions: impl Iterator<Item = (Version, &'a api::FunctionVersionSpec)>,
) -> (FunctionEndpoints, Ready) {
    let mut by_service: BTreeMap<NamespacedName, BTreeSet<SocketAddr>> = BTreeMap::new();
    for (name, slice) in &index.functions {
        let Some(service) = slice.metadata.labels.as_ref().and_then(|labels| labels.get(SERVICE)) else {
            continue;
        };
        let service = NamespacedName::new(&*name.namespace, &**service);
        by_service.entry(service).or_default().extend(addresses(slice));
    }
    let mut functions = BTreeMap::new();
    let mut ready = BTreeSet::new();
    for ((function, version), spec) in versions {
        let service = NamespacedName::new(&*function.namespace, workload_name(&function.name, &version));
        let Some(addresses) = by_service.get(&service).filter(|addresses| !addresses.is_empty()) else {
            continue;
        };
        let addresses =
            Addresses { addresses: addresses.iter().copied().collect(), capacity: capacity(spec) };
        functions.insert(format!("{function}:{version}"), addresses);
        if index.running(&service).is_some() {
            ready.insert((function, version));
        }
    }
    (FunctionEndpoints { revision: index.revision, functions }, Ready::Those(ready))
}

/// Names of the gateway pods that are ready.
pub(crate) fn gateways(index: &Index) -> BTreeSet<String> {
    let endpoints =
        index.gateways.values().flat_map(|slice| slice.endpoints.iter().flatten()).filter(|e| is_ready(e));
    endpoints.filter_map(|e| e.target_ref.as_ref()?.name.clone()).collect()
}

fn addresses(slice: &EndpointSlice) -> Vec<SocketAddr> {
    let ports = slice.ports.iter().flatten();
    let port = ports.filter(|port| port.name.as_deref() == Some("invoke")).find_map(|port| port.port);
    let Some(port) = port.and_then(|port| u16::try_from(port).ok()) else { return Vec::new() };
    let ready = slice.endpoints.iter().flatten().filter(|endpoint| is_ready(endpoint));
    let addresses = ready.filter_map(|endpoint| endpoint.addresses.first()?.parse().ok());
    addresses.map(|address| SocketAddr::new(address, port)).collect()
}

/// Unknown is ready, as Kubernetes says.
fn is_ready(endpoint: &Endpoint) -> bool {
    let conditions = endpoint.conditions.as_ref();
    conditions.and_then(|c| c.ready).unwrap_or(true)
        && !conditions.and_then(|c| c.terminating).unwrap_or(false)
}
