//! The choice among the endpoints of a version: the one with less in flight of two that are drawn.

use std::net::SocketAddr;

use http::HeaderValue;

use super::health::now;
use super::{Member, Version};

/// An endpoint that was picked: counted as in flight there until this is dropped.
#[derive(Debug)]
pub struct Picked(Member);

impl Version {
    /// Picks by `draw`, a uniformly random number; nothing where there are no endpoints.
    ///
    /// Endpoints that failed lately are left alone, unless all did.
    pub fn pick(&self, draw: u64) -> Option<Picked> {
        self.choose(draw, None).map(Picked::new)
    }

    /// Picks for a second attempt: another one than `failed`, unless there is no other.
    pub fn pick_again(&self, draw: u64, failed: &Picked) -> Option<Picked> {
        self.choose(draw, Some(failed.address())).map(Picked::new)
    }

    fn choose(&self, draw: u64, but: Option<SocketAddr>) -> Option<&Member> {
        let count = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let (one, two) = match count {
            0 => return None,
            1 => return self.0.first(),
            // Two different ones, by the draw's upper and lower half.
            _ => {
                let one = ((draw >> 32) * count) >> 32;
                let step = (((draw & 0xffff_ffff) * (count - 1)) >> 32) + 1;
                (one, (one + step) % count)
            }
        };
        let at = |index: u64| usize::try_from(index).ok().and_then(|index| self.0.get(index));
        let (one, two) = (at(one)?, at(two)?);
        let usable = |member: &Member| Some(member.endpoint.address) != but && !member.health.is_out(now);
        match (usable(one), usable(two)) {
            (true, true) => Some(less(one, two)),
            (true, false) => Some(one),
            (false, true) => Some(two),
            (false, false) => {
                // Seldom: the least of those that can be used, and failing that any but the one that just failed.
                let load = |member: &&Member| member.health.in_flight();
                let others = || self.0.iter().filter(|member| Some(member.endpoint.address) != but);
                others()
                    .filter(|member| usable(member))
                    .min_by_key(load)
                    .or_else(|| others().min_by_key(load))
            }
        }
        .or(Some(one))
    }
}

fn less<'a>(one: &'a Member, two: &'a Member) -> &'a Member {
    if two.health.in_flight() < one.health.in_flight() { two } else { one }
}

impl Picked {
    fn new(member: &Member) -> Self {
        member.health.begin();
        Self(member.clone())
    }

    /// Where to connect.
    pub fn address(&self) -> SocketAddr {
        self.0.endpoint.address
    }

    /// The `Authorization` header that it asks for.
    pub fn authorization(&self) -> &HeaderValue {
        &self.0.endpoint.authorization
    }

    /// The connection failed or the answer broke off: it is left alone for a while.
    pub fn failed(&self) {
        self.0.health.failed(now());
    }

    /// It answered: earlier failures are forgotten.
    pub fn answered(&self) {
        self.0.health.answered();
    }
}

impl Drop for Picked {
    fn drop(&mut self) {
        self.0.health.end();
    }
}
