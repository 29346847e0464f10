//! The worked example, made through the same verbs as everything else.

use services::{Error, Services};

/// A sign-in that is printed at start.
pub struct SignIn {
    pub role: String,
    pub email: String,
    pub password: String,
}

/// Makes the worked example in empty data, or gives its people fresh passwords.
///
/// # Errors
/// The data hold something else than the example.
pub async fn prepare(_services: &Services) -> Result<Vec<SignIn>, Error> {
    Ok(Vec::new())
}
