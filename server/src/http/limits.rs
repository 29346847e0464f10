//! How often and how much.

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock, clock::DefaultClock};
use std::num::NonZeroU32;

/// Limits, as configured.
pub struct Limits {
    /// Largest form or JSON body, in bytes.
    pub form_bytes: u64,
    /// Largest piece of evidence, in bytes.
    pub evidence_bytes: u64,
    /// A request that takes longer than so many seconds is given up. Uploads aren't.
    pub request_seconds: u64,
    people: DefaultKeyedRateLimiter<String>,
    strangers: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    /// `people` and `strangers` are requests a second; bursts are three and six times that.
    #[must_use]
    pub fn new(
        form_bytes: u64,
        evidence_bytes: u64,
        request_seconds: u64,
        people: u32,
        strangers: u32,
    ) -> Self {
        let quota = |rate: u32, burst: u32| {
            let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
            Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(rate.saturating_mul(burst)))
        };
        Self {
            form_bytes,
            evidence_bytes,
            request_seconds,
            people: DefaultKeyedRateLimiter::keyed(quota(people, 3)),
            strangers: DefaultKeyedRateLimiter::keyed(quota(strangers, 6)),
        }
    }

    /// How many seconds this one has to wait, if it came too often.
    pub fn too_often(&self, key: &String, signed_in: bool) -> Option<u64> {
        let limiter = if signed_in { &self.people } else { &self.strangers };
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        let until = limiter.check_key(key).err()?;
        Some(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn a_flood_is_slowed_down_and_others_are_not() {
        let limits = Limits::new(1, 1, 1, 5, 1);
        let count =
            |key: &str| (0..100).filter(|_| limits.too_often(&key.to_owned(), true).is_none()).count();
        assert_eq!(count("a"), 15);
        assert_eq!(count("b"), 15);
    }
}
