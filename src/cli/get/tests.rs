//! Golden pairs: `golden/name.in.yaml` (objects with statuses, as a cluster has them) → `golden/name.out.txt`.
//!
//! `BLESS=1 cargo test -p stagegate --bin stagegate get` writes what came out; read the difference before you commit it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::*;

fn objects(text: &str) -> Objects {
    let mut objects = Objects::default();
    for value in serde_saphyr::from_multiple::<Value>(text).unwrap() {
        objects.add(&value);
    }
    objects
}

#[test]
fn every_pair_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("get/golden");
    let (mut seen, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) = file.strip_suffix(".in.yaml") else { continue };
        seen += 1;
        let objects = objects(&fs::read_to_string(&path).unwrap());
        let everywhere = name.ends_with("everywhere");
        let got = text::render(&tree::of(&objects, &[]), everywhere);
        let out = folder.join(format!("{name}.out.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&out, &got).unwrap();
        } else if fs::read_to_string(&out).ok().as_deref() != Some(&got) {
            wrong.push(format!("{name}: is now\n{got}"));
        }
    }
    assert!(seen >= 3, "the golden files are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_named_api_comes_without_the_others_and_as_json_too() {
    let objects = objects(include_str!("golden/everywhere.in.yaml"));
    let tree = tree::of(&objects, &["houses".to_owned()]);
    assert_eq!(tree.rest_apis.len(), 1);
    assert!(tree.other_aliases.is_empty());
    let json = serde_json::to_value(&tree).unwrap();
    let stage = &json["restApis"][0]["deployments"][0]["stages"][0];
    assert_eq!((&stage["name"], &stage["state"]), (&"prod".into(), &"live".into()), "{json:#}");
    assert_eq!(stage["percent"], 90.0);
    assert_eq!(stage["functions"][0]["versions"][1]["percent"], 5.0);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(include_str!("golden/houses.out.txt")), "README.md has another tree");
}
