//! What is known of the main incident, in the order in which it came to be known.

use super::{
    super::{
        cast::Who,
        script::{Act, Answer, Minute},
    },
    END, HOUR, START,
};
use domain::{assessment::record::AssessRiskInput, party::in_case::AddCasePartyInput};

type Acts = Vec<(Minute, Who, Act)>;

fn fact(at: Minute, who: Who, key: &'static str, answer: Answer) -> (Minute, Who, Act) {
    (at, who, Act::Fact(key, answer))
}

fn ask(at: Minute, who: Who, step: &'static str, key: &'static str, answer: Answer) -> (Minute, Who, Act) {
    (at, who, Act::Ask(step, key, answer))
}

/// The first answers: what it is, when it was, what left. How many is not known yet.
pub(super) fn what_happened(place: &str) -> Acts {
    use Who::Responder;
    const LOG: &str = "gateway-2-access.log";
    const ANSWER: &str = "answer-of-a-test-account.json";
    vec![
        ask(61, Responder, "confirm-enumeration", "nature.incident_type", Answer::exact("unauthorised_access, exfiltration, vulnerability_exploited").on(LOG, place)),
        ask(62, Responder, "confirm-enumeration", "time.discovery_source", Answer::exact("own_detection").because("The alarm of gateway-2 was first; the customer's call came later.")),
        fact(64, Responder, "people.count", Answer::not_yet(24 * HOUR).because("The log has to be counted, and counted again.")),
        ask(70, Responder, "read-one-answer", "data.types", Answer::exact("basic, contact, credentials").on(ANSWER, "lines 3 to 5")),
        ask(72, Responder, "read-one-answer", "data.text", Answer::exact("Customer number, name, e-mail address, the stored form (hash) of the password, whether the newsletter was wanted, and since when there was an account. No postal address and no payment data.").on(ANSWER, "all fields")),
        ask(74, Responder, "read-one-answer", "nature.unintelligible", Answer::exact("protected_but_may_be_subverted").because("bcrypt with cost 8: weak passwords can be found in days. E-mail addresses were in plain text.").on(ANSWER, "line 5")),
        (76, Responder, Act::Step("read-one-answer")),
        ask(80, Responder, "find-the-window", "time.occurrence_mode", Answer::exact("range")),
        ask(81, Responder, "find-the-window", "time.start", Answer::moment(START).on(LOG, place)),
        ask(82, Responder, "find-the-window", "time.end", Answer::moment(END).on(LOG, place)),
        ask(90, Responder, "find-the-actor", "nature.cause", Answer::exact("external_malicious").because("The missing check is ours; somebody used it on purpose.")),
    ]
}

/// What the data protection officer makes of it.
pub(super) fn judgement() -> Acts {
    use Who::{Dpo, Responder};
    vec![
        fact(
            330,
            Responder,
            "people.count",
            Answer::about("5000").because(
                "From the volume: 6.1 MB at some 1,200 bytes an answer. The count from the log follows.",
            ),
        ),
        fact(332, Responder, "data.records", Answer::about("5000")),
        ask(334, Responder, "count-the-people", "people.categories", Answer::exact("customers")),
        fact(
            336,
            Dpo,
            "people.text",
            Answer::exact(
                "Private customers of the shop with an account. No children: an account needs an age of 18.",
            ),
        ),
        ask(340, Dpo, "find-the-countries", "xb.is", Answer::exact("yes")),
        ask(341, Dpo, "settle-the-lead-authority", "xb.subject_countries", Answer::exact("DE, FR, IE")),
        ask(342, Dpo, "settle-the-lead-authority", "xb.lead", Answer::exact("Merrow Data Protection Office")),
        ask(
            345,
            Dpo,
            "weigh-the-risk",
            "cons.impact",
            Answer::exact("loss_of_control, fraud, identity_theft, third_party_disclosure"),
        ),
        ask(346, Dpo, "weigh-the-risk", "cons.severity", Answer::exact("moderate")),
        (347, Dpo, Act::Party(Box::new(insurer()))),
        (348, Dpo, Act::Assess(Box::new(assessment()))),
        ask(350, Dpo, "weigh-the-risk", "risk.outcome", Answer::exact("high_risk")),
        ask(352, Dpo, "weigh-the-risk", "risk.text", Answer::exact(RISK)),
    ]
}

/// Whoever pays for the forensic hours has a number for the matter.
fn insurer() -> AddCasePartyInput {
    let said = |words: &str| words.to_owned();
    AddCasePartyInput {
        name: said("Lantern Mutual"),
        country: said("IE"),
        contact: said("Claims desk for cyber incidents"),
        email: said("claims@lantern.test"),
        telephone: said("+353 20 915 0300"),
        role: said("insurer"),
        reference: said("LM-77120"),
        notes: said("The policy pays for the forensic hours only after a call to them."),
        ..AddCasePartyInput::default()
    }
}

