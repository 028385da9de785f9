use serde_json::json;

use super::*;

const FILE: &str = "# stages\nkind: Other\nspec: {deployment: [1]}\n---\nkind: Stage # dev\nmetadata: {name: houses-dev}\nspec:\n  deployment: latest # ż\n---\nkind: Stage\nmetadata:\n  name: houses-prod\nspec:\n  # what is live\n  deployment:   \"houses-v12\"   # pinned\n  restApi: houses\n";

const CANARY: &str = "\
kind: Stage
metadata: {name: prod, namespace: shop}
spec:
  name: prod # ż
  # which alias
  variables: {alias: PROD, other: \"y\"}  # of hello
  canary: # a tenth
    percent: 10   # for now
    variables:
      # the next
      alias: NEXT
    # end

# trailing
";

fn stage<'a>(namespace: &'a str, name: &'a str) -> Which<'a> {
    Which { kind: "Stage", namespace, name }
}

#[track_caller]
fn changed(text: &str, edits: &[Edit]) -> String {
    edit(text, stage("shop", "prod"), edits).unwrap().unwrap()
}

#[test]
fn only_the_scalar_changes() {
    let deployment = [Edit::set(&["spec", "deployment"], "houses-v13")];
    let one = edit(FILE, stage("default", "houses-prod"), &deployment).unwrap().unwrap();
    assert_eq!(one, FILE.replace("\"houses-v12\"", "houses-v13"));
    let one = edit(FILE, stage("default", "houses-dev"), &deployment).unwrap().unwrap();
    assert_eq!(one, FILE.replace("latest #", "houses-v13 #"));
    assert_eq!(edit(FILE, stage("default", "other"), &deployment).unwrap(), None);
}

#[test]
fn an_object_of_another_namespace_is_another() {
    let edits = [Edit::set(&["spec", "name"], "x")];
    assert_eq!(edit(CANARY, stage("default", "prod"), &edits).unwrap(), None);
}

#[test]
fn keys_are_set_added_and_taken_away_with_comments_kept() {
    let promoted = changed(
        CANARY,
        &[
            Edit::set(&["spec", "variables", "alias"], "NEXT"),
            Edit::set(&["spec", "variables", "more"], "2"),
            Edit::set(&["spec", "canary", "percent"], json!(0)),
            Edit::set(&["spec", "canary", "deployment"], "v2"),
            Edit::remove(&["spec", "variables", "other"]),
        ],
    );
    let expected = CANARY
        .replace("{alias: PROD, other: \"y\"}", "{alias: NEXT, more: \"2\"}")
        .replace("percent: 10   #", "percent: 0   #")
        .replace("      alias: NEXT\n", "      alias: NEXT\n    deployment: v2\n");
    assert_eq!(promoted, expected);
}

#[test]
fn a_key_goes_with_its_lines_and_an_empty_mapping_with_its_key() {
    let without = changed(CANARY, &[Edit::remove(&["spec", "canary", "percent"])]);
    assert_eq!(without, CANARY.replace("    percent: 10   # for now\n", ""));
    let without = changed(CANARY, &[Edit::remove(&["spec", "canary", "variables", "alias"])]);
    assert_eq!(without, CANARY.replace("    variables:\n      # the next\n      alias: NEXT\n", ""));
    let without = changed(CANARY, &[Edit::remove(&["spec", "variables"])]);
    assert_eq!(without, CANARY.replace("  variables: {alias: PROD, other: \"y\"}  # of hello\n", ""));
    let without = changed(CANARY, &[Edit::remove(&["spec", "canary"])]);
    let expected = CANARY.split("  canary").next().unwrap().to_owned() + "    # end\n\n# trailing\n";
    assert_eq!(without, expected);
}

#[test]
fn what_is_missing_or_empty_is_made() {
    let spec = "kind: Stage\nmetadata: {name: prod}\nspec: {deployment: v1, canary: {}}\n";
    let new = changed(
        spec,
        &[Edit::set(&["spec", "variables", "a"], "true"), Edit::set(&["spec", "canary", "percent"], 0)],
    );
    assert_eq!(new, spec.replace("canary: {}}", "canary: {percent: 0}, variables: {a: \"true\"}}"));
    let spec =
        "kind: Stage\nmetadata: {name: prod}\nspec:\n  variables:\n  text: |\n    a\n\n\n---\nkind: X\n";
    let new = changed(
        spec,
        &[Edit::set(&["spec", "variables", "a"], "b"), Edit::set(&["spec", "deployment"], "$LATEST")],
    );
    assert_eq!(
        new,
        spec.replace("variables:", "variables: {a: b}")
            .replace("    a\n\n\n", "    a\n  deployment: \"$LATEST\"\n\n\n")
    );
}

#[test]
fn json_stays_json() {
    let text = r#"{"kind": "Stage", "metadata": {"name": "prod"}, "spec": {"deployment": "v1"}}"#;
    let new = changed(
        text,
        &[Edit::set(&["spec", "deployment"], "v2"), Edit::set(&["spec", "variables", "a"], "b")],
    );
    assert_eq!(new, text.replace(r#""v1"}"#, r#""v2", "variables": {"a": "b"}}"#));
    serde_json::from_str::<Value>(&new).unwrap();
}

/// What changes something else too, or can't be found, is refused with the field's name.
#[test]
fn what_is_shared_or_merged_is_left_to_people() {
    let refused =
        |text: &str, edits: &[Edit]| edit(text, stage("default", "prod"), edits).unwrap_err().to_string();
    let shared = "kind: Stage\nmetadata: {name: prod}\nspec: {deployment: &d v1, canary: {deployment: *d}}\n";
    let error = refused(shared, &[Edit::set(&["spec", "deployment"], "v2")]);
    assert!(error.contains("spec.deployment of Stage/prod"), "{error}");
    let list = "kind: Stage\nmetadata: {name: prod}\nspec: {deployment: [v1]}\n";
    assert!(refused(list, &[Edit::set(&["spec", "deployment"], "v2")]).contains("can't be changed in place"));
}

#[test]
fn other_line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{feff}{}", CANARY.replace('\n', "\r\n"));
    let edits = [
        Edit::set(&["spec", "canary", "percent"], 0),
        Edit::set(&["spec", "deployment"], "v2"),
        Edit::remove(&["spec", "variables"]),
    ];
    let expected = text
        .replace("percent: 10 ", "percent: 0 ")
        .replace("alias: NEXT\r\n", "alias: NEXT\r\n  deployment: v2\r\n")
        .replace("  variables: {alias: PROD, other: \"y\"}  # of hello\r\n", "");
    assert_eq!(changed(&text, &edits), expected);
}
