//! What a notice consists of: the statements of each kind, in order, with their ground in the law.

use crate::choices;

choices! {
    /// The kinds of notice that are drafted from facts.
    pub enum NoticeKind {
        /// To the supervisory authority, Art. 33.
        AuthorityNotification = "authority_notification" => "notification to the authority",
        /// To the data subjects, Art. 34.
        SubjectCommunication = "subject_communication" => "communication to the data subjects",
    }
}

choices! {
    /// The languages that the built-in texts are written in.
    pub enum Language {
        En = "en" => "English",
        De = "de" => "Deutsch",
    }
}
