//! Coming in and going out.

use crate::support::{Desk, Said, Who, engines::story, hours, minutes, seconds};
use domain::{
    access::{Actor, Person, Role, Via},
    account::{
        AccountInput, ProfileInput, RoleInput, TokenInput,
        password::{ChangePasswordInput, NewPasswordInput},
    },
    id::AccountId,
    moment::Zone,
};
use services::{
    Ctx,
    accounts::{
        SetUpInput,
        signing_in::{SignInInput, Source},
    },
};

const PASSWORD: &str = "lantern otter gravel seven";
const OTHER: &str = "marble heron ticket eleven";

fn source(address: &str) -> Source {
    Source { address: address.to_owned(), agent: "A browser".to_owned() }
}

async fn account(desk: &Desk, email: &str, role: &str) -> AccountId {
    let input = AccountInput {
        email: email.to_owned(),
        name: "Mira Holt".to_owned(),
        role: role.to_owned(),
        zone: "Europe/Berlin".to_owned(),
    };
    desk.create_account_with_password(&desk.operator(), &input, PASSWORD).await.unwrap()
}

async fn tried(desk: &Desk, email: &str, password: &str, from: &str) -> services::Result<String> {
    let input = SignInInput { email: email.to_owned(), password: password.to_owned(), next: String::new() };
    desk.sign_in(&desk.nobody(), &input, &source(from), None).await.map(|s| s.secret)
}

async fn signed_in(desk: &Desk, email: &str) -> String {
    tried(desk, email, PASSWORD, "192.0.2.1").await.unwrap()
}

async fn person(desk: &Desk, secret: &str) -> services::Result<Person> {
    desk.person_of_session(&desk.nobody(), secret).await
}

async fn as_person(desk: &Desk, secret: &str) -> Ctx {
    desk.ctx(Actor::Person(person(desk, secret).await.unwrap()))
}

story!(every_way_of_not_coming_in_looks_the_same, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    let gone = account(&desk, "gone@controller.test", "lead").await;
    desk.set_disabled(&desk.operator(), gone, true).await.unwrap();
    let no_password = AccountInput {
        email: "new@controller.test".into(),
        name: "New".into(),
        role: "reader".into(),
        zone: String::new(),
    };
    desk.create_account(&desk.operator(), &no_password).await.unwrap();
    for (n, (email, password)) in [
        ("mira@controller.test", "wrong"),
        ("mira@controller.test", ""),
        ("nobody@controller.test", PASSWORD),
        ("gone@controller.test", PASSWORD),
        ("new@controller.test", PASSWORD),
        ("new@controller.test", ""),
        ("", ""),
        ("", PASSWORD),
        ("mira\0@controller.test", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("mira@controller.test", "lantern otter gravel seven "),
    ]
    .into_iter()
    .enumerate()
    {
        let before = desk.journaled().await;
        assert_eq!(
            tried(&desk, email, password, &format!("192.0.2.{n}")).await.said(),
            "signed_out",
            "{email} {password}"
        );
        assert_eq!(desk.journaled().await, before + 1, "and is in the journal");
    }
    assert_eq!(
        desk.number("SELECT COUNT(*) FROM journal WHERE line LIKE '%mira@%' OR line LIKE '%lantern%'").await,
        0
    );
    let secret = tried(&desk, " Mira@Controller.TEST ", PASSWORD, "192.0.2.1").await.unwrap();
    let person = person(&desk, &secret).await.unwrap();
    assert_eq!(
        (person.name.as_str(), person.role, person.zone),
        ("Mira Holt", Role::Lead, Zone::Europe__Berlin)
    );
    assert_eq!(
        desk.number(&format!("SELECT COUNT(*) FROM sessions WHERE digest = '{secret}' OR id = '{secret}'"))
            .await,
        0
    );
});

