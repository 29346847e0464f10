//! Which column of a file says what.

use super::FIELDS_MAX;
use crate::{
    refusal::{FieldError, Refusal},
    text::Checks,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Columns by their place, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub email: Option<usize>,
    pub name: Option<usize>,
    pub reference: Option<usize>,
    pub language: Option<usize>,
    pub channel: Option<usize>,
    pub telephone: Option<usize>,
    /// The lines of the postal address, in their order.
    pub postal: Vec<usize>,
    /// Columns of the organisation's own, with their names in a text.
    pub fields: Vec<(usize, String)>,
}

/// Says which column is what. Columns are numbers from 1, in the order of the file; empty for none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingInput {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub name: String,
    /// The organisation's own reference, such as a customer's number.
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub language: String,
    /// `email`, `letter` or `telephone` in each row.
    #[serde(default)]
    pub channel: String,
    #[serde(default)]
    pub telephone: String,
    /// The lines of the postal address; they are read in the order of the file.
    #[serde(default)]
    pub postal: Vec<String>,
    /// At most four further columns that are kept for the text.
    #[serde(default)]
    pub fields: Vec<String>,
}

impl From<&Mapping> for MappingInput {
    fn from(mapping: &Mapping) -> Self {
        let one = |column: Option<usize>| column.map(|c| (c + 1).to_string()).unwrap_or_default();
        Self {
            email: one(mapping.email),
            name: one(mapping.name),
            reference: one(mapping.reference),
            language: one(mapping.language),
            channel: one(mapping.channel),
            telephone: one(mapping.telephone),
            postal: mapping.postal.iter().map(|c| (c + 1).to_string()).collect(),
            fields: mapping.fields.iter().map(|(c, _)| (c + 1).to_string()).collect(),
        }
    }
}

impl MappingInput {
    /// The columns, of a file with these headings.
    ///
    /// # Errors
    /// A number that is no column, the same column for two things, too many own columns, or nothing by which people
    /// could be told.
    pub fn parse(&self, headings: &[String]) -> Result<Mapping, Refusal> {
        let mut c = Checks::new();
        let count = headings.len();
        let mut one = |field: &'static str, raw: &str| match raw.trim() {
            "" => None,
            raw => {
                let found = raw.parse::<usize>().ok().filter(|n| (1..=count).contains(n)).map(|n| n - 1);
                if found.is_none() {
                    let message = format!("Choose a column by its number, 1 to {count}.");
                    c.push(FieldError::new(field, "not_a_column", message));
                }
                found
            }
        };
        let email = one("email", &self.email);
        let name = one("name", &self.name);
        let reference = one("reference", &self.reference);
        let language = one("language", &self.language);
        let channel = one("channel", &self.channel);
        let telephone = one("telephone", &self.telephone);
        let mut postal: Vec<usize> = self.postal.iter().filter_map(|raw| one("postal", raw)).collect();
        let mut own: Vec<usize> = self.fields.iter().filter_map(|raw| one("fields", raw)).collect();
        postal.sort_unstable();
        postal.dedup();
        own.sort_unstable();
        own.dedup();
        let single = [
            ("email", email),
            ("name", name),
            ("reference", reference),
            ("language", language),
            ("channel", channel),
            ("telephone", telephone),
        ];
        let mut taken: Vec<usize> = Vec::new();
        for (field, column) in single {
            let Some(column) = column else { continue };
            if taken.contains(&column) {
                let message = "This column says something else already. Choose another one, or none.";
                c.push(FieldError::new(field, "chosen_twice", message));
            }
            taken.push(column);
        }
        if own.len() > FIELDS_MAX {
            let message = format!("Choose at most {FIELDS_MAX} columns; these are {}.", own.len());
            c.push(FieldError::new("fields", "too_many", message));
        }
        if email.is_none() && postal.is_empty() && telephone.is_none() && c.is_clean() {
            let message = "Choose the column with the e-mail addresses, or below that of the postal address or the telephone number.";
            c.push(FieldError::new("email", "required", message));
        }
        if !c.is_clean() {
            return Err(c.refusal());
        }
        let fields = named(headings, &own);
        Ok(Mapping { email, name, reference, language, channel, telephone, postal, fields })
    }
}

