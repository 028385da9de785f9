//! What the operator is told.

use std::net::SocketAddr;

use crate::workloads::WorkloadSettings;

/// Field manager, and the value of `app.kubernetes.io/managed-by`.
pub(crate) const MANAGER: &str = "stagegate";
/// Label of everything the operator makes.
pub(crate) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Keeps what is in use.
pub(crate) const FINALIZER: &str = "stagegate.dev/in-use";
/// Secret with the function token in the operator's namespace.
pub(crate) const TOKEN_SECRET: &str = "stagegate-functions";
/// Its copy where functions run.
pub(crate) const TOKEN_COPY: &str = "stagegate-function-token";
/// What the names of those variables of a runtime's container begin with that are for handlers: `stagegate runtime` hands them on.
pub const FUNCTION_VARIABLE: &str = "STAGEGATE_FUNCTION_";

/// Settings of the operator.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its own namespace, which is the gateways' too.
    pub namespace: String,
    /// Name of its pod.
    pub identity: String,
    /// Where gateways connect.
    pub config_listen: SocketAddr,
    /// Where `/readyz`, `/livez` and `/metrics` are served.
    pub admin: SocketAddr,
    /// Domain below which APIs have host names.
    pub base_domain: String,
    /// What all function workloads have in common.
    pub workloads: WorkloadSettings,
}
