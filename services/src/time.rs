//! Where time and chance come from. Everybody else is given them.

use chrono::{DateTime, Duration, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex, PoisonError};

/// What time it is, cut to microseconds.
#[derive(Clone, Debug)]
pub enum TimeSource {
    /// The machine's clock.
    System,
    /// One that a test or a demonstration sets.
    Steered(Arc<Mutex<DateTime<Utc>>>),
}

impl TimeSource {
    /// A steered source that stands at `at`.
    #[must_use]
    pub fn steered(at: DateTime<Utc>) -> Self {
        Self::Steered(Arc::new(Mutex::new(domain::moment::truncate(at))))
    }

    /// Now, in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => domain::moment::truncate(Utc::now()),
            Self::Steered(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a steered source; the machine's own doesn't move.
    pub fn advance(&self, by: Duration) {
        if let Self::Steered(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at += by;
        }
    }
}

/// Fresh bits for ids and secrets.
#[derive(Clone, Debug)]
pub struct Fresh(Arc<Mutex<StdRng>>);

impl Fresh {
    /// Bits nobody can foresee.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for chance")]
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_rng(&mut rand::rng()))))
    }

    /// The same bits every time, for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }

    /// 128 bits, for an id.
    #[must_use]
    pub fn bits(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// 256 bits as 52 lower-case base32 characters, for a secret that is shown once.
    #[must_use]
    pub fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
    }

    /// 192 bits, for a nonce of the sealing.
    #[must_use]
    pub fn nonce(&self) -> [u8; 24] {
        let mut bytes = [0; 24];
        self.fill(&mut bytes);
        bytes
    }

    /// 256 bits, for a key.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}
