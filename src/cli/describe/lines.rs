//! What stands in the boxes.

use std::collections::BTreeMap;

use api::{Mapping, Method};
use snapshot::{FunctionReference, VariableText};

use super::boxes::{Card, View};
use super::find::Found;

pub(super) fn of(found: &Found<'_>) -> View {
    let title = format!("{} {} {}", found.api, found.name, found.resource);
    let from = match found.stage {
        Some(stage) => format!("stage {}, deployment {}", stage.name, found.deployment),
        None => format!("deployment {}", found.deployment),
    };
    let Integration { endpoint, request, mapping, proxy } = integration(found);
    View {
        title,
        from,
        method_request: Card::new("Method Request", method_request(found)),
        integration_request: Card::new("Integration Request", request),
        integration: Card::new("Integration", endpoint),
        integration_response: Card::new("Integration Response", integration_response(mapping, proxy)),
        method_response: Card::new("Method Response", method_response(found.method, mapping.is_none())),
    }
}

fn method_request(found: &Found<'_>) -> Vec<String> {
    let method = found.method;
    let mut lines = Vec::new();
    if let Some(name) = &method.request_validator {
        let checks = found.content.request_validators.get(name).map(|validator| {
            match (validator.validate_request_body, validator.validate_request_parameters) {
                (true, true) => "body and parameters",
                (true, false) => "body",
                (false, true) => "parameters",
                (false, false) => "nothing",
            }
        });
        lines.push(format!("Validator: {name} ({})", checks.unwrap_or("is not there")));
    }
    for (name, required) in &method.request_parameters {
        let name = name.trim_start_matches("method.request.");
        lines.push(format!("{name}{}", if *required { " (required)" } else { "" }));
    }
    for (media, model) in &method.request_models {
        lines.push(format!("Model for {media}: {model}"));
    }
    if found.content.policy.is_some() {
        lines.push("Resource policy of the API".to_owned());
    }
    if lines.is_empty() {
        lines.push("nothing is checked".to_owned());
    }
    lines
}

struct Integration<'a> {
    endpoint: Vec<String>,
    request: Vec<String>,
    mapping: Option<&'a Mapping>,
    /// What passes as it is, where it is a proxy.
    proxy: &'static str,
}

fn integration<'a>(found: &Found<'a>) -> Integration<'a> {
    let method = found.method;
    let timeout = |millis: Option<u32>| format!("Timeout: {} ms", millis.unwrap_or(29_000));
    if let Some(lambda) = &method.lambda {
        let kind = if lambda.mapping.is_some() { "Lambda" } else { "Lambda proxy" };
        let mut request = vec![format!("Type: {kind}"), timeout(lambda.timeout_millis)];
        parameters(&lambda.request_parameters, &mut request);
        mapped(lambda.mapping.as_ref(), "the request as an event", &mut request);
        let mut endpoint = resolved(found, &format!("Lambda {}", lambda.function));
        endpoint.extend(versions(found, &lambda.function));
        Integration { endpoint, request, mapping: lambda.mapping.as_ref(), proxy: "what the function says" }
    } else if let Some(http) = &method.http {
        let kind = if http.mapping.is_some() { "HTTP" } else { "HTTP proxy" };
        let verb = http.method.map_or("that of the request", api::MethodName::as_str);
        let mut request =
            vec![format!("Type: {kind}"), format!("Method: {verb}"), timeout(http.timeout_millis)];
        if http.tls.is_some_and(|tls| tls.insecure_skip_verification) {
            request.push("Certificates are not checked".to_owned());
        }
        parameters(&http.request_parameters, &mut request);
        mapped(http.mapping.as_ref(), "the request as it comes", &mut request);
        let endpoint = resolved(found, &http.url);
        Integration { endpoint, request, mapping: http.mapping.as_ref(), proxy: "the answer as it comes" }
    } else if let Some(aws) = &method.aws {
        let mut request = vec!["Type: AWS".to_owned(), timeout(aws.timeout_millis)];
        parameters(&aws.request_parameters, &mut request);
        mapped(Some(&aws.mapping), "", &mut request);
        let endpoint = resolved(found, &aws.uri);
        Integration { endpoint, request, mapping: Some(&aws.mapping), proxy: "" }
    } else {
        let mock = method.mock.as_ref();
        let mapping = mock.and_then(|mock| mock.mapping.as_ref());
        let mut request = vec!["Type: Mock".to_owned()];
        if mapping.is_some() {
            mapped(mapping, "", &mut request);
        }
        let mut endpoint = vec!["Mock: no endpoint is called".to_owned()];
        if let Some(mock) = mock.filter(|_| mapping.is_none()) {
            endpoint.push(format!("Answers {}", mock.status_code.unwrap_or(200)));
        }
        Integration { endpoint, request, mapping, proxy: "the fixed answer" }
    }
}

