//! The controller: watches objects, compiles them, publishes to gateways, runs functions and says what is live.
//!
//! Every replica computes and publishes; only the holder of the lease writes. What is to be written is a pure
//! function of what was compiled and what was seen ([`plan`]), so that it may stop after any write and go on later.

mod admin;
mod backoff;
mod bootstrap;
mod cleanup;
mod cluster;
mod config_server;
mod credentials;
mod due;
mod execute;
mod index;
mod last_good;
mod lease;
mod numbering;
mod parts;
mod plan;
mod pods;
mod programming;
mod run;
mod scaling;
mod settings;
mod token_review;
mod watches;

pub mod publishing;
pub mod workloads;

pub use cleanup::{CleanupError, cleanup};
pub use last_good::live;
pub use run::{RunError, run};
pub use settings::{FUNCTION_VARIABLE, Settings};
