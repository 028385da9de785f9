//! The controller: watches objects, compiles them, publishes to gateways, runs functions and says what is live.
//!
//! Every replica computes and publishes; only the holder of the lease writes.

pub mod publishing;
pub mod workloads;
