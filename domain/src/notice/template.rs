//! What a notice consists of: the statements of each kind, in order, with their ground in the law.

#[path = "template/further.rs"]
mod further;

pub use crate::language::Language;

use crate::{choices, fact::sheet::Sheet};

choices! {
    /// The kinds of notice that are drafted from facts.
    pub enum NoticeKind {
        /// To the supervisory authority, Art. 33.
        AuthorityNotification = "authority_notification" => "notification to the authority",
        /// To the supervisory authority, of a notification that turned out not to be needed.
        AuthorityWithdrawal = "authority_withdrawal" => "withdrawal of a notification",
        /// To the data subjects, Art. 34.
        SubjectCommunication = "subject_communication" => "communication to the data subjects",
        /// From us as the processor to one controller, Art. 33(2).
        ControllerNotice = "controller_notice" => "notice to a controller",
        /// To the public instead of each data subject, Art. 34(3)(c).
        PublicNotice = "public_notice" => "public communication",
        /// For the first hours, when little is certain.
        HoldingStatement = "holding_statement" => "holding statement",
        /// For the press, with questions and answers.
        PressStatement = "press_statement" => "press statement",
        /// To those who are informed inside the organisation.
        WorksCouncilOrBoard = "works_council_or_board" => "information for the works council or the board",
        /// Circumstances that may lead to a claim.
        Insurer = "insurer" => "notice to the insurer",
        /// To those who work with the organisation.
        Partners = "partners" => "information for partners",
        /// To everybody who works for the organisation.
        Staff = "staff" => "information for staff",
        /// From us as the controller to our processor, Art. 28(3)(f) and 33(2).
        ProcessorInstruction = "processor_instruction" => "request to a processor",
    }
}

/// One statement of a kind of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementSpec {
    /// Stable: `nature`, `people` … `subject` is the subject line and no part of the body.
    pub code: &'static str,
    /// The provision that asks for it, such as "Art. 33(3)(a)"; empty for what is only courtesy.
    pub article: &'static str,
    /// Whether the notice is not what the law asks without it. Others fall away where their text is empty.
    pub required: bool,
    /// The keys that must be answered, as far as they are asked, for the statement to be complete.
    pub needs: &'static [&'static str],
}

impl StatementSpec {
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
        NoticeKind::AuthorityWithdrawal => AUTHORITY_WITHDRAWAL,
        NoticeKind::SubjectCommunication => SUBJECT_COMMUNICATION,
        NoticeKind::ControllerNotice => CONTROLLER_NOTICE,
        NoticeKind::PublicNotice => further::PUBLIC_NOTICE,
        NoticeKind::HoldingStatement => further::HOLDING_STATEMENT,
        NoticeKind::PressStatement => further::PRESS_STATEMENT,
        NoticeKind::WorksCouncilOrBoard => further::WORKS_COUNCIL_OR_BOARD,
        NoticeKind::Insurer => further::INSURER,
        NoticeKind::Partners => further::PARTNERS,
        NoticeKind::Staff => further::STAFF,
        NoticeKind::ProcessorInstruction => further::PROCESSOR_INSTRUCTION,
    }
}

/// The statement of this code.
#[must_use]
pub fn statement(kind: NoticeKind, code: &str) -> Option<&'static StatementSpec> {
    statements(kind).iter().find(|spec| spec.code == code)
}

/// What stands above the statement of this code; empty for the subject line, the greeting and the closing.
#[must_use]
pub fn heading(kind: NoticeKind, code: &str, language: Language) -> &'static str {
    language.words().heading(kind, code)
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
    article: &'static str,
    needs: &'static [&'static str],
) -> StatementSpec {
    StatementSpec { code, article, required: true, needs }
}

const fn optional(
    code: &'static str,
    article: &'static str,
    needs: &'static [&'static str],
) -> StatementSpec {
    StatementSpec { code, article, required: false, needs }
}

