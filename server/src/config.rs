//! Configuration: a TOML file, then the environment, then the command line. An unknown key is an error.

use crate::{
    http::guard::PublicUrl,
    jobs::{bounces::Intake, deliver::Rates},
};
use chrono::NaiveDate;
use domain::{
    bounce::ReturnAddress,
    clock::calendar::{self, CalendarError, Calendars, Correction},
    delivery::Pace,
};
use ipnet::IpNet;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why the configuration can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    #[error("{0}")]
    Wrong(String),
}

/// Everything that can be configured, with its default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people use; `http://<listen>` where it is empty.
    pub public_url: String,
    /// Holds the database, the key file, the evidence and the mail folder.
    pub data: PathBuf,
    /// PostgreSQL instead of the file in `data`.
    pub database_url: String,
    /// A file that holds `database_url`.
    pub database_url_file: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed, as networks.
    pub trusted_proxies: Vec<IpNet>,
    pub tls: Tls,
    pub limits: LimitsConfig,
    pub mail: MailConfig,
    /// Corrections to the calendars of public holidays, by code: `[calendars.FR]`.
    pub calendars: BTreeMap<String, CalendarConfig>,
}

/// Public holidays that a calendar lacks, or has and shouldn't.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarConfig {
    /// Dates as 2026-06-10.
    pub added: Vec<NaiveDate>,
    /// Dates as 2026-06-10.
    pub removed: Vec<NaiveDate>,
}

/// Own certificate. Without, TLS is the proxy's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// PEM, the chain.
    pub certificate: PathBuf,
    /// PEM.
    pub key: PathBuf,
}

/// How often and how much.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Requests a second of one signed-in person; three times that in a burst.
    pub person_per_second: u32,
    /// Requests a second of one address that isn't signed in; six times that in a burst.
    pub stranger_per_second: u32,
    /// Largest form or JSON body, in bytes.
    pub form_bytes: u64,
    /// Largest piece of evidence, in bytes.
    pub evidence_bytes: u64,
    /// After so many seconds a request is given up.
    pub request_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            person_per_second: 20,
            stranger_per_second: 5,
            form_bytes: 1 << 20,
            evidence_bytes: 2 << 30,
            request_seconds: 30,
        }
    }
}

/// What of mail isn't set in the browser.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// PEM of authorities to trust for the relay instead of the system's.
    pub trusted_root: PathBuf,
    /// Where mail is written while no relay is set; `<data>/mail` where it is empty.
    pub folder: PathBuf,
    /// Connections to the relay at once, 1 to 20; each hands over one mail at a time.
    pub connections: usize,
    /// Mails a second to the relay; 0 for no limit.
    pub per_second: f64,
    /// Mails a second to one recipient's domain; 0 for no limit.
    pub domain_per_second: f64,
    /// Where mails come back to that can't be delivered, each to an address of its own behind a `+`; to the sender
    /// where it is empty.
    pub bounce_address: String,
    /// The maildir in which mail to `bounce_address` arrives; nothing is read where it is empty.
    pub bounce_folder: PathBuf,
    /// Where the mail server of this machine hands that mail over with LMTP, to be put into `bounce_folder`; an
    /// address of this machine alone. None: it writes there itself.
    pub bounce_lmtp: Option<SocketAddr>,
    /// Seconds from one look into `bounce_folder` to the next, 1 to 3600.
    pub bounce_seconds: u64,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            trusted_root: PathBuf::new(),
            folder: PathBuf::new(),
            connections: 10,
            per_second: 0.0,
            domain_per_second: 0.0,
            bounce_address: String::new(),
            bounce_folder: PathBuf::new(),
            bounce_lmtp: None,
            bounce_seconds: 60,
        }
    }
}

impl MailConfig {
    /// Connections to the relay at once.
    ///
    /// # Errors
    /// It is none or more than relays take (Postfix lets 20 at once to one destination).
    pub fn connections(&self) -> Result<usize, ConfigFault> {
        match self.connections {
            connections @ 1..=20 => Ok(connections),
            other => Err(ConfigFault::Wrong(format!("mail.connections is {other}; it may be 1 to 20"))),
        }
    }

