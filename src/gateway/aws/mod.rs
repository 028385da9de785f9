//! Requests to services of AWS, and to what speaks their protocols: targets, and signatures (Signature Version 4).
//!
//! Written here, on the HMAC and SHA-256 of the TLS library that is in the binary anyway: the crate `aws-sigv4` brings
//! a dozen of its family for what are two files.

mod scope;
mod sign;
mod target;

pub(crate) use scope::{ALGORITHM, END, Scope, key_of, sha256, to_sign};
pub(crate) use sign::{Signer, Unsigned};
pub(crate) use target::AwsTarget;
