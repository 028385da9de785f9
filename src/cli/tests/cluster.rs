//! The commands for clusters as people call them: the real binary, with a kubeconfig or a checkout.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use axum::extract::Request;
use serde_json::{Value, json};

const STAGES: &str = "\
apiVersion: stagegate.dev/v1alpha1
kind: Stage
metadata: {name: houses-prod}
spec:
  restApi: houses
  name: prod
  # Pinned.
  deployment: houses-v1
  variables: {lambdaAlias: PROD}
  # One request in ten.
  canary:
    percent: 10   # for now
    variables: {lambdaAlias: TEST}
";

/// `examples/houses`, to be edited.
fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/houses");
    for entry in fs::read_dir(example).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.path().join("stages.yaml"), STAGES).unwrap();
    folder
}

struct Run {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Run {
    /// Without a cluster.
    fn offline() -> Self {
        Self { program: env!("CARGO_BIN_EXE_stagegate").into(), kubeconfig: "/nonexistent".into() }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("KUBECONFIG", &self.kubeconfig).env("RUST_BACKTRACE", "0");
        command.env_remove("KUBERNETES_SERVICE_HOST").env_remove("KUBERNETES_SERVICE_PORT");
        command.output().unwrap()
    }

    #[track_caller]
    fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn bad(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn promotion_in_a_checkout_keeps_comments() {
    let folder = checkout();
    let (write, run) = (folder.path().to_str().unwrap(), Run::offline());
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    let promote = ["promote", "houses", "--stage", "prod", "--write", write];
    let diff = run.good(&[&promote[..], &["--dry-run"]].concat());
    let changed: Vec<_> = diff.lines().skip(2).filter(|line| line.starts_with(['-', '+'])).collect();
    let expected = [
        "-  variables: {lambdaAlias: PROD}",
        "+  variables: {lambdaAlias: TEST}",
        "-    percent: 10   # for now",
        "+    percent: 0   # for now",
    ];
    assert_eq!(changed, expected, "{diff}");
    assert_eq!(read("stages.yaml"), STAGES);
    run.good(&promote);
    let expected =
        STAGES.replace("{lambdaAlias: PROD}", "{lambdaAlias: TEST}").replace("percent: 10 ", "percent: 0 ");
    assert_eq!(read("stages.yaml"), expected);
    assert!(run.good(&promote).contains("Stage/houses-prod: says so already"));
    let aliases = read("aliases.yaml");
    run.good(&["promote", "hello:PROD", "--write", write]);
    let expected = aliases.replace(
        "  functionVersion: \"1\"\n  additionalVersionWeights:\n    \"2\": 0.05\n",
        "  functionVersion: \"2\"\n",
    );
    assert_eq!(read("aliases.yaml"), expected);
    assert!(
        run.bad(&["rollback", "hello:PROD", "--to", "9", "--write", write])
            .contains("hello:9 has no FunctionVersion")
    );
}

#[test]
fn deploy_in_a_checkout_needs_no_cluster_for_what_the_files_have() {
    let folder = checkout();
    let (write, run) = (folder.path().to_str().unwrap(), Run::offline());
    let deploy =
        |name: &str| ["deploy", "houses", name, "--stage", "prod", "--write", write].map(str::to_owned);
    let deploy = |name: &str| run.good(&deploy(name).each_ref().map(|text| &**text));
    assert!(deploy("houses-v1").contains("says so already"));
    assert!(deploy("newest").contains("spec.deployment: houses-v1 -> houses-3b5f1ec122"));
    assert!(deploy("latest").contains("-> latest"));
    let new = ["deploy", "houses", "--name", "houses-v2", "--stage", "prod", "--write", write];
    let diff = run.good(&[&new[..], &["--dry-run"]].concat());
    assert!(diff.contains("+kind: ApiDeployment") && diff.contains("+  deployment: houses-v2"), "{diff}");
    assert!(!folder.path().join("houses-v2.yaml").exists());
    let error = run.bad(&["deploy", "houses", "houses-v9", "--stage", "prod", "--write", write]);
    assert!(error.contains("ApiDeployment/houses-v9 is not in"), "{error}");
    let error = run.bad(&["rollback", "houses", "--stage", "prod", "--write", write]);
    assert!(error.contains("status.history is in the cluster"), "{error}");
}

#[test]
fn as_a_plugin_of_kubectl_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("kubectl-stagegate");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_stagegate"), &plugin).unwrap();
    let run = Run { program: plugin, ..Run::offline() };
    assert!(run.good(&["--help"]).contains("Usage: kubectl stagegate <COMMAND>"));
    assert!(run.good(&["deploy", "--help"]).contains("Usage: kubectl stagegate deploy"));
    assert!(run.good(&["get", "--help"]).contains("Usage: kubectl stagegate get"));
    assert!(
        run.bad(&["promote", "houses"]).starts_with("kubectl stagegate: houses: --stage says which stage")
    );
    assert!(Run::offline().good(&["promote", "--help"]).contains("Usage: stagegate promote"));
}

/// An API server over plain HTTP that has one stage, in the namespace `shop`; and a kubeconfig with two contexts.
fn served(folder: &Path) -> Run {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, axum::Router::new().fallback(answer)).await.unwrap();
        });
    });
    let context = |name: &str, namespace: &str| json!({"name": name, "context": {"cluster": "c", "user": "u", "namespace": namespace}});
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "empty",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [context("empty", "nothing"), context("shop", "shop")],
    });
    let kubeconfig = folder.join("config");
    fs::write(&kubeconfig, config.to_string()).unwrap();
    Run { kubeconfig, ..Run::offline() }
}

