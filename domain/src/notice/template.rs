//! What a notice consists of: the statements of each kind, in order, with their ground in the law.

use crate::{choices, fact::sheet::Sheet};

choices! {
    /// The kinds of notice that are drafted from facts.
    pub enum NoticeKind {
        /// To the supervisory authority, Art. 33.
        AuthorityNotification = "authority_notification" => "notification to the authority",
        /// To the data subjects, Art. 34.
        SubjectCommunication = "subject_communication" => "communication to the data subjects",
        /// From us as the processor to one controller, Art. 33(2).
        ControllerNotice = "controller_notice" => "notice to a controller",
    }
}

choices! {
    /// The languages that the built-in texts are written in.
    pub enum Language {
        En = "en" => "English",
        De = "de" => "Deutsch",
    }
}

/// One statement of a kind of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementSpec {
    /// Stable: `nature`, `people` … `subject` is the subject line and no part of the body.
    pub code: &'static str,
    en: &'static str,
    de: &'static str,
    /// The provision that asks for it, such as "Art. 33(3)(a)"; empty for what is only courtesy.
    pub article: &'static str,
    /// Whether the notice is not what the law asks without it. Others fall away where their text is empty.
    pub required: bool,
    /// The keys that must be answered, as far as they are asked, for the statement to be complete.
    pub needs: &'static [&'static str],
}

impl StatementSpec {
    /// What stands above it; empty for the subject line, the greeting and the closing.
    #[must_use]
    pub fn heading(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::De => self.de,
        }
    }

    /// The keys it needs that are asked and not answered yet, in its order. "Cannot be determined" is an answer.
    #[must_use]
    pub fn missing(&self, sheet: &Sheet) -> Vec<&'static str> {
        self.needs.iter().copied().filter(|key| sheet.owes(key)).collect()
    }
}

/// The statements of a kind, in order.
#[must_use]
pub const fn statements(kind: NoticeKind) -> &'static [StatementSpec] {
    match kind {
        NoticeKind::AuthorityNotification => AUTHORITY_NOTIFICATION,
        NoticeKind::SubjectCommunication => SUBJECT_COMMUNICATION,
        NoticeKind::ControllerNotice => CONTROLLER_NOTICE,
    }
}

/// The statement of this code.
#[must_use]
pub fn statement(kind: NoticeKind, code: &str) -> Option<&'static StatementSpec> {
    statements(kind).iter().find(|spec| spec.code == code)
}

/// Everything of a kind that is asked and not answered yet, each key once, in the order of the statements.
#[must_use]
pub fn missing(kind: NoticeKind, sheet: &Sheet) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for key in statements(kind).iter().flat_map(|spec| spec.missing(sheet)) {
        if !missing.contains(&key) {
            missing.push(key);
        }
    }
    missing
}

const fn required(
    code: &'static str,
    (en, de): (&'static str, &'static str),
    article: &'static str,
    needs: &'static [&'static str],
) -> StatementSpec {
    StatementSpec { code, en, de, article, required: true, needs }
}

const fn optional(
    code: &'static str,
    (en, de): (&'static str, &'static str),
    article: &'static str,
    needs: &'static [&'static str],
) -> StatementSpec {
    StatementSpec { code, en, de, article, required: false, needs }
}

const AUTHORITY_NOTIFICATION: &[StatementSpec] = &[
    required("subject", ("", ""), "", &["ctrl.name"]),
    required("greeting", ("", ""), "Art. 33(1)", &["authority"]),
    required(
        "controller",
        ("Who notifies", "Meldende Stelle"),
        "Art. 33(1)",
        &["ctrl.name", "ctrl.contact", "rep.name", "rep.contact"],
    ),
    required(
        "contact",
        ("Contact point", "Anlaufstelle"),
        "Art. 33(3)(b)",
        &["dpo.exists", "dpo.name", "dpo.contact", "info.contact"],
    ),
    required(
        "timeline",
        ("When it happened and when we became aware", "Zeitpunkt und Kenntnisnahme"),
        "Art. 33(1) and (3)(a)",
        &[
            "time.occurrence_mode",
            "time.start",
            "time.end",
            "time.aware",
            "time.discovery_source",
            "time.discovery_text",
        ],
    ),
    optional(
        "delay",
        ("Reasons for the delay", "Gründe für die Verzögerung"),
        "Art. 33(1)",
        &["time.delay_reasons"],
    ),
    required(
        "nature",
        ("Nature of the breach", "Art der Verletzung"),
        "Art. 33(3)(a)",
        &[
            "nature.cia",
            "nature.incident_type",
            "nature.cause",
            "nature.conf_type",
            "nature.unintelligible",
            "nature.int_type",
            "nature.avail_type",
            "nature.text",
        ],
    ),
    required("systems", ("Systems involved", "Beteiligte Systeme"), "Art. 33(3)(a)", &["nature.systems"]),
    required(
        "people",
        ("Data subjects", "Betroffene Personen"),
        "Art. 33(3)(a)",
        &["people.categories", "people.count", "people.text"],
    ),
    required(
        "data",
        ("Personal data", "Personenbezogene Daten"),
        "Art. 33(3)(a)",
        &["data.types", "data.records", "data.text"],
    ),
    required(
        "consequences",
        ("Likely consequences", "Wahrscheinliche Folgen"),
        "Art. 33(3)(c)",
        &["cons.conf", "cons.int", "cons.avail", "cons.impact", "cons.severity"],
    ),
    required(
        "risk",
        ("Risk to the rights and freedoms of the people", "Risiko für die Rechte und Freiheiten"),
        "Art. 33(1) and 34(1)",
        &["risk.outcome", "risk.text"],
    ),
    required(
        "measures_before",
        ("Measures in place before the breach", "Vor der Verletzung bestehende Maßnahmen"),
        "Art. 32 and 33(3)(d)",
        &["before.list", "before.text"],
    ),
    required(
        "measures_taken",
        ("Measures taken and proposed", "Ergriffene und vorgeschlagene Maßnahmen"),
        "Art. 33(3)(d)",
        &["after.text"],
    ),
    required(
        "prevention",
        ("Measures to prevent a repeat", "Maßnahmen gegen eine Wiederholung"),
        "Art. 33(3)(d)",
        &["after.prevent", "after.prevent_text"],
    ),
    required(
        "communication",
        ("Communication to the data subjects", "Benachrichtigung der betroffenen Personen"),
        "Art. 34",
        &["ds.status", "ds.date", "ds.planned", "ds.exemption", "ds.exemption_text"],
    ),
    required(
        "cross_border",
        ("Processing across borders", "Grenzüberschreitende Verarbeitung"),
        "Art. 56",
        &["xb.is", "xb.lead", "xb.subject_countries", "xb.count_by_country"],
    ),
    required(
        "others",
        ("Other bodies", "Weitere Stellen"),
        "",
        &["oth.police", "oth.other_regimes", "oth.text"],
    ),
    optional(
        "changes",
        ("What has changed since our last report", "Was sich seit unserer letzten Meldung geändert hat"),
        "Art. 33(4)",
        &[],
    ),
    optional(
        "phases",
        ("Information that will follow", "Angaben, die nachgereicht werden"),
        "Art. 33(4)",
        &[],
    ),
    optional("closing", ("", ""), "", &["ctrl.name"]),
];

