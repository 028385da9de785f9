//! Signature Version 4: a request and credentials in, the headers that sign it out.
//!
//! IAM user guide, "Create a signed AWS API request".

use std::fmt::Write as _;

use ring::hmac;
use snapshot::AwsCredentials;

use super::AwsTarget;
use super::scope::{ALGORITHM, Scope, hex, key_of, sha256, to_sign};

/// Who signs, for which service, and when.
pub(crate) struct Signer<'s> {
    pub(crate) credentials: &'s AwsCredentials,
    pub(crate) region: &'s str,
    pub(crate) service: &'s str,
    pub(crate) at: jiff::Timestamp,
}

/// A request without its signature.
pub(crate) struct Unsigned<'r> {
    pub(crate) method: &'r str,
    pub(crate) target: &'r AwsTarget,
    /// What is to be signed of its headers, `host` among it.
    pub(crate) headers: Vec<(&'r str, &'r str)>,
    pub(crate) body: &'r [u8],
}

impl Signer<'_> {
    /// The headers that the request is sent with beside its own.
    pub(crate) fn sign(&self, request: &Unsigned<'_>) -> Vec<(&'static str, String)> {
        let time = self.at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let body = sha256(request.body);
        let mut added = vec![("x-amz-date", time.clone())];
        // S3 asks for it; others don't look.
        if self.service == "s3" {
            added.push(("x-amz-content-sha256", body.clone()));
        }
        if let Some(token) = self.credentials.session_token() {
            added.push(("x-amz-security-token", token.to_owned()));
        }
        let (names, headers) = canonical_headers(request, &added);
        let canonical = format!(
            "{}\n{}\n{}\n{headers}\n{names}\n{body}",
            request.method,
            request.target.canonical_path,
            request.target.canonical_query(),
        );
        let day = time.get(..8).unwrap_or_default();
        let scope = Scope { day, region: self.region, service: self.service };
        let key = scope.key(key_of(self.credentials.secret_access_key()));
        let signature = hex(hmac::sign(&key, to_sign(&time, &scope, &canonical).as_bytes()).as_ref());
        let scope = scope.text();
        let id = self.credentials.access_key_id();
        let authorization =
            format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
        added.push(("authorization", authorization));
        added
    }
}

/// Names with semicolons between them, and a line for each: names in lower case, in order.
fn canonical_headers(request: &Unsigned<'_>, added: &[(&'static str, String)]) -> (String, String) {
    let added = added.iter().map(|(name, value)| (*name, value.as_str()));
    let all = request.headers.iter().copied().chain(added);
    let mut all: Vec<_> = all.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    // Stable: values of one name keep their order.
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let (mut names, mut lines) = (String::new(), String::new());
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let Some((name, _)) = same.first() else { continue };
        if !names.is_empty() {
            names.push(';');
        }
        names.push_str(name);
        let values: Vec<String> = same.iter().map(|(_, value)| single_spaced(value)).collect();
        // Writing to a String does not fail.
        let _ = writeln!(lines, "{name}:{}", values.join(","));
    }
    (names, lines)
}

fn single_spaced(value: &str) -> String {
    value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Signs as the examples of AWS do, and takes the signature out.
    fn signature(
        id: &str,
        service: &str,
        at: &str,
        (method, target): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> String {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        // The examples of S3 have another letter in their key.
        let secret = if service == "s3" { secret.replace('+', "/") } else { secret.to_owned() };
        let data = [(snapshot::ACCESS_KEY_ID, id), (snapshot::SECRET_ACCESS_KEY, secret.as_str())];
        let data: BTreeMap<_, _> = data.map(|(k, v)| (k.to_owned(), v.as_bytes().to_vec())).into();
        let credentials = AwsCredentials::of(&data).unwrap();
        let signer =
            Signer { credentials: &credentials, region: "us-east-1", service, at: at.parse().unwrap() };
        let target = AwsTarget::of(target, service == "s3");
        let request = Unsigned { method, target: &target, headers: headers.to_vec(), body: body.as_bytes() };
        let headers = signer.sign(&request);
        let (name, authorization) = headers.last().unwrap();
        assert_eq!(*name, "authorization");
        authorization.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// The test suite of Signature Version 4, and the example of the IAM user guide.
    #[test]
    fn known_answers() {
        let of = |service: &str, line, headers: &[(&str, &str)], body: &str| {
            signature("AKIDEXAMPLE", service, "2015-08-30T12:36:00Z", line, headers, body)
        };
        let host = ("Host", "example.amazonaws.com");
        assert_eq!(
            of("service", ("GET", "/"), &[host], ""),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        assert_eq!(
            of("service", ("GET", "/?Param2=value2&Param1=value1"), &[host], ""),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        );
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(
            of("service", ("POST", "/"), &[form, host], "Param1=value1"),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", "iam.amazonaws.com"),
        ];
        assert_eq!(
            of("iam", ("GET", "/?Action=ListUsers&Version=2010-05-08"), &headers, ""),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }

    /// The examples of the S3 API reference, "Authenticating Requests: Using the Authorization Header".
    #[test]
    fn known_answers_of_s3() {
        let of = |line, headers: &[(&str, &str)], body: &str| {
            signature("AKIAIOSFODNN7EXAMPLE", "s3", "2013-05-24T00:00:00Z", line, headers, body)
        };
        let host = ("Host", "examplebucket.s3.amazonaws.com");
        assert_eq!(
            of(("GET", "/test.txt"), &[host, ("Range", "bytes=0-9")], ""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let headers =
            [("Date", "Fri, 24 May 2013 00:00:00 GMT"), host, ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
        assert_eq!(
            of(("PUT", "/test$file.text"), &headers, "Welcome to Amazon S3."),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        assert_eq!(
            of(("GET", "/?lifecycle"), &[host], ""),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        );
        assert_eq!(
            of(("GET", "/?max-keys=2&prefix=J"), &[host], ""),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    #[test]
    fn names_are_sorted_and_values_single_spaced() {
        let target = AwsTarget::of("/", false);
        let headers = vec![("X-Amz-B", "  a   b "), ("host", "h"), ("x-amz-b", "c")];
        let request = Unsigned { method: "GET", target: &target, headers, body: b"" };
        let (names, lines) = canonical_headers(&request, &[("x-amz-date", "now".to_owned())]);
        assert_eq!(names, "host;x-amz-b;x-amz-date");
        assert_eq!(lines, "host:h\nx-amz-b:a b,c\nx-amz-date:now\n");
    }
}
