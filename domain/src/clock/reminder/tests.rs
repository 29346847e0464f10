use super::*;
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn hours(n: i64) -> Duration {
    Duration::hours(n)
}

/// At this many minutes after the start of 72 hours.
fn at(minutes: i64, sent: &[Mark]) -> (Option<String>, Option<i64>) {
    let now = start() + Duration::minutes(minutes);
    let found = reminders(&MARKS, start(), start() + hours(72), now, sent);
    (found.now.map(|mark| mark.to_string()), found.next_at.map(|at| (at - start()).num_minutes()))
}

#[test]
fn each_mark_of_72_hours_comes_once() {
    let mut sent = Vec::new();
    let mut told = Vec::new();
    for minute in 0..=73 * 60 {
        let now = start() + Duration::minutes(minute);
        let found = reminders(&MARKS, start(), start() + hours(72), now, &sent);
        if let Some(mark) = found.now {
            told.push(format!("{mark} at {}:{:02}", minute / 60, minute % 60));
            sent.push(mark);
        }
    }
    assert_eq!(
        told,
        [
            "50% at 36:00",
            "24h at 48:00",
            "80% at 57:36",
            "12h at 60:00",
            "6h at 66:00",
            "2h at 70:00",
            "1h at 71:00",
            "overdue at 72:01"
        ]
    );
    assert_eq!(at(80 * 60, &sent), (None, None), "nothing is left to send");
}

#[test]
fn at_the_due_time_itself_nothing_is_overdue() {
    let due = start() + hours(72);
    let found = |now| reminders(&MARKS, start(), due, now, &[Mark::HoursBefore(1)]);
    let next_at = Some(due + Duration::microseconds(1));
    assert_eq!(found(due), Reminders { now: None, next_at });
    assert_eq!(found(due + Duration::microseconds(1)), Reminders { now: Some(Mark::Overdue), next_at: None });
}

#[test]
fn after_an_outage_only_the_one_that_matters_now() {
    assert_eq!(at(35 * 60, &[]), (None, Some(36 * 60)));
    // Down from before half-time until five hours before the end.
    let found = at(67 * 60, &[]);
    assert_eq!(found, (Some("6h".to_owned()), Some(70 * 60)));
    assert_eq!(at(67 * 60, &[Mark::HoursBefore(6)]), (None, Some(70 * 60)), "those it covers never come");
    assert_eq!(at(100 * 60, &[Mark::Elapsed(50)]), (Some("overdue".to_owned()), None));
}

#[test]
fn a_clock_that_jumps_back_sends_nothing_twice_and_nothing_older() {
    let sent = [Mark::Elapsed(50), Mark::HoursBefore(6)];
    for minutes in [37 * 60, 49 * 60, 61 * 60, 67 * 60] {
        assert_eq!(at(minutes, &sent), (None, Some(70 * 60)), "{minutes}");
    }
}

#[test]
fn a_short_span_has_fewer_marks() {
    let (due, found) = (start() + hours(4), |minutes, sent: &[Mark]| {
        let now = start() + Duration::minutes(minutes);
        reminders(&MARKS, start(), start() + hours(4), now, sent).now
    });
    assert_eq!(Mark::HoursBefore(24).at(start(), due), None);
    assert_eq!(found(1, &[]), None);
    // Half of the time and two hours left are one moment: one reminder, the plainer of the two.
    assert_eq!(found(120, &[]), Some(Mark::HoursBefore(2)));
    assert_eq!(found(130, &[Mark::HoursBefore(2)]), None);
    // Due before it began, as after a correction of awareness.
    let past = start() - hours(1);
    assert_eq!(reminders(&MARKS, start(), past, start(), &[]).now, Some(Mark::Overdue));
}

#[test]
fn a_mark_is_written_as_it_is_read() {
    for mark in MARKS {
        assert_eq!(mark.to_string().parse::<Mark>(), Ok(mark));
        assert_eq!(serde_json::from_str::<Mark>(&serde_json::to_string(&mark).unwrap()).unwrap(), mark);
        assert!(!mark.words().is_empty());
    }
    for text in ["", "0%", "100%", "050%", "0h", "-1h", "9001h", "24", "late", "%", "h"] {
        assert!(text.parse::<Mark>().unwrap_err().contains("Write it like"), "{text}");
    }
}

proptest! {
    /// However often somebody looks, in whatever order the clock runs: nothing twice, nothing older after
    /// something newer, and at the end it was said that the due time has passed.
    #[test]
    fn never_twice_never_backwards(span in 1i64..200, looks in proptest::collection::vec(-100i64..20_000, 1..60)) {
        let due = start() + hours(span);
        let mut sent: Vec<Mark> = Vec::new();
        for minutes in looks.into_iter().chain([span * 60 + 1]) {
            let now = start() + Duration::minutes(minutes);
            let found = reminders(&MARKS, start(), due, now, &sent);
            if let Some(mark) = found.now {
                let when = mark.at(start(), due).unwrap();
                prop_assert!(when <= now);
                prop_assert!(sent.iter().all(|s| s.at(start(), due).unwrap() < when));
                sent.push(mark);
                prop_assert_eq!(reminders(&MARKS, start(), due, now, &sent).now, None);
            }
            if let Some(next) = found.next_at {
                prop_assert!(next > now);
                let before = next - Duration::microseconds(1);
                prop_assert_eq!(reminders(&MARKS, start(), due, before, &sent).now, None);
                prop_assert!(reminders(&MARKS, start(), due, next, &sent).now.is_some());
            }
        }
        prop_assert_eq!(sent.last(), Some(&Mark::Overdue));
    }
}
