//! Answers of an operation, as exports print them.

use std::collections::BTreeMap;

use api::MethodResponse;

use crate::fields::Fields;
use crate::findings::{Findings, Reported};
use crate::models::Models;
use crate::parameters::{Place, is_empty, media_models, media_types};
use crate::reference::resolve;

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
        let headers = response.map("headers", findings)?.into_iter().map(|(name, _)| name.to_owned());
        let headers = headers.collect();
        let mut of = media_models(response, models, findings)?;
        if let Some(schema) = response.get("schema").filter(|schema| !is_empty(schema)) {
            let model = models.name_of(schema, &here.child("schema"), findings)?;
            let media = media_types(operation, place.root, "produces", findings)?;
            of.extend(media.into_iter().map(|media| (media, model.clone())));
        }
        found.insert(status.to_owned(), MethodResponse { headers, models: of });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use api::MethodName;
    use serde_json::json;

    use crate::testing::{accepts, document};

    #[test]
    fn headers_and_models_of_either_version() {
        let mut doc = document(
            "/x",
            &json!({
                "produces": ["a/b"],
                "responses": {
                    "200": {"description": "d", "headers": {"B": {}, "A": {}}, "content": {"c/d": {"schema": {"$ref": "#/definitions/M"}}}},
                    "201": {"schema": {"$ref": "#/definitions/M"}},
                    "202": {"$ref": "#/responses/R"},
                    "default": {"schema": {"$ref": "#/nowhere"}}, "x-y": 1,
                },
                "x-amazon-apigateway-integration": {"type": "mock"},
            }),
        );
        doc["definitions"] = json!({"M": {"type": "object"}});
        doc["responses"] = json!({"R": {"headers": {"C": {}}, "schema": {}}});
        let found = accepts(&doc).content.paths["/x"][&MethodName::Get].responses.clone();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["200", "201", "202"]);
        assert_eq!(found["200"].headers, ["A", "B"]);
        assert_eq!(found["200"].models["c/d"], "M");
        assert_eq!(found["201"].models["a/b"], "M");
        assert_eq!(
            (found["202"].headers.as_slice(), found["202"].models.len()),
            (["C".to_owned()].as_slice(), 0)
        );
    }
}
