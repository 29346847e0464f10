//! Sealing of the few secrets that live in the database, under a key that doesn't.

use crate::{
    error::{Error, Result},
    time::Fresh,
};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use std::{path::Path, sync::Arc};

/// The key of this installation.
#[derive(Clone)]
pub(crate) struct Key(Arc<[u8; 32]>);

impl Key {
    /// Reads the key file, or makes one that only its owner may read.
    pub(crate) fn open(path: &Path, fresh: &Fresh) -> Result<Self> {
        if let Ok(text) = std::fs::read_to_string(path) {
            let bytes = data_encoding::HEXLOWER.decode(text.trim().as_bytes()).ok();
            let key = bytes.and_then(|b| <[u8; 32]>::try_from(b).ok());
            return key
                .map(|k| Self(Arc::new(k)))
                .ok_or_else(|| Error::corrupt("key file", &path.display().to_string()));
        }
        use std::{io::Write, os::unix::fs::OpenOptionsExt};
        let key = fresh.key();
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(data_encoding::HEXLOWER.encode(&key).as_bytes())?;
        file.sync_all()?;
        Ok(Self(Arc::new(key)))
    }

    /// Seals `secret`; the nonce stands in front.
    pub(crate) fn seal(&self, secret: &str, nonce: [u8; 24]) -> Result<String> {
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), secret.as_bytes())
            .map_err(|_| Error::corrupt("secret", ""))?;
        Ok(data_encoding::BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
    }

    /// A code over `text` that only holders of the key can make or check: HMAC-SHA-256 (RFC 2104), for one purpose.
    pub(crate) fn mac(&self, purpose: &str, text: &str) -> Result<[u8; 32]> {
        use hmac::{Hmac, KeyInit as _, Mac};
        let mut mac =
            Hmac::<sha2::Sha256>::new_from_slice(self.0.as_slice()).map_err(|_| Error::corrupt("key", ""))?;
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(text.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    /// Opens what [`Self::seal`] made.
    pub(crate) fn open_sealed(&self, sealed: &str) -> Result<String> {
        let bad = || Error::corrupt("sealed secret", "another key file?");
        let bytes = data_encoding::BASE64.decode(sealed.as_bytes()).map_err(|_| bad())?;
        let (nonce, body) = bytes.split_first_chunk::<24>().ok_or_else(bad)?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let plain = cipher.decrypt(&XNonce::from(*nonce), body).map_err(|_| bad())?;
        String::from_utf8(plain).map_err(|_| bad())
    }
}
