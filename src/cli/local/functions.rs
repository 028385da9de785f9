//! Versions of functions that run on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use api::FunctionVersionSpec;
use gateway::{Endpoint, Endpoints};
use runtime::{Function, FunctionConfig, Token};
use snapshot::NamespacedName;

use super::resolve;
use crate::kept::Kept;

/// What a version that is replaced has for the events it is handling.
const DRAIN: Duration = Duration::from_mins(15);

type Version = (NamespacedName, String);

/// What runs now.
pub(crate) struct Functions {
    token: Token,
    running: BTreeMap<Version, (FunctionConfig, Function)>,
}

impl Functions {
    pub(crate) fn new(token: Token) -> Self {
        Self { token, running: BTreeMap::new() }
    }

    /// Starts what is new or changed. What it replaces and what is wanted no more is returned: it is stopped once the
    /// new endpoints are live. What does not start is said by name.
    pub(crate) async fn reconcile(
        &mut self,
        wanted: &BTreeMap<Version, FunctionVersionSpec>,
        kept: &Kept,
    ) -> (Vec<Function>, Vec<String>) {
        let (mut old, mut failed) = (Vec::new(), Vec::new());
        let unwanted: Vec<_> =
            self.running.keys().filter(|version| !wanted.contains_key(*version)).cloned().collect();
        old.extend(
            unwanted.iter().filter_map(|version| self.running.remove(version)).map(|(_, function)| function),
        );
        for (version, spec) in wanted {
            let named =
                |error: &dyn std::fmt::Display| format!("function {}:{}: {error}", version.0.name, version.1);
            let config = match resolve::config(spec, &version.0.namespace, kept) {
                Ok(config) => config,
                Err(error) => {
                    failed.push(named(&error));
                    continue;
                }
            };
            if self.running.get(version).is_some_and(|(running, _)| *running == config) {
                continue;
            }
            match Function::start(config.clone(), SocketAddr::from(([127, 0, 0, 1], 0)), self.token.clone())
                .await
            {
                Ok(function) => {
                    let replaced = self.running.insert(version.clone(), (config, function));
                    old.extend(replaced.map(|(_, function)| function));
                }
                Err(error) => failed.push(named(&error)),
            }
        }
        (old, failed)
    }

    /// Where the versions are invoked.
    pub(crate) fn endpoints(&self) -> Endpoints {
        let mut endpoints = Endpoints::default();
        for ((name, version), (_, function)) in &self.running {
            let endpoint =
                Endpoint { address: function.address(), authorization: self.token.authorization() };
            endpoints.insert(&name.namespace, &name.name, version, endpoint);
        }
        endpoints
    }

    /// Stops everything; requests in flight are over by now.
    pub(crate) async fn stop(self) {
        for (_, function) in self.running.into_values() {
            function.stop(Duration::ZERO).await;
        }
    }
}

/// Lets replaced functions finish what they are at.
pub(crate) fn retire(functions: Vec<Function>) {
    for function in functions {
        tokio::spawn(async move {
            // Requests that took the moment before may still be on their way to it.
            tokio::time::sleep(Duration::from_secs(1)).await;
            function.stop(DRAIN).await;
        });
    }
}