    /// Where mails come back to, if that is set.
    ///
    /// # Errors
    /// It is no such address.
    pub fn returns(&self) -> Result<Option<ReturnAddress>, ConfigFault> {
        if self.bounce_address.is_empty() {
            return Ok(None);
        }
        let wrong = |why| ConfigFault::Wrong(format!("mail.bounce_address: {why}"));
        ReturnAddress::parse(&self.bounce_address).map(Some).map_err(wrong)
    }

    /// How mails that come back are read, if they are.
    ///
    /// # Errors
    /// There is a folder without an address, LMTP without a folder or for other machines, or the interval is out of
    /// range.
    pub fn intake(&self) -> Result<Option<Intake>, ConfigFault> {
        let every = match self.bounce_seconds {
            seconds @ 1..=3_600 => Duration::from_secs(seconds),
            other => {
                return Err(ConfigFault::Wrong(format!(
                    "mail.bounce_seconds is {other}; it may be 1 to 3600"
                )));
            }
        };
        let lmtp = self.bounce_lmtp;
        if let Some(at) = lmtp.filter(|at| !at.ip().is_loopback()) {
            let why = "LMTP asks nobody for a password, so only an address of this machine such as 127.0.0.1:2424 is taken";
            return Err(ConfigFault::Wrong(format!("mail.bounce_lmtp is {at}; {why}")));
        }
        match (self.returns()?, self.bounce_folder.as_os_str().is_empty()) {
            (_, true) if lmtp.is_some() => {
                let why = "mail.bounce_lmtp is set and mail.bounce_folder isn't: nowhere to put what comes";
                Err(ConfigFault::Wrong(why.to_owned()))
            }
            (_, true) => Ok(None),
            (Some(address), false) => {
                Ok(Some(Intake { folder: self.bounce_folder.clone(), address, lmtp, every }))
            }
            (None, false) => {
                let why = "mail.bounce_folder is set and mail.bounce_address isn't: nothing could be matched";
                Err(ConfigFault::Wrong(why.to_owned()))
            }
        }
    }

