//! How many pods a version has.

use std::time::Duration;

use api::FunctionVersionSpec;

/// Handler processes of a pod unless the version says otherwise.
const MAX_CONCURRENCY: u32 = 10;
/// Requests that a server is taken to handle at once, since nobody knows.
const HTTP_CONCURRENCY: u32 = 100;
/// Of what a pod takes at once: the rest is room for a peak while another pod starts.
const TARGET: f64 = 0.7;
/// Pods at most unless the version says otherwise: enough to grow by, not enough to fill a cluster by mistake.
const MAX: u32 = 10;
/// Load must have been lower for so long before a pod goes.
const BELOW: Duration = Duration::from_mins(5);
/// Then one goes in each such time.
const STEP: Duration = Duration::from_mins(1);

/// Events that a pod of the version takes at once.
pub fn capacity(spec: &FunctionVersionSpec) -> u32 {
    match &spec.lambda {
        Some(lambda) if lambda.code.image.is_some() => 1,
        Some(lambda) => lambda.max_concurrency.unwrap_or(MAX_CONCURRENCY),
        None => HTTP_CONCURRENCY,
    }
}

/// A version's `scale` with nothing left open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Pods at least.
    pub min: i32,
    /// Pods at most.
    pub max: i32,
    /// Events in flight that each pod should have.
    pub target: f64,
}

impl Scale {
    /// What the version says, and what holds where it says nothing.
    pub fn of(spec: &FunctionVersionSpec) -> Self {
        let said = spec.scale.clone().unwrap_or_default();
        let pods = |pods: u32| i32::try_from(pods).unwrap_or(i32::MAX);
        let min = pods(said.min.unwrap_or(1)).max(1);
        Self {
            min,
            max: pods(said.max.unwrap_or(MAX)).max(min),
            target: said.target_concurrency.unwrap_or_else(|| f64::from(capacity(spec)) * TARGET).max(0.1),
        }
    }

    /// The pods that `in_flight` events need, on the average of late. Nonsense needs none beyond the least.
    #[allow(clippy::cast_possible_truncation, reason = "a cast from a float saturates, and NaN gives 0")]
    pub fn wanted(&self, in_flight: f64) -> i32 {
        // A share of an event more is no reason for a pod: averages of floats are not exact.
        ((in_flight / self.target - 1e-9).ceil() as i32).clamp(self.min, self.max)
    }
}

/// How many pods there should be now that `current` are asked for. Up at once; down one at a time: the first when
/// fewer have been wanted for five minutes, then each minute after the one before.
pub fn next_replicas(
    spec: &FunctionVersionSpec,
    current: i32,
    in_flight: f64,
    below_for: Duration,
    since_last_down: Duration,
) -> i32 {
    let scale = Scale::of(spec);
    let wanted = scale.wanted(in_flight);
    if wanted >= current || current > scale.max {
        return wanted.max(current.min(scale.max));
    }
    if below_for >= BELOW && since_last_down >= STEP { current - 1 } else { current }
}

/// What is to be remembered of a version between two looks at its load. Times are since any fixed moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScaleProgress {
    below_since: Option<Duration>,
    last_down: Option<Duration>,
}

impl ScaleProgress {
    /// [`next_replicas`], with the times kept here.
    pub fn next(&mut self, spec: &FunctionVersionSpec, current: i32, in_flight: f64, now: Duration) -> i32 {
        let below = Scale::of(spec).wanted(in_flight) < current;
        self.below_since = if below { self.below_since.or(Some(now)) } else { None };
        let since = |then: Option<Duration>, never| then.map_or(never, |then| now.saturating_sub(then));
        let (below_for, since_last_down) =
            (since(self.below_since, Duration::ZERO), since(self.last_down, Duration::MAX));
        let next = next_replicas(spec, current, in_flight, below_for, since_last_down);
        if next < current {
            self.last_down = Some(now);
        }
        next
    }

    /// When a pod may go, if it does not get any more until then.
    pub fn next_down(&self) -> Option<Duration> {
        let step = self.last_down.map_or(Duration::ZERO, |last| last + STEP);
        Some((self.below_since? + BELOW).max(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn spec(scale: &serde_json::Value, concurrency: u32) -> FunctionVersionSpec {
        serde_json::from_value(json!({
            "functionName": "f", "version": "1", "scale": scale,
            "lambda": {"runtime": "python3", "handler": "i.h", "maxConcurrency": concurrency,
                "code": {"inline": {"i.py": ""}}},
        }))
        .unwrap()
    }

    #[test]
    fn what_is_not_said() {
        let of = |scale, concurrency| Scale::of(&spec(&scale, concurrency));
        assert_eq!(of(json!(null), 10), Scale { min: 1, max: 10, target: 7.0 });
        assert_eq!(of(json!({"min": 20}), 1), Scale { min: 20, max: 20, target: 0.7 });
        assert_eq!(of(json!({"targetConcurrency": 2.5}), 4).wanted(5.0), 2);
        assert_eq!(of(json!(null), 10).wanted(7.1), 2);
        assert_eq!(of(json!(null), 10).wanted(f64::NAN), 1);
        assert_eq!(of(json!(null), 10).wanted(f64::INFINITY), 10);
    }

    #[test]
    fn up_at_once_and_slowly_down() {
        let (spec, mut progress) = (spec(&json!({"max": 8}), 10), ScaleProgress::default());
        let mut at = |current, in_flight, minutes: u64| {
            progress.next(&spec, current, in_flight, Duration::from_secs(minutes * 60))
        };
        assert_eq!(at(1, 40.0, 0), 6);
        assert_eq!(at(6, 1.0, 1), 6);
        assert_eq!(at(6, 1.0, 5), 6);
        assert_eq!(at(6, 1.0, 6), 5);
        assert_eq!(at(5, 1.0, 6), 5);
        assert_eq!(at(5, 1.0, 7), 4);
        // A peak begins the five minutes anew.
        assert_eq!(at(4, 28.0, 8), 4);
        assert_eq!(at(4, 1.0, 9), 4);
        assert_eq!(at(4, 1.0, 13), 4);
        assert_eq!(at(4, 1.0, 14), 3);
        assert_eq!(at(3, 99.0, 14), 8);
    }

    fn any_scale() -> impl Strategy<Value = (FunctionVersionSpec, Scale)> {
        (1_u32..50, 0_u32..50, prop::option::of(0.1_f64..20.0), 1_u32..30).prop_map(
            |(min, more, target, concurrency)| {
                let scale = json!({"min": min, "max": min + more, "targetConcurrency": target});
                let spec = spec(&scale, concurrency);
                let scale = Scale::of(&spec);
                (spec, scale)
            },
        )
    }

    proptest! {
        #[test]
        fn never_outside_and_monotone(
            (spec, scale) in any_scale(),
            current in 0_i32..200,
            loads in (0.0_f64..2_000.0, 0.0_f64..2_000.0),
            below in 0_u64..900,
            down in 0_u64..200,
        ) {
            let next = |load| {
                next_replicas(&spec, current, load, Duration::from_secs(below), Duration::from_secs(down))
            };
            let (low, high) = (loads.0.min(loads.1), loads.0.max(loads.1));
            prop_assert!(next(low) <= next(high));
            for load in [low, high] {
                prop_assert!((scale.min..=scale.max).contains(&next(load)));
                prop_assert!(next(load) >= scale.wanted(load).min(current));
                // Down by one, unless there are more than may be.
                prop_assert!(next(load) >= current.min(scale.max) - 1);
            }
        }
    }
}