story!(guessing_slows_down_and_time_releases, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    account(&desk, "juno@controller.test", "lead").await;
    for _ in 0..4 {
        assert_eq!(tried(&desk, "mira@controller.test", "wrong", "192.0.2.1").await.said(), "signed_out");
    }
    let owner = tried(&desk, "mira@controller.test", PASSWORD, "192.0.2.9").await;
    assert_eq!(owner.said(), "throttled", "from anywhere, also with the right password");
    assert_eq!(
        tried(&desk, "juno@controller.test", PASSWORD, "192.0.2.1").await.said(),
        "ok",
        "others are not shut out"
    );
    desk.advance(seconds(5));
    assert_eq!(tried(&desk, "mira@controller.test", PASSWORD, "192.0.2.9").await.said(), "ok");
    for _ in 0..3 {
        assert_eq!(
            tried(&desk, "mira@controller.test", "wrong", "192.0.2.1").await.said(),
            "signed_out",
            "a success forgets"
        );
    }

    // One source that tries many accounts.
    for n in 0..20 {
        assert_eq!(
            tried(&desk, &format!("p{n}@controller.test"), "wrong", "198.51.100.7").await.said(),
            "signed_out",
            "{n}"
        );
    }
    let next = tried(&desk, "p99@controller.test", "wrong", "198.51.100.7").await;
    let Err(services::Error::Throttled { seconds }) = next else { panic!("{}", next.said()) };
    assert!((1..=60).contains(&seconds));
    assert_eq!(tried(&desk, "p99@controller.test", "wrong", "198.51.100.8").await.said(), "signed_out");
});

story!(guesses_at_once_count_like_guesses_one_by_one, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..40 {
        let desk = desk.clone();
        tries.spawn(async move {
            tried(&desk, "mira@controller.test", "wrong", &format!("192.0.2.{n}")).await.said()
        });
    }
    let said = tries.join_all().await;
    let reached = said.iter().filter(|s| *s == "signed_out").count();
    // Two turns to hash: one guess more may be under way when the fourth is counted.
    assert!(reached <= 5, "{reached} of 40 guesses were verified");
    assert!(said.iter().all(|s| s == "signed_out" || s == "throttled"), "{said:?}");
});

story!(a_session_ends_after_half_an_hour_idle, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    let secret = signed_in(&desk, "mira@controller.test").await;
    desk.advance(minutes(30));
    assert_eq!(person(&desk, &secret).await.said(), "ok", "to the second");
    desk.advance(minutes(30));
    assert_eq!(person(&desk, &secret).await.said(), "ok", "using it counted");
    desk.advance(minutes(30) + seconds(1));
    assert_eq!(person(&desk, &secret).await.said(), "signed_out");
    assert_eq!(person(&desk, "nothing").await.said(), "signed_out");
    assert_eq!(person(&desk, "").await.said(), "signed_out");

    let anew = signed_in(&desk, "mira@controller.test").await;
    let listed = desk.my_account(&as_person(&desk, &anew).await).await.unwrap().sessions;
    assert_eq!(listed.len(), 1, "what has ended is not listed");
});

story!(a_session_ends_after_twelve_hours_whatever_happens, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    let secret = signed_in(&desk, "mira@controller.test").await;
    for _ in 0..(12 * 3 - 1) {
        desk.advance(minutes(20));
        person(&desk, &secret).await.unwrap();
    }
    desk.advance(minutes(20) - seconds(1));
    assert_eq!(person(&desk, &secret).await.said(), "ok");
    desk.advance(seconds(1));
    assert_eq!(person(&desk, &secret).await.said(), "signed_out");
});

story!(sessions_end_when_they_must, |desk| {
    let admin = desk.person(Role::Administrator).await;
    let id = account(&desk, "mira@controller.test", "lead").await;
    let email = "mira@controller.test";
    let (one, two) = (signed_in(&desk, email).await, signed_in(&desk, email).await);

    // Leaving ends the one that leaves.
    desk.sign_out(&as_person(&desk, &one).await).await.unwrap();
    assert_eq!(
        (person(&desk, &one).await.said(), person(&desk, &two).await.said()),
        ("signed_out".into(), "ok".into())
    );

    // Coming in again in the same browser ends the one that was there.
    let input = SignInInput { email: email.to_owned(), password: PASSWORD.to_owned(), next: String::new() };
    let three = desk.sign_in(&desk.nobody(), &input, &source("192.0.2.1"), Some(&two)).await.unwrap().secret;
    assert_eq!(
        (person(&desk, &two).await.said(), person(&desk, &three).await.said()),
        ("signed_out".into(), "ok".into())
    );

    // Another password ends all the others.
    let four = signed_in(&desk, email).await;
    let change = |current: &str| ChangePasswordInput {
        current: current.to_owned(),
        password: OTHER.to_owned(),
        repeat: OTHER.to_owned(),
    };
    let mine = as_person(&desk, &four).await;
    assert_eq!(desk.change_password(&mine, &change("wrong")).await.said(), "current:wrong");
    desk.change_password(&mine, &change(PASSWORD)).await.unwrap();
    assert_eq!(
        (person(&desk, &three).await.said(), person(&desk, &four).await.said()),
        ("signed_out".into(), "ok".into())
    );
    assert_eq!(tried(&desk, email, PASSWORD, "192.0.2.1").await.said(), "signed_out");

    // Another role ends them all, and so does being disabled.
    let five = tried(&desk, email, OTHER, "192.0.2.1").await.unwrap();
    desk.change_role(&desk.by(&admin), id, &RoleInput { role: "reader".to_owned() }).await.unwrap();
    assert_eq!(
        (person(&desk, &four).await.said(), person(&desk, &five).await.said()),
        ("signed_out".into(), "signed_out".into())
    );
    let six = tried(&desk, email, OTHER, "192.0.2.1").await.unwrap();
    assert_eq!(person(&desk, &six).await.unwrap().role, Role::Reader);
    desk.set_disabled(&desk.by(&admin), id, true).await.unwrap();
    assert_eq!(person(&desk, &six).await.said(), "signed_out");
    desk.set_disabled(&desk.by(&admin), id, false).await.unwrap();
    assert_eq!(person(&desk, &six).await.said(), "signed_out", "what has ended doesn't begin again");
});

