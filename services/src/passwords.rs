//! Hashing of passwords: argon2id, off the async threads, few at a time.

use crate::{
    Services,
    error::{Error, Result},
};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::SemaphorePermit;

/// How dear one hash is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cost {
    /// 64 MiB, three passes (OWASP ASVS 5.0, appendix C asks for at least 12 MiB at three).
    Full,
    /// The least that may be configured, for tests that sign in hundreds of times.
    Light,
}

impl Cost {
    fn hasher(self) -> Result<Argon2<'static>> {
        let params = match self {
            Self::Full => Params::new(65_536, 3, 1, None),
            Self::Light => Params::new(64, 1, 1, None),
        };
        let params = params.map_err(|why| Error::Template(why.to_string()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

impl Services {
    /// The PHC string of a password.
    pub(crate) async fn hash_password(&self, password: String) -> Result<String> {
        let cost = self.hash_cost;
        let salt = self.fresh.bits();
        let turn = self.turn().await?;
        hashing(&turn, move || {
            let hash = cost.hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|h| h.to_string()).map_err(|why| Error::Template(why.to_string()))
        })
        .await
    }

    /// Whether `password` is the one of `hash`. Without a hash the same work is done for nothing, so
    /// that an unknown address takes as long as a known one.
    ///
    /// The caller has the turn already, so that whoever waited for it can be asked to wait longer.
    pub(crate) async fn verify_password(
        &self,
        turn: &SemaphorePermit<'_>,
        hash: Option<String>,
        password: String,
    ) -> Result<bool> {
        let cost = self.hash_cost;
        let salt = [7; 16];
        hashing(turn, move || {
            let hasher = cost.hasher()?;
            let Some(hash) = hash else {
                let _ = hasher.hash_password_with_salt(password.as_bytes(), &salt);
                return Ok(false);
            };
            let Ok(parsed) = PasswordHash::new(&hash) else {
                return Err(Error::corrupt("password hash", ""));
            };
            Ok(!password.is_empty() && hasher.verify_password(password.as_bytes(), &parsed).is_ok())
        })
        .await
    }

    /// Waits for one of the few turns to hash.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        self.hashing.acquire().await.map_err(|_| Error::SignedOut)
    }
}

async fn hashing<T: Send + 'static>(
    _: &SemaphorePermit<'_>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|why| Error::Template(why.to_string()))?
}
