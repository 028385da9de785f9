//! The import rules: which room may use which, and what a pure room must not touch.
//!
//! Reads each room's manifest and, for pure rooms, its sources. A new room needs a row in `ROOMS`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of a test fail loudly, as the test itself does"
)]

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// What one room may do.
struct Room {
    name: &'static str,
    /// The rooms it may import, in its tests too.
    imports: &'static [&'static str],
    /// No async runtime, no clock, no I/O, no randomness.
    pure: bool,
    /// Nothing of the Kubernetes client, not even through what it imports.
    kube: bool,
}

const EVERY_ROOM: &[&str] =
    &["api", "openapi", "template", "snapshot", "compile", "rollout", "gateway", "runtime", "operator"];

const ROOMS: &[Room] = &[
    Room { name: "api", imports: &[], pure: true, kube: true },
    Room { name: "template", imports: &[], pure: true, kube: false },
    Room { name: "snapshot", imports: &["template"], pure: true, kube: false },
    Room { name: "rollout", imports: &["api"], pure: true, kube: true },
    Room { name: "openapi", imports: &["api"], pure: true, kube: true },
    Room {
        name: "compile",
        imports: &["api", "openapi", "snapshot", "template", "rollout"],
        pure: true,
        kube: true,
    },
    Room { name: "gateway", imports: &["snapshot", "template"], pure: false, kube: false },
    Room { name: "runtime", imports: &[], pure: false, kube: true },
    Room {
        name: "operator",
        imports: &["api", "openapi", "template", "snapshot", "compile", "rollout"],
        pure: false,
        kube: true,
    },
    Room { name: "cli", imports: EVERY_ROOM, pure: false, kube: true },
];

/// The prefix of the rooms' package names; the command line's package is `stagegate` itself.
const PREFIX: &str = "stagegate-";

/// Crates (with their families, `tokio` as well as `tokio-util`) that a pure room does without.
const IMPURE_CRATES: &[&str] = &["tokio", "rand", "fastrand", "notify", "reqwest", "hyper"];
const KUBE_CRATES: &[&str] = &["kube", "k8s-openapi"];

/// Names below `std` that a pure room does without, each with its module.
const IMPURE_STD: &[(&str, &str)] = &[
    ("std", "fs"),
    ("std", "env"),
    ("net", "TcpStream"),
    ("net", "TcpListener"),
    ("net", "UdpSocket"),
    ("net", "ToSocketAddrs"),
    ("time", "Instant"),
    ("time", "SystemTime"),
];

/// The room whose package this is.
fn room_of(package: &str) -> Option<&str> {
    if package == "stagegate" { Some("cli") } else { package.strip_prefix(PREFIX) }
}

/// Every dependency of a manifest: its table (as in `dev-dependencies`) and its package name, renames undone.
fn dependencies<'a>(manifest: &'a Table, workspace: &'a Table) -> Vec<(&'a str, &'a str)> {
    fn packages<'a>(holder: &'a Table, workspace: &'a Table, into: &mut Vec<(&'a str, &'a str)>) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (key, value) in holder.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
                let source = if inherited { workspace.get(key) } else { Some(value) };
                let renamed = source.and_then(|s| s.get("package")).and_then(Value::as_str);
                into.push((kind, renamed.unwrap_or(key)));
            }
        }
    }
    let mut found = Vec::new();
    packages(manifest, workspace, &mut found);
    for target in manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
        if let Some(target) = target.as_table() {
            packages(target, workspace, &mut found);
        }
    }
    found
}

fn is_of(package: &str, families: &[&str]) -> bool {
    families.iter().any(|family| {
        package.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
    })
}

/// The rules that a room's manifest breaks.
fn broken_by_manifest(room: &Room, manifest: &Table, workspace: &Table) -> Vec<String> {
    let mut broken = Vec::new();
    for (kind, package) in dependencies(manifest, workspace) {
        let mut breaks = |rule: &str| {
            broken.push(format!("src/{}/Cargo.toml: [{kind}] {package}: {rule}", room.name));
        };
        if let Some(other) = room_of(package)
            && !room.imports.contains(&other)
        {
            let may = if room.imports.is_empty() { "nothing local".into() } else { room.imports.join(", ") };
            breaks(&format!("{} imports {may}, not {other}", room.name));
        }
        if !room.kube && is_of(package, KUBE_CRATES) {
            breaks("the gateway, and what it imports, never use the Kubernetes client or its types");
        }
        // Tests of a pure room may do what they like.
        if room.pure && kind != "dev-dependencies" && is_of(package, IMPURE_CRATES) {
            breaks("a pure room has no async runtime, no clock, no I/O and no randomness");
        }
    }
    broken
}

/// The lines of a source that are not tests, with their numbers and without comments. A test item ends, as
/// rustfmt writes it, with a brace indented like its attribute, or with a semicolon.
fn shipped_lines(source: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = source.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let code = line.split("//").next().unwrap_or_default();
        let Some(indent) = code.strip_suffix("#[cfg(test)]") else {
            kept.push((number + 1, code));
            continue;
        };
        let end = format!("{indent}}}");
        for (_, line) in lines.by_ref() {
            if line == end || line.ends_with(';') && !line.starts_with(&format!("{indent} ")) {
                break;
            }
        }
    }
    kept
}

