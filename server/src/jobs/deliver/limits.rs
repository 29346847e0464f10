//! How fast, and how many at once: what one relay and one recipient's domain are given.
//!
//! Kept in memory: after a restart a relay is given at most the burst of one second once more.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// What the configuration allows. None is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Mails a second to the relay.
    pub relay: Option<f64>,
    /// Mails a second to one recipient's domain.
    pub domain: Option<f64>,
}

/// A domain whose mails usually take longer is slow: it may hold a quarter of the connections.
const SLOW: Duration = Duration::from_secs(5);
/// So long the relay is left alone after it could not be reached; doubled each time, up to [`LONGEST_REST`].
const REST: Duration = Duration::from_secs(15);
const LONGEST_REST: Duration = Duration::from_secs(15 * 60);

/// Tokens that come back by the second; a second's worth can be saved up.
#[derive(Debug)]
struct Bucket {
    a_second: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn full(a_second: f64, now: Instant) -> Self {
        Self { a_second, tokens: a_second.max(1.0), at: now }
    }

    /// When there is a token; now, if there is one.
    fn ready_at(&mut self, now: Instant) -> Instant {
        let back = now.saturating_duration_since(self.at).as_secs_f64() * self.a_second;
        self.tokens = (self.tokens + back).min(self.a_second.max(1.0));
        self.at = now;
        if self.tokens >= 1.0 {
            return now;
        }
        now + Duration::from_secs_f64((1.0 - self.tokens) / self.a_second)
    }

    fn is_full(&mut self, now: Instant) -> bool {
        self.ready_at(now);
        self.tokens >= self.a_second.max(1.0)
    }

    fn take(&mut self) {
        self.tokens -= 1.0;
    }
}

#[derive(Debug)]
struct Domain {
    bucket: Option<Bucket>,
    under_way: usize,
    /// How long a hand-over takes: the last ones count most.
    usual: Duration,
}

/// Whether a mail may be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    Begin,
    /// Not before this.
    At(Instant),
    /// Not before another mail to this domain has come to its end.
    AfterAnother,
}

#[derive(Debug)]
pub(super) struct Limits {
    rates: Rates,
    connections: usize,
    relay: Option<Bucket>,
    domains: HashMap<String, Domain>,
    rests_until: Option<Instant>,
    rest: Duration,
}

impl Limits {
    pub(super) fn new(rates: Rates, connections: usize, now: Instant) -> Self {
        let relay = rates.relay.map(|rate| Bucket::full(rate, now));
        Self { rates, connections, relay, domains: HashMap::new(), rests_until: None, rest: REST }
    }

    /// Until when the relay is left alone, if it is.
    pub(super) fn rests_until(&self, now: Instant) -> Option<Instant> {
        self.rests_until.filter(|until| *until > now)
    }

    /// Whether a mail to this domain may be begun now.
    pub(super) fn may(&mut self, domain: &str, now: Instant) -> May {
        if let Some(until) = self.rests_until(now) {
            return May::At(until);
        }
        let quarter = (self.connections / 4).max(1);
        let known = self.domains.get_mut(domain);
        if known.as_ref().is_some_and(|known| known.usual > SLOW && known.under_way >= quarter) {
            return May::AfterAnother;
        }
        let of_domain = known.and_then(|known| known.bucket.as_mut()).map(|bucket| bucket.ready_at(now));
        let of_relay = self.relay.as_mut().map(|bucket| bucket.ready_at(now));
        match of_domain.max(of_relay) {
            Some(at) if at > now => May::At(at),
            _ => May::Begin,
        }
    }

    pub(super) fn begun(&mut self, domain: &str, now: Instant) {
        if let Some(bucket) = &mut self.relay {
            bucket.take();
        }
        let rate = self.rates.domain;
        let known = self.domains.entry(domain.to_owned()).or_insert_with(|| Domain {
            bucket: rate.map(|rate| Bucket::full(rate, now)),
            under_way: 0,
            usual: Duration::ZERO,
        });
        known.under_way += 1;
        if let Some(bucket) = &mut known.bucket {
            bucket.take();
        }
    }

    /// A mail to this domain came to its end after `took`.
    pub(super) fn ended(&mut self, domain: &str, took: Duration) {
        let Some(known) = self.domains.get_mut(domain) else { return };
        known.under_way = known.under_way.saturating_sub(1);
        known.usual = (known.usual * 3 + took) / 4;
        // A list may name hundreds of thousands of domains: only what matters is remembered.
        if known.under_way == 0 && known.usual <= SLOW && known.bucket.is_none() {
            self.domains.remove(domain);
        }
    }

    /// Nothing is on its way, whatever was thought.
    pub(super) fn none_under_way(&mut self, now: Instant) {
        self.domains.retain(|_, known| {
            let held_back = known.bucket.as_mut().is_some_and(|bucket| !bucket.is_full(now));
            known.usual > SLOW || held_back
        });
        self.domains.values_mut().for_each(|known| known.under_way = 0);
    }

