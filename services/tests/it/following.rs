//! Following playbooks: which are recommended, whose a step is, and what happened to it.

use crate::support::{Desk, Said, Who, answers::exact, engines::story, hours};
use domain::{
    access::Role,
    fact::record::RecordFactInput,
    id::{IncidentId, ItemId, RunId},
    party::in_case::ProcessingInput,
    playbook::{
        StepInput,
        writing::{BeginInput, TextInput},
    },
    view::{Recommendations, StepView},
    work::run::{ItemInput, TakeVersionInput},
};
use services::{incidents::MemberInput, runs::StartInput};

async fn recommended(desk: &Desk, who: &Who, incident: IncidentId) -> Recommendations {
    desk.recommended_playbooks(&desk.by(who), incident).await.unwrap()
}

async fn chosen(desk: &Desk, who: &Who, incident: IncidentId, key: &str, codes: &[&str]) {
    let values = codes.iter().map(|code| (*code).to_owned()).collect();
    let input = RecordFactInput { certainty: "exact".to_owned(), values, ..RecordFactInput::default() };
    desk.record_fact(&desk.by(who), incident, key, &input).await.unwrap();
}

async fn begun(desk: &Desk, who: &Who, incident: IncidentId, playbook: &str) -> RunId {
    let start = StartInput { playbook: playbook.to_owned() };
    desk.start_playbook(&desk.by(who), incident, &start).await.unwrap().id.parse().unwrap()
}

async fn step(desk: &Desk, who: &Who, incident: IncidentId, run: RunId, step: &str) -> StepView {
    let runs = desk.runs(&desk.by(who), incident).await.unwrap().runs;
    let run = runs.into_iter().find(|r| r.id == run).unwrap();
    run.steps.into_iter().find(|s| s.id == step).unwrap()
}

fn act(act: &str) -> StepInput {
    StepInput {
        act: act.to_owned(),
        reason: "R".to_owned(),
        whom: "the host".to_owned(),
        ..StepInput::default()
    }
}

fn to(who: &Who) -> StepInput {
    StepInput { act: "assign".to_owned(), owner: who.id().to_string(), ..StepInput::default() }
}

story!(what_is_known_says_which_playbooks_fit_and_what_is_not_known_which_answers_would, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("A laptop").await;
    let nothing = recommended(&desk, &lead, incident).await;
    assert_eq!(nothing.recommended, []);
    assert_eq!(nothing.would_decide[0].fact, "nature.incident_type");
    assert_eq!(nothing.would_decide[0].label, "Kind of incident");
    assert!(nothing.would_decide[0].playbooks >= 12, "{nothing:?}");
    assert!(nothing.would_decide.iter().any(|w| w.fact == "case.handled_as"));
    let overview = desk.overview(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(overview.recommendations, nothing, "a case without a run shows it at once");

    chosen(&desk, &lead, incident, "nature.incident_type", &["device_lost_stolen"]).await;
    let known = recommended(&desk, &lead, incident).await;
    let [only] = known.recommended.as_slice() else { panic!("{known:?}") };
    assert_eq!(only.playbook, "lost-device-or-paper");
    assert_eq!(only.because, "because the kind of incident includes \"device lost or stolen\"");
    assert!(known.would_decide.iter().all(|w| w.playbooks < nothing.would_decide[0].playbooks));

    let both = ProcessingInput { capacity: "both".to_owned(), why: String::new() };
    desk.set_processing(&desk.seen(&lead, 0), incident, &both).await.unwrap();
    let known = recommended(&desk, &lead, incident).await;
    assert!(known.names("we-are-the-processor"), "{known:?}");
    assert!(known.would_decide.iter().all(|w| w.fact != "case.handled_as"));

    // What is followed is recommended no more, and the first page is quiet.
    begun(&desk, &lead, incident, "lost-device-or-paper").await;
    let tab = desk.runs(&desk.by(&lead), incident).await.unwrap();
    assert!(!tab.recommendations.names("lost-device-or-paper"));
    assert!(tab.recommendations.names("we-are-the-processor"));
    let overview = desk.overview(&desk.by(&lead), incident).await.unwrap();
    assert!(overview.recommendations.is_empty());
    // A wrong answer that is corrected takes its recommendation with it.
    chosen(&desk, &lead, incident, "nature.incident_type", &["ransomware"]).await;
    assert!(recommended(&desk, &lead, incident).await.names("ransomware"));
});

