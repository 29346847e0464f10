//! What the desk had dealt with before: one breach that was notified, one false alarm, and one case that hides.

use super::{
    cast::{Cast, Who},
    script::{Act, Answer, Aware, Case, Exhibit},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    incident::{DeclareInput, ReasonInput},
    notice::template::NoticeKind,
};
use services::{Ctx, Error, Services};

const DAY: i64 = 24 * 60;

async fn declared<'a>(
    services: &'a Services,
    cast: &'a Cast,
    zero: DateTime<Utc>,
    who: Who,
    (title, summary, severity): (&str, &str, &str),
) -> Result<Case<'a>, Error> {
    let input =
        DeclareInput { title: title.to_owned(), summary: summary.to_owned(), severity: severity.to_owned() };
    let declared = services.declare_incident(&cast.by(services, who, zero)?, &input).await?;
    Ok(Case::new(services, cast, zero, declared.id))
}

/// Twenty-three return slips in the wrong envelopes: notified in time, closed, in the register.
pub(super) async fn misdirected_letters(
    services: &Services,
    cast: &Cast,
    zero: DateTime<Utc>,
) -> Result<(), Error> {
    use Who::{Approver, Communications, Dpo, Lead};
    let head = (
        "Return slips sent to the wrong customers",
        "A folding machine fed two sheets at once. Twenty-three letters carried the return slip of the next customer: name, address, order.",
        "low",
    );
    let mut case = declared(services, cast, zero, Lead, head).await?;
    case.tell(vec![
        (5, Lead, Act::Member(Communications)),
        (6, Lead, Act::Member(Dpo)),
        (12, Lead, Act::Entry(-95, "Customer care takes the first call: a letter holds somebody else's return slip.")),
        (14, Lead, Act::Entry(-40, "Third call with the same story. Dispatch stops the folding machine.")),
        (30, Communications, Act::Evidence(slips())),
        (60, Dpo, Act::Aware(Aware {
            at: -30,
            judged_by: "Clara Weiss, data protection officer",
            why: "Three customers independently read out a stranger's name and address from paper in their hands.",
            correction: "",
            ground: Some(("calls-return-slips.txt", "lines 1 to 3".to_owned())),
        })),
        (70, Lead, Act::Task("stop", "Check every letter of the batch that has not left yet", Some(Lead), 240)),
        (75, Lead, Act::Task("ask", "Ask the 23 recipients to destroy or send back the slip", Some(Communications), DAY)),
    ])
    .await?;
    case.tell(facts_of_the_letters()).await?;
    case.tell(vec![
        (310, Lead, Act::Done("stop")),
        (320, Lead, Act::Phase("containment")),
        (DAY, Communications, Act::Done("ask")),
        (
            DAY + 5,
            Communications,
            Act::Entry(
                DAY,
                "Twenty-one of 23 recipients confirm that the slip is destroyed; two don't answer.",
            ),
        ),
    ])
    .await?;
    let notice =
        case.draft(DAY + 60, Dpo, NoticeKind::AuthorityNotification, "breaches@merrow-dpo.test").await?;
    case.submit(DAY + 70, Dpo, notice).await?;
    case.release(DAY + 150, Approver, Lead, notice).await?;
    case.edit(2 * DAY, Lead, |input, case| {
        input.detected_at = case.instant(-40);
        input.investigation_started_at = case.instant(-35);
        input.contained_at = case.instant(300);
    })
    .await?;
    case.tell(vec![
        (2 * DAY + 5, Lead, Act::Phase("eradication")),
        (2 * DAY + 90, Lead, Act::Entry(2 * DAY + 80, "The folding machine now weighs each letter and stops at a second sheet.")),
        (2 * DAY + 95, Lead, Act::Phase("recovery")),
        (3 * DAY, Lead, Act::Phase("lessons_learned")),
        (3 * DAY + 30, Lead, Act::Note(
            "What we change",
            "- Letters are weighed before they leave.\n- Customer care asks at the **second** call with the same story, not at the third.",
        )),
    ])
    .await?;
    case.close(
        3 * DAY + 60,
        Lead,
        "personal_data_breach",
        "Notified within 26 hours; the authority asked nothing further.",
    )
    .await
}

fn slips() -> Exhibit {
    let content = "First call: my letter holds the return slip of another customer\n\
                   Second call: the same, another name\n\
                   Third call: the same, another name\n"
        .to_owned();
    Exhibit {
        name: "calls-return-slips.txt",
        content,
        collected_by: "Elif Sander",
        collected: 20,
        source: "Customer care, call notes",
        method: "Copied from the call system, names of callers left out.",
    }
}

