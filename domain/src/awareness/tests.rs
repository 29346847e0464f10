use super::*;
use chrono::TimeZone;

fn at(day: u32, hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, day, hour, 0, 0).unwrap()
}

fn person(n: u8) -> AccountId {
    AccountId::from_bits([n; 16])
}

fn statement(version: i64, aware_at: DateTime<Utc>, adoption: Adoption) -> Awareness {
    Awareness {
        id: AwarenessId::from_bits([u8::try_from(version).unwrap(); 16]),
        incident: IncidentId::from_bits([9; 16]),
        version,
        aware_at,
        precision: Precision::Minute,
        investigated_from: None,
        judged_by: "M".to_owned(),
        why: "W".to_owned(),
        correction: String::new(),
        ground: None,
        recorded_at: at(20, 0),
        recorded_by: person(1),
        adoption,
        decided_at: None,
        decided_by: None,
        decision: String::new(),
    }
}

fn rules(statements: &[Awareness]) -> Option<i64> {
    ruling(statements).map(|s| s.version)
}

#[test]
fn until_a_second_person_has_spoken_the_earlier_due_time_rules() {
    use Adoption::{Adopted, Declined, Waiting};
    assert_eq!(rules(&[]), None);
    let first = statement(1, at(9, 14), Adopted);
    assert_eq!(rules(std::slice::from_ref(&first)), Some(1));
    assert_eq!(rules(&[first.clone(), statement(2, at(9, 13), Waiting)]), Some(2), "earlier, and waiting");
    assert_eq!(rules(&[first.clone(), statement(2, at(9, 15), Waiting)]), Some(1), "later, and waiting");
    assert_eq!(rules(&[first.clone(), statement(2, at(9, 15), Adopted)]), Some(2));
    assert_eq!(rules(&[first.clone(), statement(2, at(9, 13), Declined)]), Some(1));
    let ages_ago = Utc.with_ymd_and_hms(2018, 5, 1, 0, 0, 0).unwrap();
    assert_eq!(rules(&[first, statement(2, ages_ago, Waiting)]), Some(1), "no clock would run");
}

#[test]
fn the_second_person_is_another_one_and_decides_once() {
    let waits = statement(2, at(9, 13), Adoption::Waiting);
    let code = |r: Result<Awareness, Refusal>| match r {
        Err(Refusal::State { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(waits.decide(Adoption::Adopted, person(1), String::new(), at(20, 1))), "own_correction");
    let confirmed = waits.decide(Adoption::Adopted, person(2), String::new(), at(20, 1)).unwrap();
    assert_eq!((confirmed.adoption, confirmed.decided_by), (Adoption::Adopted, Some(person(2))));
    assert_eq!(code(confirmed.decide(Adoption::Declined, person(3), "R".into(), at(20, 2))), "not_waiting");
}

#[test]
fn a_correction_says_why_and_is_one_at_a_time() {
    let zones = Zones { reader: chrono_tz::UTC, authority: chrono_tz::Europe::Athens };
    let input = AwarenessInput {
        aware_at: "2026-06-09".to_owned(),
        judged_by: "M".to_owned(),
        why: "W".to_owned(),
        ..AwarenessInput::default()
    };
    let first = input.parse(zones, at(20, 0), &[]).unwrap();
    assert_eq!((first.aware_at, first.precision), (at(8, 21), Precision::Day), "00:00 in Athens");
    let before = [statement(1, at(9, 14), Adoption::Adopted)];
    let Err(Refusal::Invalid(errors)) = input.parse(zones, at(20, 0), &before) else { panic!("taken") };
    assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["correction"]);
    let input = AwarenessInput { correction: "The call came earlier.".to_owned(), ..input };
    assert!(input.parse(zones, at(20, 0), &before).is_ok());
    let [first] = before;
    let waits = [first, statement(2, at(9, 13), Adoption::Waiting)];
    let Err(Refusal::State { code, .. }) = input.parse(zones, at(20, 0), &waits) else { panic!("taken") };
    assert_eq!(code, "correction_waits");
}
