use serde_json::json;
use snapshot::publication::{Addresses, Parts, delta, delta_line, digest_of, endpoints_line, full_line};
use snapshot::{Api, NamespacedName, Snapshot};
use tokio::sync::watch;

use super::*;

fn snapshot(names: &[&str]) -> Snapshot {
    let apis = names.iter().map(|name| (NamespacedName::new("n", *name), Api::default())).collect();
    Snapshot { apis, ..Snapshot::default() }
}

fn full(number: u64, names: &[&str]) -> Vec<u8> {
    let snapshot = snapshot(names);
    full_line(number, &digest_of(&snapshot).unwrap(), &Parts::of(&snapshot).unwrap()).unwrap()
}

fn change(base: u64, old: &[&str], number: u64, new: &[&str]) -> Vec<u8> {
    let (old, new) = (Parts::of(&snapshot(old)).unwrap(), Parts::of(&snapshot(new)).unwrap());
    delta_line(number, base, &new.digest().unwrap(), &delta(&old, &new)).unwrap()
}

fn endpoints(revision: u64, address: &str) -> Vec<u8> {
    let addresses = Addresses { addresses: vec![address.parse().unwrap()], capacity: 1 };
    let functions = [("n/f:1".to_owned(), addresses)].into();
    endpoints_line(&publication::Endpoints { revision, functions }).unwrap()
}

struct Fixture {
    live: Live,
    readiness: Readiness,
    receiver: Receiver,
    kept: watch::Receiver<Saved>,
}

impl Fixture {
    fn new() -> Self {
        let (live, readiness) = (Live::default(), Readiness::default());
        let (saves, kept) = watch::channel(Saved::default());
        let mut receiver = Receiver::new(live.clone(), readiness.clone(), saves);
        receiver.authorize(Some(HeaderValue::from_static("Bearer t")));
        Self { live, readiness, receiver, kept }
    }

    fn names(&self) -> Vec<String> {
        self.live.now().snapshot.apis.keys().map(|name| name.name.clone()).collect()
    }

    fn status(&self) -> Status {
        self.receiver.status.borrow().clone()
    }

    fn refused(&self) -> String {
        self.status().refused.unwrap().1
    }
}

#[test]
fn full_delta_and_nothing_older() {
    let mut of = Fixture::new();
    assert!(!of.readiness.is_ready());
    assert_eq!(of.receiver.take(&full(5, &["a"])), Next::GoOn);
    assert!(of.readiness.is_ready());
    assert_eq!((of.names(), of.status().number), (vec!["a".to_owned()], 5));
    of.receiver.take(&full(4, &["old"]));
    of.receiver.take(&full(5, &["other"]));
    of.receiver.take(&change(3, &["a"], 4, &["old"]));
    assert_eq!(of.names(), ["a"]);
    assert_eq!(of.receiver.take(&change(5, &["a"], 6, &["b", "c"])), Next::GoOn);
    assert_eq!((of.names(), of.status().number), (vec!["b".to_owned(), "c".to_owned()], 6));
    // One that does not fit, by number or by digest, asks for a whole one and is no refusal.
    assert_eq!(of.receiver.take(&change(5, &["a"], 7, &["d"])), Next::Anew);
    assert_eq!(of.receiver.take(&change(6, &["x"], 7, &["x", "y"])), Next::Anew);
    assert_eq!((of.names().len(), of.status().refused), (2, None));
    // The same content under a new number is no news but the number.
    let before = of.live.now();
    of.receiver.take(&full(9, &["b", "c"]));
    assert!(std::sync::Arc::ptr_eq(&before, &of.live.now()));
    assert_eq!(of.status().number, 9);
}

