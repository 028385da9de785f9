//! Credentials of a request, which no line shows: not in their headers, and not where an event or an answer repeats them.

/// Stands where one was.
pub(super) const HIDDEN: &str = "****";
/// What is shorter is no credential, and would be found everywhere.
const SHORTEST: usize = 6;
/// More than a head has room for.
const MOST: usize = 200;

/// Values that are not shown.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<String>);

fn is_secret(name: &str) -> bool {
    [
        "authorization",
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "x-amz-security-token",
        "x-api-key",
        "x-amzn-remapped-authorization",
    ]
    .iter()
    .any(|secret| name.eq_ignore_ascii_case(secret))
}

impl Secrets {
    /// Notes the value of a header that holds credentials; says whether it does.
    pub(super) fn learn(&mut self, name: &str, value: &[u8]) -> bool {
        if !is_secret(name) {
            return false;
        }
        let value = String::from_utf8_lossy(value);
        let value = value.trim();
        self.note(value);
        // Each cookie's value, and the token behind its scheme, may be passed on by themselves.
        for part in value.split("; ") {
            self.note(part.split_once('=').map_or(part, |(_, value)| value));
        }
        if let Some((_, token)) = value.split_once(' ') {
            self.note(token.trim());
        }
        true
    }

    fn note(&mut self, value: &str) {
        let mut forms = vec![value.to_owned()];
        // As it stands in an event.
        if let Ok(json) = serde_json::to_string(value) {
            forms.push(json[1..json.len() - 1].to_owned());
        }
        for form in forms {
            if form.len() >= SHORTEST && self.0.len() < MOST && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
        // The longest first: one may be part of another.
        self.0.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// The text without them.
    pub(super) fn hide(&self, mut text: String) -> String {
        for secret in &self.0 {
            if text.contains(&**secret) {
                text = text.replace(&**secret, HIDDEN);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden_wherever_they_stand() {
        let mut secrets = Secrets::default();
        assert!(secrets.learn("Authorization", b"Bearer abcdef123456"));
        assert!(secrets.learn("cookie", b"session=s3cr3t-value; theme=dark; q=\"quoted!\""));
        assert!(!secrets.learn("accept", b"text/plain"));
        let hidden = |text: &str| secrets.hide(text.to_owned());
        assert_eq!(hidden(r#"{"Authorization":"Bearer abcdef123456"}"#), r#"{"Authorization":"****"}"#);
        assert_eq!(hidden("token abcdef123456 theme dark"), "token **** theme dark");
        assert_eq!(hidden(r#"{"c":"s3cr3t-value","d":"\"quoted!\""}"#), r#"{"c":"****","d":"****"}"#);
    }
}
