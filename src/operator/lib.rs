//! The controller: what runs in a cluster beside the gateways.

pub mod publishing;
pub mod workloads;
