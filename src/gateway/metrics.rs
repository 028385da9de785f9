//! Counts and latencies of one worker: no other thread touches them, so nothing is locked or shared.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hashbrown::{Equivalent, HashMap};
use snapshot::ApiTable;

use crate::exchange::Exchange;

/// Series a worker keeps; what comes beyond is counted under `(other)`, so that no client can grow memory.
const MOST_SERIES: usize = 4_096;

/// Upper bounds of latency buckets, in seconds; up to the longest integration timeout by default.
pub(crate) const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 29.0];

/// What a series is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeriesKey {
    pub(crate) namespace: Arc<str>,
    pub(crate) api: Arc<str>,
    pub(crate) stage: Arc<str>,
    pub(crate) deployment: Arc<str>,
    pub(crate) canary: bool,
    pub(crate) function: Arc<str>,
    pub(crate) version: Arc<str>,
    pub(crate) status_class: &'static str,
}

/// The same, borrowed: what a request is of is looked up without a copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct SeriesOf<'a> {
    namespace: &'a str,
    api: &'a str,
    stage: &'a str,
    deployment: &'a str,
    canary: bool,
    function: &'a str,
    version: &'a str,
    status_class: &'static str,
}

/// Count and latencies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    pub(crate) latency: Histogram,
    pub(crate) integration_latency: Histogram,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    pub(crate) buckets: [u64; BUCKETS.len()],
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

/// Namespace, API and stage.
pub(crate) type StageKey = (Arc<str>, Arc<str>, Arc<str>);
/// Requests in flight.
pub(crate) type InFlight = Vec<(StageKey, i64)>;

/// A request in flight: counted until this is dropped, which it is too when the client goes away in between.
pub(crate) struct Flying(Rc<Cell<i64>>);

impl Drop for Flying {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[derive(Default)]
pub(crate) struct Metrics {
    series: RefCell<HashMap<SeriesKey, Series>>,
    in_flight: RefCell<HashMap<StageKey, Rc<Cell<i64>>>>,
}

impl Metrics {
    /// Counts a request to a stage as in flight.
    pub(crate) fn begin(&self, api: &ApiTable, stage: &Arc<str>) -> Flying {
        let mut all = self.in_flight.borrow_mut();
        let count = match all.get(&StageOf(&api.namespace, &api.name, stage)) {
            Some(count) => count.clone(),
            None => all.entry((api.namespace.clone(), api.name.clone(), stage.clone())).or_default().clone(),
        };
        count.set(count.get() + 1);
        Flying(count)
    }

    /// Counts a request that is over.
    pub(crate) fn record(&self, exchange: &Exchange, latency: Duration) {
        let mut all = self.series.borrow_mut();
        let of = SeriesOf::of(exchange);
        let full = all.len() >= MOST_SERIES;
        let series = match all.get_mut(&of) {
            Some(series) => series,
            None if full => all.entry(of.other().owned()).or_default(),
            None => all.entry(of.owned()).or_default(),
        };
        series.latency.observe(latency);
        if let Some(latency) = exchange.integration_latency {
            series.integration_latency.observe(latency);
        }
    }

    pub(crate) fn snapshot(&self) -> (Vec<(SeriesKey, Series)>, InFlight) {
        let series = self.series.borrow().iter().map(|(key, series)| (key.clone(), series.clone())).collect();
        let in_flight = self.in_flight.borrow();
        (series, in_flight.iter().map(|(key, count)| (key.clone(), count.get())).collect())
    }
}

impl<'a> SeriesOf<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        let (api, variant) = (exchange.api.as_deref(), exchange.variant.as_deref());
        let function = exchange.function.as_deref();
        Self {
            namespace: api.map_or("", |api| &api.namespace),
            api: api.map_or("", |api| &api.name),
            stage: exchange.stage.as_deref().unwrap_or_default(),
            deployment: variant.map_or("", |variant| &variant.deployment),
            canary: variant.is_some_and(|variant| variant.is_canary == Some(true)),
            function: function.map_or("", |function| &function.function),
            version: function.map_or("", |function| &function.version),
            status_class: match exchange.status_code() / 100 {
                1 => "1xx",
                2 => "2xx",
                3 => "3xx",
                4 => "4xx",
                _ => "5xx",
            },
        }
    }

    fn other(self) -> Self {
        let status_class = self.status_class;
        let none = "";
        Self {
            namespace: none,
            api: "(other)",
            stage: none,
            deployment: none,
            canary: false,
            function: none,
            version: none,
            status_class,
        }
    }

    fn owned(self) -> SeriesKey {
        SeriesKey {
            namespace: self.namespace.into(),
            api: self.api.into(),
            stage: self.stage.into(),
            deployment: self.deployment.into(),
            canary: self.canary,
            function: self.function.into(),
            version: self.version.into(),
            status_class: self.status_class,
        }
    }
}

impl SeriesKey {
    fn borrowed(&self) -> SeriesOf<'_> {
        SeriesOf {
            namespace: &self.namespace,
            api: &self.api,
            stage: &self.stage,
            deployment: &self.deployment,
            canary: self.canary,
            function: &self.function,
            version: &self.version,
            status_class: self.status_class,
        }
    }
}

impl Hash for SeriesKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.borrowed().hash(state);
    }
}

impl Equivalent<SeriesKey> for SeriesOf<'_> {
    fn equivalent(&self, key: &SeriesKey) -> bool {
        *self == key.borrowed()
    }
}

/// A [`StageKey`], borrowed.
#[derive(Hash)]
struct StageOf<'a>(&'a str, &'a str, &'a str);

impl Equivalent<StageKey> for StageOf<'_> {
    fn equivalent(&self, key: &StageKey) -> bool {
        (self.0, self.1, self.2) == (&*key.0, &*key.1, &*key.2)
    }
}

impl Histogram {
    fn observe(&mut self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        if let Some(bucket) = BUCKETS.iter().position(|bound| seconds <= *bound) {
            self.buckets[bucket] += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.buckets.iter_mut().zip(other.buckets).for_each(|(mine, theirs)| *mine += theirs);
        self.count += other.count;
        self.sum += other.sum;
    }
}
