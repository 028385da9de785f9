//! Checks of mappings: what does not parse is an error, but for templates, whose requests fail (as on the service).

use std::collections::BTreeMap;

use api::{Mapping, ObjectKey, Reason};
use snapshot::mapping::{Place, Side, Source, check_pattern, check_response_header};
use template::Template;

use super::FieldPath;
use crate::diagnostic::Diagnostics;

/// Checks `requestParameters` of an integration.
pub(super) fn check_parameters(
    object: &ObjectKey,
    kind: &str,
    parameters: &BTreeMap<String, String>,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    for (place, source) in parameters {
        let path = at(kind, &format!("requestParameters.{place}"));
        if let Err(error) = Place::parse(place) {
            diagnostics.error(object, path.clone(), Reason::Invalid, error);
        }
        if let Err(error) = Source::check(source, Side::Request) {
            diagnostics.error(object, path, Reason::Invalid, error);
        }
    }
}

/// Checks templates and responses.
pub(super) fn check(
    object: &ObjectKey,
    kind: &str,
    mapping: &Mapping,
    at: FieldPath<'_>,
    diagnostics: &mut Diagnostics,
) {
    check_templates(
        object,
        &mapping.request_templates,
        &|media| at(kind, &format!("mapping.requestTemplates.{media}")),
        diagnostics,
    );
    if mapping.responses.is_empty() {
        let what = "no response is set up, and requests are answered 500; default: {statusCode: 200} answers all of them";
        diagnostics.warning(object, at(kind, "mapping.responses"), Reason::FailsAtRequest, what);
    }
    if mapping.responses.contains_key("default") && mapping.responses.contains_key("") {
        let what = "is the default, too; say it once";
        diagnostics.error(object, at(kind, "mapping.responses.default"), Reason::Conflict, what);
    }
    for (pattern, response) in &mapping.responses {
        let field = |rest: &str| at(kind, &format!("mapping.responses.{pattern}{rest}"));
        if let Err(error) = check_pattern(pattern) {
            // The error of the regex crate draws a picture over several lines; its last one says what is wrong.
            let text = error.to_string();
            let why = text.lines().next_back().unwrap_or_default();
            let what =
                format!("is no selection pattern that is supported: {}", why.trim_start_matches("error: "));
            diagnostics.error(object, field(""), Reason::Unsupported, what);
        }
        if !(100..=599).contains(&response.status_code) {
            let what = format!("{} must be from 100 to 599", response.status_code);
            diagnostics.error(object, field(".statusCode"), Reason::Invalid, what);
        }
        for (place, source) in &response.response_parameters {
            let path = field(&format!(".responseParameters.{place}"));
            if let Err(error) = check_response_header(place) {
                diagnostics.error(object, path.clone(), Reason::Invalid, error);
            }
            if let Err(error) = Source::check(source, Side::Response) {
                diagnostics.error(object, path, Reason::Invalid, error);
            }
        }
        check_templates(
            object,
            &response.response_templates,
            &|media| field(&format!(".responseTemplates.{media}")),
            diagnostics,
        );
    }
}

fn check_templates(
    object: &ObjectKey,
    templates: &BTreeMap<String, String>,
    at: &dyn Fn(&str) -> String,
    diagnostics: &mut Diagnostics,
) {
    for (media, text) in templates {
        if let Err(error) = Template::parse(text) {
            let what =
                format!("the template does not parse, and requests that need it are answered 500: {error}");
            diagnostics.warning(object, at(media), Reason::FailsAtRequest, what);
        }
    }
}