/// The text, and with the stage's variables where it has any.
fn resolved(found: &Found<'_>, text: &str) -> Vec<String> {
    let mut lines = vec![text.to_owned()];
    if let (Some(stage), true) = (found.stage, text.contains("${")) {
        lines.push(match VariableText::parse(text).map(|parsed| parsed.resolve(&stage.variables)) {
            Ok(Ok(resolved)) => format!("= {}", resolved.trim_start_matches("Lambda ")),
            Ok(Err(error)) => format!("! {error}: the method answers 500"),
            Err(error) => format!("! {error}"),
        });
    }
    lines
}

/// Which versions run, and what share each has.
fn versions(found: &Found<'_>, function: &str) -> Option<String> {
    let nothing = BTreeMap::new();
    let variables = found.stage.map_or(&nothing, |stage| &stage.variables);
    let text = VariableText::parse(function).ok()?.resolve(variables).ok()?;
    let reference = FunctionReference::parse(&text).ok()?;
    let name = snapshot::NamespacedName::new(found.namespace, &*reference.name);
    let Some(of) = found.functions.get(&name) else {
        return Some(format!("! {} is not there", reference.name));
    };
    let qualifier = reference.qualifier.as_deref().unwrap_or("$LATEST");
    Some(match of.aliases.get(qualifier) {
        Some(alias) => {
            let further: f64 = alias.additional_version_weights.values().sum();
            let share = |weight: f64| (weight * 10_000.0).round() / 100.0;
            let mut all = vec![format!("{} {} %", alias.function_version, share(1.0 - further))];
            let weights = alias.additional_version_weights.iter();
            all.extend(weights.map(|(version, weight)| format!("{version} {} %", share(*weight))));
            format!("versions: {}", all.join(", "))
        }
        None if of.versions.contains(qualifier) => format!("version {qualifier}"),
        None => format!("! {} has no {qualifier}", reference.name),
    })
}

fn parameters(parameters: &BTreeMap<String, String>, lines: &mut Vec<String>) {
    for (to, from) in parameters {
        let to = to.trim_start_matches("integration.request.");
        lines.push(format!("{to} <- {}", from.trim_start_matches("method.request.")));
    }
}

fn mapped(mapping: Option<&Mapping>, proxy: &str, lines: &mut Vec<String>) {
    let Some(mapping) = mapping else {
        lines.push(format!("Passes {proxy}"));
        return;
    };
    templates(&mapping.request_templates, lines);
    let passthrough =
        mapping.passthrough_behavior.map_or_else(|| "WHEN_NO_MATCH".to_owned(), |p| written(&p));
    lines.push(format!("Passthrough: {passthrough}"));
    lines
        .extend(mapping.content_handling.map(|handling| format!("Content handling: {}", written(&handling))));
}

fn integration_response(mapping: Option<&Mapping>, proxy: &str) -> Vec<String> {
    let Some(mapping) = mapping else { return vec![format!("Passes {proxy}")] };
    let mut lines = Vec::new();
    for (pattern, response) in &mapping.responses {
        lines.push(format!("{pattern} -> {}", response.status_code));
        for (to, from) in &response.response_parameters {
            let to = to.trim_start_matches("method.response.");
            lines.push(format!("  {to} <- {}", from.trim_start_matches("integration.response.")));
        }
        let mut below = Vec::new();
        templates(&response.response_templates, &mut below);
        below.extend(response.content_handling.map(|h| format!("Content handling: {}", written(&h))));
        lines.extend(below.into_iter().map(|line| format!("  {line}")));
    }
    if lines.is_empty() {
        lines.push("none: every answer becomes 500".to_owned());
    }
    lines
}

fn method_response(method: &Method, is_proxy: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (status, response) in &method.responses {
        lines.push(status.clone());
        lines.extend(response.headers.iter().map(|name| format!("  header {name}")));
        lines.extend(response.models.iter().map(|(media, model)| format!("  model for {media}: {model}")));
    }
    if lines.is_empty() {
        lines.push(if is_proxy { "whatever the integration says" } else { "none is declared" }.to_owned());
    }
    lines
}

fn templates(templates: &BTreeMap<String, String>, lines: &mut Vec<String>) {
    for (media, template) in templates {
        let count = template.lines().count();
        lines.push(format!("Template for {media}: {count} line{}", if count == 1 { "" } else { "s" }));
    }
}

/// An enum as manifests have it.
fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
}
