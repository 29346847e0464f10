//! Drafts of the notices: one template for each kind and language, one statement at a time.
//!
//! A statement is written through a reader that remembers every answer it looked at, so the draft
//! knows exactly which facts each of its statements rests on.

mod layout;
mod own;
mod reply;
mod words;

pub use layout::{Assembled, assemble};
pub use own::{allowed, built_in_digest, own_statement, sample, without_fields};
pub use reply::reply;

use crate::render::RenderError;
use askama::Template;
use domain::{
    fact::sheet::{Reader, Sheet},
    moment::Zone,
    notice::{
        Read,
        template::{self, Language, NoticeKind},
    },
};
use words::{Period, Words};

/// A statement as the template words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Empty where the statement does not apply, such as reasons for a delay that there was not.
    pub text: String,
    /// Exactly the answers it rests on, and the questions it found without an answer.
    pub reads: Vec<Read>,
    /// The keys that are owed for it to be complete. Where they would stand, the text says that they will follow.
    pub missing: Vec<&'static str>,
}

/// Words one statement of a notice from the facts. Times are shown in `zone`, which is the authority's for a
/// notification and the organisation's for a communication.
///
/// # Errors
/// The kind has no statement of this code.
pub fn statement(
    kind: NoticeKind,
    language: Language,
    code: &str,
    sheet: &Sheet,
    zone: Zone,
) -> Result<Rendered, RenderError> {
    let spec =
        template::statement(kind, code).ok_or_else(|| RenderError::NoSuchStatement(code.to_owned()))?;
    let reader = Reader::new(sheet, language, zone);
    let w = &Words::new(&reader);
    let text = text(kind, language, code, w)?;
    Ok(Rendered { text: layout::tidy(&text), reads: reader.reads(), missing: spec.missing(sheet) })
}

/// Words every statement of a notice, in order, each with its code.
///
/// # Errors
/// A template failed.
pub fn draft(
    kind: NoticeKind,
    language: Language,
    sheet: &Sheet,
    zone: Zone,
) -> Result<Vec<(&'static str, Rendered)>, RenderError> {
    let codes = template::statements(kind).iter().map(|spec| spec.code);
    codes.map(|code| statement(kind, language, code, sheet, zone).map(|text| (code, text))).collect()
}

/// One template for each kind and language; the compiler asks for those that are missing.
macro_rules! templates {
    ($($kind:ident $language:ident $path:tt;)+) => {
        fn text(kind: NoticeKind, language: Language, code: &str, w: &Words<'_>) -> askama::Result<String> {
            match (kind, language) {
                $((NoticeKind::$kind, Language::$language) => {
                    #[derive(Template)]
                    #[template(path = $path, escape = "none")]
                    struct Text<'a> {
                        code: &'a str,
                        w: &'a Words<'a>,
                    }
                    Text { code, w }.render()
                })+
            }
        }

        /// The whole template, as it is written.
        const fn source(kind: NoticeKind, language: Language) -> &'static str {
            match (kind, language) {
                $((NoticeKind::$kind, Language::$language) => {
                    include_str!(concat!("../../templates/", $path))
                })+
            }
        }
    };
}