    /// The relay took something: whatever was the matter is over.
    pub(super) fn well(&mut self) {
        self.rests_until = None;
        self.rest = REST;
    }

    /// The relay as a whole takes nothing now. Several mails find that out at once; it counts once.
    pub(super) fn unwell(&mut self, now: Instant) {
        if self.rests_until(now).is_none() {
            self.rests_until = Some(now + self.rest);
            self.rest = (self.rest * 2).min(LONGEST_REST);
        }
    }
}

/// The last answers about the mails of one notice: whether a policy or a busy relay refused them.
#[derive(Debug, Default)]
pub(super) struct Answers {
    last: std::collections::VecDeque<bool>,
}

/// So many answers are looked at.
const LAST: usize = 500;
/// More than 5 in 100 of them are too many.
const TOO_MANY: usize = LAST / 20;

impl Answers {
    /// Adds one answer. True when too many of the last ones were refusals that more mails would only make worse.
    pub(super) fn add(&mut self, refused: bool) -> bool {
        self.last.push_back(refused);
        if self.last.len() > LAST {
            self.last.pop_front();
        }
        let broken = refused && self.last.iter().filter(|refused| **refused).count() > TOO_MANY;
        if broken {
            // Whoever goes on in spite of it is asked again only after as many again.
            self.last.clear();
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(relay: Option<f64>, domain: Option<f64>) -> (Limits, Instant) {
        let now = Instant::now();
        (Limits::new(Rates { relay, domain }, 8, now), now)
    }

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_relay_is_given_no_more_than_its_rate() {
        let (mut limits, begun) = limits(Some(10.0), None);
        let mut sent = 0;
        for tick in 0..3_000 {
            let now = begun + ms(tick);
            if limits.may("people.test", now) == May::Begin {
                limits.begun("people.test", now);
                limits.ended("people.test", ms(1));
                sent += 1;
            }
        }
        assert!((38..=41).contains(&sent), "{sent} in three seconds and a burst of one");
        let now = begun + ms(2_999);
        assert!(matches!(limits.may("other.test", now), May::At(at) if at > now), "whoever it is for");
    }

    #[test]
    fn a_domains_rate_holds_up_no_other_domain() {
        let (mut limits, now) = limits(None, Some(1.0));
        limits.begun("one.test", now);
        assert!(matches!(limits.may("one.test", now), May::At(at) if at > now + ms(900)));
        assert_eq!(limits.may("two.test", now), May::Begin);
        assert_eq!(limits.may("one.test", now + ms(1_001)), May::Begin);
    }

    #[test]
    fn a_slow_domain_holds_a_quarter_of_the_connections() {
        let (mut limits, now) = limits(None, None);
        for _ in 0..8 {
            assert_eq!(limits.may("tarpit.test", now), May::Begin, "nobody knows yet");
            limits.begun("tarpit.test", now);
        }
        for _ in 0..8 {
            limits.ended("tarpit.test", Duration::from_secs(60));
        }
        for _ in 0..2 {
            assert_eq!(limits.may("tarpit.test", now), May::Begin);
            limits.begun("tarpit.test", now);
        }
        assert_eq!(limits.may("tarpit.test", now), May::AfterAnother);
        assert_eq!(limits.may("other.test", now), May::Begin);
        // Once it answers quickly again, it is a domain like any other.
        for _ in 0..20 {
            limits.ended("tarpit.test", ms(10));
        }
        for _ in 0..8 {
            assert_eq!(limits.may("tarpit.test", now), May::Begin);
            limits.begun("tarpit.test", now);
        }
    }

    #[test]
    fn a_relay_that_refuses_everything_is_left_alone_longer_and_longer() {
        let (mut limits, begun) = limits(None, None);
        let mut now = begun;
        let mut rests = Vec::new();
        for _ in 0..9 {
            limits.unwell(now);
            limits.unwell(now);
            let until = limits.rests_until(now).unwrap();
            assert_eq!(limits.may("people.test", now), May::At(until));
            rests.push((until - now).as_secs());
            now = until;
            assert_eq!(limits.may("people.test", now), May::Begin);
        }
        assert_eq!(rests, [15, 30, 60, 120, 240, 480, 900, 900, 900]);
        limits.well();
        limits.unwell(now);
        assert_eq!(limits.rests_until(now), Some(now + REST));
    }

    #[test]
    fn more_than_5_in_100_refusals_of_the_last_500_break() {
        let mut answers = Answers::default();
        for _ in 0..1_000 {
            assert!(!answers.add(false));
        }
        for number in 0..25 {
            assert!(!answers.add(true), "{number}");
        }
        assert!(answers.add(true));
        assert!(!answers.add(true), "counted anew");
        // One in a hundred never does.
        let mut answers = Answers::default();
        assert!((0..5_000).all(|n| !answers.add(n % 100 == 0)));
    }
}
