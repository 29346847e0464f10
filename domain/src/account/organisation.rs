//! What the organisation says of itself once, and how its mail leaves the house.

use crate::{
    moment::Zone,
    notice::template::Language,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The keys that the profile answers for every incident, unless the incident says otherwise.
pub const PROFILE_KEYS: &[&str] =
    &["ctrl.name", "ctrl.contact", "dpo.name", "dpo.contact", "info.contact", "authority"];

/// Settings of the profile that are no facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organisation {
    /// The supervisory authority's zone, in which due times are shown beside the reader's.
    #[schemars(with = "String")]
    pub authority_zone: Zone,
    /// Languages in which people are written to, the first by default.
    pub languages: Vec<Language>,
}

impl Default for Organisation {
    fn default() -> Self {
        Self { authority_zone: Zone::UTC, languages: vec![Language::En] }
    }
}

/// Keys of the profile with what was said to each.
pub type Answers = Vec<(&'static str, String)>;

/// Fills in the profile.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationInput {
    /// The controller's name.
    #[serde(default)]
    pub controller: String,
    /// Postal address, e-mail, telephone.
    #[serde(default)]
    pub controller_contact: String,
    #[serde(default)]
    pub dpo_name: String,
    #[serde(default)]
    pub dpo_contact: String,
    /// Whom people and authorities may ask.
    #[serde(default)]
    pub contact_point: String,
    /// The supervisory authority that is competent as a rule.
    #[serde(default)]
    pub authority: String,
    /// IANA name.
    #[serde(default)]
    pub authority_zone: String,
    #[serde(default)]
    pub languages: Vec<String>,
}

impl OrganisationInput {
    /// The settings, and the profile's answers in the order of [`PROFILE_KEYS`]; an empty text is no answer.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self) -> Result<(Organisation, Answers), Refusal> {
        let mut c = Checks::new();
        let texts = [
            c.line("controller", &self.controller),
            c.optional_reason("controller_contact", &self.controller_contact),
            c.optional_line("dpo_name", &self.dpo_name),
            c.optional_reason("dpo_contact", &self.dpo_contact),
            c.optional_reason("contact_point", &self.contact_point),
            c.optional_line("authority", &self.authority),
        ];
        let zone = super::zone(&mut c, "authority_zone", &self.authority_zone);
        let languages: Option<Vec<Language>> =
            self.languages.iter().map(|l| Language::from_code(l)).collect();
        let languages = languages.filter(|l| !l.is_empty());
        if languages.is_none() {
            c.push(FieldError::new("languages", "not_a_choice", "Choose at least one language."));
        }
        let texts: Option<Vec<String>> = texts.into_iter().collect();
        match (texts, zone, languages) {
            (Some(texts), Some(authority_zone), Some(languages)) => Ok((
                Organisation { authority_zone, languages },
                PROFILE_KEYS.iter().copied().zip(texts).collect(),
            )),
            _ => Err(c.refusal()),
        }
    }
}

crate::choices! {
    /// How the connection to the relay is protected.
    pub enum MailSecurity {
        StartTls = "starttls" => "STARTTLS, required (port 587)",
        Tls = "tls" => "TLS from the first byte (port 465)",
        None = "none" => "none: only to a relay on this machine",
    }
}

/// The relay that mail leaves through. Until it is set, mail goes to a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub username: String,
    pub from_name: String,
    pub from_address: String,
}

/// Sets the relay.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailInput {
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub port: String,
    #[serde(default)]
    pub security: String,
    /// Empty where the relay asks for none.
    #[serde(default)]
    pub username: String,
    /// Empty keeps the one that is stored.
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub from_name: String,
    #[serde(default)]
    pub from_address: String,
}

impl std::fmt::Debug for MailInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailInput({}:{})", self.host, self.port)
    }
}

/// Whether a text can be a host's name or address: letters, digits, `-` and `.`, or an IPv6 address.
fn is_host(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.parse::<std::net::Ipv6Addr>().is_ok() || (starts_well && text.chars().all(of_name))
}

impl MailInput {
    /// # Errors
    /// Says which fields can't be taken and why. Without TLS only this machine may be the relay.
    pub fn parse(&self) -> Result<MailSettings, Refusal> {
        let mut c = Checks::new();
        let host = c.line("host", &self.host);
        if host.as_deref().is_some_and(|host| !is_host(host)) {
            let message =
                "This is no host: give its name or address alone, such as smtp.example.org, without a port.";
            c.push(FieldError::new("host", "not_a_host", message));
        }
        if self.password.chars().count() > 1_000 || self.password.chars().any(char::is_control) {
            let message = "Passwords have at most 1,000 characters, none of them a line break or another control character.";
            c.push(FieldError::new("password", "unusable", message));
        }
        let port = self.port.trim().parse::<u16>().ok().filter(|p| *p > 0);
        if port.is_none() {
            c.push(FieldError::new("port", "out_of_range", "Give the relay's port, such as 587."));
        }
        let security = c.choice::<MailSecurity>("security", &self.security);
        if security == Some(MailSecurity::None)
            && !matches!(host.as_deref(), Some("localhost" | "127.0.0.1" | "::1"))
        {
            let message = "Notices may not cross a network in the clear. Choose STARTTLS or TLS, or a relay on this machine (127.0.0.1).";
            c.push(FieldError::new("security", "not_protected", message));
        }
        let username = c.optional_line("username", &self.username);
        let from_name = c.optional_line("from_name", &self.from_name);
        let from_address = c.email("from_address", &self.from_address);
        let clean = c.is_clean();
        match (host, port, security, username, from_name, from_address) {
            (Some(host), Some(port), Some(security), Some(username), Some(from_name), Some(from_address))
                if clean =>
            {
                Ok(MailSettings { host, port, security, username, from_name, from_address })
            }
            _ => Err(c.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(host: &str, password: &str) -> Vec<String> {
        let input = MailInput {
            host: host.to_owned(),
            port: "587".to_owned(),
            security: "starttls".to_owned(),
            password: password.to_owned(),
            from_address: "desk@controller.test".to_owned(),
            ..MailInput::default()
        };
        match input.parse() {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| e.field.to_string()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_relay_is_a_host_and_nothing_else() {
        for good in ["smtp.example.org", "127.0.0.1", "::1", "mail-2.example"] {
            assert_eq!(refused(good, ""), Vec::<String>::new(), "{good}");
        }
        for bad in
            ["smtp.example.org:587", "https://smtp.example.org", "a b", "<script>", "-x", ".example", "a@b"]
        {
            assert_eq!(refused(bad, ""), ["host"], "{bad}");
        }
    }

    #[test]
    fn a_password_that_no_relay_takes_is_refused() {
        assert_eq!(refused("smtp.example.org", "a\nb"), ["password"]);
        assert_eq!(refused("smtp.example.org", &"x".repeat(1_001)), ["password"]);
        assert_eq!(refused("smtp.example.org", &"ü".repeat(1_000)), Vec::<String>::new());
    }
}
