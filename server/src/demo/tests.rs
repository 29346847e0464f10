//! The example as a newcomer meets it.

use super::{Who, lay_out, prepare};
use domain::{
    access::{Actor, Person, Via},
    account::AccountInput,
    clock::Standing,
    id::SessionId,
    notice::stage::Stage,
    register::FilterInput,
};
use services::{
    Ctx, Error, Fresh, Options, Services, TimeSource,
    accounts::signing_in::{SignInInput, Source},
};
use tempfile::TempDir;

async fn desk(folder: &TempDir) -> Services {
    let options = Options { light_hashing: true, ..Options::new(folder.path().to_owned()) };
    Services::open(&options, TimeSource::System, Fresh::from_system()).await.unwrap()
}

async fn as_person(services: &Services, who: Who) -> Ctx {
    let accounts = services.accounts(&services.ctx(super::teller())).await.unwrap();
    let a = accounts.iter().find(|a| a.email == who.email()).unwrap();
    let via = Via::Session(SessionId::from_bits([1; 16]));
    services.ctx(Actor::Person(Person {
        account: a.id,
        name: a.name.clone(),
        role: a.role,
        zone: a.zone,
        via,
    }))
}

fn invented(address: &str) -> bool {
    address.ends_with(".test") || address.ends_with("@example.org")
}

#[tokio::test]
async fn it_is_made_once_and_its_people_can_sign_in_each_time() {
    let folder = TempDir::new().unwrap();
    let services = desk(&folder).await;
    let first = prepare(&services).await.unwrap();
    let second = prepare(&services).await.unwrap();
    assert_eq!(first.len(), Who::PRINTED.len());
    let source = Source { address: "192.0.2.1".to_owned(), agent: String::new() };
    for (old, new) in first.iter().zip(&second) {
        assert!(new.password.len() >= 20 && new.password != old.password);
        let sign_in = |password: &str| SignInInput {
            email: new.email.clone(),
            password: password.to_owned(),
            next: String::new(),
        };
        let nobody = services.ctx(Actor::Nobody);
        assert!(services.sign_in(&nobody, &sign_in(&new.password), &source, None).await.is_ok());
        let refused = services.sign_in(&nobody, &sign_in(&old.password), &source, None).await;
        assert!(matches!(refused, Err(Error::SignedOut)));
    }
    let verified = services.verify_journal().await.unwrap();
    assert_eq!(verified.broken, Vec::new());
    assert_eq!(services.check_derived().await.unwrap(), Vec::<String>::new());
    assert_eq!(services.check_evidence().await.unwrap(), Vec::<String>::new());
    assert!(!services.mail_leaves().await.unwrap());
}

#[tokio::test]
async fn every_room_has_something_in_it() {
    let folder = TempDir::new().unwrap();
    let services = desk(&folder).await;
    prepare(&services).await.unwrap();

    let lead = as_person(&services, Who::Lead).await;
    let listed = services.incidents(&lead, false, 1).await.unwrap();
    assert_eq!(listed.items.len(), 3, "the restricted one hides from the lead");
    let dpo = as_person(&services, Who::Dpo).await;
    assert_eq!(services.incidents(&dpo, false, 1).await.unwrap().items.len(), 4);

    let main = listed.items.first().unwrap();
    let case = services.incident(&lead, main.id).await.unwrap();
    let clock = case.clock.unwrap();
    let Standing::Running { seconds_left } = clock.standing else { panic!("{:?}", clock.standing) };
    assert!((39 * 3_600..41 * 3_600).contains(&seconds_left), "{seconds_left}");
    assert!((15..=25).contains(&case.counts.entries), "{}", case.counts.entries);
    assert_eq!((case.counts.evidence, case.counts.notices), (4, 2));

    let count = services.fact(&lead, main.id, "people.count").await.unwrap();
    let said: Vec<&str> = count.history.iter().map(|(_, shown)| shown.as_str()).collect();
    assert_eq!(said.len(), 3);
    assert!(said[0].contains("4,812") && said[1].contains("5,000"), "{said:?}");
    assert!(count.history[0].0.ground.is_some());

    let mut stages = Vec::new();
    for row in services.notices_of(&lead, main.id).await.unwrap().notices {
        let page = services.notice(&lead, row.id).await.unwrap();
        let stale: Vec<&str> = page.statements.iter().filter(|s| s.stale).map(|s| s.code.as_str()).collect();
        let missing = page.statements.iter().any(|s| !s.missing.is_empty());
        stages.push((page.notice.stage, stale.join(" "), missing));
        assert!(page.notice.recipients.iter().all(|r| invented(r)));
    }
    stages.sort();
    assert_eq!(stages, [(Stage::Draft, "people".to_owned(), true), (Stage::InReview, String::new(), false)]);

    let register = services
        .register(&as_person(&services, Who::Auditor).await, &FilterInput::default(), 1)
        .await
        .unwrap()
        .rows;
    let closed = register.items.iter().find(|r| r.closed_at.is_some()).unwrap();
    assert!(
        !closed.late && closed.notified_at.is_some() && closed.people.contains("23"),
        "{}",
        closed.people
    );

    let library = services.library_page(&lead).await.unwrap();
    assert_eq!((library.drafts.len(), library.attention), (1, Vec::new()));
    let draft = services.playbook_draft(&dpo, &library.drafts[0].playbook, None).await.unwrap();
    assert!(draft.offered && draft.errors.is_empty() && !draft.is_mine, "{:?}", draft.errors);

    let run = services.runs(&lead, main.id).await.unwrap().runs.into_iter().next().unwrap();
    let settled: usize = run.phases.iter().map(|p| p.settled).sum();
    let total: usize = run.phases.iter().map(|p| p.total).sum();
    assert!(settled * 3 > total && settled * 3 < total * 2, "{settled} of {total}");

    for account in services.accounts(&services.ctx(super::teller())).await.unwrap() {
        assert!(invented(&account.email), "{}", account.email);
    }
}

#[tokio::test]
async fn other_data_are_left_alone() {
    let folder = TempDir::new().unwrap();
    let services = desk(&folder).await;
    let somebody = AccountInput {
        email: "somebody@example.org".to_owned(),
        name: "Somebody".to_owned(),
        role: "lead".to_owned(),
        zone: String::new(),
    };
    services.create_account(&services.ctx(super::teller()), &somebody).await.unwrap();
    let why = lay_out(&services).await.unwrap_err().to_string();
    assert!(why.contains("--data"), "{why}");
    assert_eq!(services.account_count().await.unwrap(), 1);
}
