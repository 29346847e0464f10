//! Deliveries: the states of one mail of a notice, how they are counted, and when one is tried again.

use crate::choices;
use chrono::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

choices! {
    /// Where one mail stands. "Accepted" is the most that a relay can say: it is neither delivered nor read.
    pub enum DeliveryState {
        Queued = "queued" => "waiting",
        Leased = "leased" => "being handed over",
        /// The final dot may have been written: until an answer is recorded nobody knows more (RFC 1047).
        Attempting = "attempting" => "being handed over",
        Deferred = "deferred" => "to be tried again",
        /// 250 to the complete mail: the relay is responsible for it (RFC 5321, section 6.1).
        Accepted = "accepted" => "accepted by the relay",
        Rejected = "rejected" => "rejected",
        /// Accepted, and then sent back.
        Bounced = "bounced" => "sent back",
        /// No mail can be made of it, so none was tried.
        Invalid = "invalid" => "can't be made",
        Suppressed = "suppressed" => "not tried: sent back before",
        /// Nobody knows whether a relay took it; a person says what becomes of it.
        Held = "held" => "held for a decision",
        Expired = "expired" => "given up after two days",
        Cancelled = "cancelled" => "cancelled before it left",
    }
}

impl DeliveryState {
    /// Something is still going to happen to it by itself.
    pub const OPEN: [Self; 4] = [Self::Queued, Self::Leased, Self::Attempting, Self::Deferred];
}

choices! {
    /// What becomes of a mail of which nobody knows whether the relay took it.
    pub enum OnUncertain {
        /// At least once: a second copy does less harm than none.
        Resend = "resend" => "send it again, with the same bytes",
        /// At most once: a person looks at each.
        Hold = "hold" => "hold it until a person has looked",
    }
}

/// After so many hours of trying a mail is given up.
pub const LIFE_HOURS: i64 = 48;
/// Minutes until the next try, by the number of tries so far; the last one goes on.
const BACKOFF: [i64; 7] = [1, 5, 15, 30, 60, 120, 240];

/// How long to wait after `tries` tries, at least one. `chance` moves it by up to a fifth either way, so that mails
/// which failed together don't come back together: 0 is a fifth less, 65,535 a fifth more.
#[must_use]
pub fn wait(tries: i32, chance: u16) -> Duration {
    let step = usize::try_from(tries.max(1) - 1).unwrap_or_default();
    let minutes = BACKOFF.get(step).or(BACKOFF.last()).copied().unwrap_or(240);
    let whole = minutes * 60_000;
    Duration::milliseconds(whole * 4 / 5 + whole * 2 / 5 * i64::from(chance) / i64::from(u16::MAX))
}

/// How the mails of a notice stand. All others add up to `total` at every moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// People on the list.
    pub total: u64,
    /// Waiting, being handed over, or to be tried again.
    pub open: u64,
    /// A relay took responsibility. That is not yet delivered, and not yet read.
    pub accepted: u64,
    pub rejected: u64,
    /// Accepted, and then sent back.
    pub bounced: u64,
    /// No mail could be made.
    pub invalid: u64,
    /// Not tried, because an earlier mail was sent back. These people were not told.
    pub suppressed: u64,
    /// Nobody knows whether a relay took it, and a person is to decide.
    pub held: u64,
    /// Given up after two days.
    pub expired: u64,
    pub cancelled: u64,
    /// Told by letter or telephone, so there is no mail. Whether they were is marked by people.
    pub otherwise: u64,
}

impl Tally {
    /// Counts `count` more mails in `state`, without those being more people.
    pub fn add(&mut self, state: DeliveryState, count: u64) {
        use DeliveryState as S;
        *match state {
            S::Queued | S::Leased | S::Attempting | S::Deferred => &mut self.open,
            S::Accepted => &mut self.accepted,
            S::Rejected => &mut self.rejected,
            S::Bounced => &mut self.bounced,
            S::Invalid => &mut self.invalid,
            S::Suppressed => &mut self.suppressed,
            S::Held => &mut self.held,
            S::Expired => &mut self.expired,
            S::Cancelled => &mut self.cancelled,
        } += count;
    }

    /// All that are in some state.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.open + self.accepted + self.held + self.not_reached() + self.otherwise
    }

    /// Those whom no relay will tell any more.
    #[must_use]
    pub fn not_reached(&self) -> u64 {
        self.rejected + self.bounced + self.invalid + self.suppressed + self.expired + self.cancelled
    }

    /// Nothing more happens, neither by itself nor by a person.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.open == 0 && self.held == 0
    }

    /// Everybody is in exactly one state.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.counted() == self.total
    }
}