story!(whoever_is_given_a_step_is_told_and_finds_it_among_their_own, |desk| {
    let lead = desk.person(Role::Lead).await;
    let other = desk.another(Role::Responder).await;
    let incident = desk.declared_by(&lead, "A mailbox").await;
    desk.reached_at("https://desk.test");
    desk.add_member(&desk.by(&lead), incident, &MemberInput { account: other.id().to_string() })
        .await
        .unwrap();
    desk.run_mail(crate::support::accepted).await;
    let run = begun(&desk, &lead, incident, "mailbox-compromise").await;
    let mails = async || {
        let mails = desk.claim_mail(&desk.job(), crate::support::BOOT, 100).await.unwrap();
        for mail in &mails {
            desk.mark_attempting(&desk.job(), mail).await.unwrap();
            desk.finish_mail(&desk.job(), mail, &crate::support::accepted(mail)).await.unwrap();
        }
        mails
    };

    // Who takes a step needs no mail.
    desk.work_step(&desk.seen(&lead, 0), incident, run, "take-the-lead", &to(&lead)).await.unwrap();
    assert_eq!(mails().await.len(), 0);
    let id = "lock-the-mailbox";
    desk.work_step(&desk.seen(&lead, 0), incident, run, id, &to(&other)).await.unwrap();
    let sent = mails().await;
    let [mail] = sent.as_slice() else { panic!("{} mails", sent.len()) };
    assert!(mail.subject.contains("a playbook step is yours"), "{}", mail.subject);
    assert!(
        mail.text.contains(&format!("https://desk.test/incidents/{incident}/playbook?run={run}&step={id}")),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("A mailbox") && !mail.subject.contains("A mailbox"), "{}", mail.text);
    // Given to whom it is already: nothing is new.
    desk.work_step(&desk.seen(&lead, 1), incident, run, id, &to(&other)).await.unwrap();
    assert_eq!(mails().await.len(), 0);

    let mine = desk.steps_of_mine(&desk.by(&other)).await.unwrap();
    let [row] = mine.as_slice() else { panic!("{mine:?}") };
    assert_eq!((row.step.as_str(), row.overdue, row.waiting_on.as_deref()), (id, false, None));
    assert!(row.due_at.is_some(), "it has a time limit that runs from the declaration");
    desk.work_step(&desk.seen(&other, 2), incident, run, id, &act("wait_on")).await.unwrap();
    desk.advance(hours(30));
    let mine = desk.steps_of_mine(&desk.by(&other)).await.unwrap();
    assert_eq!(mine[0].waiting_on.as_deref(), Some("the host"));
    assert_eq!(desk.now() - mine[0].waiting_since.unwrap(), hours(30));
    assert!(mine[0].overdue, "whoever waits is late all the same");
    assert_eq!(desk.desk(&desk.by(&other)).await.unwrap().steps.len(), 1);

    desk.work_step(&desk.seen(&other, 3), incident, run, id, &act("done")).await.unwrap();
    assert_eq!(desk.steps_of_mine(&desk.by(&other)).await.unwrap().len(), 0);
});

story!(what_was_done_to_a_step_is_undone_and_its_history_stays, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("A mailbox").await;
    let run = begun(&desk, &lead, incident, "mailbox-compromise").await;
    let id = "clear-the-rules";
    let mut revision = 0;
    for what in ["done", "skip", "not_applicable", "wait_on"] {
        for what in [what, "reopen"] {
            let done = desk.work_step(&desk.seen(&lead, revision), incident, run, id, &act(what)).await;
            assert_eq!(done.said(), "ok", "{what}");
            revision += 1;
        }
    }
    desk.work_step(&desk.seen(&lead, revision), incident, run, id, &to(&lead)).await.unwrap();
    let history = desk.step_history(&desk.by(&lead), incident, run, id).await.unwrap();
    let what: Vec<&str> = history.iter().map(|m| m.what.as_str()).collect();
    let given = format!("Given to {}", history[0].who);
    assert_eq!(
        what,
        [
            given.as_str(),
            "Opened again",
            "Set to wait on somebody",
            "Opened again",
            "Marked not applicable",
            "Opened again",
            "Skipped",
            "Opened again",
            "Marked done"
        ]
    );
    assert_eq!(history[0].at, desk.now());
    // Another playbook's step of the same name has its own.
    let other = begun(&desk, &lead, incident, "ransomware").await;
    assert_eq!(desk.step_history(&desk.by(&lead), incident, other, "take-the-lead").await.unwrap(), []);
    let elsewhere = desk.declare("Another").await;
    let through = desk.step_history(&desk.by(&lead), elsewhere, run, id).await;
    assert_eq!(through.said(), "not_found");
});