/// The uses of `IMPURE_STD` in a source's shipped lines: line number and name.
fn impure_uses(source: &str) -> Vec<(usize, String)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut in_use = false; // inside a `use std…` statement, which may run over several lines
    for (number, code) in shipped_lines(source) {
        let words: Vec<&str> = code.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
        let start = words.iter().position(|word| *word == "use");
        in_use |= start.is_some_and(|at| words.get(at + 1) == Some(&"std"));
        for (module, name) in IMPURE_STD {
            let by_path =
                code.split(&format!("{module}::{name}")).skip(1).any(|rest| !rest.starts_with(is_word));
            if by_path || in_use && words.contains(name) {
                found.push((number, (*name).to_owned()));
            }
        }
        in_use &= !code.contains(';');
    }
    found
}

/// The shipped sources of a folder: no `tests` or `examples` folder, no `tests.rs` and no `…_tests.rs`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if stem == "tests" || stem == "examples" || stem.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What lies in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path())
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn manifest(text: &str) -> Table {
    text.parse().unwrap_or_else(|e| panic!("{e}:\n{text}"))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn workspace_dependencies() -> Table {
    let root = manifest(&read(&root().join("Cargo.toml")));
    root["workspace"]["dependencies"].as_table().expect("[workspace.dependencies] is a table").clone()
}

fn room(name: &str) -> &'static Room {
    ROOMS.iter().find(|room| room.name == name).unwrap_or_else(|| {
        panic!(
            "src/{name}: a room that the import rules do not know; give it a row in src/cli/tests/rooms.rs"
        )
    })
}

/// The rooms that are there. Those of `ROOMS` that are still to come are simply not among them.
fn present() -> Vec<(&'static Room, PathBuf)> {
    let mut rooms = Vec::new();
    for folder in entries(&root().join("src")) {
        // A folder without a manifest is no crate: cargo refuses to build one that is listed as a member.
        if folder.join("Cargo.toml").is_file() {
            let name = folder.file_name().expect("an entry has a name").to_string_lossy();
            rooms.push((room(&name), folder.clone()));
        }
    }
    rooms
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "broken import rules:\n  {}", broken.join("\n  "));
}

#[test]
fn rooms_import_only_what_they_may() {
    let workspace = workspace_dependencies();
    let broken: Vec<String> = present()
        .iter()
        .flat_map(|(room, folder)| {
            broken_by_manifest(room, &manifest(&read(&folder.join("Cargo.toml"))), &workspace)
        })
        .collect();
    assert_none(&broken);
}

#[test]
fn pure_rooms_touch_no_clock_file_or_socket() {
    let mut broken = Vec::new();
    for (room, folder) in present().into_iter().filter(|(room, _)| room.pure) {
        let files = sources(&folder);
        assert!(!files.is_empty(), "src/{}: no sources found", room.name);
        for file in files {
            let source = read(&file);
            for (number, name) in impure_uses(&source) {
                let line = source.lines().nth(number - 1).unwrap_or_default().trim();
                let file = file.strip_prefix(&folder).unwrap_or(&file).display();
                broken.push(format!(
                    "src/{}/{file}:{number}: a pure room does not use {name}: {line}",
                    room.name
                ));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn nothing_imports_the_command_line() {
    assert!(ROOMS.iter().all(|room| !room.imports.contains(&"cli")));
    let e2e = root().join("e2e/Cargo.toml");
    if e2e.is_file() {
        let (manifest, workspace) = (manifest(&read(&e2e)), workspace_dependencies());
        let all = dependencies(&manifest, &workspace);
        assert!(
            all.iter().all(|(_, package)| room_of(package) != Some("cli")),
            "e2e/Cargo.toml: runs the binary"
        );
    }
}

#[test]
fn a_renamed_room_is_seen() {
    let workspace = manifest("compile = { package = 'stagegate-compile', path = 'src/compile' }");
    let inherited = manifest("[dev-dependencies]\ncompile.workspace = true");
    let renamed = manifest("[dependencies]\nx = { package = 'stagegate-compile', path = '../compile' }");
    for bad in [inherited, renamed] {
        let broken = broken_by_manifest(room("gateway"), &bad, &workspace);
        assert!(broken[0].ends_with("gateway imports snapshot, template, not compile"), "{broken:?}");
    }
}

#[test]
fn an_impure_or_kube_crate_is_seen() {
    let tokio =
        manifest("[target.'cfg(unix)'.dependencies]\ntokio-util = '0.7'\n[dev-dependencies]\ntokio = '1'");
    assert_eq!(broken_by_manifest(room("compile"), &tokio, &Table::new()).len(), 1);
    let kube = manifest("[dependencies]\nkube-client = '5'\nk8s-openapi = '0.29'\nkubernetes = '1'");
    assert_eq!(broken_by_manifest(room("gateway"), &kube, &Table::new()).len(), 2);
}

#[test]
fn impure_names_are_seen_outside_tests_and_comments() {
    let seen = |source: &str| impure_uses(source).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(seen("use std::time::{Duration, Instant};"), [1]);
    assert_eq!(seen("use std::{\n    fmt,\n    fs,\n};\nlet env = 1;"), [3]);
    assert_eq!(seen("let a = 1;\nlet t = std::time::SystemTime::now();"), [2]);
    assert_eq!(seen("use std::net::IpAddr; // std::fs\nlet fs = env!(\"CARGO_PKG_NAME\");"), [0; 0]);
    assert_eq!(seen("#[cfg(test)]\nmod tests {\n    use std::fs;\n    fn f() {}\n}\nuse std::env;"), [6]);
    assert_eq!(seen("#[cfg(test)]\nmod testing;\nuse std::env;"), [3]);
}
