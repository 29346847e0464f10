use super::*;
use crate::text::Choice;
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn hour(n: i64) -> DateTime<Utc> {
    start() + Duration::hours(n)
}

fn plan(now: i64, done: &[(Milestone, i64)]) -> Runway {
    let done: Vec<_> = done.iter().map(|(milestone, at)| (*milestone, hour(*at))).collect();
    runway(start(), hour(72), hour(now), &done, &LeadTimes::default())
}

fn states(runway: &Runway) -> Vec<&'static str> {
    runway.steps.iter().map(|step| step.state.code()).collect()
}

#[test]
fn the_way_back_from_72_hours() {
    let planned = plan(0, &[]);
    let hours: Vec<(i64, i64)> = planned
        .steps
        .iter()
        .map(|s| ((s.start_by - start()).num_hours(), (s.done_by - start()).num_hours()))
        .collect();
    assert_eq!(hours, [(40, 52), (52, 60), (60, 66), (66, 70)]);
    assert_eq!(planned.send_by, hour(70));
    assert_eq!(planned.critical, Some(Milestone::CountsConfirmed));
    assert_eq!(planned.last_start(), hour(40));
    assert_eq!(states(&planned), ["ahead", "ahead", "ahead", "ahead"]);
    assert_eq!(states(&plan(45, &[])), ["now", "ahead", "ahead", "ahead"]);
    assert_eq!(states(&plan(61, &[])), ["slipped", "slipped", "now", "ahead"]);
}

#[test]
fn what_is_done_moves_the_critical_step_on() {
    let early = plan(20, &[(Milestone::CountsConfirmed, 10), (Milestone::Drafted, 18)]);
    assert_eq!(early.critical, Some(Milestone::Reviewed));
    assert_eq!(early.last_start(), hour(60));
    let late = plan(58, &[(Milestone::CountsConfirmed, 57)]);
    assert_eq!(states(&late), ["done_late", "now", "ahead", "ahead"]);
    let all = Milestone::ALL.iter().map(|milestone| (*milestone, 30)).collect::<Vec<_>>();
    assert_eq!(plan(31, &all).critical, None);
}

#[test]
fn what_slips_if_nothing_happens_before_an_hour() {
    let planned = plan(0, &[]);
    let in_time = planned.slip(hour(40));
    assert_eq!((in_time.steps, in_time.sent_at, in_time.late_by), (vec![], hour(72), None));
    let late = planned.slip(hour(45));
    assert_eq!(late.steps, Milestone::ALL);
    assert_eq!((late.sent_at, late.late_by), (hour(77), Some(Duration::hours(5))));
    let drafted = plan(50, &[(Milestone::CountsConfirmed, 30), (Milestone::Drafted, 50)]);
    assert_eq!(drafted.slip(hour(60)).late_by, None);
    assert_eq!(drafted.slip(hour(61)).steps, [Milestone::Reviewed, Milestone::Approved]);
}

#[test]
fn a_span_shorter_than_the_plan_shortens_every_step_alike() {
    let short = runway(start(), hour(4), start(), &[], &LeadTimes::default());
    let minutes: Vec<i64> = short.steps.iter().map(|s| (s.done_by - s.start_by).num_minutes()).collect();
    assert_eq!(minutes, [90, 60, 45, 30]);
    assert_eq!(short.last_start(), start());
    let none = runway(start(), hour(-1), start(), &[], &LeadTimes::default());
    assert!(none.steps.iter().all(|step| step.state == StepState::Slipped && step.done_by == hour(-1)));
}

proptest! {
    #[test]
    fn plans_hold_together(
        span in 1i64..2_000,
        now in -100i64..3_000,
        lead in proptest::array::uniform5(0i64..200),
        until in 0i64..4_000,
        reached in 0usize..=4,
    ) {
        let [counts, draft, review, approval, sending] = lead.map(Duration::hours);
        let lead = LeadTimes { counts, draft, review, approval, sending };
        let done: Vec<_> = Milestone::ALL.iter().take(reached).map(|m| (*m, start())).collect();
        let plan = runway(start(), hour(span), hour(now), &done, &lead);
        // One after the other, within the time there is.
        prop_assert!(plan.steps.iter().all(|s| start() <= s.start_by && s.start_by <= s.done_by));
        prop_assert!(plan.steps.windows(2).all(|two| two[0].done_by == two[1].start_by));
        prop_assert!(plan.steps[3].done_by == plan.send_by && plan.send_by <= plan.due_at);
        prop_assert_eq!(plan.critical, Milestone::ALL.get(reached).copied());
        // Beginning by the last moment nothing slips; after it, the notice is late.
        prop_assert_eq!(plan.slip(plan.last_start()).late_by, None);
        prop_assert!(plan.slip(plan.last_start()).steps.is_empty());
        let slip = plan.slip(hour(until));
        prop_assert_eq!(slip.late_by.is_some(), hour(until) > plan.last_start());
        prop_assert_eq!(slip.late_by, (slip.sent_at > plan.due_at).then(|| slip.sent_at - plan.due_at));
        // Waiting longer never saves a step.
        let later = plan.slip(hour(until + 1));
        prop_assert!(slip.steps.iter().all(|m| later.steps.contains(m)) && later.sent_at >= slip.sent_at);
    }
}
