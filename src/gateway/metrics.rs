//! Counts and latencies of one worker: no other thread touches them, so nothing is locked or shared.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use snapshot::{ApiTable, LambdaTarget, VariantTable};

use crate::exit::Exit;
use crate::worker::Worker;

/// Series a worker keeps; what comes beyond is counted under `(other)`, so that no client can grow memory.
const MOST_SERIES: usize = 4_096;

/// Upper bounds of latency buckets, in seconds; up to the longest integration timeout by default.
pub(crate) const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 29.0];

/// What a series is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
pub(crate) type InFlight = HashMap<StageKey, i64>;

/// A request in flight: counted until this is dropped, which it is too when the client goes away in between.
pub(crate) struct Flying {
    worker: Rc<Worker>,
    key: StageKey,
}

impl Flying {
    pub(crate) fn begin(worker: &Rc<Worker>, api: &ApiTable, stage: &Arc<str>) -> Self {
        let key = (api.namespace.clone(), api.name.clone(), stage.clone());
        *worker.metrics.in_flight.borrow_mut().entry(key.clone()).or_default() += 1;
        Self { worker: worker.clone(), key }
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        self.worker.metrics.end(&self.key);
    }
}

pub(crate) struct Metrics {
    series: RefCell<HashMap<SeriesKey, Series>>,
    in_flight: RefCell<InFlight>,
    none: Arc<str>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self { series: RefCell::default(), in_flight: RefCell::default(), none: "".into() }
    }

    fn end(&self, key: &StageKey) {
        if let Some(count) = self.in_flight.borrow_mut().get_mut(key) {
            *count -= 1;
        }
    }

    pub(crate) fn record(&self, exit: &Exit) {
        let exchange = &exit.exchange;
        let key = self.key(exit);
        let mut series = self.series.borrow_mut();
        let full = series.len() >= MOST_SERIES && !series.contains_key(&key);
        let series = series.entry(if full { self.other(key.status_class) } else { key }).or_default();
        series.latency.observe(exchange.start.elapsed());
        if let Some(latency) = exchange.integration_latency {
            series.integration_latency.observe(latency);
        }
    }

    pub(crate) fn snapshot(&self) -> (Vec<(SeriesKey, Series)>, InFlight) {
        let series = self.series.borrow().iter().map(|(key, series)| (key.clone(), series.clone())).collect();
        (series, self.in_flight.borrow().clone())
    }

    fn key(&self, exit: &Exit) -> SeriesKey {
        let exchange = &exit.exchange;
        let none = || self.none.clone();
        let api = exchange.api.as_ref();
        let variant: Option<&Arc<VariantTable>> = exchange.variant.as_ref();
        let function: Option<&Arc<LambdaTarget>> = exchange.function.as_ref();
        SeriesKey {
            namespace: api.map_or_else(none, |api| api.namespace.clone()),
            api: api.map_or_else(none, |api| api.name.clone()),
            stage: exchange.stage.clone().unwrap_or_else(none),
            deployment: variant.map_or_else(none, |variant| variant.deployment.clone()),
            canary: variant.is_some_and(|variant| variant.is_canary == Some(true)),
            function: function.map_or_else(none, |function| function.function.clone()),
            version: function.map_or_else(none, |function| function.version.clone()),
            status_class: match exit.status.as_u16() / 100 {
                1 => "1xx",
                2 => "2xx",
                3 => "3xx",
                4 => "4xx",
                _ => "5xx",
            },
        }
    }

    fn other(&self, status_class: &'static str) -> SeriesKey {
        let none = || self.none.clone();
        SeriesKey {
            namespace: none(),
            api: "(other)".into(),
            stage: none(),
            deployment: none(),
            canary: false,
            function: none(),
            version: none(),
            status_class,
        }
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
