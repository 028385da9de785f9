//! The data plane: listeners, request phases, upstreams.

pub mod lambda_answer;
pub mod lambda_event;
pub mod proxy_headers;
pub mod raw_head;
