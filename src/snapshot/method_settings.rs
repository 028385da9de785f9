//! What a stage does with requests of its methods beside answering them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Every method, as a key of the settings.
pub const EVERY_METHOD: &str = "*/*";

/// Settings of one method, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodSettings {
    /// Which requests get an execution log.
    #[serde(default)]
    pub logging_level: LoggingLevel,
    /// Whether it has the data of requests and answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub data_trace_enabled: bool,
}

/// Which requests get an execution log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LoggingLevel {
    /// None.
    #[default]
    Off,
    /// Those that fail.
    Error,
    /// All.
    Info,
}

/// The settings of a method: its own (`/houses/GET`), or those of every method.
pub(crate) fn of(settings: &BTreeMap<String, MethodSettings>, path: &str, method: &str) -> MethodSettings {
    if settings.is_empty() {
        return MethodSettings::default();
    }
    let own = settings.get(&format!("{}/{method}", path.trim_end_matches('/')));
    own.or_else(|| settings.get(EVERY_METHOD)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_or_those_of_all() {
        let set = |logging_level| MethodSettings { logging_level, data_trace_enabled: false };
        let settings = BTreeMap::from([
            (EVERY_METHOD.to_owned(), set(LoggingLevel::Error)),
            ("/houses/GET".to_owned(), set(LoggingLevel::Info)),
            ("/GET".to_owned(), set(LoggingLevel::Off)),
        ]);
        let level = |path, method| of(&settings, path, method).logging_level;
        assert_eq!(level("/houses", "GET"), LoggingLevel::Info);
        assert_eq!(level("/houses", "POST"), LoggingLevel::Error);
        assert_eq!(level("/", "GET"), LoggingLevel::Off);
        assert_eq!(of(&BTreeMap::new(), "/", "GET"), MethodSettings::default());
    }
}
