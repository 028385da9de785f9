//! From the content of an API to a document, as exports of the service look.
//!
//! Recorded: `LocalStack` `test_export_swagger_openapi`, `test_export_oas30_openapi`.

mod integration;
mod mock;
mod operation;
mod root;
mod schema;
#[cfg(test)]
mod tests;

use api::{ApiContent, ApiInfo, MethodName, Reason, ResourceMethods};
use serde_json::{Map, Value, json};

use crate::Finding;
use crate::extensions::ANY_METHOD;
use crate::path_item::METHODS;

/// Version of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `OpenAPI` 3.0.1.
    Oas30,
    /// Swagger 2.0.
    Swagger,
}

/// How to export.
#[derive(Clone, Copy, Debug)]
pub struct ExportOptions<'a> {
    /// Version of the specification.
    pub format: Format,
    /// With everything that begins with `x-amazon-apigateway-`, or nothing of it.
    pub extensions: bool,
    /// Version of an API that has none.
    pub today: &'a str,
    /// Host name of the API.
    pub host: &'a str,
}

/// What an export gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The document.
    pub document: Value,
    /// Name for a file of it, without ending.
    pub file_stem: String,
    /// What the API has and the document can't say, by the field of the content.
    pub lost: Vec<Finding>,
}

/// Exports what a stage of an API serves. With extensions the document can be imported again, here and elsewhere.
pub fn export(api: &str, stage: &str, content: &ApiContent, options: ExportOptions<'_>) -> Export {
    let mut out = Out { options, lost: Vec::new() };
    let none = ApiInfo::default();
    let said = content.info.as_ref().unwrap_or(&none);
    let version = said.version.as_deref().unwrap_or(options.today);
    let mut info = object(json!({"title": said.title.as_deref().unwrap_or(api), "version": version}));
    insert_some(&mut info, "description", said.description.as_deref());
    let paths: Map<String, Value> =
        content.paths.iter().map(|(path, methods)| (path.clone(), out.path_item(path, methods))).collect();
    let schemas = schema::all(&content.models, options.format);
    let mut document = match options.format {
        Format::Oas30 => {
            let server = json!({
                "url": format!("https://{}/{{basePath}}", options.host),
                "variables": {"basePath": {"default": stage}},
            });
            let components = if schemas.is_empty() { json!({}) } else { json!({"schemas": schemas}) };
            json!({"openapi": "3.0.1", "info": info, "servers": [server], "paths": paths, "components": components})
        }
        Format::Swagger => {
            let mut document = json!({
                "swagger": "2.0", "info": info, "host": options.host, "basePath": format!("/{stage}"),
                "schemes": ["https"], "paths": paths,
            });
            if !schemas.is_empty() {
                document["definitions"] = schemas.into();
            }
            document
        }
    };
    if options.extensions {
        root::extensions(content, &mut document);
        if content.maximum_integration_timeout_millis.is_some() {
            let what = "documents have no place for it; it is set beside the document";
            out.lose("maximumIntegrationTimeoutMillis".to_owned(), what);
        }
        if content.cors.is_some() {
            out.lose("cors".to_owned(), "documents have no place for it; it is set beside the document");
        }
    }
    let format = match options.format {
        Format::Oas30 => "oas30",
        Format::Swagger => "swagger",
    };
    Export { document, file_stem: format!("{format}_{}", in_file_name(version)), lost: out.lost }
}

struct Out<'a> {
    options: ExportOptions<'a>,
    lost: Vec<Finding>,
}

impl Out<'_> {
    fn lose(&mut self, path: String, what: &str) {
        self.lost.push(Finding { path, what: what.to_owned(), reason: Reason::NoEffect });
    }

    fn path_item(&mut self, path: &str, methods: &ResourceMethods) -> Value {
        let mut item = Map::new();
        for (name, method) in methods {
            let key = match METHODS.iter().find(|(_, known)| known == name) {
                Some((key, _)) => key,
                // Documents have no other word for any method.
                None if self.options.extensions => ANY_METHOD,
                None => {
                    let at = format!("paths.{path}.{}", MethodName::Any.as_str());
                    self.lose(at, "documents can say this with extensions only");
                    continue;
                }
            };
            item.insert((*key).to_owned(), operation::export(self, path, *name, method));
        }
        item.into()
    }
}

/// A version may be any text, and a file's name not.
fn in_file_name(version: &str) -> String {
    version
        .chars()
        .map(|c| if c.is_alphanumeric() || ".-_+".contains(c) { c } else { '_' })
        .take(64)
        .collect()
}

/// What a `json!({…})` is, as a map.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn insert_some<T: Into<Value>>(object: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}