/// How fast mails may leave, as the configuration says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Pace {
    /// Connections to the relay at once.
    pub connections: u32,
    /// Mails a second to the relay, where that is limited.
    pub per_second: Option<f64>,
    /// Mails a second to one recipient's domain, where that is limited.
    pub domain_per_second: Option<f64>,
}

/// How long the open mails still take at the pace so far; not told before a mail was accepted.
#[must_use]
pub fn time_left(tally: &Tally, so_far: Duration) -> Option<Duration> {
    let (accepted, open) = (i64::try_from(tally.accepted).ok()?, i64::try_from(tally.open).ok()?);
    if accepted == 0 || open == 0 {
        return None;
    }
    so_far.num_seconds().checked_mul(open)?.checked_div(accepted).map(Duration::seconds)
}

/// A long list of recipients, as far as it has been given: how many, and a digest over them in their order. The
/// addresses themselves lie beside the notice, in chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientList {
    pub count: u64,
    /// Begins with 64 zeros; then, for each address in turn, the SHA-256 of the digest so far, a line feed and the
    /// address. Lower-case hexadecimal.
    pub digest: String,
}

impl Default for RecipientList {
    fn default() -> Self {
        Self { count: 0, digest: crate::journal::GENESIS.to_owned() }
    }
}

impl RecipientList {
    /// The list with one more address at its end.
    #[must_use]
    pub fn and(self, address: &str) -> Self {
        let digest = Sha256::digest(format!("{}\n{address}", self.digest).as_bytes());
        Self { count: self.count + 1, digest: crate::notice::hex(&digest) }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// The most people a long list takes.
pub const LIST_MAX: u64 = 300_000;
/// The most addresses that are given at a time.
pub const CHUNK_MAX: usize = 1_000;

/// By what an address is the same as another one: letters of ASCII alone, as relays compare them.
#[must_use]
pub fn address_key(address: &str) -> String {
    address.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Choice;

    #[test]
    fn waits_grow_and_vary_by_a_fifth() {
        let minutes = |tries, chance| wait(tries, chance).num_seconds();
        assert_eq!((minutes(1, 0), minutes(1, u16::MAX)), (48, 72));
        assert_eq!((minutes(2, 0), minutes(2, u16::MAX)), (240, 360));
        assert_eq!((minutes(7, 0), minutes(7, u16::MAX)), (192 * 60, 288 * 60));
        assert_eq!(minutes(900, u16::MAX), 288 * 60);
        assert_eq!(minutes(0, 0), 48);
    }

    #[test]
    fn every_state_is_counted_once() {
        let mut tally = Tally { total: DeliveryState::ALL.len() as u64, ..Tally::default() };
        for state in DeliveryState::ALL {
            assert!(!tally.balances());
            tally.add(*state, 1);
        }
        assert!(tally.balances());
        assert_eq!(tally.open, DeliveryState::OPEN.len() as u64);
    }

    #[test]
    fn what_is_left_takes_as_long_as_what_is_done() {
        let tally = |accepted, open| Tally { total: accepted + open, accepted, open, ..Tally::default() };
        let left = |tally| time_left(&tally, Duration::minutes(10)).map(|left| left.num_minutes());
        assert_eq!(left(tally(1_000, 3_000)), Some(30));
        assert_eq!((left(tally(0, 3_000)), left(tally(5, 0))), (None, None));
        assert_eq!(time_left(&tally(1, u64::MAX / 2), Duration::days(9)), None);
    }

    #[test]
    fn a_lists_digest_knows_order_and_every_address() {
        let of = |list: &[&str]| list.iter().fold(RecipientList::default(), |l, a| l.and(a));
        assert_eq!(of(&["a@b.test", "c@d.test"]), of(&["a@b.test"]).and("c@d.test"));
        assert_ne!(of(&["a@b.test", "c@d.test"]), of(&["c@d.test", "a@b.test"]));
        // python3 -c 'import hashlib; print(hashlib.sha256(("0"*64+"\na@b.test").encode()).hexdigest())'
        let first = "4c5477f16d7ae48f30913d969e7f99d3886b7f4822406b179b1874fa57b0a0b9";
        assert_eq!(of(&["a@b.test"]).digest, first);
    }
}
