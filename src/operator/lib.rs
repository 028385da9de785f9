//! The operator.

pub mod publishing;