templates! {
    AuthorityNotification En "notices/authority_notification.en.txt";
    AuthorityNotification De "notices/authority_notification.de.txt";
    AuthorityNotification Fr "notices/authority_notification.fr.txt";
    AuthorityNotification Es "notices/authority_notification.es.txt";
    AuthorityNotification It "notices/authority_notification.it.txt";
    AuthorityNotification Nl "notices/authority_notification.nl.txt";
    AuthorityNotification Pl "notices/authority_notification.pl.txt";
    AuthorityWithdrawal En "notices/authority_withdrawal.en.txt";
    AuthorityWithdrawal De "notices/authority_withdrawal.de.txt";
    AuthorityWithdrawal Fr "notices/authority_withdrawal.fr.txt";
    AuthorityWithdrawal Es "notices/authority_withdrawal.es.txt";
    AuthorityWithdrawal It "notices/authority_withdrawal.it.txt";
    AuthorityWithdrawal Nl "notices/authority_withdrawal.nl.txt";
    AuthorityWithdrawal Pl "notices/authority_withdrawal.pl.txt";
    SubjectCommunication En "notices/subject_communication.en.txt";
    SubjectCommunication De "notices/subject_communication.de.txt";
    SubjectCommunication Fr "notices/subject_communication.fr.txt";
    SubjectCommunication Es "notices/subject_communication.es.txt";
    SubjectCommunication It "notices/subject_communication.it.txt";
    SubjectCommunication Nl "notices/subject_communication.nl.txt";
    SubjectCommunication Pl "notices/subject_communication.pl.txt";
    ControllerNotice En "notices/controller_notice.en.txt";
    ControllerNotice De "notices/controller_notice.de.txt";
    ControllerNotice Fr "notices/controller_notice.fr.txt";
    ControllerNotice Es "notices/controller_notice.es.txt";
    ControllerNotice It "notices/controller_notice.it.txt";
    ControllerNotice Nl "notices/controller_notice.nl.txt";
    ControllerNotice Pl "notices/controller_notice.pl.txt";
    PublicNotice En "notices/public_notice.en.txt";
    PublicNotice De "notices/public_notice.de.txt";
    PublicNotice Fr "notices/public_notice.fr.txt";
    PublicNotice Es "notices/public_notice.es.txt";
    PublicNotice It "notices/public_notice.it.txt";
    PublicNotice Nl "notices/public_notice.nl.txt";
    PublicNotice Pl "notices/public_notice.pl.txt";
    HoldingStatement En "notices/holding_statement.en.txt";
    HoldingStatement De "notices/holding_statement.de.txt";
    HoldingStatement Fr "notices/holding_statement.fr.txt";
    HoldingStatement Es "notices/holding_statement.es.txt";
    HoldingStatement It "notices/holding_statement.it.txt";
    HoldingStatement Nl "notices/holding_statement.nl.txt";
    HoldingStatement Pl "notices/holding_statement.pl.txt";
    PressStatement En "notices/press_statement.en.txt";
    PressStatement De "notices/press_statement.de.txt";
    PressStatement Fr "notices/press_statement.fr.txt";
    PressStatement Es "notices/press_statement.es.txt";
    PressStatement It "notices/press_statement.it.txt";
    PressStatement Nl "notices/press_statement.nl.txt";
    PressStatement Pl "notices/press_statement.pl.txt";
    WorksCouncilOrBoard En "notices/works_council_or_board.en.txt";
    WorksCouncilOrBoard De "notices/works_council_or_board.de.txt";
    WorksCouncilOrBoard Fr "notices/works_council_or_board.fr.txt";
    WorksCouncilOrBoard Es "notices/works_council_or_board.es.txt";
    WorksCouncilOrBoard It "notices/works_council_or_board.it.txt";
    WorksCouncilOrBoard Nl "notices/works_council_or_board.nl.txt";
    WorksCouncilOrBoard Pl "notices/works_council_or_board.pl.txt";
    Insurer En "notices/insurer.en.txt";
    Insurer De "notices/insurer.de.txt";
    Insurer Fr "notices/insurer.fr.txt";
    Insurer Es "notices/insurer.es.txt";
    Insurer It "notices/insurer.it.txt";
    Insurer Nl "notices/insurer.nl.txt";
    Insurer Pl "notices/insurer.pl.txt";
    Partners En "notices/partners.en.txt";
    Partners De "notices/partners.de.txt";
    Partners Fr "notices/partners.fr.txt";
    Partners Es "notices/partners.es.txt";
    Partners It "notices/partners.it.txt";
    Partners Nl "notices/partners.nl.txt";
    Partners Pl "notices/partners.pl.txt";
    Staff En "notices/staff.en.txt";
    Staff De "notices/staff.de.txt";
    Staff Fr "notices/staff.fr.txt";
    Staff Es "notices/staff.es.txt";
    Staff It "notices/staff.it.txt";
    Staff Nl "notices/staff.nl.txt";
    Staff Pl "notices/staff.pl.txt";
    ProcessorInstruction En "notices/processor_instruction.en.txt";
    ProcessorInstruction De "notices/processor_instruction.de.txt";
    ProcessorInstruction Fr "notices/processor_instruction.fr.txt";
    ProcessorInstruction Es "notices/processor_instruction.es.txt";
    ProcessorInstruction It "notices/processor_instruction.it.txt";
    ProcessorInstruction Nl "notices/processor_instruction.nl.txt";
    ProcessorInstruction Pl "notices/processor_instruction.pl.txt";
}

#[cfg(test)]
mod tests;
