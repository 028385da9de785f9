use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{Alias, Api, Function, NamespacedName, Snapshot, Stage, Variant};

fn name() -> impl Strategy<Value = NamespacedName> {
    // Names whose order by parts is not that of their text.
    let namespace = prop_oneof![Just("a"), Just("a-b"), Just("a.b")];
    (namespace, "[ab]{1,2}").prop_map(|(namespace, name)| NamespacedName::new(namespace, name))
}

fn api() -> impl Strategy<Value = Api> {
    proptest::collection::btree_map("[a-c]", "[é\"/ ]{0,2}", 0..3).prop_map(|stages| Api {
        stages: stages
            .into_iter()
            .map(|(name, value)| {
                let variables = [("v".to_owned(), value)].into();
                (
                    name,
                    Stage {
                        live: Variant { deployment: "d".into(), variables },
                        canary: None,
                        method_settings: BTreeMap::new(),
                    },
                )
            })
            .collect(),
        ..Api::default()
    })
}

fn function() -> impl Strategy<Value = Function> {
    (0u8..3, 0u8..4).prop_map(|(versions, quarters)| {
        let alias = Alias {
            function_version: "1".into(),
            additional_version_weights: [("2".to_owned(), f64::from(quarters) / 4.0)].into(),
            permissions: Vec::new(),
        };
        let versions = (0..versions).map(|v| v.to_string()).collect::<BTreeSet<_>>();
        Function { versions, aliases: [("P".to_owned(), alias)].into(), ..Function::default() }
    })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let apis = proptest::collection::btree_map(name(), api(), 0..5);
    let functions = proptest::collection::btree_map(name(), function(), 0..5);
    (apis, functions).prop_map(|(apis, functions)| Snapshot { apis, functions })
}

proptest! {
    #[test]
    fn a_delta_makes_the_new_of_the_old(old in snapshot(), new in snapshot()) {
        let (before, after) = (Parts::of(&old).unwrap(), Parts::of(&new).unwrap());
        let digest = digest_of(&new).unwrap();
        let line = delta_line(8, 7, &digest, &delta(&before, &after)).unwrap();
        let Ok(Frame::Delta(read)) = read(&line) else { panic!("{}", String::from_utf8_lossy(&line)) };
        let made = apply(&before, &read.changes);
        prop_assert_eq!(&made, &after);
        prop_assert_eq!(made.digest().unwrap(), read.digest);
        prop_assert_eq!(made.snapshot().unwrap(), new);
        prop_assert_eq!(delta(&after, &after), Changes::default());
    }

    #[test]
    fn a_full_one_arrives_as_it_was(of in snapshot(), number: u64) {
        let digest = digest_of(&of).unwrap();
        let mut parts = Parts::of(&of).unwrap();
        parts.share_with(&parts.clone());
        let line = full_line(number, &digest, &parts).unwrap();
        prop_assert!(!line[..line.len() - 1].contains(&b'\n'));
        let Ok(Frame::Full(full)) = read(&line) else { panic!("{}", String::from_utf8_lossy(&line)) };
        prop_assert_eq!(full.number, number);
        prop_assert_eq!(full.snapshot.digest().unwrap(), digest);
        prop_assert_eq!(full.snapshot.snapshot().unwrap(), of);
    }
}

#[test]
fn what_a_later_version_adds_is_kept_in_the_digest_and_ignored_otherwise() {
    let line = br#"{"type":"full","format":1,"number":3,"digest":"x","more":1,"snapshot":
        {"apis":{"n/a":{"stages":{},"deployments":{},"new":[1]}},"functions":{},"domains":{}}}"#;
    let Ok(Frame::Full(full)) = read(line) else { panic!() };
    let api = full.snapshot.snapshot().unwrap().apis.into_values().next();
    assert_eq!(api, Some(Api::default()));
    let text = br#"{"format":1,"apis":{"n/a":{"stages":{},"deployments":{},"new":[1]}},"functions":{}}"#;
    assert_eq!(full.snapshot.digest().unwrap(), crate::Digest::of(text).to_string());
    assert!(matches!(read(br#"{"type":"later","number":"?"}"#), Err(FrameError::NoFrame(_))));
    assert!(matches!(read(br#"{"type":"later","x":1}"#), Ok(Frame::Unknown)));
    assert!(matches!(read(PING), Ok(Frame::Ping)));
}

#[test]
fn a_later_format_and_a_partial_publication_are_refused_by_number() {
    let refused = |line: &[u8]| read(line).unwrap_err().to_string();
    let later = refused(br#"{"type":"full","format":2,"number":9,"shape":"other"}"#);
    assert_eq!(later, "publication 9 has format 2; this version reads 1");
    let partial = refused(br#"{"type":"full","format":1,"number":9,"digest":"","snapshot":{"apis":{}}}"#);
    assert!(partial.starts_with("publication 9 does not parse: missing field `functions`"), "{partial}");
    assert!(refused(b"{").starts_with("the line is no frame"));
}

#[test]
fn endpoints_and_acknowledgements_as_they_are_written() {
    let addresses = Addresses { addresses: vec!["10.0.0.1:8080".parse().unwrap()], capacity: 10 };
    let endpoints = Endpoints { revision: 5, functions: [("n/f:1".to_owned(), addresses)].into() };
    let line = endpoints_line(&endpoints).unwrap();
    let text = r#"{"type":"endpoints","revision":5,"functions":{"n/f:1":{"addresses":["10.0.0.1:8080"],"capacity":10}}}"#;
    assert_eq!(String::from_utf8_lossy(&line).trim_end(), text);
    assert_eq!(read(&line).unwrap(), Frame::Endpoints(endpoints));
    let nack = r#"{"gateway":"g","number":4,"result":"nack","reason":"why","inFlight":{"n/f:1":0.5}}"#;
    let read: Acknowledgement = serde_json::from_str(nack).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), nack);
}
