//! Counsel's privileged words stay where they are: they aren't repeated in an answer or a notice.

use super::note::Note;

/// So many words in a row are no chance.
const RUN: usize = 8;
/// A shorter note says too little to be recognised.
const RUN_MIN: usize = 4;

/// The first words of `text` that are also in one of the notes, eight in a row; of a shorter note, all of it.
#[must_use]
pub fn repeated(text: &str, notes: &[Note]) -> Option<String> {
    let (shown, said) = words(text);
    for note in notes.iter().filter(|note| note.privileged) {
        let (_, kept) = words(&format!("{}\n{}", note.title, note.text));
        let run = RUN.min(words(&note.text).1.len());
        if run < RUN_MIN || said.len() < run {
            continue;
        }
        let runs: std::collections::BTreeSet<&[String]> = kept.windows(run).collect();
        if let Some(at) = said.windows(run).position(|window| runs.contains(window)) {
            return Some(shown.iter().skip(at).take(run).copied().collect::<Vec<_>>().join(" "));
        }
    }
    None
}

/// The words of a text as they stand, and as they are compared.
fn words(text: &str) -> (Vec<&str>, Vec<String>) {
    let bare = |word: &str| -> String {
        word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    text.split_whitespace().map(|word| (word, bare(word))).filter(|(_, bare)| !bare.is_empty()).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AccountId, IncidentId, NoteId};
    use chrono::DateTime;

    fn note(text: &str, privileged: bool) -> Note {
        Note {
            id: NoteId::from_bits([1; 16]),
            incident: IncidentId::from_bits([2; 16]),
            title: "Call with counsel".to_owned(),
            text: text.to_owned(),
            privileged,
            updated_at: DateTime::UNIX_EPOCH,
            updated_by: AccountId::from_bits([3; 16]),
            revision: 1,
        }
    }

    #[test]
    fn what_counsel_wrote_is_recognised_however_it_is_set() {
        let advice =
            "We should not admit that the key was known since March, because claims may follow from it.";
        for (text, privileged, found) in [
            ("It is so:\n- We should NOT admit that the key\n  was known since March.", true, true),
            ("We should not admit that the key was known since March.", false, false),
            ("The key was known since March.", true, false),
            ("Nothing of it.", true, false),
        ] {
            assert_eq!(repeated(text, &[note(advice, privileged)]).is_some(), found, "{text}");
        }
        assert_eq!(
            repeated("So: say nothing of March, please.", &[note("Say nothing of March.", true)]).as_deref(),
            Some("say nothing of March,")
        );
        assert_eq!(repeated("Say nothing.", &[note("Nothing.", true)]), None, "too short to be recognised");
    }
}
