//! Golden pairs: `name.in.yaml` (a `FunctionVersion`) → `name.out.yaml` (the objects that run it).
//!
//! `BLESS=1 cargo test -p stagegate-operator` writes what came out; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::path::Path;

use api::FunctionVersion;
use serde_json::json;
use stagegate_operator::workloads::{WorkloadSettings, workload};

fn settings() -> WorkloadSettings {
    WorkloadSettings {
        image: "stagegate:1".to_owned(),
        python_image: "python:3".to_owned(),
        node_image: "node:24".to_owned(),
        token_secret: "stagegate-function-token".to_owned(),
        gateway_namespace: "stagegate-system".to_owned(),
    }
}

#[test]
fn every_pair_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let (mut seen, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) = file.strip_suffix(".in.yaml") else { continue };
        seen += 1;
        let version: FunctionVersion = serde_saphyr::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let workload = workload(&version, 2, &settings());
        let all = [
            json!(workload.config_map),
            json!(workload.deployment),
            json!(workload.service),
            json!(workload.network_policy),
        ];
        let got = all.map(|object| serde_saphyr::to_string(&object).unwrap()).join("---\n");
        let out = folder.join(format!("{name}.out.yaml"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&out, &got).unwrap();
        } else if fs::read_to_string(&out).ok().as_deref() != Some(&got) {
            wrong.push(format!("{name}: is now\n{got}"));
        }
    }
    assert!(seen >= 2, "the golden files are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What runs is replaced exactly when what it runs is another thing.
#[test]
fn pods_roll_with_their_content_only() {
    let version = |text: &str, min: u32| -> FunctionVersion {
        serde_json::from_value(json!({
            "apiVersion": "stagegate.dev/v1alpha1", "kind": "FunctionVersion", "metadata": {"name": "f"},
            "spec": {"functionName": "f", "version": "$LATEST", "scale": {"min": min},
                "lambda": {"runtime": "python3", "handler": "i.h", "code": {"inline": {"i.py": text}}}},
        }))
        .unwrap()
    };
    let of = |version: &FunctionVersion, replicas| {
        let workload = workload(version, replicas, &settings());
        (workload.deployment.spec.template, workload.config_map)
    };
    assert_eq!(of(&version("a", 1), 1), of(&version("a", 2), 5));
    let (one, other) = (of(&version("a", 1), 1), of(&version("b", 1), 1));
    assert_ne!(one.0, other.0);
    assert_ne!(one.1.unwrap().metadata.name, other.1.unwrap().metadata.name);
}
