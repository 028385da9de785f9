//! Versions of functions that `stagegate local` runs with what is kept elsewhere, and those that it does not run.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const MANIFESTS: &str = r#"
apiVersion: stagegate.dev/v1alpha1
kind: RestApi
metadata: {name: shop}
spec:
  paths:
    /mail: {GET: {lambda: {function: mail:1}}}
    /image: {GET: {lambda: {function: image:1}}}
    /web: {GET: {lambda: {function: web:1}}}
---
apiVersion: stagegate.dev/v1alpha1
kind: Stage
metadata: {name: shop-prod}
spec: {restApi: shop, name: prod, deployment: latest}
---
apiVersion: stagegate.dev/v1alpha1
kind: FunctionVersion
metadata: {name: mail-1}
spec:
  functionName: mail
  version: "1"
  lambda:
    runtime: python3
    handler: index.handler
    code: {configMap: mail-code}
    environmentFrom:
      PASSWORD: {secretKeyRef: {name: smtp, key: password}}
      HOST: {configMapKeyRef: {name: smtp, key: host}}
---
apiVersion: stagegate.dev/v1alpha1
kind: FunctionVersion
metadata: {name: image-1}
spec:
  functionName: image
  version: "1"
  lambda: {code: {image: "thumbs:13"}}
---
apiVersion: stagegate.dev/v1alpha1
kind: FunctionVersion
metadata: {name: web-1}
spec:
  functionName: web
  version: "1"
  http: {image: "web:1", port: 8080}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: mail-code}
data:
  index.py: |
    import os, words
    def handler(event, context):
        return {"statusCode": 200, "body": " ".join([words.FIRST, os.environ["HOST"], os.environ["PASSWORD"]])}
  words.py: FIRST = "first"
---
apiVersion: v1
kind: ConfigMap
metadata: {name: smtp}
data: {host: smtp.example.com}
"#;

struct Local {
    child: Child,
    port: u16,
    admin: u16,
    folder: tempfile::TempDir,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Local {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manifests = folder.path().join("shop");
        fs::create_dir(&manifests).unwrap();
        fs::write(manifests.join("shop.yaml"), MANIFESTS).unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, admin) = (free(), free());
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_stagegate"))
            .arg("local")
            .arg(&manifests)
            .args(["--listen", &format!("127.0.0.1:{port}"), "--admin", &format!("127.0.0.1:{admin}")])
            .args(["--access-log", "off"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let local = Self { child, port, admin, folder };
        local.until("ready", || local.ready().starts_with("HTTP/1.1 200"));
        local
    }

    fn ready(&self) -> String {
        request(self.admin, "/readyz")
    }

    fn get(&self, path: &str) -> String {
        request(self.port, path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("shop").join(name)
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !holds() {
            assert!(Instant::now() < deadline, "{what} does not come to hold on port {}", self.port);
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

/// What comes back within ten seconds; empty where nothing listens.
fn request(port: u16, path: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return String::new() };
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_is_kept_in_manifests_is_used_and_what_is_missing_is_named() {
    let local = Local::start();
    let lacks =
        "function mail:1: spec.lambda.environmentFrom.PASSWORD: none of the manifests has the Secret smtp";
    assert!(local.ready().contains(lacks), "{}", local.ready());
    assert!(local.get("/prod/mail").starts_with("HTTP/1.1 500"));

    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: smtp}\nstringData: {password: s3cret}\n";
    fs::write(local.file("secret.yaml"), secret).unwrap();
    local.until("the Secret", || local.get("/prod/mail").ends_with("first smtp.example.com s3cret"));
    assert!(!local.ready().contains("mail"));
    // Encoded, as kubectl shows it; and code that is edited.
    fs::write(
        local.file("secret.yaml"),
        secret.replace("stringData: {password: s3cret}", "data: {password: bmV3}"),
    )
    .unwrap();
    local.until("the edit of the Secret", || local.get("/prod/mail").ends_with("smtp.example.com new"));
    let manifests = fs::read_to_string(local.file("shop.yaml")).unwrap();
    fs::write(local.file("shop.yaml"), manifests.replace("\"first\"", "\"second\"")).unwrap();
    local.until("the edit of the code", || local.get("/prod/mail").ends_with("second smtp.example.com new"));
    // A file that is broken for a moment takes nothing away.
    fs::write(local.file("secret.yaml"), "data: [").unwrap();
    local.until("the refusal", || local.ready().contains("secret.yaml"));
    assert!(local.get("/prod/mail").ends_with("second smtp.example.com new"));

    let log = fs::read_to_string(local.folder.path().join("log")).unwrap();
    assert!(!log.contains("s3cret") && !log.contains("passed over"), "{log}");
}

#[test]
fn containers_are_not_run_here_and_that_is_said() {
    let local = Local::start();
    for (path, said) in [
        ("/prod/image", "function image:1: spec.lambda.code.image: local runs no containers"),
        ("/prod/web", "function web:1: spec.http: local runs no containers"),
    ] {
        assert!(local.ready().contains(said), "{}", local.ready());
        let answer = local.get(path);
        assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("Internal server error"), "{answer}");
    }
}
