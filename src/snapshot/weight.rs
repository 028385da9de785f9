//! Weighted pick of a version.

use std::collections::BTreeMap;

/// Targets with their shares of the invocations, ready for a pick by one random number.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted<T> {
    /// Additional targets with the number below which a draw picks them, ascending.
    additional: Vec<(u64, T)>,
    /// Takes what is left.
    primary: T,
}

/// Why weights can't be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WeightError {
    /// Not in 0.0 to 1.0.
    #[error("the weight {1} of version {0} must be from 0.0 to 1.0")]
    OutOfRange(String, f64),
    /// More than the whole.
    #[error("the weights sum to {0}; they may sum to at most 1, and the function version takes the rest")]
    SumAboveOne(f64),
}

/// 2⁵³: draws have as many values as a fraction of an `f64` can tell apart.
const SCALE: f64 = 9_007_199_254_740_992.0;

impl Weighted<String> {
    /// One version that takes everything.
    pub fn single(version: &str) -> Self {
        Self { additional: Vec::new(), primary: version.to_owned() }
    }

    /// `primary` takes what `additional` leaves.
    pub fn new(primary: &str, additional: &BTreeMap<String, f64>) -> Result<Self, WeightError> {
        let mut sum = 0.0;
        let mut thresholds = Vec::with_capacity(additional.len());
        for (version, &weight) in additional {
            if !(0.0..=1.0).contains(&weight) {
                return Err(WeightError::OutOfRange(version.clone(), weight));
            }
            sum += weight;
            if weight > 0.0 {
                thresholds.push((threshold(sum), version.clone()));
            }
        }
        // Ten weights of 0.1 sum to a little more or less than 1 in binary.
        if sum > 1.0 + 1e-9 {
            return Err(WeightError::SumAboveOne(sum));
        }
        if sum > 1.0 - 1e-9
            && let Some(last) = thresholds.last_mut()
        {
            last.0 = u64::MAX;
        }
        Ok(Self { additional: thresholds, primary: primary.to_owned() })
    }
}

impl<T> Weighted<T> {
    /// The same shares of other targets.
    pub fn map<U>(self, mut to: impl FnMut(T) -> U) -> Weighted<U> {
        let additional =
            self.additional.into_iter().map(|(threshold, target)| (threshold, to(target))).collect();
        Weighted { additional, primary: to(self.primary) }
    }

    /// The target for `draw`, a uniformly random number.
    pub fn pick(&self, draw: u64) -> &T {
        let draw = draw >> 11;
        self.additional
            .iter()
            .find(|(threshold, _)| draw < *threshold)
            .map_or(&self.primary, |(_, target)| target)
    }

    /// Every target that can be picked.
    pub fn targets(&self) -> impl Iterator<Item = &T> {
        let whole = self.additional.last().is_some_and(|(threshold, _)| *threshold == u64::MAX);
        self.additional.iter().map(|(_, target)| target).chain((!whole).then_some(&self.primary))
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the sum is from 0 to 1, so the product fits"
)]
fn threshold(sum: f64) -> u64 {
    (sum.min(1.0) * SCALE).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn weights(list: &[(&str, f64)]) -> BTreeMap<String, f64> {
        list.iter().map(|(v, w)| ((*v).to_owned(), *w)).collect()
    }

    #[test]
    fn none_and_all() {
        let none = Weighted::new("1", &weights(&[("2", 0.0)])).unwrap();
        let all = Weighted::new("1", &weights(&[("2", 1.0)])).unwrap();
        let tenths = Weighted::new("1", &(2..12).map(|v| (v.to_string(), 0.1)).collect()).unwrap();
        for draw in [0, 1 << 20, u64::MAX / 2, u64::MAX] {
            assert_eq!(none.pick(draw), "1");
            assert_eq!(all.pick(draw), "2");
            assert_ne!(tenths.pick(draw), "1");
        }
        assert_eq!(all.targets().collect::<Vec<_>>(), ["2"]);
        assert_eq!(none.targets().collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    fn bad_weights() {
        assert!(matches!(Weighted::new("1", &weights(&[("2", -0.1)])), Err(WeightError::OutOfRange(..))));
        assert!(matches!(Weighted::new("1", &weights(&[("2", f64::NAN)])), Err(WeightError::OutOfRange(..))));
        assert!(matches!(
            Weighted::new("1", &weights(&[("2", 0.6), ("3", 0.5)])),
            Err(WeightError::SumAboveOne(_))
        ));
    }

    /// `SplitMix64`: a fixed sequence, so that the test below gives the same answer each time.
    fn split_mix(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    proptest! {
        // Each case makes 10⁵ draws of up to seven versions; the seed is fixed, or 4σ would fail by chance one day.
        #![proptest_config(ProptestConfig { cases: 48, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn shares_stay_within_four_sigma(parts in proptest::collection::vec(0.0f64..1.0, 1..7), rest in 0.0f64..1.0, seed: u64) {
            let whole: f64 = parts.iter().sum::<f64>() + rest;
            let additional: BTreeMap<String, f64> =
                parts.iter().enumerate().map(|(i, part)| (format!("{}", i + 2), part / whole)).collect();
            let versions = Weighted::new("1", &additional).unwrap();
            let draws = 100_000u32;
            let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
            let mut state = seed;
            for _ in 0..draws {
                *counts.entry(versions.pick(split_mix(&mut state))).or_default() += 1;
            }
            let mut expected = additional.clone();
            expected.insert("1".to_owned(), rest / whole);
            for (version, p) in expected {
                let n = f64::from(draws);
                let seen = f64::from(counts.get(version.as_str()).copied().unwrap_or(0));
                let sigma = (n * p * (1.0 - p)).sqrt();
                prop_assert!((seen - n * p).abs() <= 4.0 * sigma + 1.0, "version {version}: {seen} of {n}, p = {p}");
            }
        }
    }
}
