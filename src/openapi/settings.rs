//! What a document says of the API as a whole.

use std::collections::BTreeMap;

use api::{ApiInfo, GatewayResponse, GatewayResponseType, RequestValidator};
use serde_json::Value;

use crate::extensions::{GATEWAY_RESPONSES, MINIMUM_COMPRESSION_SIZE, POLICY, REQUEST_VALIDATORS};
use crate::fields::{Fields, kind};
use crate::findings::{Findings, Reported, clipped};
use crate::integration::mapping;

pub(crate) fn validators(
    root: Fields<'_>,
    findings: &mut Findings,
) -> Result<BTreeMap<String, RequestValidator>, Reported> {
    let at = root.at.child(REQUEST_VALIDATORS);
    let mut found = BTreeMap::new();
    for (name, value) in root.map(REQUEST_VALIDATORS, findings)? {
        let here = at.child(name);
        let fields = Fields::of(value, here, findings)?;
        let mut flag = |key: &str| match fields.get(key) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(other) => {
                Err(findings.invalid(&here.child(key), format!("must be true or false, not {}", kind(other))))
            }
        };
        let (body, parameters) = (flag("validateRequestBody"), flag("validateRequestParameters"));
        for (key, _) in fields.sorted() {
            if key != "validateRequestBody" && key != "validateRequestParameters" {
                findings.unsupported(&here.child(key), "is not supported");
            }
        }
        let validator =
            RequestValidator { validate_request_body: body?, validate_request_parameters: parameters? };
        found.insert(name.to_owned(), validator);
    }
    Ok(found)
}

/// Developer guide, api-gateway-swagger-extensions-gateway-responses.
pub(crate) fn gateway_responses(
    root: Fields<'_>,
    findings: &mut Findings,
) -> Result<BTreeMap<GatewayResponseType, GatewayResponse>, Reported> {
    let at = root.at.child(GATEWAY_RESPONSES);
    let mut found = BTreeMap::new();
    for (name, value) in root.map(GATEWAY_RESPONSES, findings)? {
        let here = at.child(name);
        let Some(kind) = GatewayResponseType::parse(name) else {
            findings.invalid(&here, format!("{} is no type of gateway response", clipped(name)));
            continue;
        };
        let fields = Fields::of(value, here, findings)?;
        for (key, _) in fields.sorted() {
            if !["statusCode", "responseParameters", "responseTemplates"].contains(&key) {
                findings.unsupported(&here.child(key), "is not supported");
            }
        }
        let status = match fields.get("statusCode") {
            None => Ok(None),
            Some(_) => mapping::status(fields, findings).map(Some),
        };
        let response = GatewayResponse {
            response_parameters: mapping::texts(fields, "responseParameters", findings)?,
            response_templates: mapping::texts(fields, "responseTemplates", findings)?,
            status_code: status?,
        };
        found.insert(kind, response);
    }
    Ok(found)
}

pub(crate) fn minimum_compression_size(
    root: Fields<'_>,
    findings: &mut Findings,
) -> Result<Option<u32>, Reported> {
    let Some(value) = root.get(MINIMUM_COMPRESSION_SIZE) else { return Ok(None) };
    let bytes =
        value.as_u64().and_then(|bytes| u32::try_from(bytes).ok()).filter(|bytes| *bytes <= 10_485_760);
    bytes.map(Some).ok_or_else(|| {
        findings.invalid(&root.at.child(MINIMUM_COMPRESSION_SIZE), "must be a number of bytes, 0 to 10485760")
    })
}

pub(crate) fn policy(root: Fields<'_>, findings: &mut Findings) -> Result<Option<Value>, Reported> {
    match root.get(POLICY) {
        None => Ok(None),
        Some(policy @ Value::Object(_)) => Ok(Some(policy.clone())),
        Some(other) => {
            let what = format!("must be a policy document, which is an object, not {}", kind(other));
            Err(findings.invalid(&root.at.child(POLICY), what))
        }
    }
}

pub(crate) fn info(root: Fields<'_>, findings: &mut Findings) -> Result<Option<ApiInfo>, Reported> {
    let Some(value) = root.get("info") else { return Ok(None) };
    let fields = Fields::of(value, root.at.child("info"), findings)?;
    // Without quotes a version is a number to YAML.
    let text = |key: &str| match fields.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(other @ Value::Number(_)) => Some(other.to_string()),
        _ => None,
    };
    let info = ApiInfo { title: text("title"), version: text("version"), description: text("description") };
    Ok((info != ApiInfo::default()).then_some(info))
}
