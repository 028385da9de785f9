//! `stagegate import` and `stagegate export` as people run them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Exit code, standard output, standard error.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_stagegate")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn document() -> Value {
    json!({
        "openapi": "3.0.1", "info": {"title": "The Shop", "version": "7"}, "tags": [{"name": "t"}],
        "paths": {
            "/items/{id}": {"get": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "fine"}},
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy", "httpMethod": "ANY", "uri": "http://items.shop.svc/{i}", "timeoutInMillis": 40000,
                    "requestParameters": {"integration.request.path.i": "method.request.path.id"},
                },
            }},
        },
    })
}

#[test]
fn a_document_becomes_a_manifest_and_a_stage_of_it_a_document_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "shop.json", &document().to_string());
    let (code, manifest, errors) = run(&["import", &file]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(
        manifest.contains("name: the-shop") && manifest.contains("http://items.shop.svc/{id}"),
        "{manifest}"
    );
    let stage = "\n---\napiVersion: stagegate.dev/v1alpha1\nkind: Stage\nmetadata: {name: s}\nspec: {restApi: the-shop, name: prod, deployment: latest}\n";
    let manifests = write(folder.path(), "shop.yaml", &(manifest.clone() + stage));
    let export = ["export", "the-shop", "--stage", "prod", &manifests, "--extensions"];
    let (code, exported, lost) = run(&export);
    assert_eq!(code, 0);
    assert!(lost.contains("maximumIntegrationTimeoutMillis"), "{lost}");
    let again = write(folder.path(), "again.json", &exported);
    assert_eq!(run(&["import", &again]).1, manifest);
    let (_, yaml, _) = run(&[&export[..], &["--format", "swagger", "-o", "yaml"]].concat());
    assert!(yaml.contains("swagger: \"2.0\""), "{yaml}");
    let (_, wrote, _) = run(&[&export[..], &["--save", folder.path().to_str().unwrap()]].concat());
    assert!(wrote.ends_with("oas30_7.json\n") && folder.path().join("oas30_7.json").is_file(), "{wrote}");
    let (code, _, errors) = run(&["export", "the-shop", "--stage", "test", &manifests]);
    assert_eq!((code, errors.contains("no stage test")), (1, true));
}

#[test]
fn paths_may_begin_with_the_base_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = document();
    document["servers"] = json!([{"url": "https://example.com/v1/shop"}]);
    let file = write(folder.path(), "shop.json", &document.to_string());
    for (way, path) in
        [("ignore", "/items/{id}:"), ("prepend", "/v1/shop/items/{id}:"), ("split", "/shop/items/{id}:")]
    {
        let (code, manifest, _) = run(&["import", &file, "--base-path", way]);
        assert!(
            code == 0 && manifest.lines().any(|line| line.replace(['"', '\'', ' '], "") == path),
            "{way}: {manifest}"
        );
    }
    let (_, report, _) = run(&["import", &file, "--base-path", "prepend", "--report"]);
    assert!(!report.contains("#/servers"), "{report}");
}

#[test]
fn a_model_that_is_none_is_told_by_its_place_in_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = document();
    document["components"] = json!({"schemas": {"Item": {"type": "any"}}});
    document["x-amazon-apigateway-request-validators"] = json!({"all": {"validateRequestBody": true}});
    let get = &mut document["paths"]["/items/{id}"]["get"];
    get["x-amazon-apigateway-request-validator"] = "all".into();
    get["requestBody"] =
        json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}});
    let (code, _, errors) = run(&["import", &write(folder.path(), "shop.json", &document.to_string())]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("#/components/schemas/Item error: is no JSON Schema (draft 4)"), "{errors}");
}

#[test]
fn what_does_not_carry_over_is_said_by_json_pointer() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = document();
    let report = |document: &Value, arguments: &[&str]| {
        let file = write(folder.path(), "shop.json", &document.to_string());
        run(&[&["import", &file], arguments].concat())
    };
    let (code, lines, _) = report(&document, &["--report"]);
    let expected = [
        "#/tags is not kept: it changes no answer",
        "#/paths/~1items~1{id}/get/responses/200/description becomes `200 response`",
    ];
    assert_eq!((code, lines.lines().collect::<Vec<_>>()), (0, expected.to_vec()));
    document["paths"]["/items/{id}"]["get"]["security"] = json!([{"key": []}]);
    let (code, manifest, errors) = report(&document, &[]);
    assert_eq!((code, manifest.as_str()), (1, ""));
    assert!(errors.starts_with("#/paths/~1items~1{id}/get/security error: is not supported yet"), "{errors}");
    assert_eq!(run(&["import", "/nowhere.json"]).0, 2);
}

#[test]
fn the_examples_have_nothing_to_say_against_them() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    // Beside them is the state of those that were served.
    let visible = |path: &std::path::PathBuf| !path.file_name().unwrap().to_str().unwrap().starts_with('.');
    for path in fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).filter(visible) {
        let (code, _, errors) = run(&["plan", path.to_str().unwrap()]);
        assert_eq!((code, errors.as_str()), (0, ""), "{}", path.display());
    }
}

/// As `kubectl get -o yaml` prints objects, and `kubectl apply` takes them.
#[test]
fn a_list_stands_for_its_items() {
    let folder = tempfile::tempdir().unwrap();
    let ours = |kind: &str, name: &str, spec: Value| {
        json!({"apiVersion": "stagegate.dev/v1alpha1", "kind": kind,
        "metadata": {"name": name, "uid": "u", "creationTimestamp": "2026-11-26T00:00:00Z"}, "spec": spec, "status": {}})
    };
    let paths = json!({"/": {"GET": {"mock": {"statusCode": 204}}}});
    let stage = json!({"restApi": "a", "name": "prod", "deployment": "latest"});
    let list = |items: Value| json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items});
    let all = list(json!([ours("RestApi", "a", json!({"paths": paths})), ours("Stage", "a-prod", stage)]));
    let file = write(folder.path(), "all.json", &all.to_string());
    let (code, document, errors) = run(&["export", "a", "--stage", "prod", &file]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(document.contains("openapi"), "{document}");
    // What is wrong with an item is told as ever, and so is what is none.
    let wrong = list(json!([ours("RestApi", "b", json!({"paths": {}, "path": {}}))]));
    let (code, _, errors) = run(&["plan", &write(folder.path(), "wrong.json", &wrong.to_string())]);
    assert!(code == 1 && errors.contains("RestApi/b: spec.path"), "{errors}");
    let (code, _, errors) =
        run(&["plan", &write(folder.path(), "none.json", &list(json!({"a": 1})).to_string())]);
    assert!(code == 1 && errors.contains("document 1: items: must be a list of objects"), "{errors}");
}