story!(own_sessions_are_ended_and_nobody_elses, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    account(&desk, "juno@controller.test", "lead").await;
    let (mira, juno) =
        (signed_in(&desk, "mira@controller.test").await, signed_in(&desk, "juno@controller.test").await);
    let (by_mira, by_juno) = (as_person(&desk, &mira).await, as_person(&desk, &juno).await);
    let of_juno = desk.my_account(&by_juno).await.unwrap().sessions.remove(0);
    assert!(of_juno.this);
    desk.end_session(&by_mira, of_juno.id).await.said();
    assert_eq!(person(&desk, &juno).await.said(), "ok");
    let more = signed_in(&desk, "mira@controller.test").await;
    desk.end_other_sessions(&by_mira).await.unwrap();
    assert_eq!(
        (person(&desk, &more).await.said(), person(&desk, &mira).await.said()),
        ("signed_out".into(), "ok".into())
    );
    desk.save_profile(&by_mira, &ProfileInput { name: "M. Holt".into(), zone: "Asia/Tokyo".into() })
        .await
        .unwrap();
    assert_eq!(person(&desk, &mira).await.unwrap().zone, Zone::Asia__Tokyo);
});

story!(an_account_has_at_most_ten_sessions, |desk| {
    account(&desk, "mira@controller.test", "lead").await;
    let mut secrets = Vec::new();
    for _ in 0..12 {
        secrets.push(signed_in(&desk, "mira@controller.test").await);
        desk.advance(seconds(1));
    }
    for (n, secret) in secrets.iter().enumerate() {
        assert_eq!(person(&desk, secret).await.is_ok(), n >= 2, "the oldest made room: {n}");
    }
    let mut at_once = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let desk = desk.clone();
        at_once.spawn(async move { signed_in(&desk, "mira@controller.test").await });
    }
    at_once.join_all().await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM sessions").await, 10);
});

story!(the_first_account_is_made_once_and_in_time, |desk| {
    let input = SetUpInput {
        email: "root@controller.test".to_owned(),
        name: "Ada Winter".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        password: PASSWORD.to_owned(),
        repeat: PASSWORD.to_owned(),
    };
    let late = desk.set_up_link(&desk.operator()).await.unwrap();
    desk.advance(minutes(15));
    assert_eq!(desk.set_up(&desk.nobody(), &late, &input).await.said(), "not_found", "fifteen minutes");
    let (link, spare) = (
        desk.set_up_link(&desk.operator()).await.unwrap(),
        desk.set_up_link(&desk.operator()).await.unwrap(),
    );
    desk.advance(minutes(15) - seconds(1));
    assert_eq!(desk.link(desk.now(), &link).await.said(), "ok");
    let weak = SetUpInput { email: "root".to_owned(), password: "short".to_owned(), ..input.clone() };
    let said = desk.set_up(&desk.nobody(), &link, &weak).await.said();
    assert_eq!(said, "email:not_an_email password:too_short repeat:not_the_same", "everything at once");
    desk.set_up(&desk.nobody(), &link, &input).await.unwrap();
    for used in [&link, &spare] {
        assert_eq!(desk.set_up(&desk.nobody(), used, &input).await.said(), "not_found");
    }
    assert_eq!(desk.set_up_link(&desk.operator()).await.said(), "not_found");
    assert_eq!(tried(&desk, "root@controller.test", PASSWORD, "192.0.2.1").await.said(), "ok");
    assert_eq!(desk.account_count().await.unwrap(), 1);
});

