//! People who ask for another language than that of the notice whose list they are on.

use crate::{
    recipients::{addresses, imported, read, ready, release, sweep},
    support::{Said, accepted, engines::story},
};
use domain::{
    access::Role,
    fact::Value,
    incident::ReasonInput,
    language::Language,
    notice::{StatementInput, stage::Stage},
    recipient::{
        FindInput,
        columns::MappingInput,
        file::TakeInput,
        own_language::{Asking, OwnLanguageInput},
    },
    view::recipients::Informed,
};
use services::{Ctx, Idempotency};

const PEOPLE: &str = "email,name,language,shop,street\n\
    ada@people.test,Ada,de,Quay,\n\
    fleur@people.test,Fleur,fr,Port,\n\
    pola@people.test,Pola,pl,,\n\
    ,Bo,fr,,2 Quay\n\
    cy@people.test,Cy,,,\n\
    dora@people.test,Dora,en,,\n";

fn to(language: &str) -> OwnLanguageInput {
    OwnLanguageInput { language: language.to_owned() }
}

story!(who_asks_for_another_language_gets_a_version_in_it, |desk| {
    let (dpo, incident, id) = ready(&desk).await;
    let file = read(&desk, &dpo, id, PEOPLE).await;
    let page = desk.recipient_file(&desk.by(&dpo), id, file).await.unwrap();
    let mapping = MappingInput { fields: vec!["4".to_owned()], ..MappingInput::from(&page.file.mapping) };
    desk.map_recipients(&desk.by(&dpo), id, file, &mapping).await.unwrap();
    let digest = desk.recipient_file(&desk.by(&dpo), id, file).await.unwrap().file.digest();
    desk.take_recipients(&desk.on_notice(&dpo, id).await, id, file, &TakeInput { digest }).await.unwrap();
    let asks = |of: &[(Language, u64)]| -> Vec<Asking> {
        of.iter().map(|(language, people)| Asking { language: *language, people: *people }).collect()
    };
    let view = desk.recipients(&desk.by(&dpo), id).await.unwrap();
    let all = [(Language::En, 1), (Language::De, 1), (Language::Fr, 2), (Language::Pl, 1)];
    assert_eq!((view.languages, view.notice.people()), (asks(&all), 7));
    let found = desk.page(&dpo, id).await.findings;
    let said: Vec<_> =
        found.iter().filter(|f| f.code == "other_language").map(|f| f.words.as_str()).collect();
    assert_eq!(said.len(), 3);
    assert!(
        said[1].starts_with("2 people of the list ask for Français; this notice is in English."),
        "{said:?}"
    );

    // It was approved; parting the list makes that void.
    desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    desk.approve(&desk.person(Role::Approver).await, id).await.unwrap();
    let before = desk.page(&dpo, id).await;
    let begin = async |language: &str| {
        desk.draft_in_their_language(&desk.on_notice(&dpo, id).await, id, &to(language)).await
    };
    assert_eq!(begin("en").await.said(), "language:the_same");
    assert_eq!(begin("sv").await.said(), "language:not_a_choice");
    assert_eq!(begin("it").await.said(), "nobody_asks");
    assert_eq!(desk.draft_in_their_language(&desk.by(&dpo), id, &to("fr")).await.said(), "revision_required");
    let reader = desk.person(Role::Reader).await;
    let seen = before.notice.revision;
    assert_eq!(
        desk.draft_in_their_language(&desk.seen(&reader, seen), id, &to("fr")).await.said(),
        "forbidden"
    );
    let stale = desk.draft_in_their_language(&desk.seen(&dpo, seen - 1), id, &to("fr")).await;
    assert_eq!(stale.said(), "revision_stale");
    assert_eq!(desk.page(&dpo, id).await.digest, before.digest, "nothing of it was done");

    let french = begin("fr").await.unwrap().id.parse().unwrap();
    let after = desk.page(&dpo, id).await;
    assert_eq!((after.notice.stage, after.notice.people()), (Stage::Draft, 5));
    assert_ne!(after.digest, before.digest);
    let version = desk.page(&dpo, french).await;
    assert_eq!((version.notice.language, version.notice.stage), (Language::Fr, Stage::Draft));
    assert!(version.text.contains("Bonjour"), "{}", version.text);
    assert!(!version.findings.iter().any(|f| f.code == "other_language"));
    assert!(before.notice.authors.iter().all(|author| version.notice.authors.contains(author)));
    assert_eq!(addresses(&desk, &dpo, french).await, ["fleur@people.test", ""]);
    let stay =
        ["typed@people.test", "ada@people.test", "pola@people.test", "cy@people.test", "dora@people.test"];
    assert_eq!(addresses(&desk, &dpo, id).await, stay);
    assert_eq!(begin("fr").await.said(), "nobody_asks", "they went already");
    let polish = begin("pl").await.unwrap().id.parse().unwrap();
    let view = desk.recipients(&desk.by(&dpo), id).await.unwrap();
    assert_eq!(view.languages, asks(&[(Language::En, 1), (Language::De, 1)]));
    let versions = |of: &domain::view::recipients::RecipientsPage| -> Vec<(Language, u64)> {
        of.versions.iter().map(|v| (v.language, v.people)).collect()
    };
    assert_eq!(versions(&view), [(Language::Fr, 2), (Language::Pl, 1)]);
    let other = desk.recipients(&desk.by(&dpo), french).await.unwrap();
    assert_eq!(versions(&other), [(Language::En, 4), (Language::Pl, 1)]);

    // Who is on one of the lists isn't taken into another.
    let again = "email,language\nfleur@people.test,fr\nneu@people.test,de\n";
    let counts = imported(&desk, &dpo, id, again).await;
    assert_eq!((counts.taken, counts.replaced, counts.wrong), (1, 0, 1));

    // What is kept of each person went along, and is filled in there.
    let greeting = "Bonjour {{name|Madame, Monsieur}} de {{shop|notre boutique}},".to_owned();
    let own = StatementInput { text: greeting, judgement: "true".to_owned() };
    desk.edit_statement(&desk.on_notice(&dpo, french).await, french, "greeting", &own).await.unwrap();

    // Nobody is in two lists, and the counts add up over all.
    let in_lists = async |who: &str| {
        let mut lists = 0;
        for list in [id, french, polish] {
            let asked = FindInput { asked: who.to_owned() };
            let found = desk.find_recipient(&desk.by(&dpo), list, &asked).await.unwrap();
            lists += usize::from(found.channel.is_some());
        }
        lists
    };
    for who in ["ada@people.test", "fleur@people.test", "pola@people.test", "typed@people.test"] {
        assert_eq!(in_lists(who).await, 1, "{who}");
    }
    for notice in [id, french, polish] {
        release(&desk, &dpo, notice).await;
    }
    let mails = desk.run_mail(accepted).await;
    assert_eq!(mails.len(), 7);
    let fleur = mails.iter().find(|mail| mail.recipient == "fleur@people.test").unwrap();
    assert!(fleur.text.contains("Bonjour Fleur de Port,"), "{}", fleur.text);
    let mut sum = Informed::default();
    for notice in [id, french, polish] {
        let informed = desk.recipients(&desk.by(&dpo), notice).await.unwrap().informed;
        sum = Informed {
            told: sum.told + informed.told,
            of: sum.of + informed.of,
            open: sum.open + informed.open,
            returned: sum.returned + informed.returned,
        };
    }
    assert_eq!(sum, Informed { told: 7, of: 8, open: 1, returned: 0 });
    let sheet = desk.fact_sheet(&desk.by(&dpo), incident).await.unwrap();
    let count = sheet.lines.iter().find(|line| line.key == "ds.count").unwrap();
    assert_eq!(count.fact.as_ref().unwrap().value, Some(Value::Number(7)));
    assert_eq!(begin("de").await.said(), "not_editable");
    sweep(&desk).await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_editions").await, 3);
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_people").await, 8);
    desk.journaled().await;
});

