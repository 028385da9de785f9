//! The data plane: listeners, request phases, upstreams.
//!
//! One worker a core, each with a `SO_REUSEPORT` listener, a single-threaded runtime and a pool of its own. A request
//! takes the live moment once and keeps it; its phases are a file each: `resolve_stage`, `service` (canary, route),
//! `authorise`, `compression`, `validate`, `lambda`, `http_function`, `http_proxy`, `mapped`, `respond`, `exchange`.

mod access_log;
mod admin;
mod answer_body;
mod authorise;
mod aws;
mod chunked;
mod client_address;
mod client_connection;
mod compression;
mod cors;
mod endpoints;
mod exchange;
mod execution_log;
mod gateway;
mod gateway_response;
mod http_function;
mod http_proxy;
mod ids;
mod invoke_api;
mod lambda;
mod live;
mod mapped;
mod metrics;
mod metrics_text;
mod onward_body;
mod proxy_parameters;
mod query;
mod quiet;
mod reject;
mod resolve_stage;
mod respond;
mod send_to_version;
mod service;
mod settings;
mod test_invoke;
mod upstream;
mod validate;
mod whole_answer;
mod worker;

pub mod config_client;
pub mod lambda_answer;
pub mod lambda_event;
pub mod proxy_headers;
pub mod raw_head;

pub use access_log::LogSink;
pub use admin::{Readiness, serve_admin};
pub use endpoints::{Picked, Version};
pub use execution_log::LogLine;
pub use gateway::{AdminHandle, Gateway, StartError};
pub use invoke_api::{Callers, Credential, CredentialsError, InvokeApi};
pub use live::{Endpoint, Endpoints, Live, Moment};
pub use settings::{DefaultApi, Network, NetworkError, PrivateTargets, Settings};
pub use test_invoke::{Shelf, TestAnswer, TestRequest};
pub use upstream::RootsError;
