//! Who may call the Invoke API.

use std::fmt;

use ring::hmac;
use serde::Deserialize;

use crate::aws::key_of;

/// Who may call, and the functions of which namespace they reach: the API's paths name none.
#[derive(Clone, Debug)]
pub enum Callers {
    /// Whoever reaches the listener, by whatever credentials: for a listener of one's own machine.
    Anyone {
        /// Namespace of the functions.
        namespace: String,
    },
    /// Those who sign their requests (Signature Version 4) with one of these.
    Known(Vec<Credential>),
}

/// An access key.
#[derive(Clone)]
pub struct Credential {
    pub(super) access_key_id: String,
    /// Of the secret; no text of it is kept.
    pub(super) key: hmac::Key,
    pub(super) namespace: String,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { access_key_id, namespace, .. } = self;
        f.debug_struct("Credential")
            .field("access_key_id", access_key_id)
            .field("namespace", namespace)
            .finish_non_exhaustive()
    }
}

/// Why a list of credentials is none.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Not of the form. What stands there is not repeated: it has secrets.
    #[error(
        "must be a JSON list of {{\"accessKeyId\", \"secretAccessKey\", \"namespace\"}}: line {0}, column {1}"
    )]
    Form(usize, usize),
    /// A field of one is not as it must be.
    #[error("[{index}].{field}: must be {must}")]
    Field {
        /// Which of the list.
        index: usize,
        /// Which field.
        field: &'static str,
        /// What would be right.
        must: &'static str,
    },
    /// One key id stands there twice.
    #[error("[{index}].accessKeyId: {id} is there already; each must be there once")]
    Twice {
        /// Which of the list.
        index: usize,
        /// The access key id.
        id: String,
    },
    /// Nobody could call.
    #[error("must have at least one credential")]
    Empty,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    access_key_id: String,
    secret_access_key: String,
    namespace: String,
}

impl Callers {
    /// Reads a JSON list of credentials.
    pub fn known(json: &[u8]) -> Result<Self, CredentialsError> {
        let written: Vec<Written> = serde_json::from_slice(json)
            .map_err(|error| CredentialsError::Form(error.line(), error.column()))?;
        let mut known: Vec<Credential> = Vec::with_capacity(written.len());
        for (index, Written { access_key_id: id, secret_access_key: secret, namespace }) in
            written.into_iter().enumerate()
        {
            let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !(1..=128).contains(&id.len()) || !plain(&id) {
                let must = "1 to 128 letters, digits and _";
                return Err(CredentialsError::Field { index, field: "accessKeyId", must });
            }
            if secret.len() < 16 {
                let must = "at least 16 characters, such as `openssl rand -hex 20` prints";
                return Err(CredentialsError::Field { index, field: "secretAccessKey", must });
            }
            if namespace.is_empty() {
                let must = "the namespace whose functions it may invoke";
                return Err(CredentialsError::Field { index, field: "namespace", must });
            }
            if known.iter().any(|known| known.access_key_id == id) {
                return Err(CredentialsError::Twice { index, id });
            }
            let key = key_of(&secret);
            known.push(Credential { access_key_id: id, key, namespace });
        }
        if known.is_empty() { Err(CredentialsError::Empty) } else { Ok(Self::Known(known)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let read = |json: &str| Callers::known(json.as_bytes()).map_err(|error| error.to_string());
        let good = r#"{"accessKeyId": "AK", "secretAccessKey": "0123456789abcdef", "namespace": "shop"}"#;
        let shown = format!("{:?}", read(&format!("[{good}]")).unwrap());
        assert!(shown.contains("AK") && !shown.contains("0123456789"), "{shown}");
        assert_eq!(read("[]").unwrap_err(), "must have at least one credential");
        assert!(read(&format!("[{good}, {good}]")).unwrap_err().starts_with("[1].accessKeyId: AK is there"));
        let short = good.replace("0123456789abcdef", "hunter2");
        let error = read(&format!("[{short}]")).unwrap_err();
        assert!(error.starts_with("[0].secretAccessKey: must be") && !error.contains("hunter2"), "{error}");
        let error = read(r#"[{"secretAccessKey": "hunter2", "hunter2": 1}]"#).unwrap_err();
        assert!(error.contains("line 1") && !error.contains("hunter2"), "{error}");
    }
}
