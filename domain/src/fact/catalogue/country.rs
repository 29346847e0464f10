//! The countries that the forms ask for: the European Economic Area, and the two neighbours whose
//! own notification laws follow the same pattern.

use crate::language::Language;

/// One country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    /// Whether it belongs to the European Economic Area.
    pub eea: bool,
}

impl Country {
    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.words().country(self.code).unwrap_or(self.code)
    }
}

const fn eea(code: &'static str) -> Country {
    Country { code, eea: true }
}

/// Every country of the list, by code.
pub const COUNTRIES: &[Country] = &[
    eea("AT"),
    eea("BE"),
    eea("BG"),
    Country { code: "CH", eea: false },
    eea("CY"),
    eea("CZ"),
    eea("DE"),
    eea("DK"),
    eea("EE"),
    eea("ES"),
    eea("FI"),
    eea("FR"),
    Country { code: "GB", eea: false },
    eea("GR"),
    eea("HR"),
    eea("HU"),
    eea("IE"),
    eea("IS"),
    eea("IT"),
    eea("LI"),
    eea("LT"),
    eea("LU"),
    eea("LV"),
    eea("MT"),
    eea("NL"),
    eea("NO"),
    eea("PL"),
    eea("PT"),
    eea("RO"),
    eea("SE"),
    eea("SI"),
    eea("SK"),
];

/// The country with this code. Greece is also known as EL in EU texts.
#[must_use]
pub fn country(code: &str) -> Option<&'static Country> {
    let code = code.trim().to_ascii_uppercase();
    let code = if code == "EL" { "GR" } else { code.as_str() };
    COUNTRIES.iter().find(|c| c.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_countries_of_the_area_in_order() {
        assert_eq!(COUNTRIES.iter().filter(|c| c.eea).count(), 30);
        assert!(COUNTRIES.is_sorted_by_key(|c| c.code));
        assert_eq!(country(" el ").map(|c| c.name(Language::En)), Some("Greece"));
        assert_eq!(country("NL").map(|c| c.name(Language::It)), Some("Paesi Bassi"));
        assert_eq!(country("XX"), None);
    }
}
