//! Credentials that requests are signed with.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Key of a Secret: the access key's id.
pub const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
/// Key of a Secret: the secret access key.
pub const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
/// Key of a Secret: the token of temporary credentials, if they are.
pub const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";

/// Credentials that requests are signed with. Debug output does not have them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsCredentials {
    access_key_id: String,
    secret_access_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
}

/// Why a Secret has no credentials. The texts say keys and never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// A key is not there.
    #[error("has no key {0}; it needs {ACCESS_KEY_ID} and {SECRET_ACCESS_KEY}, and may have {SESSION_TOKEN}")]
    Missing(&'static str),
    /// A value can't stand in a header.
    #[error("has a {0} that is not text of visible ASCII characters")]
    Malformed(&'static str),
}

impl AwsCredentials {
    /// Of the data of a Secret.
    pub fn of(data: &BTreeMap<String, Vec<u8>>) -> Result<Self, CredentialsError> {
        let read = |key: &'static str| {
            // Secrets made of files end in a line feed.
            let value = data.get(key).map(|value| value.trim_ascii()).filter(|value| !value.is_empty());
            let is_visible = |value: &&[u8]| value.iter().all(u8::is_ascii_graphic);
            value
                .map(|value| Some(value).filter(is_visible).ok_or(CredentialsError::Malformed(key)))
                .transpose()
                .map(|value| value.map(|value| String::from_utf8_lossy(value).into_owned()))
        };
        Ok(Self {
            access_key_id: read(ACCESS_KEY_ID)?.ok_or(CredentialsError::Missing(ACCESS_KEY_ID))?,
            secret_access_key: read(SECRET_ACCESS_KEY)?
                .ok_or(CredentialsError::Missing(SECRET_ACCESS_KEY))?,
            session_token: read(SESSION_TOKEN)?,
        })
    }

    /// The access key's id, which signatures show.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// What is signed with.
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// Goes with the request, if there is one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsCredentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<AwsCredentials, CredentialsError> {
        AwsCredentials::of(&pairs.iter().map(|(k, v)| ((*k).to_owned(), v.as_bytes().to_vec())).collect())
    }

    #[test]
    fn of_a_secret() {
        let key = (ACCESS_KEY_ID, "AKID\n");
        let read = of(&[key, (SECRET_ACCESS_KEY, "s/+="), (SESSION_TOKEN, "")]).unwrap();
        assert_eq!(
            (read.access_key_id(), read.secret_access_key(), read.session_token()),
            ("AKID", "s/+=", None)
        );
        assert_eq!(format!("{read:?}"), "AwsCredentials { .. }");
        assert_eq!(of(&[key]), Err(CredentialsError::Missing(SECRET_ACCESS_KEY)));
        assert_eq!(of(&[key, (SECRET_ACCESS_KEY, " ")]), Err(CredentialsError::Missing(SECRET_ACCESS_KEY)));
        let injected = of(&[("AWS_ACCESS_KEY_ID", "a\r\nX: y"), (SECRET_ACCESS_KEY, "s")]);
        assert_eq!(injected, Err(CredentialsError::Malformed(ACCESS_KEY_ID)));
    }
}
