//! Checks of what holds for the whole API.

use std::collections::BTreeSet;

use api::{ApiContent, Cors, ObjectKey, Reason};
use snapshot::mapping::{Side, Source};
use snapshot::{Policy, PolicyError, compile_model};

use super::header;
use super::written::Written;
use crate::diagnostic::Diagnostics;
use crate::normalise::INTEGRATION_TIMEOUT_MILLIS;

pub(super) fn check(
    object: &ObjectKey,
    content: &ApiContent,
    written: Written<'_>,
    diagnostics: &mut Diagnostics,
) {
    let longest = content.maximum_integration_timeout_millis.unwrap_or(INTEGRATION_TIMEOUT_MILLIS);
    if !(INTEGRATION_TIMEOUT_MILLIS..=900_000).contains(&longest) {
        let what = format!("{longest} must be from {INTEGRATION_TIMEOUT_MILLIS} to 900000");
        diagnostics.error(object, written.setting("maximumIntegrationTimeoutMillis"), Reason::Invalid, what);
    }
    if let Some(size) = content.minimum_compression_size.filter(|size| *size > 10_485_760) {
        let what = format!("{size} must be from 0 to 10485760");
        diagnostics.error(object, written.setting("minimumCompressionSize"), Reason::Invalid, what);
    }
    for (i, media) in content.binary_media_types.iter().enumerate() {
        if !is_media_type(media) {
            let what = format!("{media:?} is not a media type such as image/png, application/* or */*");
            diagnostics.error(
                object,
                format!("{}[{i}]", written.setting("binaryMediaTypes")),
                Reason::Invalid,
                what,
            );
        } else if media.starts_with("*/") && media != "*/*" {
            let what =
                format!("no body is of {media}: a star stands for what is right of the slash, or is */*");
            let field = format!("{}[{i}]", written.setting("binaryMediaTypes"));
            diagnostics.warning(object, field, Reason::NoEffect, what);
        }
    }
    for (name, model) in &content.models {
        if !model.schema.is_object() {
            let at = written.model(name);
            diagnostics.error(object, at, Reason::Invalid, "must be a JSON Schema, which is an object");
        }
        check_references(object, content, name, &written.model(name), diagnostics);
    }
    if let Some(Err(error)) = content.policy.as_ref().map(Policy::parse) {
        let reason = match error {
            PolicyError::Shape(_) => Reason::Invalid,
            PolicyError::Unsupported(..) => Reason::Unsupported,
        };
        diagnostics.error(object, written.setting("policy"), reason, error);
    }
    if let Some(cors) = &content.cors {
        check_cors(object, cors, &written.setting("cors"), diagnostics);
    }
    check_models(object, content, written, diagnostics);
    check_gateway_responses(object, content, &written.setting("gatewayResponses"), diagnostics);
}

fn check_cors(object: &ObjectKey, cors: &Cors, root: &str, diagnostics: &mut Diagnostics) {
    for (i, origin) in cors.allow_origins.iter().enumerate() {
        let is_origin = origin.split_once("://").is_some_and(|(scheme, rest)| {
            matches!(scheme, "http" | "https") && !rest.is_empty() && !rest.contains(['/', '*', ' '])
        });
        if origin != "*" && !is_origin {
            let what = format!("{origin:?} is no origin such as https://app.example.com, nor *");
            diagnostics.error(object, format!("{root}.allowOrigins[{i}]"), Reason::Invalid, what);
        }
    }
    if cors.allow_credentials && cors.allow_origins.iter().any(|origin| origin == "*") {
        let what = "browsers take no credentials where the origin is *; name the origins";
        diagnostics.error(object, format!("{root}.allowCredentials"), Reason::Conflict, what);
    }
    for (field, names) in [("allowHeaders", &cors.allow_headers), ("exposeHeaders", &cors.expose_headers)] {
        for (i, name) in names.iter().enumerate().filter(|(_, name)| !header::is_name(name) && *name != "*") {
            let what = format!("{name:?} is no name of a header");
            diagnostics.error(object, format!("{root}.{field}[{i}]"), Reason::Invalid, what);
        }
    }
}

/// Models that bodies are held against must be JSON Schemas that can be used.
fn check_models(
    object: &ObjectKey,
    content: &ApiContent,
    written: Written<'_>,
    diagnostics: &mut Diagnostics,
) {
    let methods = content.paths.values().flat_map(|methods| methods.values());
    let checks_bodies = |method: &api::Method| {
        let validator =
            method.request_validator.as_ref().and_then(|name| content.request_validators.get(name));
        validator.is_some_and(|validator| validator.validate_request_body)
    };
    let used: BTreeSet<&String> = methods
        .filter(|method| checks_bodies(method))
        .flat_map(|method| method.request_models.values())
        .collect();
    let schemas = content.models.iter().map(|(name, model)| (name.clone(), model.schema.clone())).collect();
    for name in used.into_iter().filter(|name| content.models.contains_key(*name)) {
        if let Err(error) = compile_model(&schemas, name) {
            let at = written.model(name);
            diagnostics.error(
                object,
                at,
                Reason::Unsupported,
                format!("is no JSON Schema (draft 4) that is supported: {error}"),
            );
        }
    }
}

/// References between models lead to models.
fn check_references(
    object: &ObjectKey,
    content: &ApiContent,
    name: &str,
    at: &str,
    diagnostics: &mut Diagnostics,
) {
    fn references<'a>(schema: &'a serde_json::Value, found: &mut Vec<&'a str>) {
        match schema {
            serde_json::Value::Object(object) => {
                let target = object.get("$ref").and_then(serde_json::Value::as_str);
                found.extend(target.and_then(|target| target.strip_prefix("#/models/")));
                object.values().for_each(|value| references(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(model) = content.models.get(name) {
        references(&model.schema, &mut found);
    }
    for target in found {
        let model = target.split('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        if !content.models.contains_key(&model) {
            diagnostics.error(
                object,
                at,
                Reason::NotFound,
                format!("#/models/{target} leads to no model of the API"),
            );
        }
    }
}

fn check_gateway_responses(
    object: &ObjectKey,
    content: &ApiContent,
    root: &str,
    diagnostics: &mut Diagnostics,
) {
    for (kind, response) in &content.gateway_responses {
        let at = format!("{root}.{}", kind.as_str());
        if let Some(status) = response.status_code.filter(|status| !(200..=599).contains(status)) {
            let what = format!("{status} must be from 200 to 599");
            diagnostics.error(object, format!("{at}.statusCode"), Reason::Invalid, what);
        }
        for (place, source) in &response.response_parameters {
            let path = format!("{at}.responseParameters.{place}");
            if !place.strip_prefix("gatewayresponse.header.").is_some_and(header::is_name) {
                let what = "is no header of a gateway response; gatewayresponse.header.NAME is";
                diagnostics.error(object, path.clone(), Reason::Invalid, what);
            }
            match Source::check(source, Side::Request) {
                Ok(source) if source.reads_body() => {
                    let what = "a gateway response can't read the request's body";
                    diagnostics.error(object, path, Reason::Unsupported, what);
                }
                Ok(_) => {}
                Err(error) => diagnostics.error(object, path, Reason::Invalid, error),
            }
        }
    }
}

fn is_media_type(text: &str) -> bool {
    let part = |part: &str| {
        part == "*"
            || (!part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b)))
    };
    text.split_once('/').is_some_and(|(kind, sub)| part(kind) && part(sub))
}