/// What a column is called in a text: small letters, digits and `_`, each name once, and none that is ours.
fn named(headings: &[String], columns: &[usize]) -> Vec<(usize, String)> {
    let mut names: Vec<(usize, String)> = Vec::new();
    for column in columns {
        let heading = headings.get(*column).map(String::as_str).unwrap_or_default();
        let parts: Vec<String> = heading
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let plain: String = parts.join("_").chars().take(40).collect();
        let taken = |name: &str, names: &[(usize, String)]| {
            ["", "name", "reference"].contains(&name) || names.iter().any(|(_, n)| n == name)
        };
        let name = if taken(&plain, &names) { format!("column_{}", column + 1) } else { plain };
        names.push((*column, name));
    }
    names
}

/// What headings are usually called, in the languages of the built-in texts, without anything but letters.
const EMAIL: &[&str] = &[
    "email",
    "mail",
    "emailaddress",
    "mailadresse",
    "emailadresse",
    "courriel",
    "adressecourriel",
    "correoelectronico",
    "correoelectrónico",
    "correo",
    "indirizzoemail",
    "postaelettronica",
    "emailadres",
    "adresemail",
    "eposta",
];
const NAME: &[&str] = &[
    "name",
    "fullname",
    "customername",
    "nachname",
    "vornameundnachname",
    "kundenname",
    "nom",
    "nomcomplet",
    "nombre",
    "nombrecompleto",
    "nome",
    "nomecompleto",
    "nominativo",
    "naam",
    "volledigenaam",
    "imięinazwisko",
    "imieinazwisko",
    "nazwa",
    "recipient",
];
const REFERENCE: &[&str] = &[
    "reference",
    "ref",
    "customerno",
    "customernumber",
    "customerid",
    "accountno",
    "accountnumber",
    "kundennummer",
    "kundennr",
    "kdnr",
    "référence",
    "numéroclient",
    "numeroclient",
    "referencia",
    "númerodecliente",
    "riferimento",
    "codicecliente",
    "klantnummer",
    "referentie",
    "numerklienta",
    "id",
];
const LANGUAGE: &[&str] =
    &["language", "lang", "locale", "sprache", "langue", "idioma", "lingua", "taal", "język", "jezyk"];
const CHANNEL: &[&str] =
    &["channel", "contactby", "kanal", "versandart", "canal", "canale", "kanaal", "kanał"];
const TELEPHONE: &[&str] = &[
    "telephone",
    "phone",
    "phonenumber",
    "tel",
    "mobile",
    "telefon",
    "telefonnummer",
    "handy",
    "téléphone",
    "portable",
    "teléfono",
    "telefono",
    "cellulare",
    "telefoon",
    "telefoonnummer",
    "numertelefonu",
];
const POSTAL: &[&str] = &[
    "address",
    "postaladdress",
    "street",
    "addressline1",
    "addressline2",
    "addressline3",
    "addressline4",
    "line1",
    "line2",
    "line3",
    "postcode",
    "zip",
    "zipcode",
    "postalcode",
    "city",
    "town",
    "country",
    "anschrift",
    "adresse",
    "straße",
    "strasse",
    "plz",
    "ort",
    "stadt",
    "land",
    "rue",
    "codepostal",
    "ville",
    "pays",
    "dirección",
    "direccion",
    "calle",
    "códigopostal",
    "codigopostal",
    "ciudad",
    "país",
    "pais",
    "indirizzo",
    "via",
    "cap",
    "città",
    "citta",
    "paese",
    "adres",
    "straat",
    "woonplaats",
    "ulica",
    "kodpocztowy",
    "miasto",
    "kraj",
];

/// What the headings suggest. Columns that nothing is known of are left out.
#[must_use]
pub fn suggested(headings: &[String]) -> Mapping {
    let plain: Vec<String> = headings
        .iter()
        .map(|h| h.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
        .collect();
    let first = |known: &[&str]| known.iter().find_map(|word| plain.iter().position(|h| h == word));
    let postal =
        plain.iter().enumerate().filter(|(_, h)| POSTAL.contains(&h.as_str())).map(|(column, _)| column);
    Mapping {
        email: first(EMAIL).or_else(|| plain.iter().position(|h| h.contains("email"))),
        name: first(NAME),
        reference: first(REFERENCE),
        language: first(LANGUAGE),
        channel: first(CHANNEL),
        telephone: first(TELEPHONE),
        postal: postal.collect(),
        fields: Vec::new(),
    }
}
