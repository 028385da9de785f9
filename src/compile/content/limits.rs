//! How many and how long: the CRDs say the same, but manifests of one machine and documents don't pass by them.
//!
//! What is over a limit is looked at no further, so that a hostile document stays cheap.

use std::collections::BTreeSet;

use api::{ApiContent, Mapping, Method, ObjectKey, Reason};

use super::{FieldPath, Written};
use crate::diagnostic::Diagnostics;

/// Largest template (developer guide, limits).
const LONGEST_TEMPLATE: usize = 307_200;
const LONGEST_PARAMETER: usize = 1024;
const LONGEST_URL: usize = 2048;
/// Entries of one map of a method.
const MOST_ENTRIES: usize = 100;
/// Different selection patterns of an API: each costs its compiling and its memory in every gateway.
const MOST_PATTERNS: usize = 1000;
/// Longest selection pattern.
const LONGEST_PATTERN: usize = 1024;

/// Whether everything is within the limits; what is not is reported.
pub(super) fn check(
    object: &ObjectKey,
    content: &ApiContent,
    written: Written<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut limits = Limits { object, diagnostics, is_within: true };
    limits.count(&written.setting("models"), content.models.len(), 300);
    limits.count(&written.setting("requestValidators"), content.request_validators.len(), MOST_ENTRIES);
    limits.count(&written.setting("binaryMediaTypes"), content.binary_media_types.len(), MOST_ENTRIES);
    for (kind, response) in &content.gateway_responses {
        let at = format!("{}.{}", written.setting("gatewayResponses"), kind.as_str());
        limits.texts(&format!("{at}.responseParameters"), &response.response_parameters, LONGEST_PARAMETER);
        limits.texts(&format!("{at}.responseTemplates"), &response.response_templates, LONGEST_TEMPLATE);
    }
    for (resource, methods) in &content.paths {
        for (name, method) in methods {
            limits.method(method, &|kind, field| written.path(resource, *name, kind, field));
        }
    }
    let methods = content.paths.values().flat_map(|methods| methods.values());
    let patterns: BTreeSet<&String> = methods
        .filter_map(|method| mapping_of(method))
        .flat_map(|(_, mapping)| mapping.responses.keys())
        .collect();
    limits.count(&written.setting("paths"), content.paths.len(), 300);
    if patterns.len() > MOST_PATTERNS {
        let what =
            format!("{} different selection patterns; an API may have {MOST_PATTERNS}", patterns.len());
        limits.refuse(&written.setting("paths"), what);
    }
    limits.is_within
}

fn mapping_of(method: &Method) -> Option<(&'static str, &Mapping)> {
    let lambda = method.lambda.as_ref().and_then(|lambda| Some(("lambda", lambda.mapping.as_ref()?)));
    let http = method.http.as_ref().and_then(|http| Some(("http", http.mapping.as_ref()?)));
    let mock = method.mock.as_ref().and_then(|mock| Some(("mock", mock.mapping.as_ref()?)));
    lambda.or(http).or(mock).or(method.aws.as_ref().map(|aws| ("aws", &aws.mapping)))
}

struct Limits<'a> {
    object: &'a ObjectKey,
    diagnostics: &'a mut Diagnostics,
    is_within: bool,
}

impl Limits<'_> {
    fn refuse(&mut self, at: &str, what: String) {
        self.diagnostics.error(self.object, at, Reason::Invalid, what);
        self.is_within = false;
    }

    fn count(&mut self, at: &str, count: usize, most: usize) {
        if count > most {
            self.refuse(at, format!("{count} of them; {most} are the most there may be"));
        }
    }

    fn length(&mut self, at: &str, length: usize, longest: usize) {
        if length > longest {
            self.refuse(at, format!("{length} bytes; {longest} are the most there may be"));
        }
    }

    fn texts(&mut self, at: &str, map: &std::collections::BTreeMap<String, String>, longest: usize) {
        self.count(at, map.len(), MOST_ENTRIES);
        for (key, text) in map.iter().take(MOST_ENTRIES) {
            if text.len() > longest {
                self.length(&format!("{at}.{key}"), text.len(), longest);
            }
        }
    }

    fn method(&mut self, method: &Method, at: FieldPath<'_>) {
        self.count(&at("", "requestParameters"), method.request_parameters.len(), 300);
        self.count(&at("", "requestModels"), method.request_models.len(), MOST_ENTRIES);
        self.count(&at("", "responses"), method.responses.len(), MOST_ENTRIES);
        if let Some(lambda) = &method.lambda {
            self.length(&at("lambda", "function"), lambda.function.len(), 512);
            self.texts(&at("lambda", "requestParameters"), &lambda.request_parameters, LONGEST_PARAMETER);
        }
        if let Some(http) = &method.http {
            self.length(&at("http", "url"), http.url.len(), LONGEST_URL);
            self.texts(&at("http", "requestParameters"), &http.request_parameters, LONGEST_PARAMETER);
        }
        if let Some(mock) = &method.mock {
            self.length(&at("mock", "body"), mock.body.as_ref().map_or(0, String::len), LONGEST_TEMPLATE);
            self.texts(&at("mock", "headers"), &mock.headers, LONGEST_PARAMETER);
        }
        if let Some(aws) = &method.aws {
            self.length(&at("aws", "uri"), aws.uri.len(), LONGEST_URL);
            self.length(&at("aws", "endpoint"), aws.endpoint.len(), LONGEST_URL);
            self.texts(&at("aws", "requestParameters"), &aws.request_parameters, LONGEST_PARAMETER);
        }
        if let Some((kind, mapping)) = mapping_of(method) {
            self.mapping(mapping, &|field| at(kind, &format!("mapping.{field}")));
        }
    }

    fn mapping(&mut self, mapping: &Mapping, at: &dyn Fn(&str) -> String) {
        self.texts(&at("requestTemplates"), &mapping.request_templates, LONGEST_TEMPLATE);
        self.count(&at("responses"), mapping.responses.len(), MOST_ENTRIES);
        for (pattern, response) in mapping.responses.iter().take(MOST_ENTRIES) {
            if pattern.len() > LONGEST_PATTERN {
                self.length(&at("responses"), pattern.len(), LONGEST_PATTERN);
                continue;
            }
            let of = |field: &str| at(&format!("responses.{pattern}.{field}"));
            self.texts(&of("responseParameters"), &response.response_parameters, LONGEST_PARAMETER);
            self.texts(&of("responseTemplates"), &response.response_templates, LONGEST_TEMPLATE);
        }
    }
}
