//! The countries that the forms ask for: the European Economic Area, and the two neighbours whose
//! own notification laws follow the same pattern.

use crate::notice::template::Language;

/// One country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    pub en: &'static str,
    pub de: &'static str,
    /// Whether it belongs to the European Economic Area.
    pub eea: bool,
}

impl Country {
    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::De => self.de,
        }
    }
}

const fn eea(code: &'static str, en: &'static str, de: &'static str) -> Country {
    Country { code, en, de, eea: true }
}

/// Every country of the list, by code.
pub const COUNTRIES: &[Country] = &[
    eea("AT", "Austria", "Österreich"),
    eea("BE", "Belgium", "Belgien"),
    eea("BG", "Bulgaria", "Bulgarien"),
    Country { code: "CH", en: "Switzerland", de: "Schweiz", eea: false },
    eea("CY", "Cyprus", "Zypern"),
    eea("CZ", "Czechia", "Tschechien"),
    eea("DE", "Germany", "Deutschland"),
    eea("DK", "Denmark", "Dänemark"),
    eea("EE", "Estonia", "Estland"),
    eea("ES", "Spain", "Spanien"),
    eea("FI", "Finland", "Finnland"),
    eea("FR", "France", "Frankreich"),
    Country { code: "GB", en: "United Kingdom", de: "Vereinigtes Königreich", eea: false },
    eea("GR", "Greece", "Griechenland"),
    eea("HR", "Croatia", "Kroatien"),
    eea("HU", "Hungary", "Ungarn"),
    eea("IE", "Ireland", "Irland"),
    eea("IS", "Iceland", "Island"),
    eea("IT", "Italy", "Italien"),
    eea("LI", "Liechtenstein", "Liechtenstein"),
    eea("LT", "Lithuania", "Litauen"),
    eea("LU", "Luxembourg", "Luxemburg"),
    eea("LV", "Latvia", "Lettland"),
    eea("MT", "Malta", "Malta"),
    eea("NL", "Netherlands", "Niederlande"),
    eea("NO", "Norway", "Norwegen"),
    eea("PL", "Poland", "Polen"),
    eea("PT", "Portugal", "Portugal"),
    eea("RO", "Romania", "Rumänien"),
    eea("SE", "Sweden", "Schweden"),
    eea("SI", "Slovenia", "Slowenien"),
    eea("SK", "Slovakia", "Slowakei"),
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
        assert_eq!(country(" el ").map(|c| c.en), Some("Greece"));
        assert_eq!(country("XX"), None);
    }
}
