//! The pool's decisions, without processes.

use std::time::{Duration, Instant};

use crate::pool::{Action, Admitted, Pool, Refusal};

type TestPool = Pool<&'static str, &'static str>;

fn submit(pool: &mut TestPool, event: &'static str, now: Instant) -> Vec<Action<&'static str, &'static str>> {
    let ticket = pool.reserve().unwrap();
    pool.submit(ticket, event);
    pool.settle(now)
}

fn hand(process: u64, ticket: u64, event: &'static str) -> Action<&'static str, &'static str> {
    Action::Hand(process, Admitted { ticket, event })
}

#[test]
fn starts_one_ahead_and_more_on_demand() {
    let (mut pool, now) = (TestPool::new(2, 1), Instant::now());
    assert_eq!(pool.settle(now), [Action::Start(1)]);
    assert_eq!(pool.settle(now), []);
    assert_eq!(submit(&mut pool, "a", now), []);
    assert_eq!(submit(&mut pool, "b", now), [Action::Start(2)]);
    assert_eq!(submit(&mut pool, "c", now), []);
    assert_eq!(pool.reserve(), Err(Refusal::Full));
    pool.ready(1);
    assert_eq!(pool.settle(now), [hand(1, 1, "a")]);
    pool.ready(2);
    assert_eq!(pool.settle(now), [hand(2, 2, "b")]);
    assert_eq!(pool.reserve(), Err(Refusal::Full));
    pool.answered(2);
    assert!(pool.reserve().is_ok());
    pool.ready(2);
    assert_eq!(pool.settle(now), [hand(2, 3, "c")]);
}

#[test]
fn the_most_recently_used_process_comes_first() {
    let (mut pool, now) = (TestPool::new(2, 0), Instant::now());
    pool.settle(now);
    submit(&mut pool, "a", now);
    submit(&mut pool, "b", now);
    for process in [1, 2] {
        pool.ready(process);
        pool.settle(now);
    }
    for process in [2, 1] {
        pool.answered(process);
        pool.ready(process);
    }
    assert_eq!(submit(&mut pool, "c", now), [hand(1, 3, "c")]);
    pool.answered(1);
    pool.ready(1);
    assert_eq!(submit(&mut pool, "d", now), [hand(1, 4, "d")]);
}

#[test]
fn an_answered_process_is_waited_for_rather_than_joined_by_another() {
    let (mut pool, now) = (TestPool::new(2, 0), Instant::now());
    pool.settle(now);
    pool.ready(1);
    assert_eq!(submit(&mut pool, "a", now), [hand(1, 1, "a")]);
    pool.answered(1);
    assert_eq!(submit(&mut pool, "b", now), []);
    pool.ready(1);
    assert_eq!(pool.settle(now), [hand(1, 2, "b")]);
}

#[test]
fn abandoned_events_leave_their_place() {
    let (mut pool, now) = (TestPool::new(1, 0), Instant::now());
    let ticket = pool.reserve().unwrap();
    assert_eq!(pool.reserve(), Err(Refusal::Full));
    pool.abandon(ticket);
    submit(&mut pool, "a", now);
    assert_eq!(pool.reserve(), Err(Refusal::Full));
    pool.abandon(2);
    assert_eq!(pool.in_flight(), 0);
}

#[test]
fn events_fail_with_what_the_start_failed_with_and_starts_are_spaced() {
    let (mut pool, now) = (TestPool::new(4, 4), Instant::now());
    pool.settle(now);
    submit(&mut pool, "a", now);
    assert_eq!(submit(&mut pool, "b", now), [Action::Start(2)]);
    pool.gone(1, Some("broken"), now);
    assert_eq!(pool.settle(now), [], "the other may come up");
    pool.gone(2, Some("broken"), now);
    assert_eq!(pool.settle(now), [Action::Fail("a", "broken"), Action::Fail("b", "broken")]);
    assert_eq!(submit(&mut pool, "c", now), [Action::Fail("c", "broken")]);
    let later = now + Duration::from_millis(201);
    assert_eq!(pool.settle(later), [], "only an event is a reason");
    assert_eq!(submit(&mut pool, "d", later), [Action::Start(3)]);
    assert_eq!(submit(&mut pool, "e", later), [], "one at a time");
    pool.ready(3);
    assert_eq!(pool.settle(later), [hand(3, 4, "d"), Action::Start(4)]);
    pool.answered(3);
    pool.ready(3);
    assert_eq!(pool.settle(later), [hand(3, 5, "e")]);
    assert_eq!(submit(&mut pool, "f", later), []);
    assert_eq!(submit(&mut pool, "g", later), [Action::Start(5)], "trusted again");
}

#[test]
fn an_event_that_no_process_saw_goes_to_the_next() {
    let (mut pool, now) = (TestPool::new(1, 1), Instant::now());
    pool.settle(now);
    pool.ready(1);
    submit(&mut pool, "a", now);
    submit(&mut pool, "b", now);
    pool.retire(1);
    pool.give_back(1, Admitted { ticket: 1, event: "a" });
    assert_eq!(pool.settle(now), [], "it still counts until it is waited for");
    pool.gone(1, None, now);
    assert_eq!(pool.settle(now), [Action::Start(2)]);
    pool.ready(2);
    assert_eq!(pool.settle(now), [hand(2, 1, "a")]);
}

#[test]
fn a_retired_process_gets_nothing_and_is_replaced() {
    let (mut pool, now) = (TestPool::new(1, 1), Instant::now());
    pool.settle(now);
    pool.ready(1);
    pool.retire(1);
    assert_eq!(submit(&mut pool, "a", now), []);
    pool.gone(1, None, now);
    assert_eq!(pool.settle(now), [Action::Start(2)]);
}

#[test]
fn a_closed_pool_finishes_what_it_has() {
    let (mut pool, now) = (TestPool::new(1, 1), Instant::now());
    pool.settle(now);
    submit(&mut pool, "a", now);
    pool.close();
    assert_eq!(pool.reserve(), Err(Refusal::Closed));
    pool.gone(1, None, now);
    assert_eq!(pool.settle(now), [Action::Start(2)]);
    pool.ready(2);
    assert_eq!(pool.settle(now), [hand(2, 1, "a")]);
    pool.answered(2);
    pool.gone(2, None, now);
    assert_eq!(pool.settle(now), []);
    assert_eq!(pool.in_flight(), 0);
}
