//! Parameters and bodies of requests.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fields::{Fields, kind};
use crate::findings::{At, Findings, Reported, clipped};
use crate::models::Models;

/// What an operation says of its requests.
#[derive(Default)]
pub(crate) struct Request {
    /// `method.request.querystring.page` → whether it is required.
    pub(crate) parameters: BTreeMap<String, bool>,
    /// Media type → model.
    pub(crate) models: BTreeMap<String, String>,
}

/// Where an operation stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) root: Fields<'a>,
    /// Parameters of the path item, which hold for each of its operations.
    pub(crate) shared: &'a [Value],
    /// Name for models that stand in place, such as `GetHousesId`.
    pub(crate) name: &'a str,
}

pub(crate) fn read(
    operation: Fields<'_>,
    place: Place<'_>,
    models: &mut Models,
    findings: &mut Findings,
) -> Result<Request, Reported> {
    let mut request = Request::default();
    let own = list(operation, "parameters", findings)?;
    let at = operation.at.child("parameters");
    for parameter in place.shared.iter().chain(own) {
        parameter_of(parameter, operation, place, &mut request, models, &at, findings)?;
    }
    if let Some(body) = operation.get("requestBody") {
        let at = operation.at.child("requestBody");
        let body = Fields::of(resolve(body, place.root, &at, findings)?, at, findings)?;
        for (media, content) in body.map("content", findings)? {
            let Some(schema) = content.get("schema") else { continue };
            let name = format!("{}Request", place.name);
            if let Some(model) = models.name_of(schema, &name, &at, findings) {
                request.models.insert(media.to_owned(), model);
            }
        }
    }
    Ok(request)
}

/// A field that is a list; none where it is not there.
pub(crate) fn list<'a>(
    fields: Fields<'a>,
    key: &str,
    findings: &mut Findings,
) -> Result<&'a [Value], Reported> {
    match fields.get(key) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(other) => {
            Err(findings.invalid(&fields.at.child(key), format!("must be a list, not {}", kind(other))))
        }
    }
}

fn parameter_of(
    parameter: &Value,
    operation: Fields<'_>,
    place: Place<'_>,
    request: &mut Request,
    models: &mut Models,
    at: &At<'_>,
    findings: &mut Findings,
) -> Result<(), Reported> {
    let fields = Fields::of(resolve(parameter, place.root, at, findings)?, *at, findings)?;
    let name = fields.text("name", findings)?.unwrap_or_default();
    let required = fields.get("required").and_then(Value::as_bool).unwrap_or(false);
    let location = match fields.text("in", findings)?.unwrap_or_default() {
        "query" => "querystring",
        "header" => "header",
        "path" => "path",
        "body" => {
            let Some(schema) = fields.get("schema") else { return Ok(()) };
            let model = models.name_of(schema, &format!("{}Request", place.name), at, findings);
            for media in consumed(operation, place.root, "consumes") {
                request.models.extend(model.clone().map(|model| (media, model)));
            }
            return Ok(());
        }
        // Developer guide, api-gateway-known-issues: cookies are no parameters.
        other @ ("cookie" | "formData") => {
            findings.no_effect(
                at,
                format!("the parameter {} is in {other}, which is not looked at", clipped(name)),
            );
            return Ok(());
        }
        other => {
            let what = format!(
                "the parameter {} must be in query, header, path or body, not {}",
                clipped(name),
                clipped(other)
            );
            return Err(findings.invalid(at, what));
        }
    };
    if name.is_empty() {
        return Err(findings.invalid(at, "a parameter has no name"));
    }
    request.parameters.insert(format!("method.request.{location}.{name}"), required);
    Ok(())
}

/// Media types that a Swagger operation consumes or produces.
pub(crate) fn consumed(operation: Fields<'_>, root: Fields<'_>, key: &str) -> Vec<String> {
    let listed = operation.get(key).or_else(|| root.get(key)).and_then(Value::as_array);
    let types: Vec<String> =
        listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if types.is_empty() { vec!["application/json".to_owned()] } else { types }
}

/// What a `$ref` leads to, once; the value itself where it is none.
pub(crate) fn resolve<'a>(
    value: &'a Value,
    root: Fields<'a>,
    at: &At<'_>,
    findings: &mut Findings,
) -> Result<&'a Value, Reported> {
    let Some(target) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
    let mut keys = target.strip_prefix("#/").into_iter().flat_map(|path| path.split('/'));
    let found = keys.next().and_then(|first| root.get(first));
    let found = keys.fold(found, |value, key| value?.get(key));
    found.filter(|found| found.get("$ref").is_none()).ok_or_else(|| {
        findings.invalid(at, format!("$ref {} leads nowhere in the document", clipped(target)))
    })
}
