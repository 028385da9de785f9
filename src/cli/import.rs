//! `stagegate import`: from a document to a manifest.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use api::{ApiContent, RestApiSpec};
use clap::{Args, ValueEnum};
use compile::{Diagnostic, LastGood, Objects, Ready, Severity, compile, normalise};
use openapi::{BasePath, MOST_FINDINGS, below_base_path, left_out, pointer, shortened};
use serde::Serialize;
use serde_json::{Value, json};

use crate::manifests::yaml_options;

/// A file larger than this is no document.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// Timeout of integrations above which an API says so, in milliseconds.
const DEFAULT_TIMEOUT: u32 = 29_000;
/// What a report lists at most of what is passed over.
const MOST_LEFT_OUT: usize = 10_000;

/// Arguments of `import`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// OpenAPI 3.0 or Swagger 2.0 document, in JSON or YAML; `-` reads standard input
    file: PathBuf,
    /// Name of the RestApi; the document's title unless set
    #[arg(long)]
    name: Option<String>,
    /// Namespace of the RestApi
    #[arg(long)]
    namespace: Option<String>,
    /// Lists everything that would not carry over, instead of printing the manifest
    #[arg(long)]
    report: bool,
    /// What becomes of the document's base path: nothing, every path begins with it, or with all but its first part
    #[arg(long, value_enum, default_value_t = OfBasePath::Ignore)]
    base_path: OfBasePath,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum OfBasePath {
    Ignore,
    Prepend,
    Split,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: RestApiSpec,
}

#[derive(Serialize)]
struct Metadata {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

/// Exit 0 (warnings allowed), or 1 where something of the document is refused: then no manifest is printed.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let document = read(&arguments.file)?;
    let name = arguments.name.clone().unwrap_or_else(|| name_of(&document, &arguments.file));
    let imported = openapi::import(&document).ok().map(|import| import.content);
    let longest = imported.as_ref().and_then(longest_timeout);
    let findings = findings(&document, &name, longest);
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    if arguments.report {
        for finding in &findings {
            println!("{}", line(&document, finding));
        }
        let is_kept =
            |path: &str| arguments.base_path != OfBasePath::Ignore && ["basePath", "servers"].contains(&path);
        for finding in left_out(&document, MOST_LEFT_OUT).iter().filter(|finding| !is_kept(&finding.path)) {
            println!("{} {}", place(&document, &finding.path), finding.what);
        }
    } else {
        for finding in &findings {
            eprintln!("{}", line(&document, finding));
        }
    }
    match imported.filter(|_| !refused) {
        None => return Ok(ExitCode::from(1)),
        Some(_) if arguments.report => {}
        Some(content) => {
            let base_path = match arguments.base_path {
                OfBasePath::Ignore => BasePath::Ignore,
                OfBasePath::Prepend => BasePath::Prepend,
                OfBasePath::Split => BasePath::Split,
            };
            let content = below_base_path(content, &document, base_path);
            let spec = spec(shortened(normalise(content)), longest);
            let metadata = Metadata { name, namespace: arguments.namespace.clone() };
            let manifest = Manifest { api_version: api::API_VERSION, kind: "RestApi", metadata, spec };
            print!("{}", serde_saphyr::to_string(&manifest)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Value> {
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin().take(LARGEST_FILE).read_to_string(&mut text).context("standard input")?;
    } else {
        let shown = || file.display().to_string();
        if fs::metadata(file).with_context(shown)?.len() > LARGEST_FILE {
            bail!("{}: is larger than 16 MiB", file.display());
        }
        text = fs::read_to_string(file).with_context(shown)?;
    }
    // JSON is YAML, but its own reader says better what is wrong.
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text).or_else(|error| {
            serde_saphyr::from_str_with_options(&text, yaml_options())
                .map_err(|_| anyhow::Error::new(error).context(file.display().to_string()))
        });
    }
    serde_saphyr::from_str_with_options(&text, yaml_options()).with_context(|| file.display().to_string())
}

/// A DNS label out of the title, or the file's name.
fn name_of(document: &Value, file: &Path) -> String {
    let title = document.pointer("/info/title").and_then(Value::as_str).unwrap_or_default();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    [title, &*stem].into_iter().map(label).find(|label| !label.is_empty()).unwrap_or_else(|| "api".to_owned())
}

fn label(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    joined.chars().take(63).collect::<String>().trim_end_matches('-').to_owned()
}

/// The longest timeout, where it is longer than an API allows by itself.
fn longest_timeout(content: &ApiContent) -> Option<u32> {
    let methods = content.paths.values().flat_map(|methods| methods.values());
    let timeout = |method: &api::Method| {
        let lambda = method.lambda.as_ref().and_then(|lambda| lambda.timeout_millis);
        let http = method.http.as_ref().and_then(|http| http.timeout_millis);
        lambda.or(http).or(method.aws.as_ref().and_then(|aws| aws.timeout_millis))
    };
    methods.filter_map(|method| timeout(method)).max().filter(|millis| *millis > DEFAULT_TIMEOUT)
}

/// What compile says of the document, which is what `plan` and the operator would say.
fn findings(document: &Value, name: &str, longest: Option<u32>) -> Vec<Diagnostic> {
    let mut spec = json!({"openapi": document});
    if let Some(longest) = longest {
        spec["maximumIntegrationTimeoutMillis"] = longest.into();
    }
    let manifest =
        json!({"apiVersion": api::API_VERSION, "kind": "RestApi", "metadata": {"name": name}, "spec": spec});
    let mut objects = Objects::default();
    if let Ok(api::RawObject::Ours(key, object)) = api::decode(manifest) {
        objects.add(key, *object);
    }
    let mut found = compile(&objects, &LastGood::default(), &Ready::All).diagnostics;
    found.sort_by_key(|finding| finding.severity);
    found.truncate(2 * MOST_FINDINGS);
    found
}

fn line(document: &Value, finding: &Diagnostic) -> String {
    let path = &finding.path;
    let at = match path.strip_prefix("spec.openapi").filter(|rest| rest.is_empty() || rest.starts_with('.')) {
        Some(rest) => place(document, rest.trim_start_matches('.')),
        None => path.clone(),
    };
    let kind = match finding.severity {
        Severity::Error => "error: ".to_owned(),
        Severity::Warning => format!("{:?}: ", finding.reason),
    };
    format!("{at} {kind}{}", finding.message)
}

/// A JSON pointer as a fragment: `#/paths/~1x`.
fn place(document: &Value, path: &str) -> String {
    format!("#{}", pointer(document, path))
}

fn spec(content: ApiContent, longest: Option<u32>) -> RestApiSpec {
    RestApiSpec {
        paths: Some(content.paths),
        openapi: None,
        binary_media_types: Some(content.binary_media_types).filter(|types| !types.is_empty()),
        maximum_integration_timeout_millis: longest,
        minimum_compression_size: content.minimum_compression_size,
        models: content.models,
        request_validators: content.request_validators,
        gateway_responses: content.gateway_responses,
        policy: content.policy,
        cors: content.cors,
        info: content.info,
        deployment_history_limit: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_title_or_the_file() {
        let of = |title: &str, file: &str| name_of(&json!({"info": {"title": title}}), Path::new(file));
        assert_eq!(of("Simple PetStore (Swagger)", "x.json"), "simple-petstore-swagger");
        assert_eq!(of("日本", "/a/pet_store.yaml"), "pet-store");
        assert_eq!(of("", "-"), "api");
        assert_eq!(of(&"a-".repeat(60), "x").len(), 63);
    }
}
