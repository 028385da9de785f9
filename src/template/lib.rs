//! The mapping-template language: Velocity as Amazon API Gateway runs it. Parsed once, rendered many times.
//!
//! Rules are those of Velocity 1.7, but for what was recorded to differ: what is undefined or null renders as nothing and
//! counts as true in a condition; strings have no backslash escapes; macros are not called. Nothing outside of [`Input`]
//! can be reached, and steps, output, loops and memory are bounded.
//!
//! Developer guide, api-gateway-mapping-template-reference.

mod ast;
mod builtin;
mod error;
mod input;
mod json;
mod limits;
mod methods;
mod number;
mod parse;
mod print;
mod render;
mod template;
mod value;

pub mod json_path;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use error::{ParseError, RenderError};
pub use input::{Input, Rendered};
pub use json::Json;
pub use limits::{LONGEST_OUTPUT, LONGEST_TEMPLATE, MOST_ROUNDS};
pub use template::Template;
