//! Golden pairs of exports: `name.in.json` (a document) → `name.out.json` (the four exports of what it imports to).
//!
//! `BLESS=1 cargo test -p stagegate-openapi --test export` writes what came out; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::path::Path;

use api::ApiContent;
use serde_json::{Value, json};
use stagegate_openapi::{Export, ExportOptions, Format, export, import};

const FORMATS: [(&str, Format, bool); 4] = [
    ("oas30", Format::Oas30, false),
    ("oas30-extensions", Format::Oas30, true),
    ("swagger", Format::Swagger, false),
    ("swagger-extensions", Format::Swagger, true),
];

fn exported(content: &ApiContent, format: Format, extensions: bool) -> Export {
    let host = "pets.default.example.com";
    export("pets", "prod", content, ExportOptions { format, extensions, today: "2026-01-31", host })
}

fn content(document: &Value) -> ApiContent {
    import(document).unwrap_or_else(|problems| panic!("{problems:?}")).content
}

#[test]
fn every_pair_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) =
            path.file_name().unwrap().to_str().unwrap().strip_suffix(".in.json").map(str::to_owned)
        else {
            continue;
        };
        seen += 1;
        let document: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        // A typed content stands as it is; a document is imported.
        let content = match document.get("content") {
            Some(content) => serde_json::from_value(content.clone()).unwrap(),
            None => content(&document),
        };
        let mut all = serde_json::Map::new();
        for (key, format, extensions) in FORMATS {
            let export = exported(&content, format, extensions);
            assert!(extensions || !export.document.to_string().contains("x-amazon-"), "{name}");
            if extensions {
                // What was exported says the same when it is imported and exported again.
                let again = exported(&self::content(&export.document), format, true);
                assert_eq!(again.document, export.document, "{name}");
            }
            let lost: Vec<_> =
                export.lost.iter().map(|lost| format!("{}: {}", lost.path, lost.what)).collect();
            all.insert(
                key.to_owned(),
                json!({"file": export.file_stem, "document": export.document, "lost": lost}),
            );
        }
        let got = serde_json::to_string_pretty(&all).unwrap() + "\n";
        let out = folder.join(format!("{name}.out.json"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&out, &got).unwrap();
        } else if fs::read_to_string(&out).ok().as_deref() != Some(&got) {
            wrong.push(format!("{name}: is now\n{got}"));
        }
    }
    assert!(seen >= 4, "the golden files are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