#[test]
fn what_is_wrong_is_refused_with_a_reason_and_the_old_goes_on() {
    let mut of = Fixture::new();
    of.receiver.take(&full(1, &["a"]));
    let later = json!({"type": "full", "format": 2, "number": 2, "domains": []}).to_string();
    of.receiver.take(later.as_bytes());
    assert_eq!(of.refused(), "publication 2 has format 2; this version reads 1");
    let partial = json!({"type": "full", "format": 1, "number": 3, "digest": "", "snapshot": {}}).to_string();
    of.receiver.take(partial.as_bytes());
    assert!(of.refused().contains("missing field `apis`"), "{}", of.refused());
    let mut broken: serde_json::Value = serde_json::from_slice(&full(4, &["b"])).unwrap();
    broken["digest"] = "00".into();
    of.receiver.take(broken.to_string().as_bytes());
    assert!(of.refused().ends_with("and not 00"), "{}", of.refused());
    assert_eq!((of.names(), of.status().number), (vec!["a".to_owned()], 1));
    of.receiver.take(&full(5, &["b"]));
    assert_eq!(of.status().refused, None);
    assert_eq!(of.names(), ["b"]);
}

#[test]
fn what_a_later_version_adds_is_ignored() {
    let mut of = Fixture::new();
    for line in [r#"{"type":"secrets","functionToken":"x"}"#, r#"{"type":"ping","now":1}"#, "{", ""] {
        assert_eq!(of.receiver.take(line.as_bytes()), Next::GoOn);
    }
    let text = r#"{"format":1,"apis":{"n/a":{"stages":{},"deployments":{},"new":[1]}},"functions":{}}"#;
    let digest = snapshot::Digest::of(text.as_bytes());
    let line = format!(
        r#"{{"type":"full","format":1,"number":3,"by":"x","digest":"{digest}","snapshot":{}}}"#,
        text.replace(r#""format":1,"#, "")
    );
    of.receiver.take(line.as_bytes());
    assert_eq!((of.names(), of.status().refused), (vec!["a".to_owned()], None));
}

#[test]
fn endpoints_by_revision_and_kept_with_the_publication() {
    let mut of = Fixture::new();
    let at = |of: &Fixture| {
        of.live.now().endpoints.version("n/f:1").and_then(|v| v.pick(0)).map(|picked| picked.address().port())
    };
    of.receiver.take(&endpoints(7, "10.0.0.1:7"));
    of.receiver.take(&full(1, &["a"]));
    of.receiver.take(&endpoints(6, "10.0.0.1:6"));
    assert_eq!(at(&of), Some(7));
    of.receiver.take(&endpoints(8, "10.0.0.1:8"));
    assert_eq!((at(&of), of.names().len()), (Some(8), 1));
    let saved = of.kept.borrow().clone();
    assert_eq!(saved.endpoints.unwrap().revision, 8);
    assert_eq!(saved.publication.unwrap().number, 1);
    // What was kept is served by the next one; what is broken of it is no reason to say anything to the operator.
    let mut next = Fixture::new();
    next.receiver.restore(&[endpoints(8, "10.0.0.1:8"), full(1, &["a"])]);
    assert_eq!((at(&next), next.names(), next.status().number), (Some(8), vec!["a".to_owned()], 1));
    let mut broken = Fixture::new();
    broken.receiver.restore(&[b"{".to_vec(), br#"{"type":"full","format":1,"number":3}"#.to_vec()]);
    assert_eq!(broken.status(), Status::default());
}

#[test]
fn no_endpoints_without_a_token() {
    let mut of = Fixture::new();
    of.receiver.authorization = None;
    of.receiver.take(&endpoints(7, "10.0.0.1:7"));
    assert!(of.live.now().endpoints.version("n/f:1").is_none());
    of.receiver.authorize(Some(HeaderValue::from_static("Bearer u")));
    assert_eq!(
        of.live.now().endpoints.version("n/f:1").unwrap().pick(0).unwrap().authorization(),
        "Bearer u"
    );
    of.receiver.authorize(None);
    assert!(of.live.now().endpoints.version("n/f:1").is_some());
}
