//! The rules that ship with the program, embedded with their text.

use super::rule::{Offer, Rule};
use chrono::NaiveDate;
use std::sync::LazyLock;

/// File name and text of one rule.
macro_rules! rule {
    ($code:literal) => {
        (concat!($code, ".toml"), include_str!(concat!("../../rules/", $code, ".toml")))
    };
}

/// In the order in which they are offered: the European Union, its neighbours, the Americas, the rest, proposals.
#[rustfmt::skip]
const FILES: [(&str, &str); 61] = [
    rule!("gdpr33"),
    rule!("gdpr33_2"),
    rule!("gdpr34"),
    rule!("eudpr34"),
    rule!("led30"),
    rule!("telecom611"),
    rule!("nis2"),
    rule!("nis2_cir"),
    rule!("dora"),
    rule!("cra14_vuln"),
    rule!("cra14_inc"),
    rule!("eidas_qtsp"),
    rule!("eidas_ntsp"),
    rule!("cer15"),
    rule!("mar17"),
    rule!("ukgdpr33"),
    rule!("ukpecr"),
    rule!("uknis"),
    rule!("ukcsrb"),
    rule!("ch_fadp"),
    rule!("ch_isg"),
    rule!("hipaa"),
    rule!("sec8k"),
    rule!("sec_sp"),
    rule!("nydfs"),
    rule!("us_bank36"),
    rule!("ftc_safeguards"),
    rule!("ftc_hbnr"),
    rule!("circia"),
    rule!("us_ca"),
    rule!("us_ny"),
    rule!("us_tx"),
    rule!("us_fl"),
    rule!("us_co"),
    rule!("us_wa"),
    rule!("ca_pipeda"),
    rule!("ca_qc"),
    rule!("br"),
    rule!("cl"),
    rule!("in_cert"),
    rule!("in_dpdp"),
    rule!("sg"),
    rule!("au"),
    rule!("au_ransom"),
    rule!("nz"),
    rule!("jp"),
    rule!("kr"),
    rule!("cn_pipl"),
    rule!("cn_incident"),
    rule!("za"),
    rule!("tr"),
    rule!("ph"),
    rule!("th"),
    rule!("my"),
    rule!("id"),
    rule!("vn"),
    rule!("ke"),
    rule!("ng"),
    rule!("sa"),
    rule!("aiact73"),
    rule!("gdpr33_omnibus"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    // A test proves that none is lost here: every file reads without an error.
    FILES.iter().filter_map(|(file, text)| Rule::parse(file, text).ok()).collect()
});

/// Every rule that ships. Read once, at the first call.
#[must_use]
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule of this code, among those that ship.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.code == code)
}

/// The rules of which this can be said on this day.
pub fn with_offer(offer: Offer, on: NaiveDate) -> impl Iterator<Item = &'static Rule> {
    rules().iter().filter(move |rule| rule.offer(on) == offer)
}

#[cfg(test)]
mod tests;
