//! What a password must be. Length and not being guessable count; there is no composition rule and
//! no forced change (OWASP ASVS 5.0, 6.2).

use crate::refusal::{FieldError, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Fewest characters.
pub const MIN: usize = 15;
/// Most characters.
pub const MAX: usize = 128;

/// Words that begin or make up passwords people choose first, beside keyboard runs and repeats.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "letmein",
    "welcome",
    "iloveyou",
    "administrator",
    "qwertyuiop",
    "qwerty",
    "azerty",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "123456789",
    "12345678",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "abcdefghij",
    "abc123",
    "dragon",
    "monkey",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "superman",
    "batman",
    "trustno1",
    "whatever",
    "starwars",
    "computer",
    "internet",
    "michael",
    "charlie",
    "secret",
    "changeme",
    "default",
    "breachdesk",
    "correcthorsebatterystaple",
];

/// Sets a password.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasswordInput {
    /// 15 to 128 characters, taken exactly as typed.
    #[serde(default)]
    pub password: String,
    /// The same again.
    #[serde(default)]
    pub repeat: String,
}

impl std::fmt::Debug for NewPasswordInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPasswordInput(…)")
    }
}

/// Changes the own password.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordInput {
    #[serde(default)]
    pub current: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub repeat: String,
}

impl std::fmt::Debug for ChangePasswordInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangePasswordInput(…)")
    }
}

/// Checks a new password against length, what everybody tries first, and `words` of its context
/// (the person's name and address, the organisation's name).
///
/// # Errors
/// Says at the field what would be right.
pub fn check(password: &str, repeat: &str, words: &[&str]) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let length = password.chars().count();
    if length < MIN {
        let message = format!(
            "This has {length} characters; at least {MIN} are needed. Four or five unrelated words are easy to remember."
        );
        errors.push(FieldError::new("password", "too_short", message));
    } else if length > MAX {
        errors.push(FieldError::new(
            "password",
            "too_long",
            format!("This has {length} characters; at most {MAX} are taken."),
        ));
    } else if password.contains('\0') {
        errors.push(FieldError::new(
            "password",
            "control_character",
            "This contains a character that can't be typed again (NUL).",
        ));
    } else if is_guessable(password, words) {
        let message = "This is among the first that anybody would try. Choose one that has nothing to do with you or this desk.";
        errors.push(FieldError::new("password", "guessable", message));
    }
    if password != repeat {
        errors.push(FieldError::new("repeat", "not_the_same", "This isn't the same as the password above."));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

fn is_guessable(password: &str, words: &[&str]) -> bool {
    let plain: String = password.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let mut distinct: Vec<char> = plain.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 5 {
        return true;
    }
    let mut rest = plain;
    for word in COMMON.iter().copied().chain(words.iter().copied()) {
        let word: String = word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if word.chars().count() >= 4 {
            rest = rest.replace(&word, "");
        }
    }
    rest.chars().filter(|c| c.is_alphabetic()).count() < 5
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_everybody_tries_is_refused() {
        for bad in [
            "short",
            "passwordpassword",
            "Password12345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiop123456",
            "breachdesk-2026!!",
            "Mira Holt 1234567",
        ] {
            assert!(check(bad, bad, &["Mira Holt", "mira@example.org"]).is_err(), "{bad}");
        }
        for good in ["lantern otter gravel seven", "🦊🦊🦊 and the long way home", " leading and trailing "]
        {
            assert_eq!(check(good, good, &[]), Ok(()), "{good}");
        }
        let long = "abcdefgh".repeat(17);
        assert!(check(&long, &long, &[]).is_err());
        assert!(check("lantern otter gravel seven", "lantern otter gravel", &[]).is_err());
    }
}
