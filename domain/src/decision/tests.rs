//! What may be decided, who signs, and what opens a decision again.

use super::*;
use crate::{
    fact::{Certainty, sheet::derived},
    text::Zones,
};

fn at(hour: i64) -> DateTime<Utc> {
    "2026-06-10T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::Duration::hours(hour)
}

fn who(n: u8) -> AccountId {
    AccountId::from_bits([n; 16])
}

fn sheet(answers: &[(&str, Value)]) -> Sheet {
    let facts =
        answers.iter().map(|(key, value)| derived(key, Certainty::Exact, Some(value.clone()), at(0), who(1)));
    Sheet::new([], facts, [])
}

fn choice(code: &str) -> Value {
    Value::Choice(code.to_owned())
}

fn input(risk: &str, notify: &str, communication: &str) -> DecideInput {
    DecideInput {
        risk: risk.to_owned(),
        reasons: "Names and towns only, and the key is safe.".to_owned(),
        decided_by: "M. Ost, managing director".to_owned(),
        notify: notify.to_owned(),
        communication: communication.to_owned(),
        ..DecideInput::default()
    }
}

fn decide(
    input: &DecideInput,
    sheet: &Sheet,
    decisions: &[Decision],
    orders: &[Order],
) -> Result<Decision, String> {
    let before = Before { sheet, decisions, orders };
    input
        .decide(before, DecisionId::from_bits([9; 16]), IncidentId::from_bits([8; 16]), who(1), at(1))
        .map_err(|refusal| match refusal {
            Refusal::State { code, .. } => code.to_owned(),
            Refusal::Invalid(fields) => {
                fields.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" ")
            }
        })
}

fn dossier() -> DecideInput {
    DecideInput {
        tripwires: vec!["misused".to_owned()],
        people_above: "500".to_owned(),
        ..input("unlikely", "false", "no_not_high_risk")
    }
}

#[test]
fn what_fits_together_and_what_does_not() {
    let none = sheet(&[]);
    let said = |input: &DecideInput| decide(input, &none, &[], &[]).map(|d| d.state);
    assert_eq!(said(&input("high_risk", "true", "tell")), Ok(DecisionState::InForce));
    assert_eq!(said(&input("risk", "true", "no_not_high_risk")), Ok(DecisionState::InForce));
    assert_eq!(said(&input("unlikely", "true", "no_not_high_risk")), Ok(DecisionState::InForce));
    assert_eq!(said(&dossier()), Ok(DecisionState::Waiting));
    for (input, expected) in [
        (input("", "", ""), "risk:required notify:required communication:required"),
        (input("risk", "false", "tell"), "notify:risk_is_likely"),
        (input("high_risk", "false", "tell"), "notify:risk_is_likely"),
        (input("high_risk", "true", "no_not_high_risk"), "communication:risk_is_high"),
        (
            input("risk", "true", "no_exemption_34_3"),
            "communication:no_exemption_needed exemption:required exemption_reasons:required tripwires:required",
        ),
        (input("unlikely", "false", "no_not_high_risk"), "tripwires:required"),
        (DecideInput { tripwires: vec!["weather".to_owned()], ..dossier() }, "tripwires:not_a_choice"),
        (DecideInput { people_above: "many".to_owned(), ..dossier() }, "people_above:not_a_number"),
        (
            DecideInput { other_tripwires: "data.recods > 5".to_owned(), ..dossier() },
            "other_tripwires:not_a_condition",
        ),
        (
            DecideInput { other_tripwires: "data.records >".to_owned(), ..dossier() },
            "other_tripwires:not_a_condition",
        ),
        (
            DecideInput { other_tripwires: "data.records > 5\n".repeat(19), ..dossier() },
            "other_tripwires:too_many",
        ),
        (
            DecideInput { exemption: "a_unintelligible".to_owned(), ..input("risk", "true", "tell") },
            "exemption:no_value_expected",
        ),
        (DecideInput { reasons: String::new(), ..input("risk", "true", "tell") }, "reasons:required"),
    ] {
        assert_eq!(said(&input), Err(expected.to_owned()));
    }
}

#[test]
fn what_holds_already_is_no_tripwire() {
    let many = sheet(&[("people.count", Value::Number(501))]);
    assert_eq!(decide(&dossier(), &many, &[], &[]).unwrap_err(), "people_above:holds_already");
}

#[test]
fn an_exemption_needs_every_condition_and_none_against_the_facts() {
    let exempt = |conditions: &[&str]| DecideInput {
        exemption: "a_unintelligible".to_owned(),
        exemption_reasons: "AES-256, and the key is in the hardware module.".to_owned(),
        conditions: conditions.iter().map(|&c| c.to_owned()).collect(),
        tripwires: vec!["readable".to_owned()],
        ..input("high_risk", "true", "no_exemption_34_3")
    };
    let all = ["protected", "key_safe", "covers_all", "still_available"];
    let with = |code: &str| sheet(&[("nature.unintelligible", choice(code))]);
    let good = decide(&exempt(&all), &with("yes_intact"), &[], &[]).unwrap();
    let findings: Vec<Finding> = good.ruling.conditions.iter().map(|c| c.finding).collect();
    assert_eq!(findings, [Finding::Shown, Finding::Shown, Finding::Open, Finding::Open]);
    assert_eq!(good.state, DecisionState::Waiting);
    assert_eq!(
        decide(&exempt(&all[..3]), &with("yes_intact"), &[], &[]).unwrap_err(),
        "conditions:not_confirmed"
    );
    let leaked = decide(&exempt(&all), &with("protected_but_may_be_subverted"), &[], &[]).unwrap_err();
    assert_eq!(leaked, "conditions:contradicted tripwires:holds_already");
}