story!(a_mistyped_item_is_renamed_or_taken_off_the_list, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Two mailboxes").await;
    let run = begun(&desk, &lead, incident, "mailbox-compromise").await;
    let id = "lock-the-mailbox";
    let label = |label: &str| ItemInput { label: label.to_owned() };
    let seen = desk.seen(&lead, 0);
    let added = async |name: &str| -> ItemId {
        desk.add_item(&seen, incident, run, id, &label(name)).await.unwrap().id.parse().unwrap()
    };
    let (first, second) = (added("Acounts").await, added("Front desk").await);
    let rename = async |item, name: &str| {
        desk.rename_item(&desk.seen(&lead, 0), incident, run, id, item, &label(name)).await.said()
    };
    assert_eq!(rename(first, "").await, "label:required");
    assert_eq!(rename(first, "front desk").await, "label:already_there");
    assert_eq!(rename(first, "Acounts").await, "label:unchanged");
    assert_eq!(rename(first, "Accounts").await, "ok");
    desk.set_item_done(&desk.seen(&lead, 0), incident, run, id, first, true).await.unwrap();
    assert_eq!(rename(first, "Accounts department").await, "ok");
    desk.remove_item(&desk.seen(&lead, 0), incident, run, id, second).await.unwrap();
    assert_eq!(desk.remove_item(&desk.seen(&lead, 0), incident, run, id, second).await.said(), "not_found");
    let view = step(&desk, &lead, incident, run, id).await;
    let [item] = view.items.as_slice() else { panic!("{:?}", view.items) };
    assert_eq!((item.label.as_str(), item.done_by), ("Accounts department", Some(lead.id())));
    assert_eq!(view.open_items(), 0, "what is off the list keeps nobody from being done");
    // The name is free again.
    added("Front desk").await;
    let history = desk.step_history(&desk.by(&lead), incident, run, id).await.unwrap();
    let what: Vec<&str> = history.iter().map(|m| m.what.as_str()).collect();
    assert!(what.contains(&"“Front desk” taken off the list"), "{what:?}");
    assert!(what.contains(&"“Accounts department” given another name"), "{what:?}");

    desk.record_fact(&desk.by(&lead), incident, "nature.text", &exact("Known.")).await.unwrap();
    desk.work_step(&desk.seen(&lead, 0), incident, run, id, &act("skip")).await.unwrap();
    let late = desk.rename_item(&desk.seen(&lead, 1), incident, run, id, first, &label("Other")).await;
    assert_eq!(late.said(), "step_settled");
    assert_eq!(desk.remove_item(&desk.seen(&lead, 1), incident, run, id, first).await.said(), "step_settled");
    desk.journaled().await;
});

/// Publishes a version of `playbook` in which `from` reads `to`.
async fn published(desk: &Desk, playbook: &str, from: &str, to: &str) {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let copy = BeginInput { playbook: String::new(), copy_of: playbook.to_owned() };
    desk.begin_playbook(&desk.by(&lead), &copy).await.unwrap();
    let draft = desk.playbook_draft(&desk.by(&lead), playbook, None).await.unwrap();
    assert!(draft.source.contains(from), "{from}");
    let text = TextInput { source: draft.source.replacen(from, to, 1) };
    let seen = draft.draft.revision;
    desk.save_playbook(&desk.seen(&lead, seen), playbook, &text).await.unwrap();
    desk.publish_playbook(&desk.seen(&dpo, seen + 1), playbook).await.unwrap();
}

