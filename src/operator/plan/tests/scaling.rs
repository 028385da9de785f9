//! Pods by load.

use super::*;

/// An operator that goes on looking, and does at once what it plans.
#[derive(Default)]
struct Looking {
    store: Store,
    last: Option<LastGood>,
    scaling: Scaling,
    load: Load,
}

impl Looking {
    /// With `hello:1` at rest under an alias, of such a `scale`.
    async fn at_rest(scale: Value) -> Self {
        let mut store = first();
        let mut hello = version("1");
        hello["spec"]["scale"] = scale;
        hello["spec"]["lambda"]["maxConcurrency"] = json!(10);
        store.put(hello);
        let store = Mutex::new(store);
        settle(&store, usize::MAX).await;
        Self { store: store.into_inner().unwrap(), ..Self::default() }
    }

    fn load(&mut self, in_flight: f64) {
        self.load.in_flight = BTreeMap::from([("default/hello:1".to_owned(), in_flight)]);
    }

    /// Looks until there is nothing to write; the pods that are asked for then, and how much was written.
    fn at(&mut self, seconds: u64) -> (i64, usize) {
        let mut written = 0;
        for _ in 0..10 {
            let now = Duration::from_secs(seconds);
            let (outcome, writes, _) =
                look_at(&self.store, self.last.take(), &mut self.scaling, &self.load, now);
            self.last = Some(outcome.last_good);
            if writes.is_empty() {
                return (self.pods(), written);
            }
            written += writes.iter().map(Vec::len).sum::<usize>();
            for write in writes.iter().flatten() {
                self.store.write(write);
            }
        }
        panic!("it does not come to rest");
    }

    fn pods(&self) -> i64 {
        let mut all = self.store.objects.iter().filter(|((kind, _), _)| kind == "Deployment");
        let (_, deployment) = all.find(|((_, name), _)| name.starts_with("fn-hello-1-")).unwrap();
        deployment["spec"]["replicas"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn up_at_once_and_down_slowly() {
    let mut looking = Looking::at_rest(json!({"max": 4})).await;
    assert_eq!(looking.at(0), (1, 0));
    looking.load(20.0);
    // The Deployment, and the status that tells of it.
    assert_eq!(looking.at(2), (3, 2));
    looking.load(1_000.0);
    assert_eq!(looking.at(4).0, 4);
    looking.load(1.0);
    assert_eq!(looking.at(6), (4, 0));
    assert_eq!(looking.at(305), (4, 0));
    assert_eq!(looking.scaling.next_down(), Some(Duration::from_secs(306)));
    assert_eq!(looking.at(306).0, 3);
    assert_eq!(looking.at(307), (3, 0));
    assert_eq!(looking.scaling.next_down(), Some(Duration::from_secs(366)));
    assert_eq!(looking.at(366).0, 2);
    assert_eq!(looking.at(426).0, 1);
    assert_eq!(looking.at(9_000), (1, 0));
    assert_eq!(looking.scaling.next_down(), None);
}

#[tokio::test]
async fn never_below_min_and_what_nothing_refers_to_has_none() {
    let mut looking = Looking::at_rest(json!({"min": 2})).await;
    assert_eq!(looking.at(0), (2, 0));
    assert_eq!(looking.at(9_000), (2, 0));
    looking.store.put(version("2"));
    let to = |version: &str| {
        let alias = json!({"functionName": "hello", "name": "LIVE", "functionVersion": version});
        object("Alias", "live", &alias)
    };
    // Load of late is no reason to keep what is not referred to any more.
    looking.load(50.0);
    looking.store.put(to("2"));
    assert_eq!(looking.at(9_002).0, 0);
    assert_eq!(looking.at(9_004), (0, 0));
    // Nor is it looked at any more.
    let asked: Vec<_> = looking.scaling.replicas().keys().map(|name| &*name.name).collect();
    assert_eq!(asked, ["hello-2"]);
    // And back at once, by its load.
    looking.store.put(to("1"));
    assert_eq!(looking.at(9_006).0, 8);
}

#[tokio::test]
async fn load_that_makes_no_difference_is_no_reason_for_a_plan() {
    let looking = Looking::at_rest(json!({"max": 4})).await;
    let (store, mut scaling, mut last) = (looking.store, Scaling::default(), None);
    let mut differs = |in_flight: f64, seconds| {
        let mut load = Load::default();
        load.in_flight.insert("default/hello:1".to_owned(), in_flight);
        let now = Duration::from_secs(seconds);
        let (outcome, writes, differs) = look_at(&store, last.take(), &mut scaling, &load, now);
        last = Some(outcome.last_good);
        (differs, writes.len())
    };
    assert_eq!(differs(0.0, 0), (false, 0));
    assert_eq!(differs(6.5, 2), (false, 0));
    // Asked for once; until it is seen to run it is written again with each plan, but is no reason for one.
    assert_eq!(differs(7.5, 4), (true, 1));
    assert_eq!(differs(7.4, 6), (false, 1));
    assert_eq!(differs(0.1, 8), (false, 1));
}

#[tokio::test]
async fn a_new_holder_goes_on_from_what_runs_and_silence_takes_nothing_away() {
    let mut looking = Looking::at_rest(json!({"max": 4})).await;
    looking.load(1_000.0);
    assert_eq!(looking.at(0).0, 4);
    (looking.scaling, looking.load) = (Scaling::default(), Load { partial: true, ..Load::default() });
    assert_eq!(looking.at(10), (4, 0));
    assert_eq!(looking.at(9_000), (4, 0));
    assert_eq!(looking.scaling.next_down(), None);
    looking.load.partial = false;
    assert_eq!(looking.at(9_002), (4, 0));
    assert_eq!(looking.at(9_302).0, 3);
}

#[tokio::test]
async fn what_somebody_else_scaled_is_put_right() {
    let mut looking = Looking::at_rest(json!({"max": 4})).await;
    looking.load(20.0);
    assert_eq!(looking.at(0).0, 3);
    let name = looking.store.objects.keys().find(|(kind, _)| kind == "Deployment").unwrap().clone();
    looking.store.objects.get_mut(&name).unwrap()["spec"]["replicas"] = json!(0);
    assert_eq!(looking.at(2).0, 3);
}
