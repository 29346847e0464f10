//! What is asked and what each answer means, with examples, in our own words; for whoever answers.
//!
//! Meaning and value of each answer follow the method ("Scoring of the criteria", "Assessment Table 1", "Annex 1",
//! "Annex 2"); most examples are ours.

use super::{
    AvailabilityLoss, ConfidentialityLoss, Context, DataCategory, EaseOfIdentification, EnisaLevel,
    IntegrityLoss, MaliciousIntent,
};
use crate::choices;

/// What something means, and cases in which it is the right answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// One or two sentences.
    pub meaning: &'static str,
    /// Short phrases without a full stop.
    pub examples: &'static [&'static str],
}

/// Something that can be explained.
pub trait Explained {
    fn explained(self) -> Explanation;
}

const fn means(meaning: &'static str, examples: &'static [&'static str]) -> Explanation {
    Explanation { meaning, examples }
}

choices! {
    /// What the method asks. The codes are the names of the input's fields.
    pub enum Question {
        Categories = "categories" => "Which data are concerned?",
        Adjust = "adjust" => "Does the context make them weigh more or less?",
        Ei = "ei" => "How easily can the people be identified?",
        Confidentiality = "confidentiality" => "Who may have seen the data?",
        Integrity = "integrity" => "Were the data altered?",
        Availability = "availability" => "Are the data there when they are needed?",
        Malicious = "malicious" => "Did somebody mean harm?",
        Individuals = "individuals" => "How many people are concerned?",
        Unintelligible = "unintelligible" => "Can nobody who holds the data read them?",
    }
}

impl Explained for Question {
    fn explained(self) -> Explanation {
        match self {
            Self::Categories => means(
                "Name every category that occurs. Each is scored by itself, and the highest score counts. Credentials \
                 count as the data that they open.",
                &[
                    "a password of a web shop that shows addresses: simple data",
                    "a banking PIN: financial data",
                ],
            ),
            Self::Adjust => means(
                "The basic score fits the ordinary case. Raise it in whole steps for many data about the same person, \
                 for what the controller's business gives away, or for people who need protection; lower it for data \
                 that are wrong or out of date, that were public before, or that say little.",
                &[
                    "the members of a self-help group: raise",
                    "addresses from the public register of companies: lower",
                ],
            ),
            Self::Ei => means(
                "Think of anybody who might get hold of the data and of all they could reasonably look up. Pseudonyms \
                 and encryption make it harder, lists to compare with make it easier.",
                &["a customer number alone is little, unless the list of customers leaked too"],
            ),
            Self::Confidentiality => means(
                "What counts is how far the data went, as far as there are signs of it. Answer again when logs or \
                 finds on the net say more.",
                &["a mail to the wrong address", "a folder on the web that a search engine has read"],
            ),
            Self::Integrity => means(
                "What counts is whether wrong data may have been used, and whether the right ones can be had back.",
                &["an allergy that was taken out of a patient's file"],
            ),
            Self::Availability => means(
                "What counts is whether the people or the controller can get at the data when they need them.",
                &["a booking system that stands still for two days"],
            ),
            Self::Malicious => means(
                "Theft, burglary into systems, sale, revenge: an act that aims at harm to the people or to the \
                 controller. Mistakes and faults of software are none.",
                &["a disk stolen for its data: yes", "a mail sent to the wrong list: no"],
            ),
            Self::Individuals => means(
                "More than 100 raise a flag beside the score. It never enters the number: a breach can be grave for \
                 one person alone.",
                &["100: no flag", "101: flag"],
            ),
            Self::Unintelligible => means(
                "A flag beside the score for data that nobody can read who holds them. The number stays as it is; the \
                 flag is for the person who decides.",
                &[
                    "a disk with sound encryption whose key was kept elsewhere",
                    "not: a file behind a short password",
                ],
            ),
        }
    }
}

impl Explained for DataCategory {
    fn explained(self) -> Explanation {
        match self {
            Self::Simple => means(
                "Who people are, how they can be reached, their family, schooling and work.",
                &["names and addresses", "dates of birth", "curricula vitae"],
            ),
            Self::Behavioural => means(
                "Where people go, with whom they speak, what they like and do.",
                &["places", "who called whom, and when", "pages visited", "purchases"],
            ),
            Self::Financial => means(
                "What people earn, own, owe, pay and are paid, welfare included.",
                &["account statements", "card numbers", "invoices", "housing benefit"],
            ),
            Self::Sensitive => means(
                "Health, political views, sexual life; today also whatever else Articles 9 and 10 GDPR protect.",
                &["laboratory results", "membership of a trade union", "convictions"],
            ),
        }
    }
}

impl Explained for Context {
    /// What a category with this adjustment stands for.
    fn explained(self) -> Explanation {
        use DataCategory::{Behavioural, Financial, Sensitive, Simple};
        match (self.category, self.dpc()) {
            (Simple, ..=1) => means("Nothing makes it worse.", &["a grocer's list of customers"]),
            (Simple, 2) => means(
                "How much there is, or whose it is, lets one draw a profile or guess at means and standing.",
                &["buyers of a jeweller", "members of a golf club"],
            ),
            (Simple, 3) => means(
                "One can guess at health, sexual life, politics or faith.",
                &["deliveries of an erotic shop", "guests of a parish"],
            ),
            (Simple, 4..) => means(
                "The people need protection, or their safety hangs on it.",
                &["children in care", "police officers under cover", "a women's shelter"],
            ),
            (Behavioural, ..=1) => means(
                "It gives no real insight, or anybody could have gathered it.",
                &["calls to a supplier's help line", "public posts"],
            ),
            (Behavioural, 2) => means("Nothing makes it better or worse.", &["calls of one week"]),
            (Behavioural, 3) => means(
                "A detailed picture of somebody's daily life.",
                &["a year of journeys with a travel card"],
            ),
            (Behavioural, 4..) => means(
                "A picture that shows sensitive things.",
                &["calls to a help line for people in crisis", "purchases at a pharmacy"],
            ),
            (Financial, ..=1) => {
                means("Only that somebody is a customer.", &["an envelope with a bank's name on it"])
            }
            (Financial, 2) => means(
                "Some data that show nothing of how somebody stands.",
                &["the number of an account and no more", "a card that expired long ago in part"],
            ),
            (Financial, 3) => means("Nothing makes it better or worse.", &["balances of one month"]),
            (Financial, 4..) => means(
                "Enough for fraud, or a detailed picture of somebody's finances.",
                &["whole card data", "the statements of a year"],
            ),
            (Sensitive, ..=1) => means(
                "It gives no insight, or it was public anyway.",
                &["that blood was taken", "the office of an elected politician"],
            ),
            (Sensitive, 2) => means(
                "It allows general guesses only.",
                &["an appointment at a hospital with many departments"],
            ),
            (Sensitive, 3) => means(
                "One can guess at sensitive things.",
                &["that a test for a certain disease was ordered"],
            ),
            (Sensitive, 4..) => means("Nothing makes it better.", &["the result of the test", "a diagnosis"]),
        }
    }
}

impl Explained for EaseOfIdentification {
    fn explained(self) -> Explanation {
        match self {
            Self::Negligible => means(
                "Extremely hard, though not impossible under certain conditions.",
                &[
                    "a name that thousands share, alone",
                    "a blurred picture of a crowd",
                    "a pseudonym nobody can resolve",
                ],
            ),
            Self::Limited => means(
                "Possible for some who know more, or with much effort.",
                &["a name that few share in a large country, alone", "a customer number without its list"],
            ),
            Self::Significant => means(
                "Possible with some looking up.",
                &["an e-mail address under which somebody is known elsewhere", "a telling user name"],
            ),
            Self::Maximum => means(
                "Directly from the data, without any research.",
                &["name, date of birth and address", "a clear picture with a name"],
            ),
        }
    }
}

impl Explained for ConfidentialityLoss {
    fn explained(self) -> Explanation {
        match self {
            Self::None => means(
                "The data were exposed at most, and nothing shows that anybody used it.",
                &["a laptop lost on the way", "paper thrown away unshredded", "an outage only"],
            ),
            Self::KnownRecipients => means(
                "The data went to a number of recipients who are known.",
                &["a mail to ten wrong addresses", "customers who saw each other's accounts"],
            ),
            Self::UnknownRecipients => means(
                "Nobody can say how many have the data.",
                &["published on a forum", "sold", "open to the net through a wrong setting"],
            ),
        }
    }
}

impl Explained for IntegrityLoss {
    fn explained(self) -> Explanation {
        match self {
            Self::None => means(
                "The data weren't altered; or they were, no wrong use is known, and the original was back before any.",
                &["a faulty import that was undone the same hour"],
            ),
            Self::Recoverable => means(
                "The data were altered and may have been used wrongly, and can be put right.",
                &["wrong bank details for one run of salaries, with the right ones in the backup"],
            ),
            Self::NotRecoverable => means(
                "The data were altered and may have been used wrongly, and the original is gone.",
                &["a medical file written over, without any copy"],
            ),
        }
    }
}

impl Explained for AvailabilityLoss {
    fn explained(self) -> Explanation {
        match self {
            Self::None => {
                means("The data are there, or can be had back without difficulty.", &["a lost copy"])
            }
            Self::Temporary => means(
                "The data can't be reached for a time, and that can do harm.",
                &["servers encrypted, restored after three days"],
            ),
            Self::Full => means(
                "Neither the controller nor the people can get the data back.",
                &["the only archive burnt", "encrypted by ransomware, without a backup"],
            ),
        }
    }
}

impl Explained for MaliciousIntent {
    fn explained(self) -> Explanation {
        match self {
            Self::No => means(
                "A mistake, a loss, a fault of software, or nothing known of intent.",
                &["a wrong attachment", "a wrong setting"],
            ),
            Self::Yes => means(
                "Somebody acted on purpose, to the harm of the people or of the controller.",
                &["a break-in by hackers", "an employee who sells a list", "theft"],
            ),
        }
    }
}

impl Explained for EnisaLevel {
    /// What people may have to expect ("Calculation of the severity").
    fn explained(self) -> Explanation {
        match self {
            Self::Low => means(
                "People meet no or a few inconveniences, which they get over without trouble.",
                &["typing data in again", "annoyance"],
            ),
            Self::Medium => means(
                "People meet significant inconveniences, which they can overcome with some difficulty.",
                &["extra costs", "a service refused", "stress"],
            ),
            Self::High => means(
                "People meet serious consequences, which they can overcome only with great difficulty.",
                &["money lost to fraud", "a job lost", "damaged health"],
            ),
            Self::VeryHigh => means(
                "People meet serious, possibly irreversible consequences, which they may never get over.",
                &["debts that can't be paid", "lasting harm to body or mind", "death"],
            ),
        }
    }
}