story!(a_password_is_set_through_a_link_once, |desk| {
    let admin = desk.person(Role::Administrator).await;
    let input = AccountInput {
        email: "new@controller.test".into(),
        name: "New Person".into(),
        role: "reader".into(),
        zone: String::new(),
    };
    let (id, link) = desk.create_account(&desk.by(&admin), &input).await.unwrap();
    let taken = desk
        .create_account(&desk.by(&admin), &AccountInput { email: " NEW@controller.test".into(), ..input })
        .await;
    assert_eq!(taken.said(), "email:taken");
    let new =
        |password: &str| NewPasswordInput { password: password.to_owned(), repeat: password.to_owned() };
    assert_eq!(desk.link(desk.now(), &link).await.unwrap().map(|a| a.id), Some(id));
    let guess = desk.set_password_by_link(&desk.nobody(), &link, &new("New Person 1234567")).await;
    assert_eq!(guess.said(), "password:guessable");
    desk.set_password_by_link(&desk.nobody(), &link, &new(PASSWORD)).await.unwrap();
    let again = desk.set_password_by_link(&desk.nobody(), &link, &new(OTHER)).await;
    assert_eq!(again.said(), "not_found");
    let session = signed_in(&desk, "new@controller.test").await;

    // A reset: ends what is open, dies unused after two days, and dies when the password was set another way.
    let old = desk.reset_password(&desk.by(&admin), id).await.unwrap();
    desk.advance(hours(48));
    assert_eq!(desk.set_password_by_link(&desk.nobody(), &old, &new(OTHER)).await.said(), "not_found");
    let (first, second) = (
        desk.reset_password(&desk.by(&admin), id).await.unwrap(),
        desk.reset_password(&desk.by(&admin), id).await.unwrap(),
    );
    let open = signed_in(&desk, "new@controller.test").await;
    desk.set_password_by_link(&desk.nobody(), &second, &new(OTHER)).await.unwrap();
    assert_eq!(person(&desk, &open).await.said(), "signed_out");
    assert_eq!(person(&desk, &session).await.said(), "signed_out");
    let other = desk.set_password_by_link(&desk.nobody(), &first, &new(PASSWORD)).await;
    assert_eq!(other.said(), "not_found", "the address that wasn't used is no way in either");
    let third = desk.reset_password(&desk.by(&admin), id).await.unwrap();
    desk.set_disabled(&desk.by(&admin), id, true).await.unwrap();
    assert_eq!(desk.set_password_by_link(&desk.nobody(), &third, &new(PASSWORD)).await.said(), "not_found");
});

story!(tokens_expire_and_are_revoked, |desk| {
    let lead = desk.person(Role::Lead).await;
    let other = desk.another(Role::Lead).await;
    let make = |days: &str| TokenInput {
        name: "gateway".to_owned(),
        scopes: vec!["alerts".to_owned()],
        days: days.to_owned(),
    };
    let (_, short) = desk.create_token(&desk.by(&lead), &make("1")).await.unwrap();
    let (id, long) = desk.create_token(&desk.by(&lead), &make("")).await.unwrap();
    assert_eq!(desk.number(&format!("SELECT COUNT(*) FROM api_tokens WHERE digest = '{long}'")).await, 0);
    let of = async |secret: &str| desk.person_of_token(desk.now(), secret).await;
    desk.advance(hours(24) - seconds(1));
    assert_eq!(of(&short).await.said(), "ok");
    desk.advance(seconds(1));
    assert_eq!((of(&short).await.said(), of(&long).await.said()), ("signed_out".into(), "ok".into()));
    desk.revoke_token(&desk.by(&other), id).await.said();
    assert_eq!(of(&long).await.said(), "ok", "only one's own");
    let Via::Token { scopes, .. } = of(&long).await.unwrap().via else { panic!("a token") };
    assert_eq!(scopes, [domain::access::Scope::Alerts]);
    desk.revoke_token(&desk.by(&lead), id).await.unwrap();
    assert_eq!(of(&long).await.said(), "signed_out");
    let (_, third) = desk.create_token(&desk.by(&lead), &make("365")).await.unwrap();
    desk.set_disabled(&desk.operator(), lead.id(), true).await.unwrap();
    assert_eq!(of(&third).await.said(), "signed_out", "a disabled owner's programs stop too");
    assert_eq!(of("bdk_").await.said(), "signed_out");
    let Who(_) = other;
});