/// Made while the number of people was an estimate: the count changes under it the next day.
fn assessment() -> AssessRiskInput {
    let said = |words: &str| words.to_owned();
    AssessRiskInput {
        breach: said("higher"),
        breach_words: said("The data were copied out, on purpose and by somebody unknown."),
        data: said("higher"),
        data_words: said(
            "No special categories and no payment data. But the stored passwords are among them.",
        ),
        identification: said("higher"),
        identification_words: said("Names and e-mail addresses say at once whose they are."),
        consequences: said("higher"),
        consequences_words: said(
            "Messages in our name will look real, and passwords are used in several places.",
        ),
        people: said("neutral"),
        people_words: said("Adults; nothing is known of people in special need of protection."),
        number: said("higher"),
        enisa: said("with"),
        simple: said("1"),
        ei: said("maximum"),
        confidentiality: said("unknown_recipients"),
        integrity: said("none"),
        availability: said("none"),
        malicious: said("yes"),
        individuals: said("5000"),
        unintelligible: said("no"),
        note: said("The count from the log is still to come. To be looked at again then."),
        ..AssessRiskInput::default()
    }
}

const RISK: &str = "Somebody took the data on purpose. With an e-mail address and the right customer number, messages in our name look real; \
    hashes of weak passwords can be turned back, and many people use one password in several places. \
    No payment data left, and the people are adults. The number of people and the passwords tipped the balance to a high risk.";

/// The other answers that the two notices need. Which measures were in place before is still missing.
pub(super) fn for_the_notices() -> Acts {
    use Who::Dpo;
    let day = 24 * HOUR;
    vec![
        fact(400, Dpo, "notif.own_ref", Answer::exact("CS-API-1")),
        fact(401, Dpo, "rep.name", Answer::exact("Clara Weiss")),
        fact(402, Dpo, "rep.contact", Answer::exact("dpo@quillmark.test\n+353 20 915 0114")),
        fact(403, Dpo, "rep.function", Answer::exact("dpo")),
        fact(
            404,
            Dpo,
            "time.discovery_text",
            Answer::exact(
                "An alarm about outbound volume, and hours later a customer's call, led to the logs of the customer API.",
            ),
        ),
        fact(410, Dpo, "nature.cia", Answer::exact("confidentiality")),
        fact(411, Dpo, "nature.conf_type", Answer::exact("exfiltrated")),
        fact(
            412,
            Dpo,
            "nature.text",
            Answer::exact(
                "An interface of our shop gave out customer records without checking whose record was asked for. Somebody used an ordinary account and a script to read one record after the other.",
            ),
        ),
        fact(
            413,
            Dpo,
            "nature.systems",
            Answer::exact(
                "The customer API of the online shop and the gateway in front of it. Orders and payments are kept in other systems, which were not reached.",
            ),
        ),
        fact(420, Dpo, "cons.conf", Answer::exact("linkable, misuse")),
        ask(
            425,
            Dpo,
            "notify-the-authority",
            "after.text",
            Answer::exact(
                "We closed the interface, put the missing check in front of it and ended the access of the account that was used. The passwords of everybody concerned are being reset. Customer care answers questions every day.",
            ),
        ),
        fact(428, Dpo, "after.prevent", Answer::exact("access_levels, encryption, audits, process_change")),
        fact(
            429,
            Dpo,
            "after.prevent_text",
            Answer::exact(
                "Every route checks whose object is asked for, and one without a check no longer starts. Answers carry only what the app shows. Traffic inside the house is encrypted. A second team tests every route.",
            ),
        ),
        ask(
            434,
            Dpo,
            "notify-the-authority",
            "oth.police",
            Answer::not_yet(40 * HOUR).because("To be decided with counsel."),
        ),
        fact(436, Dpo, "oth.other_regimes", Answer::exact("no")),
        fact(437, Dpo, "time.third_party_notice", Answer::cannot()),
        ask(
            440,
            Dpo,
            "communicate-to-people",
            "advice.self_protection",
            Answer::exact(
                "Choose a new password for our shop.\nIf you use the same password elsewhere, change it there too.\nBe careful with messages that name your customer number and ask for something.",
            ),
        ),
        ask(442, Dpo, "communicate-to-people", "ds.status", Answer::exact("planned_date")),
        fact(443, Dpo, "ds.planned", Answer::day(2 * day)),
    ]
}

/// The count from the log, by two people.
pub(super) fn counted(place: &str) -> Acts {
    use Who::{Dpo, Responder};
    const LOG: &str = "gateway-2-access.log";
    vec![
        ask(
            20 * HOUR + 15,
            Responder,
            "count-the-people",
            "people.count",
            Answer::exact("4812")
                .because("Counted from the log by two people, with the same result.")
                .on(LOG, place),
        ),
        ask(
            20 * HOUR + 16,
            Responder,
            "count-the-people",
            "data.records",
            Answer::exact("4812").on(LOG, place),
        ),
        fact(
            20 * HOUR + 50,
            Dpo,
            "xb.count_by_country",
            Answer::exact("IE 2914\nDE 1310\nFR 588").because("By the country of the account."),
        ),
    ]
}