const SUBJECT_COMMUNICATION: &[StatementSpec] = &[
    required("subject", ("", ""), "", &["ctrl.name"]),
    required("greeting", ("", ""), "Art. 34(1)", &["ctrl.name"]),
    required(
        "nature",
        ("What happened", "Was ist passiert?"),
        "Art. 34(2)",
        &["nature.cia", "nature.conf_type", "nature.text"],
    ),
    required(
        "timeline",
        ("When it happened", "Wann ist es passiert?"),
        "Art. 34(2)",
        &["time.start", "time.end"],
    ),
    required(
        "data",
        ("Which of your data are concerned", "Welche Ihrer Daten sind betroffen?"),
        "Art. 34(2)",
        &["data.types", "data.text", "nature.unintelligible"],
    ),
    required(
        "consequences",
        ("What this may mean for you", "Was kann das für Sie bedeuten?"),
        "Art. 34(2) and 33(3)(c)",
        &["cons.impact"],
    ),
    required(
        "measures",
        ("What we have done", "Was haben wir getan?"),
        "Art. 34(2) and 33(3)(d)",
        &["after.text"],
    ),
    required(
        "advice",
        ("What you can do", "Was können Sie tun?"),
        "Art. 34(2), recital 86",
        &["advice.self_protection"],
    ),
    required(
        "contact",
        ("Whom you can ask", "Wen können Sie fragen?"),
        "Art. 34(2) and 33(3)(b)",
        &["info.contact", "dpo.name", "dpo.contact"],
    ),
    optional("updates", ("When you will hear from us again", "Wie geht es weiter?"), "Art. 34(2)", &[]),
    required("closing", ("", ""), "", &["ctrl.name"]),
];

/// The processor tells what it has, without judging the risk; what is missing follows in phases (EDPB Guidelines
/// 9/2022, part II.A.4).
const CONTROLLER_NOTICE: &[StatementSpec] = &[
    required("subject", ("", ""), "", &[]),
    required("greeting", ("", ""), "Art. 33(2)", &["ctrl.name"]),
    required(
        "timeline",
        ("When it happened and when we became aware", "Zeitpunkt und Kenntnisnahme"),
        "Art. 33(2)",
        &["time.start", "time.end"],
    ),
    required(
        "nature",
        ("What happened", "Was geschehen ist"),
        "Art. 33(2), for 33(3)(a)",
        &["nature.cia", "nature.text"],
    ),
    required(
        "people",
        ("Your data subjects", "Ihre betroffenen Personen"),
        "Art. 33(2), for 33(3)(a)",
        &["people.count", "people.categories"],
    ),
    required(
        "data",
        ("Your personal data", "Ihre personenbezogenen Daten"),
        "Art. 33(2), for 33(3)(a)",
        &["data.records", "data.types"],
    ),
    required(
        "consequences",
        ("Possible consequences", "Mögliche Folgen"),
        "Art. 33(2), for 33(3)(c)",
        &["cons.impact"],
    ),
    required(
        "measures",
        ("What we have done and propose", "Was wir getan haben und vorschlagen"),
        "Art. 33(2), for 33(3)(d)",
        &["after.text"],
    ),
    required(
        "contact",
        ("Whom you can ask", "Ansprechpartner"),
        "Art. 28(3)(f)",
        &["info.contact", "dpo.name", "dpo.contact"],
    ),
    optional("phases", ("What follows", "Wie es weitergeht"), "Art. 28(3)(f)", &[]),
    required("closing", ("", ""), "", &["ctrl.name"]),
];

#[cfg(test)]
#[path = "template/tests.rs"]
mod tests;
