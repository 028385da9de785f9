//! What a handler gets of its container's environment.

use std::collections::BTreeMap;

use operator::FUNCTION_VARIABLE;

/// Who the pod is to a cloud or to its cluster: set by Kubernetes and by admission webhooks, never by the function's author.
const IDENTITY: [&str; 3] = ["AWS_", "AZURE_", "KUBERNETES_SERVICE_"];
/// These are the Lambda runtime's to set.
const RESERVED: [&str; 2] = ["AWS_LAMBDA_", "AWS_EXECUTION_ENV"];

/// Adds those variables of the container that its service account's rights need; the function's own come first.
pub(crate) fn add_of_container(
    environment: &mut BTreeMap<String, String>,
    container: impl Iterator<Item = (String, String)>,
) {
    let begins_with = |name: &str, any: &[&str]| any.iter().any(|prefix| name.starts_with(prefix));
    for (name, value) in container {
        if begins_with(&name, &IDENTITY) && !begins_with(&name, &RESERVED) {
            environment.entry(name).or_insert(value);
        }
    }
}

/// Adds those variables whose values Kubernetes took from a Secret or `ConfigMap`; the names of those that it did not.
pub(crate) fn add_kept<'a>(
    environment: &mut BTreeMap<String, String>,
    names: impl Iterator<Item = &'a String>,
    container: impl Fn(&str) -> Option<String>,
) -> Vec<&'a str> {
    let mut missing = Vec::new();
    for name in names {
        match container(&format!("{FUNCTION_VARIABLE}{name}")) {
            Some(value) => drop(environment.insert(name.clone(), value)),
            None => missing.push(name.as_str()),
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_handed_on_and_nothing_else() {
        let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let mut environment = of(&[("AWS_REGION", "mine")]);
        let container = of(&[
            ("AWS_REGION", "theirs"),
            ("AWS_ROLE_ARN", "arn"),
            ("AWS_LAMBDA_RUNTIME_API", "x"),
            ("HOSTNAME", "pod"),
            ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
        ]);
        add_of_container(&mut environment, container.into_iter());
        let expected =
            of(&[("AWS_REGION", "mine"), ("AWS_ROLE_ARN", "arn"), ("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);
        assert_eq!(environment, expected);
    }

    #[test]
    fn kept_values_come_under_another_name() {
        let mut environment = BTreeMap::new();
        let names = ["PATH".to_owned(), "GONE".to_owned()];
        let container = |name: &str| (name == "STAGEGATE_FUNCTION_PATH").then(|| "mine".to_owned());
        assert_eq!(add_kept(&mut environment, names.iter(), container), ["GONE"]);
        assert_eq!(environment, BTreeMap::from([("PATH".to_owned(), "mine".to_owned())]));
    }
}
