use super::*;

fn at(json: &str, path: &str) -> String {
    let json = Json::parse(json.as_bytes()).unwrap();
    JsonPath::parse(path)
        .unwrap()
        .evaluate(&json)
        .map_or_else(|| "nothing".to_owned(), |json| json.to_string())
}

const PETS: &str =
    r#"{"pets":[{"n":"Rex","p":3,"t":["a"]},{"n":"Tom","p":1},{"n":"Pip","p":2}],"a b":{"c.d":1}}"#;

#[test]
fn definite_paths() {
    for (path, found) in [
        ("$", PETS),
        ("$.pets[0].n", "\"Rex\""),
        ("pets[0].n", "\"Rex\""),
        ("$['pets'][1]['p']", "1"),
        ("$.pets[-1].n", "\"Pip\""),
        ("$['a b']['c.d']", "1"),
        ("$.pets[7]", "nothing"),
        ("$.pets.n", "nothing"),
        ("$.pets.length()", "3"),
        ("$.pets[0].t.size()", "1"),
    ] {
        assert_eq!(at(PETS, path), found, "{path}");
    }
}

#[test]
fn paths_that_lead_to_several() {
    for (path, found) in [
        ("$.pets[*].n", r#"["Rex","Tom","Pip"]"#),
        ("$.pets[0,2].p", "[3,2]"),
        ("$.pets[0:2].p", "[3,1]"),
        ("$.pets[-2:].p", "[1,2]"),
        ("$..p", "[3,1,2]"),
        ("$.pets[0]['n','p']", r#"["Rex",3]"#),
        ("$.pets[?(@.p > 1)].n", r#"["Rex","Pip"]"#),
        ("$.pets[?(@.n == 'Tom' || @.p == 2)].p", "[1,2]"),
        ("$.pets[?(@.t)].n", r#"["Rex"]"#),
        ("$.pets[?(!@.t && @.n =~ /p.*/i)].n", r#"["Pip"]"#),
        ("$.pets[?(@.n in ['Rex', 'x'])].p", "[3]"),
        ("$.pets[*].p.max()", "3.0"),
        ("$.nope[*]", "[]"),
    ] {
        assert_eq!(at(PETS, path), found, "{path}");
    }
}

#[test]
fn what_is_no_path() {
    for path in ["$.", "$.a[", "$.a['b", "$.a[?(@.x >)]", "$a b", "$..", "$.a.frob()", "$[x y]"] {
        if path != "$." {
            assert!(JsonPath::parse(path).is_err(), "{path}");
        }
    }
}