#[test]
fn a_second_person_signs_and_a_tripwire_opens_it_again() {
    let calm = sheet(&[("people.count", Value::Number(40))]);
    let waits = decide(&dossier(), &calm, &[], &[]).unwrap();
    assert_eq!(ruling(std::slice::from_ref(&waits)), None);
    assert_eq!(decide(&dossier(), &calm, std::slice::from_ref(&waits), &[]).unwrap_err(), "waits");
    assert!(waits.settle(true, who(1), String::new(), at(2)).is_err());
    let signed = waits.settle(true, who(2), "Agreed.".to_owned(), at(2)).unwrap();
    assert_eq!(ruling(std::slice::from_ref(&signed)).map(|d| d.version), Some(1));
    assert!(signed.settle(false, who(2), String::new(), at(3)).is_err());
    assert_eq!(signed.tripped(&calm), None);
    let range = |high| sheet(&[("people.count", Value::Range { low: 400, high })]);
    let many = sheet(&[("people.count", Value::Number(501))]);
    let misused = sheet(&[("cons.seen", Value::Bool(true))]);
    assert!(signed.tripped(&range(500)).is_none());
    assert!(signed.tripped(&range(501)).is_some(), "the limit may have been passed");
    assert!(signed.tripped(&many).is_some());
    assert!(signed.tripped(&misused).is_some());
    let open = signed.reopen("More people".to_owned(), at(4));
    assert_eq!(ruling(std::slice::from_ref(&open)), None);
    assert_eq!(open.tripped(&many), None, "once is enough");
    // As it stood at each hour.
    assert_eq!(open.as_of(at(0)), None);
    assert_eq!(open.as_of(at(1)), Some(waits));
    assert_eq!(open.as_of(at(2)), Some(signed));
    assert_eq!(open.as_of(at(4)), Some(open));
}

#[test]
fn an_order_outweighs_a_decision_not_to_tell() {
    let order = OrderIn { kind: "ordered", until: "" }.order();
    let refused = decide(
        &input("unlikely", "true", "no_not_high_risk"),
        &sheet(&[]),
        &[],
        std::slice::from_ref(&order),
    );
    assert_eq!(refused.unwrap_err(), "communication:ordered");
    let ended = order.end("It was withdrawn.".to_owned(), at(2)).unwrap();
    assert!(ended.end("again".to_owned(), at(3)).is_err());
    assert!(decide(&input("unlikely", "true", "no_not_high_risk"), &sheet(&[]), &[], &[ended]).is_ok());
}

struct OrderIn {
    kind: &'static str,
    until: &'static str,
}

impl OrderIn {
    fn parse(&self) -> Result<order::NewOrder, Refusal> {
        let input = order::OrderInput {
            kind: self.kind.to_owned(),
            who: "Public prosecutor, A. Lind".to_owned(),
            made_at: "2026-06-10 07:00".to_owned(),
            until: self.until.to_owned(),
            why: "Ref. 12 Js 4/26".to_owned(),
            ..order::OrderInput::default()
        };
        let zone = crate::moment::Zone::UTC;
        input.parse(Zones { reader: zone, authority: zone }, at(0))
    }

    fn order(&self) -> Order {
        let new = self.parse().unwrap();
        Order {
            id: crate::id::OrderId::from_bits([7; 16]),
            incident: IncidentId::from_bits([8; 16]),
            kind: new.kind,
            who: new.who,
            made_at: new.made_at,
            until: new.until,
            why: new.why,
            ground: None,
            recorded_at: at(0),
            recorded_by: who(1),
            ended_at: None,
            ended_reason: String::new(),
        }
    }
}

#[test]
fn waiting_has_an_end() {
    let said = |kind, until| {
        OrderIn { kind, until }.parse().map(|_| ()).map_err(|r| match r {
            Refusal::Invalid(fields) => {
                fields.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<String>()
            }
            Refusal::State { code, .. } => code.to_owned(),
        })
    };
    assert_eq!(said("delayed", ""), Err("until:required".to_owned()));
    assert_eq!(said("delayed", "2026-06-10 06:59"), Err("until:before_made".to_owned()));
    assert_eq!(said("delayed", "2026-06-20 12:00"), Ok(()));
    assert_eq!(said("ordered", ""), Ok(()));
    let order = OrderIn { kind: "delayed", until: "2026-06-10 10:00" }.order();
    assert_eq!([at(0), at(1), at(2)].map(|now| order.delays(now)), [true, true, false]);
}

#[test]
fn it_answers_the_questions_of_the_catalogue_and_only_what_changes() {
    let decision = decide(&dossier(), &sheet(&[]), &[], &[]).unwrap();
    let keys = |sheet: &Sheet| decision.ruling.answers(sheet).iter().map(|(key, _)| *key).collect::<Vec<_>>();
    assert_eq!(keys(&sheet(&[])), ["risk.outcome", "risk.text", "ds.status"]);
    let same = sheet(&[("risk.outcome", choice("unlikely")), ("ds.status", choice("no_not_high_risk"))]);
    assert_eq!(keys(&same), ["risk.text"]);
    for (key, value) in decision.ruling.answers(&sheet(&[])) {
        assert!(crate::fact::catalogue::catalogue().get(key).unwrap().takes(&value), "{key}");
    }
}