fn json(value: &Value) -> ([(&'static str, &'static str); 1], String) {
    ([("content-type", "application/json")], value.to_string())
}

async fn answer(request: Request) -> ([(&'static str, &'static str); 1], String) {
    let path = request.uri().path();
    let entry = |deployment: &str, alias: &str| json!({"deployment": deployment, "variables": {"lambdaAlias": alias}, "since": "2026-11-24T06:45:25Z", "why": "x"});
    let stage = json!({
        "metadata": {"name": "houses-prod", "namespace": "shop", "resourceVersion": "7"},
        "spec": {"restApi": "houses", "name": "prod", "deployment": "houses-v1", "variables": {"lambdaAlias": "PROD"}},
        "status": {"deployment": "houses-v1", "variables": {"lambdaAlias": "PROD"}, "url": "http://houses.shop.localhost/prod/",
            "history": [entry("houses-v1", "PROD"), entry("houses-v0", "OLD")]},
    });
    let deployment = json!({"metadata": {"name": "houses-v0", "namespace": "shop"}, "spec": {"restApi": "houses", "api": {"paths": {}}}});
    let items = match path.rsplit('/').next().unwrap() {
        "houses-v0" => return json(&deployment),
        "stages" if !path.contains("/nothing/") => vec![stage],
        _ => Vec::new(),
    };
    json(&json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}))
}

#[test]
fn the_kubeconfig_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let run = served(folder.path());
    assert_eq!(run.good(&["get"]), "nothing of Stagegate is in namespace nothing\n");
    for arguments in [&["get", "-n", "shop"][..], &["get", "--context", "shop"]] {
        let text = run.good(arguments);
        assert!(text.contains("stage prod") && text.contains("http://houses.shop.localhost/prod/"), "{text}");
    }
    assert!(run.good(&["get", "-A"]).contains("RestApi shop/houses"));
    let json: Value = serde_json::from_str(&run.good(&["get", "-A", "houses", "-o", "json"])).unwrap();
    assert_eq!(json["restApis"][0]["deployments"][0]["stages"][0]["percent"], 100.0);
    assert!(
        run.bad(&["get", "barns", "-n", "shop"])
            .contains("RestApi/barns is not in namespace shop; there: none")
    );
    assert!(run.bad(&["get", "--context", "nowhere"]).contains("--context nowhere"));
}

/// What was live is in the cluster, what is to be changed in the files.
#[test]
fn rollback_in_a_checkout() {
    let folder = tempfile::tempdir().unwrap();
    let (run, checkout) = (served(folder.path()), checkout());
    let write = checkout.path().to_str().unwrap();
    run.good(&[
        "rollback",
        "houses",
        "--stage",
        "prod",
        "--context",
        "shop",
        "--to",
        "houses-v0",
        "--write",
        write,
    ]);
    let expected = STAGES
        .replace("deployment: houses-v1", "deployment: houses-v0")
        .replace("{lambdaAlias: PROD}", "{lambdaAlias: OLD}")
        .replace("percent: 10 ", "percent: 0 ");
    assert_eq!(fs::read_to_string(checkout.path().join("stages.yaml")).unwrap(), expected);
}
