use proptest::prelude::*;

use super::*;

fn endpoint(port: u16) -> Endpoint {
    Endpoint { address: ([127, 0, 0, 1], port).into(), authorization: HeaderValue::from_static("Bearer x") }
}

fn endpoints(ports: impl IntoIterator<Item = u16>) -> Endpoints {
    let mut endpoints = Endpoints::default();
    endpoints.insert_all("n/f:1", ports.into_iter().map(endpoint));
    endpoints
}

proptest! {
    #[test]
    fn a_pick_is_always_one_of_them(
        count in 0u16..6,
        draws in proptest::collection::vec((any::<u64>(), any::<bool>(), any::<bool>()), 0..40),
    ) {
        let endpoints = endpoints(1..=count);
        let version = endpoints.version("n/f:1").unwrap();
        let mut flying = Vec::new();
        for (draw, fails, stays) in draws {
            let Some(picked) = version.pick(draw) else {
                prop_assert_eq!(count, 0);
                continue;
            };
            prop_assert!((1..=count).contains(&picked.address().port()));
            if fails {
                picked.failed();
                let again = version.pick_again(draw, &picked).unwrap();
                prop_assert!((1..=count).contains(&again.address().port()));
                prop_assert!(count == 1 || again.address() != picked.address());
            }
            if stays {
                flying.push(picked);
            }
        }
        prop_assert_eq!(version.in_flight(), flying.len());
        drop(flying);
        prop_assert_eq!(version.in_flight(), 0);
    }

    #[test]
    fn load_is_even_within_what_two_choices_give(seed: u64) {
        let endpoints = endpoints(1..=4);
        let version = endpoints.version("n/f:1").unwrap();
        let mut draw = seed;
        let flying: Vec<_> = (0..400).map(|_| {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            version.pick(draw ^ (draw >> 29)).unwrap()
        }).collect();
        for port in 1..=4 {
            let share = flying.iter().filter(|picked| picked.address().port() == port).count();
            prop_assert!((90..=110).contains(&share), "{port}: {share}");
        }
    }
}

#[test]
fn a_failed_one_is_left_alone_unless_all_failed() {
    let endpoints = endpoints(1..=3);
    let version = endpoints.version("n/f:1").unwrap();
    let fail = |port| {
        let picked = (0..).find_map(|i: u64| {
            version
                .pick(i.wrapping_mul(0x9e37_79b9_7f4a_7c15))
                .filter(|picked| picked.address().port() == port)
        });
        picked.unwrap().failed();
    };
    let seen = || {
        let ports = (0..200u64)
            .map(|i| version.pick(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).unwrap().address().port());
        ports.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(seen(), [1, 2, 3].into());
    fail(2);
    assert_eq!(seen(), [1, 3].into());
    fail(3);
    assert_eq!(seen(), [1].into());
    // The last one stays in, whatever it does.
    fail(1);
    assert!(!seen().is_empty());
}

#[test]
fn counts_and_failures_go_on_in_the_next_moment() {
    let before = endpoints(1..=2);
    let picked = before.version("n/f:1").unwrap().pick(0).unwrap();
    picked.failed();
    let mut after = endpoints(2..=3);
    after.insert("n", "g", "1", endpoint(9));
    after.go_on_from(&before);
    let version = after.version("n/f:1").unwrap();
    let (mut flying, port) = (picked.address().port() == 2, picked.address().port());
    assert_eq!(version.in_flight(), usize::from(flying));
    let mut both = endpoints(1..=3);
    both.go_on_from(&before);
    let version = both.version("n/f:1").unwrap();
    assert_eq!(both.in_flight().into_iter().collect::<Vec<_>>(), [("n/f:1".into(), 1)]);
    assert!((0..100u64).all(|i| version.pick(i << 56).unwrap().address().port() != port));
    drop(picked);
    flying = version.in_flight() > 0;
    assert!(!flying);
    assert_eq!(after.get("n/g:1").unwrap().address.port(), 9);
}
