//! The whole matrix in one file that people review: every action, every role, every way to stand to an object.

use super::*;
use crate::{id::AccountId, text::Choice};
use chrono::{Duration, TimeZone};
use std::fmt::Write;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap()
}

fn person(role: Role, via: Via) -> Actor {
    Actor::Person(Person {
        account: AccountId::from_bits([1; 16]),
        name: "P".to_owned(),
        role,
        zone: Zone::UTC,
        via,
    })
}

fn in_a_browser(role: Role) -> Actor {
    person(role, Via::Session(SessionId::from_bits([2; 16])))
}

fn with_token(role: Role, scopes: &[Scope]) -> Actor {
    person(role, Via::Token { id: TokenId::from_bits([3; 16]), scopes: scopes.to_vec() })
}

fn objects() -> [(&'static str, Object); 10] {
    let glass = |until| Some(Membership::BreakGlass { until });
    let case = |restricted, membership| Object::Incident { restricted, membership };
    [
        ("system", Object::System),
        ("alert", Object::Alert),
        ("own", Object::Own),
        ("member", case(false, Some(Membership::Member))),
        ("no member", case(false, None)),
        ("restricted, member", case(true, Some(Membership::Member))),
        ("restricted, no member", case(true, None)),
        ("glass broken", case(true, glass(now() + Duration::seconds(1)))),
        ("glass healed", case(true, glass(now()))),
        ("open, glass healed", case(false, glass(now()))),
    ]
}

fn word(permit: Permit) -> &'static str {
    match permit {
        Permit::Granted => "yes",
        Permit::Forbidden => "no",
        Permit::Hidden => "·",
    }
}

#[test]
fn the_matrix() {
    let mut text =
        String::from("yes: granted · no: may know that it exists · “·”: hidden, as if it never existed\n");
    for action in Action::ALL {
        let _ = write!(text, "\n{:<22}", action.code());
        for (name, _) in objects() {
            let _ = write!(text, " | {name}");
        }
        for role in Role::ALL {
            let _ = write!(text, "\n  {:<20}", role.code());
            for (name, object) in objects() {
                let permit = word(permits(&in_a_browser(*role), *action, object, now()));
                let _ = write!(text, " | {permit:<width$}", width = name.chars().count());
            }
        }
        text.push('\n');
    }
    text.push_str("\nA token of a data protection officer who is a member, by its one scope\n");
    for action in Action::ALL {
        let _ = write!(text, "\n  {:<20}", action.code());
        for scope in Scope::ALL {
            let any = objects().iter().any(|(_, o)| {
                permits(&with_token(Role::Dpo, &[*scope]), *action, *o, now()) == Permit::Granted
            });
            let _ = write!(text, " | {:<8}", if any { scope.code() } else { "" });
        }
    }
    text.push('\n');
    insta::assert_snapshot!("matrix", text);
}

fn everything() -> impl Iterator<Item = (Action, Role, Object)> {
    Action::ALL
        .iter()
        .flat_map(|a| Role::ALL.iter().flat_map(|r| objects().into_iter().map(|(_, o)| (*a, *r, o))))
}

#[test]
fn a_token_never_allows_more_than_its_owner_may() {
    for (action, role, object) in everything() {
        let owner = permits(&in_a_browser(role), action, object, now());
        for scopes in
            [&[][..], &[Scope::Alerts], &[Scope::Read], &[Scope::Write], &[Scope::Release], Scope::ALL]
        {
            let token = permits(&with_token(role, scopes), action, object, now());
            assert!(
                token == owner || token == Permit::Forbidden && owner == Permit::Granted,
                "{action:?} {role:?} {object:?} {scopes:?}"
            );
        }
        assert_ne!(
            permits(&with_token(role, &[]), action, object, now()),
            Permit::Granted,
            "no scope, no right: {action:?}"
        );
    }
}

#[test]
fn healed_glass_is_as_if_it_never_broke() {
    for restricted in [true, false] {
        let case = |membership| Object::Incident { restricted, membership };
        for (action, role, _) in everything() {
            let healed = permits(
                &in_a_browser(role),
                action,
                case(Some(Membership::BreakGlass { until: now() })),
                now(),
            );
            assert_eq!(
                healed,
                permits(&in_a_browser(role), action, case(None), now()),
                "{action:?} {role:?}"
            );
        }
    }
}

#[test]
fn only_members_and_open_glass_reach_a_restricted_case() {
    let hidden = Object::Incident { restricted: true, membership: None };
    for (action, role, _) in everything() {
        let permit = permits(&in_a_browser(role), action, hidden, now());
        let glass = action == Action::BreakGlass && matches!(role, Role::Dpo | Role::Lead);
        assert_eq!(permit, if glass { Permit::Granted } else { Permit::Hidden }, "{action:?} {role:?}");
    }
}

#[test]
fn broken_glass_opens_to_nobody_else() {
    let until = now() + Duration::seconds(1);
    let opened = Object::Incident { restricted: true, membership: Some(Membership::BreakGlass { until }) };
    for role in Role::ALL {
        for action in [Action::ManageMembers, Action::Restrict] {
            assert_ne!(permits(&in_a_browser(*role), action, opened, now()), Permit::Granted, "{role:?}");
        }
    }
    assert_eq!(permits(&in_a_browser(Role::Lead), Action::EditIncident, opened, now()), Permit::Granted);
}

#[test]
fn nobody_only_sets_up() {
    for (action, _, object) in everything() {
        let wanted = if action == Action::SetUp { Permit::Granted } else { Permit::Hidden };
        assert_eq!(permits(&Actor::Nobody, action, object, now()), wanted, "{action:?}");
    }
}
