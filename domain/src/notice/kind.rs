//! What each kind of notice brings with it: whom it goes to, what is said about it, and when it may be submitted.

use super::template::NoticeKind;

/// Whom a kind of notice goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressees {
    /// One authority, whose address is typed twice.
    Authority,
    /// One controller of the case.
    Controller,
    /// Everybody whose address is given.
    Listed,
}

/// When a notice may be submitted although answers are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complete {
    /// An authority may be told in phases (Art. 33(4)), but a delay has its reasons at once (Art. 33(1)).
    InPhases,
    /// Everything that the law asks for must be in it (Art. 34(2)).
    AtOnce,
    /// The law asks for no contents.
    Free,
}

/// What a kind of notice brings with it.
#[derive(Debug, Clone, Copy)]
pub struct KindSpec {
    /// What a single one is called.
    pub title: &'static str,
    /// When it is the right one.
    pub hint: &'static str,
    pub to: Addressees,
    /// Whose addresses are given.
    pub addresses: &'static str,
    pub complete: Complete,
    /// What answers mean that are still missing.
    pub missing: &'static str,
    /// How an answer is marked that its contents by law need, where it is marked.
    pub needed: Option<&'static str>,
}

const EACH: &str = "Each gets a mail of their own and sees no other address.";
const PUBLISHED: &str = "Those who publish it, such as the press office and whoever keeps the web site. That they have it doesn't mean that it is published.";
const AS_KNOWN: &str = "It says what is known now. Where an answer is missing, it says so.";

impl NoticeKind {
    /// Whether people may reply to it.
    #[must_use]
    pub fn is_replied_to(self) -> bool {
        matches!(self, Self::SubjectCommunication | Self::PublicNotice)
    }

    /// What it brings with it.
    #[must_use]
    pub const fn spec(self) -> KindSpec {
        let free = KindSpec {
            title: "",
            hint: "",
            to: Addressees::Listed,
            addresses: EACH,
            complete: Complete::Free,
            missing: AS_KNOWN,
            needed: None,
        };
        match self {
            Self::AuthorityNotification => KindSpec {
                title: "Notification to the supervisory authority",
                hint: "Art. 33. It may be sent in parts: what is not yet known follows later.",
                to: Addressees::Authority,
                addresses: "None is shipped with this desk. Take it from the authority’s own site.",
                complete: Complete::InPhases,
                missing: "An authority may be told in phases (Art. 33(4)): the notification says what will follow.",
                needed: Some("needed for the notification"),
            },
            Self::AuthorityWithdrawal => KindSpec {
                title: "Withdrawal of a notification",
                hint: "To an authority that was notified, where there was no personal data breach after all, or none that has to be notified. It says why.",
                to: Addressees::Authority,
                addresses: "The address that the notification went to.",
                ..free
            },
            Self::SubjectCommunication => KindSpec {
                title: "Communication to the data subjects",
                hint: "Art. 34. In plain language, to the people whose data it is.",
                complete: Complete::AtOnce,
                missing: "People must be told all of this (Art. 34(2)), so the draft can't be submitted without it.",
                needed: Some("needed for the communication"),
                ..free
            },
            Self::ControllerNotice => KindSpec {
                title: "Notice to a controller",
                hint: "Art. 33(2). As the processor, to one controller, from the facts about it alone.",
                to: Addressees::Controller,
                addresses: "Addresses of this controller only, one a line. The address book gave the first.",
                missing: "A controller is told what is known now, without undue delay (Art. 33(2)); the rest follows.",
                ..free
            },
            Self::PublicNotice => KindSpec {
                title: "Public communication to the data subjects",
                hint: "Art. 34(3)(c). Where writing to each person would take disproportionate effort; it must inform people as well as a message would.",
                addresses: PUBLISHED,
                complete: Complete::AtOnce,
                missing: "The public communication takes the place of messages to the people (Art. 34(3)(c)), so it can't be submitted without this.",
                ..free
            },
            Self::HoldingStatement => KindSpec {
                title: "Holding statement",
                hint: "For the first hours: that something happened and is looked into, and nothing that is not certain.",
                addresses: PUBLISHED,
                ..free
            },
            Self::PressStatement => KindSpec {
                title: "Press statement",
                hint: "What is certain, with questions and answers. After the people concerned know, not before.",
                addresses: PUBLISHED,
                ..free
            },
            Self::WorksCouncilOrBoard => KindSpec {
                title: "Information for the works council or the board",
                hint: "What happened, the risk and the measures, for those who are informed inside and answer for it.",
                ..free
            },
            Self::Insurer => KindSpec {
                title: "Notice to the insurer",
                hint: "Circumstances that may lead to a claim. The contract says how soon, and often that costs need consent.",
                ..free
            },
            Self::Partners => KindSpec {
                title: "Information for partners",
                hint: "Those who work with you and may be approached by others in your name.",
                ..free
            },
            Self::Staff => KindSpec {
                title: "Information for staff",
                hint: "What happened, and what everybody is asked to do and to leave. Not for employees as data subjects: they get a communication.",
                ..free
            },
            Self::ProcessorInstruction => KindSpec {
                title: "Request and instructions to a processor",
                hint: "Art. 33(2) and 28(3)(f). What your processor is to tell you, secure and leave.",
                addresses: "Addresses of this processor only, one a line.",
                ..free
            },
        }
    }
}
