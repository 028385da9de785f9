//! The workers' series added up, in Prometheus' text format.

use std::collections::BTreeMap;

use prometheus::proto::{
    Bucket, Counter, Gauge, Histogram as ProtoHistogram, LabelPair, Metric, MetricFamily, MetricType,
};
use prometheus::{Encoder, TextEncoder};

use crate::metrics::{BUCKETS, Histogram, InFlight, Series, SeriesKey};

/// What the workers have, as text.
pub(crate) fn text(workers: Vec<(Vec<(SeriesKey, Series)>, InFlight)>) -> String {
    let mut total: BTreeMap<SeriesKey, Series> = BTreeMap::new();
    let mut in_flight = BTreeMap::new();
    for (series, flying) in workers {
        for (key, series) in series {
            let sum = total.entry(key).or_default();
            sum.latency.add(&series.latency);
            sum.integration_latency.add(&series.integration_latency);
        }
        for (key, count) in flying {
            *in_flight.entry(key).or_insert(0) += count;
        }
    }
    let requests = total.iter().map(|(key, series)| {
        let mut counter = Counter::default();
        counter.set_value(as_f64(series.latency.count));
        let mut metric = labelled(key);
        metric.set_counter(counter);
        metric
    });
    let latency = total.iter().map(|(key, series)| histogram(key, &series.latency));
    let backed = total.iter().filter(|(_, series)| series.integration_latency.count > 0);
    let integration = backed.map(|(key, series)| histogram(key, &series.integration_latency));
    let flying = in_flight.iter().map(|((namespace, api, stage), count)| {
        let mut gauge = Gauge::default();
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52 requests are in flight")]
        gauge.set_value(*count as f64);
        let mut metric = Metric::default();
        metric.set_label(
            [("namespace", namespace), ("api", api), ("stage", stage)].map(|(n, v)| label(n, v)).into(),
        );
        metric.set_gauge(gauge);
        metric
    });
    let families = [
        family("stagegate_requests_total", "Requests answered.", MetricType::COUNTER, requests.collect()),
        family(
            "stagegate_request_duration_seconds",
            "From the request's head to the answer's end.",
            MetricType::HISTOGRAM,
            latency.collect(),
        ),
        family(
            "stagegate_integration_duration_seconds",
            "How long integrations took to answer.",
            MetricType::HISTOGRAM,
            integration.collect(),
        ),
        family(
            "stagegate_requests_in_flight",
            "Requests that are not answered yet.",
            MetricType::GAUGE,
            flying.collect(),
        ),
    ];
    let families: Vec<_> = families.into_iter().filter(|family| !family.get_metric().is_empty()).collect();
    let mut out = Vec::new();
    match TextEncoder::new().encode(&families, &mut out) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(error) => format!("# {error}\n"),
    }
}

fn family(name: &str, help: &str, kind: MetricType, metrics: Vec<Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    family.set_field_type(kind);
    family.set_metric(metrics);
    family
}

fn labelled(key: &SeriesKey) -> Metric {
    let labels = [
        ("namespace", &*key.namespace),
        ("api", &key.api),
        ("stage", &key.stage),
        ("deployment", &key.deployment),
        ("canary", if key.canary { "true" } else { "false" }),
        ("function", &key.function),
        ("version", &key.version),
        ("status_class", key.status_class),
    ];
    let mut metric = Metric::default();
    metric.set_label(labels.map(|(name, value)| label(name, value)).into());
    metric
}

fn label(name: &str, value: &str) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(name.to_owned());
    pair.set_value(value.to_owned());
    pair
}

fn histogram(key: &SeriesKey, histogram: &Histogram) -> Metric {
    let mut cumulative = 0;
    let bucket = |(bound, count): (&f64, &u64)| {
        cumulative += count;
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket.set_cumulative_count(cumulative);
        bucket
    };
    let mut proto = ProtoHistogram::default();
    proto.set_bucket(BUCKETS.iter().zip(&histogram.buckets).map(bucket).collect());
    proto.set_sample_count(histogram.count);
    proto.set_sample_sum(histogram.sum);
    let mut metric = labelled(key);
    metric.set_histogram(proto);
    metric
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 requests")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
