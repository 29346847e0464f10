//! What goes to one controller names no other. The sheet it is written from holds nothing of another; own words and
//! addresses are typed by people, so they are looked at before anybody reviews, approves or sends them.

use domain::{
    id::CasePartyId,
    notice::{Content, Notice},
    party::{
        Party, PartyKind,
        in_case::{CaseParty, names_another},
    },
    refusal::Refusal,
};

/// The other controllers of the case, those taken out too.
fn others(
    controller: Option<CasePartyId>,
    parties: &[(CaseParty, Party)],
) -> impl Iterator<Item = &(CaseParty, Party)> {
    let its = own(controller, parties).map(|(_, book)| book.id);
    parties.iter().filter(move |(party, book)| party.role == PartyKind::Controller && Some(book.id) != its)
}

fn own(controller: Option<CasePartyId>, parties: &[(CaseParty, Party)]) -> Option<&(CaseParty, Party)> {
    parties.iter().find(|(party, _)| Some(party.id) == controller)
}

/// No address of another controller.
///
/// # Errors
/// `not_its_own`, at the field of the recipients.
pub(super) fn recipients(notice: &Notice, parties: &[(CaseParty, Party)]) -> Result<(), Refusal> {
    if notice.controller.is_none() {
        return Ok(());
    }
    let mine = own(notice.controller, parties).map(|(_, book)| book.email.as_str()).unwrap_or_default();
    for (_, book) in others(notice.controller, parties) {
        let theirs = |to: &&String| to.eq_ignore_ascii_case(&book.email) && !to.eq_ignore_ascii_case(mine);
        if let Some(to) = notice.recipients.iter().find(theirs) {
            let message = format!("{to} belongs to {}. Each controller gets a notice of its own.", book.name);
            return Err(Refusal::field("recipients", "not_its_own", message));
        }
    }
    Ok(())
}

/// The controller takes part, and neither words nor addresses are another's.
///
/// # Errors
/// `controller_removed`, `not_its_own` or `names_another`.
pub(super) fn only_to_it(
    notice: &Notice,
    content: &Content,
    parties: &[(CaseParty, Party)],
) -> Result<(), Refusal> {
    recipients(notice, parties)?;
    words_for(notice.controller, &format!("{} {}", content.subject, content.text), parties)
}

/// Where it is a controller that words go to, it takes part in the case, and they name no other.
///
/// # Errors
/// `controller_removed` or `names_another`.
pub(crate) fn words_for(
    controller: Option<CasePartyId>,
    words: &str,
    parties: &[(CaseParty, Party)],
) -> Result<(), Refusal> {
    if controller.is_none() {
        return Ok(());
    }
    let Some((party, book)) = own(controller, parties).filter(|(party, _)| party.is_controller()) else {
        let message = "The controller that this is for takes no part in the case as one any more.";
        return Err(Refusal::state("controller_removed", message));
    };
    let mine = [&book.name, &book.email, &book.contact, &book.contract, &party.reference];
    let mine = mine.map(String::as_str);
    // Our own lines are broken at spaces, so the text is read as one.
    let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for (other, theirs) in others(controller, parties) {
        let words = [&theirs.name, &theirs.email, &theirs.contact, &theirs.contract, &other.reference];
        if let Some(word) = names_another(&text, &mine, &words.map(String::clone)) {
            let message = format!(
                "This names “{word}”, which belongs to another controller of the case. Take it out first."
            );
            return Err(Refusal::state("names_another", message));
        }
    }
    Ok(())
}