    /// How fast mails leave.
    ///
    /// # Errors
    /// A rate is no number from 0 to 10,000.
    pub fn rates(&self) -> Result<Rates, ConfigFault> {
        let rate = |name: &str, rate: f64| match rate {
            0.0 => Ok(None),
            rate if rate > 0.0 && rate <= 10_000.0 => Ok(Some(rate)),
            other => Err(ConfigFault::Wrong(format!("mail.{name} is {other}; it may be 0 to 10000"))),
        };
        Ok(Rates {
            relay: rate("per_second", self.per_second)?,
            domain: rate("domain_per_second", self.domain_per_second)?,
        })
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7272)),
            public_url: String::new(),
            data: PathBuf::from("./data"),
            database_url: String::new(),
            database_url_file: PathBuf::new(),
            trusted_proxies: Vec::new(),
            tls: Tls::default(),
            limits: LimitsConfig::default(),
            mail: MailConfig::default(),
            calendars: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads the file, where one is named, and the environment (`BREACHDESK__LISTEN`,
    /// `BREACHDESK__LIMITS__FORM_BYTES` …).
    ///
    /// # Errors
    /// Names the key that is unknown or can't be read.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigFault> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("BREACHDESK")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies");
        let mut config: Self = builder.add_source(environment).build()?.try_deserialize()?;
        if !config.database_url_file.as_os_str().is_empty() {
            let text = std::fs::read_to_string(&config.database_url_file)
                .map_err(|why| ConfigFault::Wrong(format!("database_url_file can't be read: {why}")))?;
            text.trim().clone_into(&mut config.database_url);
        }
        Ok(config)
    }

    /// The public address, for a process that listens at `listening`.
    ///
    /// # Errors
    /// `public_url` isn't an address.
    pub fn public(&self, listening: SocketAddr) -> Result<PublicUrl, ConfigFault> {
        let scheme = if self.tls.certificate.as_os_str().is_empty() { "http" } else { "https" };
        let text = if self.public_url.is_empty() {
            format!("{scheme}://{listening}")
        } else {
            self.public_url.clone()
        };
        PublicUrl::parse(&text).map_err(ConfigFault::Wrong)
    }

    /// The folder of mail while no relay is set.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        if self.mail.folder.as_os_str().is_empty() {
            self.data.join("mail")
        } else {
            self.mail.folder.clone()
        }
    }

    /// The calendars of public holidays: those that ship, corrected.
    ///
    /// # Errors
    /// A correction names a calendar that isn't there, or a date that no calendar covers.
    pub fn calendars(&self) -> Result<Calendars, CalendarError> {
        let corrections: Vec<Correction> = self
            .calendars
            .iter()
            .map(|(code, days)| Correction {
                calendar: code.clone(),
                added: days.added.clone(),
                removed: days.removed.clone(),
            })
            .collect();
        calendar::calendars().corrected(&corrections)
    }

    /// How the data are opened.
    ///
    /// # Errors
    /// The corrections of the calendars can't be taken.
    pub fn options(&self) -> Result<services::Options, CalendarError> {
        let mut options = services::Options::new(self.data.clone());
        options.database_url = Some(self.database_url.clone()).filter(|url| !url.is_empty());
        options.evidence_max = self.limits.evidence_bytes;
        options.calendars = self.calendars()?;
        let limit = |rate: f64| Some(rate).filter(|rate| *rate > 0.0);
        options.pace = Pace {
            connections: u32::try_from(self.mail.connections).unwrap_or(u32::MAX),
            per_second: limit(self.mail.per_second),
            domain_per_second: limit(self.mail.domain_per_second),
        };
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\n[limits]\nform_byte = 3\n").unwrap();
        let why = Config::read(Some(&file)).unwrap_err().to_string();
        assert!(why.contains("form_byte"), "{why}");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n").unwrap();
        assert_eq!(Config::read(Some(&file)).unwrap().listen.port(), 1);
    }

    #[test]
    fn returned_mail_is_read_where_address_and_folder_are_set() {
        let mail = |address: &str, folder: &str, seconds| MailConfig {
            bounce_address: address.to_owned(),
            bounce_folder: PathBuf::from(folder),
            bounce_seconds: seconds,
            ..MailConfig::default()
        };
        assert!(MailConfig::default().intake().unwrap().is_none());
        assert!(mail("bounces@desk.example", "", 60).returns().unwrap().is_some());
        assert!(mail("bounces@desk.example", "/var/mail/bounces", 60).intake().unwrap().is_some());
        let why = |mail: MailConfig| mail.intake().unwrap_err().to_string();
        assert!(why(mail("bounces", "/x", 60)).contains("mail.bounce_address"));
        assert!(why(mail("", "/x", 60)).contains("mail.bounce_folder"));
        assert!(why(mail("bounces@desk.example", "/x", 0)).contains("mail.bounce_seconds"));
        let lmtp = |folder, at: &str| MailConfig {
            bounce_lmtp: at.parse().ok(),
            ..mail("bounces@desk.example", folder, 60)
        };
        assert!(lmtp("/x", "[::1]:2424").intake().unwrap().unwrap().lmtp.is_some());
        assert!(why(lmtp("", "127.0.0.1:2424")).contains("mail.bounce_folder"));
        for open in ["0.0.0.0:2424", "192.0.2.1:2424", "[::]:2424"] {
            assert!(why(lmtp("/x", open)).contains("mail.bounce_lmtp"), "{open}");
        }
    }

    #[test]
    fn calendars_are_corrected_with_dates_in_quotation_marks_or_without() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Config::read(Some(&file)).map(|config| config.calendars())
        };
        let day = |text: &str| text.parse().unwrap();
        let text = "[calendars.FR]\nadded = [2026-06-10]\nremoved = [\"2026-05-25\"]\n";
        let calendars = read(text).unwrap().unwrap();
        let france = calendars.get("FR").unwrap();
        assert!(france.is_holiday(day("2026-06-10")).unwrap());
        assert!(!france.is_holiday(day("2026-05-25")).unwrap());
        let why = read("[calendars.XX]\nadded = [\"2026-06-10\"]\n").unwrap().unwrap_err();
        assert!(why.to_string().contains("no calendar \"XX\""), "{why}");
        assert!(read("[calendars.FR]\nadded = [\"10 June\"]\n").is_err());
    }
}
