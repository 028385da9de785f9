//! How many events each version has in flight, on average.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::Live;

/// Looked at now and then, instead of measured: that costs requests nothing.
const EVERY: Duration = Duration::from_millis(50);
/// Looks that make an average: 2 s.
const LOOKS: u32 = 40;

/// Keeps `averages` up to date. A version that has none in it had nothing in flight.
pub(super) async fn keep(live: Live, averages: watch::Sender<BTreeMap<String, f64>>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sums: BTreeMap<Arc<str>, f64> = BTreeMap::new();
    let mut looks = 0;
    loop {
        ticks.tick().await;
        for (version, count) in live.now().endpoints.in_flight() {
            *sums.entry(version).or_default() += f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        }
        looks += 1;
        if looks == LOOKS {
            let sums = std::mem::take(&mut sums).into_iter();
            averages.send_replace(sums.map(|(key, sum)| (key.to_string(), sum / f64::from(LOOKS))).collect());
            looks = 0;
        }
    }
}
