//! Golden pairs: `name.in.yaml` (objects, read in this order) → `name.out.yaml` (snapshot, diagnostics).
//!
//! `BLESS=1 cargo test -p stagegate-compile` writes what came out; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::path::Path;

use api::{RawObject, decode};
use serde_json::{Value, json};
use snapshot::NamespacedName;
use stagegate_compile::{LastGood, Objects, Ready, compile};

fn objects(text: &str) -> Objects {
    let mut objects = Objects::default();
    for document in serde_saphyr::from_multiple::<Value>(text).unwrap() {
        let RawObject::Ours(key, object) = decode(document).unwrap() else {
            panic!("a foreign kind in a golden file")
        };
        objects.add(key, *object);
    }
    objects
}

/// A line `# ready: hello:1 hello:2` names the versions that have a pod; without it all have.
fn ready(state: &str) -> Ready {
    let Some(named) = state.lines().find_map(|line| line.strip_prefix("# ready:")) else { return Ready::All };
    let version = |text: &str| {
        let (function, version) = text.split_once(':').unwrap();
        (NamespacedName::new("default", function), version.to_owned())
    };
    Ready::Those(named.split_whitespace().map(version).collect())
}

#[test]
fn every_pair_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) =
            path.file_name().unwrap().to_str().unwrap().strip_suffix(".in.yaml").map(str::to_owned)
        else {
            continue;
        };
        seen += 1;
        // A line `# then` begins the next state of all objects: what was last good comes from the one before.
        let text = fs::read_to_string(&path).unwrap();
        let mut last = LastGood::default();
        let states: Vec<Value> = text
            .split("\n# then\n")
            .map(|state| {
                let outcome = compile(&objects(state), &last, &ready(state));
                last = outcome.last_good.clone();
                let diagnostics: Vec<_> = outcome.diagnostics.iter().map(ToString::to_string).collect();
                let mut got = json!({"snapshot": outcome.snapshot, "diagnostics": diagnostics});
                if !outcome.waiting.is_empty() {
                    let waiting = outcome.waiting.iter().map(|w| format!("{}: {}", w.object, w.message));
                    got["waiting"] = waiting.collect();
                }
                got
            })
            .collect();
        let got = serde_saphyr::to_string(&states).unwrap();
        let out = folder.join(format!("{name}.out.yaml"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&out, &got).unwrap();
        } else if fs::read_to_string(&out).ok().as_deref() != Some(&got) {
            wrong.push(format!("{name}: is now\n{got}"));
        }
    }
    assert!(seen >= 5, "the golden files are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
