//! The Lambda Runtime API (2018-06-01) in front of handler processes, and the Lambda Invoke API in front of that.
//!
//! [`Function::start`] serves one version of one function: it writes the code to a directory of its own, listens
//! for invocations and keeps up to `max_concurrency` handler processes, each with a Runtime API listener to itself.
//! Or it serves one that somebody else runs ([`Runtime::Beside`]), such as a container.
//! What a handler does wrong (exit, hang, nonsense on the wire) costs its own event and its own process, nothing else.

mod backoff;
mod body;
mod code;
mod config;
mod dispatch;
mod environment;
mod error;
mod event;
mod failure;
mod function;
mod handler;
mod invoke_api;
mod invoke_request;
mod late_eof;
mod lines;
mod listener;
mod log_pipe;
mod neighbour;
mod pool;
#[cfg(test)]
mod pool_tests;
mod process;
mod runtime_answers;
mod runtime_api;
mod runtime_listener;
mod session;
mod slot;
mod slot_calls;
mod slot_end;
mod tail;
mod token;
mod unattended;
mod validate;

pub use config::{FunctionConfig, Runtime};
pub use error::{StartError, TokenError};
pub use function::Function;
pub use token::Token;
