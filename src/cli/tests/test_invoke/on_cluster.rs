//! What a cluster has, and gateways that kubectl leads to.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::Served;

/// Through a kubectl that leads to `local`; where it leads is written down for the test.
#[test]
fn by_kubectl_to_a_gateway_of_the_cluster() {
    use std::os::unix::fs::PermissionsExt as _;
    let local = Served::start();
    let (folder, admin) = (local.folder(), local.admin);
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/asked\necho $$ > {0}/pid\necho 'Forwarding from 127.0.0.1:{admin} -> 8081'\nexec sleep 60\n",
        folder.display()
    );
    let kubectl = folder.join("kubectl");
    fs::write(&kubectl, script).unwrap();
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .args(["invoke", "a", "--cluster", "-n", "default", "--stage", "dev", "--path", "/proxy"])
            .args(arguments)
            .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
            .output()
            .unwrap()
    };
    let output = run(&["--context", "there", "--gateway-namespace", "gateways"]);
    assert!(output.status.success() && output.stdout.starts_with(b"Status: 201\n"), "{output:?}");
    let asked = fs::read_to_string(folder.join("asked")).unwrap();
    assert_eq!(
        asked,
        "--context=there -n gateways port-forward --address=127.0.0.1 deployment/stagegate-gateway :8081\n"
    );
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    assert!(!PathBuf::from(format!("/proc/{}", pid.trim())).exists(), "kubectl is left behind");
    fs::write(&kubectl, "#!/bin/sh\necho 'no such deployment' >&2\nexit 1\n").unwrap();
    let output = run(&[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no such deployment") && said.contains("leads nowhere"), "{said}");
}

/// A kubeconfig for an API server that has one RestApi and an `ApiDeployment` of it, in the namespace `default`.
fn api_server(folder: &Path) -> PathBuf {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, axum::Router::new().fallback(answer)).await.unwrap();
        });
    });
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "default"}}],
    });
    let kubeconfig = folder.join("kubeconfig");
    fs::write(&kubeconfig, config.to_string()).unwrap();
    kubeconfig
}

async fn answer(
    request: axum::extract::Request,
) -> (axum::http::StatusCode, [(&'static str, &'static str); 1], String) {
    let paths = |body: &str| json!({"/old": {"GET": {"mock": {"statusCode": 203, "body": body}}}});
    let metadata = |name: &str| json!({"name": name, "namespace": "default"});
    let deployment = json!({"metadata": metadata("a-v0"), "spec": {"restApi": "a", "api": {"paths": paths("from the cluster")}}});
    let api = json!({"metadata": metadata("a"), "spec": {"paths": paths("now")}});
    // What is asked for is not there; what was live before goes on.
    let stage = json!({"metadata": metadata("a-dev"), "spec": {"restApi": "a", "name": "dev", "deployment": "a-v9"},
        "status": {"deployment": "a-v0"}});
    let list =
        |items: Vec<Value>| json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items});
    let (status, body) = match request.uri().path().rsplit('/').next().unwrap() {
        "a-v0" => (200, deployment),
        "apideployments" => (200, list(vec![deployment])),
        "restapis" => (200, list(vec![api])),
        "stages" => (200, list(vec![stage])),
        "functionversions" | "aliases" => (200, list(Vec::new())),
        _ => (
            404,
            json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}),
        ),
    };
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/json")], body.to_string())
}

#[test]
fn what_a_cluster_has() {
    let local = Served::start();
    let kubeconfig = api_server(local.folder());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stagegate"));
        command.args(arguments).env("KUBECONFIG", &kubeconfig).output().unwrap()
    };
    let admin = format!("127.0.0.1:{}", local.admin);
    let invoke = |more: &[&str]| {
        run(&[&["invoke", "a", "--admin", &admin, "--path", "/old", "--deployment"], more].concat())
    };
    let output = invoke(&["a-v0", "--from-cluster"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("Status: 203\n") && text.contains("\nfrom the cluster\n"), "{text}");
    assert_eq!(invoke(&["a-v0"]).status.code(), Some(1), "the gateway does not have it");
    let output = invoke(&["a-v9", "--from-cluster"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("ApiDeployment/a-v9 is not in namespace default")
    );
    let output = run(&["describe", "a", "GET", "/old"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("a GET /old\ndeployment a-") && text.contains("Answers 203"), "{text}");
    let output = run(&["describe", "a", "GET", "/old", "--deployment", "a-v0", "-o", "json"]);
    let method: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(method["mock"]["body"], "from the cluster");
    let output = run(&["describe", "a", "GET", "/old", "--stage", "dev"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("a GET /old\nstage dev, deployment a-v0\n"), "{text}");
    let output = run(&["export", "a", "--stage", "dev", "--extensions"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["servers"][0]["url"], "https://a.default.localhost/{basePath}");
    let integration = &document["paths"]["/old"]["get"]["x-amazon-apigateway-integration"];
    assert!(integration.to_string().contains("from the cluster"), "{document}");
    assert!(!run(&["export", "a", "--stage", "nope"]).status.success());
}