story!(a_newer_version_is_looked_at_and_taken_over_with_what_was_done, |desk| {
    const OF: &str = "mailbox-compromise";
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("A mailbox").await;
    let run = begun(&desk, &lead, incident, OF).await;
    let at_first = desk.run_difference(&desk.by(&lead), incident, run).await.unwrap();
    assert!(at_first.is_same() && !at_first.is_newer());
    let (older, same) = (at_first.digest.clone(), at_first.library_digest.clone().unwrap());
    let take = |from: &str, to: &str| TakeVersionInput { from: from.to_owned(), to: to.to_owned() };
    let none = desk.take_version(&desk.by(&lead), incident, run, &take(&older, &same)).await;
    assert_eq!(none.said(), "no_newer_version");

    let item = ItemInput { label: "Accounts".to_owned() };
    desk.add_item(&desk.seen(&lead, 0), incident, run, "lock-the-mailbox", &item).await.unwrap();
    desk.work_step(&desk.seen(&lead, 0), incident, run, "lock-the-mailbox", &to(&lead)).await.unwrap();
    for id in ["take-the-lead", "stop-the-money"] {
        desk.work_step(&desk.seen(&lead, 0), incident, run, id, &act("skip")).await.unwrap();
    }
    // One step is called otherwise from now on: the one is gone, the other is new.
    published(&desk, OF, "id = \"stop-the-money\"", "id = \"stop-every-payment\"").await;
    let tab = desk.runs(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(tab.runs[0].newer, Some(tab.runs[0].version + 1), "the case keeps what it began with");
    let found = desk.run_difference(&desk.by(&lead), incident, run).await.unwrap();
    assert!(found.is_newer() && !found.is_same());
    let ids = |steps: &[domain::playbook::NamedStep]| steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        (ids(&found.added), ids(&found.without)),
        (vec!["stop-every-payment".to_owned()], vec!["stop-the-money".to_owned()])
    );
    assert_eq!(
        found.gone.iter().map(|s| (s.id.as_str(), s.state.as_str())).collect::<Vec<_>>(),
        [("stop-the-money", "Skipped")]
    );
    assert!(found.changed.is_empty() && found.head.is_none(), "the number alone is no change");

    // Meanwhile a still newer one is published: what was looked at is no longer what would be taken over.
    let looked_at = found.library_digest.clone().unwrap();
    published(&desk, OF, "title = \"Take the lead", "title = \"First take the lead").await;
    let late = desk.take_version(&desk.by(&lead), incident, run, &take(&older, &looked_at)).await;
    assert_eq!(late.said(), "moved_on");
    let found = desk.run_difference(&desk.by(&lead), incident, run).await.unwrap();
    assert_eq!(found.changed.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["take-the-lead"]);
    assert_eq!(found.changed[0].what, ["its title"]);
    assert_eq!((found.changed[0].lines.added, found.changed[0].lines.removed), (1, 1));
    assert_eq!(found.settled.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["take-the-lead"]);
    let newest = found.library_digest.clone().unwrap();
    let reader = desk.person(Role::Reader).await;
    let read_only = desk.take_version(&desk.by(&reader), incident, run, &take(&older, &newest)).await;
    assert_eq!(read_only.said(), "forbidden");
    let elsewhere = desk.declare("Another").await;
    let through = desk.take_version(&desk.by(&lead), elsewhere, run, &take(&older, &newest)).await;
    assert_eq!(through.said(), "not_found");
    desk.take_version(&desk.by(&lead), incident, run, &take(&older, &newest)).await.unwrap();
    let twice = desk.take_version(&desk.by(&lead), incident, run, &take(&older, &newest)).await;
    assert_eq!(twice.said(), "moved_on");

    let tab = desk.runs(&desk.by(&lead), incident).await.unwrap();
    let view = &tab.runs[0];
    assert_eq!((view.digest.as_str(), view.newer), (newest.as_str(), None));
    let of = |id: &str| view.steps.iter().find(|s| s.id == id).unwrap();
    assert!(of("take-the-lead").title.starts_with("First") && of("take-the-lead").state.is_settled());
    assert_eq!((of("lock-the-mailbox").owner, of("lock-the-mailbox").items.len()), (Some(lead.id()), 1));
    assert_eq!((of("stop-every-payment").revision, of("stop-every-payment").state.is_settled()), (0, false));
    let left: Vec<_> =
        view.left.iter().map(|s| (s.id.as_str(), s.state.as_str(), s.detail.as_str())).collect();
    assert_eq!(left, [("stop-the-money", "Skipped", "R")]);
    // The journal has both digests, and the timeline says it.
    let (_, lines) = desk.journal_of(&desk.by(&lead), incident, 1).await.unwrap();
    let entry = lines.items.iter().find(|l| l.entry.what == "playbook_version_taken").unwrap();
    assert_eq!(entry.entry.details["digest"], newest);
    assert_eq!(entry.entry.details["from_digest"], older);
    let told = desk.timeline(&desk.by(&lead), incident, true, 1).await.unwrap().entries.items;
    assert!(told.iter().any(|e| e.text.contains("is followed in version")), "{told:?}");
    desk.journaled().await;
});