const AUTHORITY_NOTIFICATION: &[StatementSpec] = &[
    required("subject", "", &["ctrl.name"]),
    required("greeting", "Art. 33(1)", &["authority"]),
    required("controller", "Art. 33(1)", &["ctrl.name", "ctrl.contact", "rep.name", "rep.contact"]),
    required("contact", "Art. 33(3)(b)", &["dpo.exists", "dpo.name", "dpo.contact", "info.contact"]),
    required(
        "timeline",
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
    optional("delay", "Art. 33(1)", &["time.delay_reasons"]),
    required(
        "nature",
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
    required("systems", "Art. 33(3)(a)", &["nature.systems"]),
    required("people", "Art. 33(3)(a)", &["people.categories", "people.count", "people.text"]),
    required("data", "Art. 33(3)(a)", &["data.types", "data.records", "data.text"]),
    required(
        "consequences",
        "Art. 33(3)(c)",
        &["cons.conf", "cons.int", "cons.avail", "cons.impact", "cons.severity"],
    ),
    required("risk", "Art. 33(1) and 34(1)", &["risk.outcome", "risk.text"]),
    required("measures_before", "Art. 32 and 33(3)(d)", &["before.list", "before.text"]),
    required("measures_taken", "Art. 33(3)(d)", &["after.text"]),
    required("prevention", "Art. 33(3)(d)", &["after.prevent", "after.prevent_text"]),
    required(
        "communication",
        "Art. 34",
        &["ds.status", "ds.date", "ds.planned", "ds.exemption", "ds.exemption_text"],
    ),
    required("cross_border", "Art. 56", &["xb.is", "xb.lead", "xb.subject_countries", "xb.count_by_country"]),
    required("others", "", &["oth.police", "oth.other_regimes", "oth.text"]),
    optional("changes", "Art. 33(4)", &[]),
    optional("phases", "Art. 33(4)", &[]),
    optional("closing", "", &["ctrl.name"]),
];

/// What is withdrawn, why, and what was found. It has none of the contents of Art. 33(3): it notifies of nothing.
const AUTHORITY_WITHDRAWAL: &[StatementSpec] = &[
    required("subject", "", &["ctrl.name"]),
    required("greeting", "Art. 33(1)", &["authority"]),
    required("reason", "Art. 33(1)", &["notif.withdraw_reason"]),
    required("found", "Art. 33(1)", &["risk.outcome", "risk.text"]),
    required("records", "Art. 33(5)", &[]),
    required("contact", "Art. 31", &["info.contact"]),
    optional("closing", "", &["ctrl.name"]),
];

const SUBJECT_COMMUNICATION: &[StatementSpec] = &[
    required("subject", "", &["ctrl.name"]),
    required("greeting", "Art. 34(1)", &["ctrl.name"]),
    required("nature", "Art. 34(2)", &["nature.cia", "nature.conf_type", "nature.text"]),
    required("timeline", "Art. 34(2)", &["time.start", "time.end"]),
    required("data", "Art. 34(2)", &["data.types", "data.text", "nature.unintelligible"]),
    required("consequences", "Art. 34(2) and 33(3)(c)", &["cons.impact"]),
    required("measures", "Art. 34(2) and 33(3)(d)", &["after.text"]),
    required("advice", "Art. 34(2), recital 86", &["advice.self_protection"]),
    required("contact", "Art. 34(2) and 33(3)(b)", &["info.contact", "dpo.name", "dpo.contact"]),
    optional("updates", "Art. 34(2)", &[]),
    required("closing", "", &["ctrl.name"]),
];

/// The processor tells what it has, without judging the risk; what is missing follows in phases (EDPB Guidelines
/// 9/2022, part II.A.4).
const CONTROLLER_NOTICE: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "Art. 33(2)", &["ctrl.name"]),
    required("timeline", "Art. 33(2)", &["time.start", "time.end"]),
    required("nature", "Art. 33(2), for 33(3)(a)", &["nature.cia", "nature.text"]),
    required("people", "Art. 33(2), for 33(3)(a)", &["people.count", "people.categories"]),
    required("data", "Art. 33(2), for 33(3)(a)", &["data.records", "data.types"]),
    required("consequences", "Art. 33(2), for 33(3)(c)", &["cons.impact"]),
    required("measures", "Art. 33(2), for 33(3)(d)", &["after.text"]),
    required("contact", "Art. 28(3)(f)", &["info.contact", "dpo.name", "dpo.contact"]),
    optional("phases", "Art. 28(3)(f)", &[]),
    required("closing", "", &["ctrl.name"]),
];

#[cfg(test)]
#[path = "template/tests.rs"]
mod tests;