story!(a_whole_list_may_ask_for_another_language, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    imported(&desk, &dpo, id, "email,language\ntyped@people.test,de\nada@people.test,de\n").await;
    let idempotency = Some(Idempotency { key: "once".to_owned(), request_digest: "same".to_owned() });
    let ctx = Ctx { idempotency, ..desk.on_notice(&dpo, id).await };
    let german = desk.draft_in_their_language(&ctx, id, &to("de")).await.unwrap();
    let again = desk.draft_in_their_language(&ctx, id, &to("de")).await.unwrap();
    assert_eq!(german.id, again.id, "the same request is answered as it was");
    let page = desk.page(&dpo, id).await;
    assert_eq!(page.notice.people(), 0);
    assert!(page.findings.iter().any(|f| f.code == "no_recipients"));
    assert_eq!(desk.page(&dpo, german.id.parse().unwrap()).await.notice.people(), 2);
    desk.journaled().await;
});

story!(a_version_that_is_given_up_leaves_nobody_untold, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    imported(&desk, &dpo, id, "email,language\nfleur@people.test,fr\nluc@people.test,fr\n").await;
    let begun = desk.draft_in_their_language(&desk.on_notice(&dpo, id).await, id, &to("fr")).await.unwrap();
    let french = begun.id.parse().unwrap();
    let again = "email,language\nfleur@people.test,fr\n";
    assert_eq!(imported(&desk, &dpo, id, again).await.wrong, 1, "the version tells her");
    let lost = async || {
        let found = desk.page(&dpo, id).await.findings;
        found.into_iter().find(|f| f.code == "nobody_tells_them").map(|f| f.words)
    };
    assert_eq!(lost().await, None);
    let reason = ReasonInput { reason: "Nobody here can proofread French.".to_owned() };
    desk.cancel_notice(&desk.on_notice(&dpo, french).await, french, &reason).await.unwrap();
    assert!(
        lost().await.unwrap().starts_with("The version in Français was given up with 2 people on its list.")
    );
    // They can be taken into the list that they came from.
    assert_eq!(imported(&desk, &dpo, id, again).await.wrong, 0);
    assert!(addresses(&desk, &dpo, id).await.contains(&"fleur@people.test".to_owned()));
    desk.journaled().await;
});
