//! Answers of an operation, as exports print them.

use std::collections::BTreeMap;

use api::MethodResponse;
use serde_json::Value;

use crate::fields::Fields;
use crate::findings::{Findings, Reported};
use crate::models::Models;
use crate::parameters::{Place, consumed, resolve};

pub(crate) fn read(
    operation: Fields<'_>,
    place: Place<'_>,
    models: &mut Models,
    findings: &mut Findings,
) -> Result<BTreeMap<String, MethodResponse>, Reported> {
    let mut found = BTreeMap::new();
    let at = operation.at.child("responses");
    for (status, value) in operation.map("responses", findings)? {
        let here = at.child(status);
        // `default` and ranges are no responses of the service.
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let response = Fields::of(resolve(value, place.root, &here, findings)?, here, findings)?;
        let headers =
            response.map("headers", findings)?.into_iter().map(|(name, _)| name.to_owned()).collect();
        let name = format!("{}Response{status}", place.name);
        let mut of = BTreeMap::new();
        for (media, content) in response.map("content", findings)? {
            if let Some(schema) = content.get("schema").filter(|schema| !is_empty(schema)) {
                of.extend(
                    models.name_of(schema, &name, &here, findings).map(|model| (media.to_owned(), model)),
                );
            }
        }
        if let Some(schema) = response.get("schema").filter(|schema| !is_empty(schema))
            && let Some(model) = models.name_of(schema, &name, &here, findings)
        {
            of.extend(
                consumed(operation, place.root, "produces").into_iter().map(|media| (media, model.clone())),
            );
        }
        found.insert(status.to_owned(), MethodResponse { headers, models: of });
    }
    Ok(found)
}

fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(serde_json::Map::is_empty)
}
