//! Versions of functions that `stagegate local` runs with what is kept elsewhere, and those that it does not run.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

mod serving;

use std::fs;

use serving::{Local, Options, get};

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

fn shop() -> Local {
    Local::start(|manifests| fs::write(manifests.join("shop.yaml"), MANIFESTS).unwrap(), &Options::default())
}

fn ready(local: &Local) -> String {
    get(local.admin, "/readyz")
}

#[test]
fn what_is_kept_in_manifests_is_used_and_what_is_missing_is_named() {
    let local = shop();
    let lacks =
        "function mail:1: spec.lambda.environmentFrom.PASSWORD: none of the manifests has the Secret smtp";
    assert!(ready(&local).contains(lacks), "{}", ready(&local));
    assert!(get(local.port, "/prod/mail").starts_with("HTTP/1.1 500"));

    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: smtp}\nstringData: {password: s3cret}\n";
    fs::write(local.manifest("secret.yaml"), secret).unwrap();
    local.until("the Secret", || get(local.port, "/prod/mail").ends_with("first smtp.example.com s3cret"));
    assert!(!ready(&local).contains("mail"));
    // Encoded, as kubectl shows it; and code that is edited.
    fs::write(
        local.manifest("secret.yaml"),
        secret.replace("stringData: {password: s3cret}", "data: {password: bmV3}"),
    )
    .unwrap();
    local.until("the edit of the Secret", || get(local.port, "/prod/mail").ends_with("smtp.example.com new"));
    let manifests = fs::read_to_string(local.manifest("shop.yaml")).unwrap();
    fs::write(local.manifest("shop.yaml"), manifests.replace("\"first\"", "\"second\"")).unwrap();
    local.until("the edit of the code", || {
        get(local.port, "/prod/mail").ends_with("second smtp.example.com new")
    });
    // A file that is broken for a moment takes nothing away.
    fs::write(local.manifest("secret.yaml"), "data: [").unwrap();
    local.until("the refusal", || ready(&local).contains("secret.yaml"));
    assert!(get(local.port, "/prod/mail").ends_with("second smtp.example.com new"));

    let log = local.stderr();
    assert!(!log.contains("s3cret") && !log.contains("passed over"), "{log}");
}

#[test]
fn containers_are_not_run_here_and_that_is_said() {
    let local = shop();
    for (path, said) in [
        ("/prod/image", "function image:1: spec.lambda.code.image: local runs no containers"),
        ("/prod/web", "function web:1: spec.http: local runs no containers"),
    ] {
        assert!(ready(&local).contains(said), "{}", ready(&local));
        let answer = get(local.port, path);
        assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("Internal server error"), "{answer}");
    }
}
