//! `stagegate describe`, by the real binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::path::PathBuf;
use std::process::{Command, Output};

fn describe(arguments: &[&str]) -> Output {
    let houses = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/houses");
    Command::new(env!("CARGO_BIN_EXE_stagegate"))
        .arg("describe")
        .args(arguments)
        .arg(houses)
        .output()
        .unwrap()
}

#[test]
fn the_four_boxes() {
    let output = describe(&["houses", "get", "/houses", "--stage", "prod"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("houses GET /houses\nstage prod, deployment houses-v1\n"), "{text}");
    for part in [
        "Method Request",
        "Integration Request",
        "Integration Response",
        "Method Response",
        "Type: Lambda proxy",
        "= hello:PROD",
        "versions: 1 95 %, 2 5 %",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let wrong = |arguments: &[&str]| {
        let output = describe(arguments);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(
        wrong(&["homes", "GET", "/"]).contains("RestApi homes is not in namespace default; there: houses")
    );
    assert!(wrong(&["houses", "PUT", "/houses"]).contains("houses has no PUT of /houses; there: GET"));
    assert!(wrong(&["houses", "GET", "/homes"]).contains("there: /, /houses, /stagevariables"));
    assert!(wrong(&["houses", "GET", "/", "--stage", "nope"]).contains("there: dev, prod, test"));
}