fn facts_of_the_letters() -> Vec<(i64, Who, Act)> {
    use Who::{Dpo, Lead};
    let fact = |at, who, key, answer| (at, who, Act::Fact(key, answer));
    vec![
        fact(90, Dpo, "notif.own_ref", Answer::exact("RS-23")),
        fact(91, Dpo, "rep.name", Answer::exact("Clara Weiss")),
        fact(92, Dpo, "rep.contact", Answer::exact("dpo@quillmark.test")),
        fact(93, Dpo, "time.occurrence_mode", Answer::exact("single_day")),
        fact(94, Dpo, "time.start", Answer::moment(-2 * DAY)),
        fact(95, Dpo, "time.end", Answer::moment(-2 * DAY + 180)),
        fact(96, Dpo, "time.discovery_source", Answer::exact("data_subject")),
        fact(
            97,
            Dpo,
            "time.discovery_text",
            Answer::exact("Customers called because their letter held another customer's return slip."),
        ),
        fact(100, Lead, "nature.cia", Answer::exact("confidentiality")),
        fact(101, Lead, "nature.conf_type", Answer::exact("exfiltrated")),
        fact(102, Lead, "nature.unintelligible", Answer::exact("no")),
        fact(103, Lead, "nature.incident_type", Answer::exact("sent_by_mistake")),
        fact(104, Lead, "nature.cause", Answer::exact("internal_non_malicious")),
        fact(
            105,
            Lead,
            "nature.text",
            Answer::exact(
                "Twenty-three letters carried the return slip of another customer, because a folding machine took two sheets at once.",
            ),
        ),
        fact(
            106,
            Lead,
            "nature.systems",
            Answer::exact("One folding machine in dispatch. No computer system was involved."),
        ),
        fact(
            110,
            Dpo,
            "people.count",
            Answer::exact("23").on("calls-return-slips.txt", "batch list of the day"),
        ),
        fact(111, Dpo, "people.categories", Answer::exact("customers")),
        fact(
            112,
            Dpo,
            "people.text",
            Answer::exact("Private customers who had asked for a return slip by post."),
        ),
        fact(113, Dpo, "data.types", Answer::exact("basic, contact")),
        fact(
            114,
            Dpo,
            "data.text",
            Answer::exact("Name, postal address, order number and the article sent back."),
        ),
        fact(115, Dpo, "data.records", Answer::exact("23")),
        fact(116, Dpo, "before.list", Answer::exact("policies, training")),
        fact(117, Dpo, "before.text", Answer::exact("A second person looked at one letter in fifty.")),
        fact(118, Dpo, "cons.conf", Answer::exact("beyond_purpose")),
        fact(119, Dpo, "cons.impact", Answer::exact("loss_of_control")),
        fact(120, Dpo, "cons.severity", Answer::exact("minor")),
        fact(121, Dpo, "risk.outcome", Answer::exact("risk")),
        fact(
            122,
            Dpo,
            "risk.text",
            Answer::exact(
                "The recipients are known and few, and nearly all destroyed the slip; an address and an order remain known to a stranger.",
            ),
        ),
        fact(
            123,
            Dpo,
            "after.text",
            Answer::exact(
                "We asked every recipient to destroy the slip and sent the right one. Letters are weighed before they leave.",
            ),
        ),
        fact(124, Dpo, "after.prevent", Answer::exact("process_change")),
        fact(
            125,
            Dpo,
            "after.prevent_text",
            Answer::exact("The folding machine weighs each letter and stops at a second sheet."),
        ),
        fact(126, Dpo, "ds.status", Answer::exact("no_not_high_risk")),
        fact(127, Dpo, "oth.police", Answer::exact("no")),
        fact(128, Dpo, "oth.other_regimes", Answer::exact("no")),
        fact(129, Dpo, "xb.is", Answer::exact("no")),
    ]
}

/// An alarm that had a harmless cause.
pub(super) async fn false_alarm(services: &Services, cast: &Cast, zero: DateTime<Utc>) -> Result<(), Error> {
    use Who::{Lead, Responder};
    let head = (
        "Sign-in to the shop's back office from another continent",
        "The identity provider reports an impossible journey for an account of the purchasing team.",
        "moderate",
    );
    let mut case = declared(services, cast, zero, Lead, head).await?;
    case.tell(vec![
        (3, Lead, Act::Member(Responder)),
        (8, Responder, Act::Entry(-6, "The identity provider reports two sign-ins of one account, 40 minutes and 8,000 km apart.")),
        (20, Responder, Act::Task("call", "Reach the owner of the account by telephone", Some(Responder), 60)),
        (38, Responder, Act::Done("call")),
        (40, Responder, Act::Entry(36, "The owner is travelling and has used the company's own exit abroad. The second address is ours, newly booked.")),
        (55, Responder, Act::Note("Why this was nothing", "The new exit address was missing from the list of our own networks. It is there now.")),
    ])
    .await?;
    let reason = "Both sign-ins were the owner's; the second address is an exit of our own that the list of networks lacked.";
    case.post(60).await?;
    case.edit(62, Responder, |input, case| input.detected_at = case.instant(-6)).await?;
    case.close(70, Lead, "false_alarm", reason).await
}

/// A case that only its members see, because a colleague may be its cause.
pub(super) async fn restricted(services: &Services, cast: &Cast, zero: DateTime<Utc>) -> Result<(), Error> {
    use Who::{Approver, Dpo};
    let head = (
        "Customer records opened without need by a colleague",
        "The quarterly review of access shows 31 records opened outside any order or call, all of one street.",
        "moderate",
    );
    let mut case = declared(services, cast, zero, Dpo, head).await?;
    let seen = services.incident(&case.by(Dpo, 4)?, case.id).await?.incident.revision;
    let reason = ReasonInput {
        reason: "A colleague may be the cause; those who work with them must not see this.".to_owned(),
    };
    services.restrict_incident(&Ctx { seen: Some(seen), ..case.by(Dpo, 4)? }, case.id, true, &reason).await?;
    case.tell(vec![
        (6, Dpo, Act::Member(Approver)),
        (15, Dpo, Act::Entry(-3 * DAY, "The quarterly review of access begins.")),
        (17, Dpo, Act::Entry(-50, "Thirty-one records of one street were opened from one workplace within two evenings.")),
        (30, Dpo, Act::Task("hear", "Hear the colleague together with the works council", Some(Dpo), 13 * DAY)),
        (35, Dpo, Act::Task("advise", "Advise on what may be asked and kept", Some(Approver), 9 * DAY)),
        (50, Dpo, Act::Note("Who may know", "Only the two of us until the colleague was heard. The head of care is told on the day itself.")),
    ])
    .await?;
    case.post(60).await?;
    let later = Duration::days(1).num_minutes();
    case.tell(vec![(
        later,
        Dpo,
        Act::Entry(later - 20, "The works council agrees to a date for the hearing."),
    )])
    .await
}
