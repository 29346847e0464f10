//! The organisation's own playbooks: written, read by a second person, published, followed, withdrawn.

use crate::support::{Desk, Said, Who, engines::story, seconds};
use domain::{
    access::Role,
    id::IncidentId,
    incident::ReasonInput,
    playbook::{
        edition::{EditionState, PlaybookOrigin},
        find,
        rehearsal::RehearsalInput,
        writing::{BeginInput, TYPED_MAX, TextInput},
    },
    text::Choice,
};
use services::{
    library::{BASE, BUILT_IN, DRAFT, OFFERED},
    runs::StartInput,
};

const RANSOM: &str = "ransomware";

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

fn copy(of: &str, playbook: &str) -> BeginInput {
    BeginInput { playbook: playbook.to_owned(), copy_of: of.to_owned() }
}

fn text(source: &str) -> TextInput {
    TextInput { source: source.to_owned() }
}

/// The text of the draft with something else in it.
async fn rewritten(desk: &Desk, who: &Who, playbook: &str, from: &str, to: &str) -> TextInput {
    let page = desk.playbook_draft(&desk.by(who), playbook, None).await.unwrap();
    assert!(page.source.contains(from), "{from}");
    text(&page.source.replacen(from, to, 1))
}

async fn revision(desk: &Desk, who: &Who, playbook: &str) -> i64 {
    desk.playbook_draft(&desk.by(who), playbook, None).await.unwrap().draft.revision
}

async fn publish(desk: &Desk, who: &Who, playbook: &str) -> String {
    let seen = revision(desk, who, playbook).await;
    desk.publish_playbook(&desk.seen(who, seen), playbook).await.said()
}

async fn started(desk: &Desk, who: &Who, incident: IncidentId, playbook: &str) -> String {
    let start = StartInput { playbook: playbook.to_owned() };
    desk.start_playbook(&desk.by(who), incident, &start).await.said()
}

async fn followed(desk: &Desk, who: &Who, incident: IncidentId) -> (u32, Option<u32>, String) {
    let tab = desk.runs(&desk.by(who), incident).await.unwrap();
    let run = tab.runs.first().unwrap();
    (run.version, run.newer, run.digest.clone())
}

story!(a_playbook_is_adapted_published_by_a_second_person_followed_and_retired, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let old_case = desk.declare("Files are encrypted").await;
    assert_eq!(started(&desk, &lead, old_case, RANSOM).await, "ok");
    let built_in = find(RANSOM).unwrap();

    let added = desk.begin_playbook(&desk.by(&lead), &copy(RANSOM, "")).await.unwrap();
    assert_eq!(added.id, RANSOM);
    assert_eq!(desk.begin_playbook(&desk.by(&dpo), &copy(RANSOM, "")).await.said(), "has_draft");
    let page = desk.playbook_draft(&desk.by(&lead), RANSOM, None).await.unwrap();
    assert_eq!(page.draft.version, built_in.version + 1, "the next version is written in");
    assert_eq!(page.draft.based_on.as_ref().map(|base| base.digest.as_str()), Some(built_in.digest()));
    assert!(page.errors.is_empty() && page.is_mine && page.moved.is_none());

    // Text with errors is kept as a draft, and never published.
    let broken = rewritten(&desk, &lead, RANSOM, "version = ", "versoin = ").await;
    assert_eq!(desk.save_playbook(&desk.by(&lead), RANSOM, &broken).await.said(), "revision_required");
    assert_eq!(desk.save_playbook(&desk.seen(&lead, 1), RANSOM, &broken).await.said(), "ok");
    assert_eq!(desk.save_playbook(&desk.seen(&lead, 1), RANSOM, &broken).await.said(), "revision_stale");
    let page = desk.playbook_draft(&desk.by(&dpo), RANSOM, None).await.unwrap();
    assert_eq!((page.draft.version, page.errors.len()), (0, 1));
    assert!(page.errors[0].line > 1 && page.errors[0].message.contains("versoin"), "{:?}", page.errors);
    assert_eq!(publish(&desk, &dpo, RANSOM).await, "has_errors");
    // Checked without being kept.
    let mended =
        text(&broken.source.replacen("versoin", "version", 1).replacen("title = \"", "title = \"Ours: ", 1));
    let checked = desk.playbook_draft(&desk.by(&lead), RANSOM, Some(&mended)).await.unwrap();
    assert!(checked.errors.is_empty());
    assert_eq!(revision(&desk, &lead, RANSOM).await, 2);
    assert_eq!(desk.save_playbook(&desk.seen(&lead, 2), RANSOM, &mended).await.said(), "ok");

    // Whoever made the last change doesn't publish it. It is sent back once, and what was wanted is done.
    assert_eq!(publish(&desk, &lead, RANSOM).await, "own_change");
    let seen = desk.seen(&dpo, 3);
    assert_eq!(desk.decline_playbook(&seen, RANSOM, &because("")).await.said(), "reason:required");
    assert_eq!(desk.decline_playbook(&seen, RANSOM, &because("Name our insurer.")).await.said(), "ok");
    let page = desk.playbook_draft(&desk.by(&lead), RANSOM, None).await.unwrap();
    assert_eq!(page.draft.declined.as_ref().map(|said| said.reason.as_str()), Some("Name our insurer."));
    let attention = desk.library_page(&desk.by(&lead)).await.unwrap().attention;
    assert!(attention.iter().any(|a| a.draft && a.message.contains("Name our insurer.")));
    let insured = rewritten(&desk, &lead, RANSOM, "title = \"Ours: ", "title = \"Insured: ").await;
    assert_eq!(desk.save_playbook(&desk.seen(&lead, 4), RANSOM, &insured).await.said(), "ok");
    assert!(desk.playbook_draft(&desk.by(&lead), RANSOM, None).await.unwrap().draft.declined.is_none());
    let difference = desk.playbook_difference(&desk.by(&dpo), RANSOM, "", "").await.unwrap();
    assert_eq!((difference.from.which.as_str(), difference.to.which.as_str()), (OFFERED, DRAFT));
    assert_eq!((difference.difference.added, difference.difference.removed), (2, 2));
    assert_eq!(desk.publish_playbook(&desk.seen(&dpo, 4), RANSOM).await.said(), "revision_stale");
    assert_eq!(publish(&desk, &dpo, RANSOM).await, "ok");
    assert_eq!(desk.publish_playbook(&desk.seen(&dpo, 6), RANSOM).await.said(), "not_found");

    // The organisation's version wins; the old case keeps its own and is told.
    let version = built_in.version + 1;
    let row = desk.playbooks(&desk.by(&lead)).await.unwrap().into_iter().find(|p| p.id == RANSOM).unwrap();
    assert_eq!(
        (row.version, row.source, row.title.starts_with("Insured: ")),
        (version, PlaybookOrigin::Own, true)
    );
    assert_eq!(
        followed(&desk, &lead, old_case).await,
        (built_in.version, Some(version), built_in.digest().to_owned())
    );
    let new_case = desk.declare("Files are encrypted again").await;
    assert_eq!(started(&desk, &lead, new_case, RANSOM).await, "ok");
    let own = desk.playbook(&desk.by(&lead), RANSOM).await.unwrap();
    assert_eq!(followed(&desk, &lead, new_case).await, (version, None, own.digest().to_owned()));
    // A process that was started again reads it from the database.
    let again = desk.opened_again().await;
    assert_eq!(again.playbook(&desk.by(&lead), RANSOM).await.unwrap().digest(), own.digest());
    again.close().await;

    // The next version must be greater, and takes the place of this one.
    desk.advance(seconds(1));
    assert_eq!(desk.begin_playbook(&desk.by(&dpo), &copy(RANSOM, "")).await.said(), "ok");
    let page = desk.playbook_draft(&desk.by(&dpo), RANSOM, None).await.unwrap();
    assert_eq!(page.draft.version, version + 1);
    assert_eq!(page.draft.based_on.map(|base| base.digest).as_deref(), Some(built_in.digest()));
    let (now, before) = (format!("version = {}", version + 1), format!("version = {version}"));
    let same = rewritten(&desk, &dpo, RANSOM, &now, &before).await;
    assert_eq!(desk.save_playbook(&desk.seen(&dpo, 1), RANSOM, &same).await.said(), "ok");
    assert_eq!(publish(&desk, &lead, RANSOM).await, "has_errors");
    let next = rewritten(&desk, &dpo, RANSOM, &before, &now).await;
    assert_eq!(desk.save_playbook(&desk.seen(&dpo, 2), RANSOM, &next).await.said(), "ok");
    assert_eq!(publish(&desk, &lead, RANSOM).await, "ok");
    let page = desk.playbook_page(&desk.by(&lead), RANSOM).await.unwrap();
    let states: Vec<_> = page.editions.iter().map(|e| e.state).collect();
    assert_eq!(states, [EditionState::Published, EditionState::Superseded]);
    let oldest = page.editions[1].id.to_string();
    let read = desk.playbook_version(&desk.by(&lead), RANSOM, &oldest).await.unwrap();
    assert_eq!(read.digest, own.digest());

    // Retired, it is offered to nobody; cases go on. The built-in one can be offered again.
    let seen = desk.seen(&lead, page.revision());
    assert_eq!(desk.retire_playbook(&seen, RANSOM, &because("")).await.said(), "reason:required");
    assert_eq!(desk.retire_playbook(&seen, RANSOM, &because("We outsource this.")).await.said(), "ok");
    let third = desk.declare("And again").await;
    assert_eq!(started(&desk, &lead, third, RANSOM).await, "playbook:unknown");
    assert_eq!(followed(&desk, &lead, new_case).await, (version, None, own.digest().to_owned()));
    let page = desk.playbook_page(&desk.by(&lead), RANSOM).await.unwrap();
    assert!(page.playbook.is_none() && page.editions[0].state == EditionState::Retired);
    let seen = desk.seen(&lead, page.revision());
    assert_eq!(desk.retire_playbook(&seen, RANSOM, &because("Twice.")).await.said(), "not_offered");
    assert_eq!(desk.offer_built_in(&seen, RANSOM, &because("Back to the start.")).await.said(), "ok");
    assert_eq!(desk.playbook(&desk.by(&lead), RANSOM).await.unwrap().digest(), built_in.digest());
    let seen = desk.seen(&lead, page.revision() + 1);
    assert_eq!(desk.offer_built_in(&seen, RANSOM, &because("Twice.")).await.said(), "offered_already");

    // The journal has the digests, and who published what another wrote.
    let lines = desk.texts("SELECT line FROM journal WHERE stream = 'system' ORDER BY seq").await.join("\n");
    for what in
        ["playbook_drafted", "playbook_saved", "playbook_declined", "playbook_published", "playbook_ended"]
    {
        assert!(lines.contains(what), "{what}");
    }
    let published: Vec<&str> = lines.lines().filter(|l| l.contains("playbook_published")).collect();
    assert!(published[0].contains(own.digest()) && published[0].contains(&lead.id().to_string()));
    assert!(published[0].contains(&format!("account:{}", dpo.id())));
    assert!(!lines.contains("Name our insurer."));
    desk.journaled().await;
});

story!(a_version_is_told_when_the_built_in_one_moves_on, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    desk.begin_playbook(&desk.by(&lead), &copy(RANSOM, "our-ransomware")).await.unwrap();
    let page = desk.playbook_draft(&desk.by(&lead), "our-ransomware", None).await.unwrap();
    assert_eq!((page.draft.version, page.draft.playbook.as_str()), (1, "our-ransomware"));
    assert_eq!(desk.rebase_playbook(&desk.seen(&lead, 1), "our-ransomware").await.said(), "nothing_moved");
    assert_eq!(publish(&desk, &dpo, "our-ransomware").await, "ok");
    let messages = async || -> Vec<(String, bool, String)> {
        let all = desk.library_page(&desk.by(&lead)).await.unwrap().attention;
        all.into_iter().map(|a| (a.playbook, a.draft, a.message)).collect()
    };
    assert_eq!(messages().await, []);

    // The program comes with another text by now than the one that was copied.
    let was = find(RANSOM).unwrap().source().replacen("title = \"", "title = \"Once: ", 1);
    let (was, digest) = (was.replace('\'', "''"), "f".repeat(64));
    desk.tamper(&format!(
        "UPDATE playbook_editions SET base_digest = '{digest}', base_version = 0, base_source = '{was}'"
    ))
    .await
    .unwrap();
    let said = messages().await;
    assert!(
        said[0].2.contains("copied from version 0") && said[0].2.contains("moved on to version"),
        "{said:?}"
    );
    let page = desk.playbook_page(&desk.by(&lead), "our-ransomware").await.unwrap();
    assert_eq!(page.moved.as_ref().map(|m| (m.playbook.as_str(), m.from)), Some((RANSOM, 0)));

    // A next version goes on from the same, until somebody says that the change was looked at.
    desk.begin_playbook(&desk.by(&lead), &copy("our-ransomware", "")).await.unwrap();
    let page = desk.playbook_draft(&desk.by(&lead), "our-ransomware", None).await.unwrap();
    assert!(page.moved.is_some());
    assert_eq!(messages().await.len(), 2);
    let changed = desk.playbook_difference(&desk.by(&lead), "our-ransomware", BASE, DRAFT).await.unwrap();
    assert!(changed.from.source.contains("Once: "), "the old text was kept");
    assert_eq!(desk.rebase_playbook(&desk.seen(&lead, 1), "our-ransomware").await.said(), "ok");
    let page = desk.playbook_draft(&desk.by(&lead), "our-ransomware", None).await.unwrap();
    assert!(page.moved.is_none() && page.is_mine);
    assert_eq!(publish(&desk, &dpo, "our-ransomware").await, "ok");
    assert_eq!(messages().await, []);

    // One that comes with the program and is called by others can be switched off; its callers say so.
    let called = "preserve-evidence";
    assert_eq!(
        desk.retire_playbook(&desk.seen(&dpo, 0), called, &because("We have our own.")).await.said(),
        "ok"
    );
    let said = messages().await;
    assert!(
        said.iter().any(|(id, _, m)| id == "mailbox-compromise" && m.contains("there is no playbook")),
        "{said:?}"
    );
    let incident = desk.declare("A mailbox").await;
    assert_eq!(started(&desk, &lead, incident, "mailbox-compromise").await, "ok");
    assert_eq!(started(&desk, &lead, incident, called).await, "playbook:unknown");
    let tab = desk.runs(&desk.by(&lead), incident).await.unwrap();
    let call =
        tab.runs[0].steps.iter().find_map(|s| s.call.clone().filter(|c| c.playbook == called)).unwrap();
    assert!(!call.offered);
});

story!(writing_takes_a_role_a_name_and_a_text, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    for role in [Role::Responder, Role::Approver, Role::Reader, Role::Auditor] {
        let who = desk.person(role).await;
        let by = desk.by(&who);
        assert_eq!(desk.begin_playbook(&by, &copy(RANSOM, "")).await.said(), "forbidden", "{role}");
        assert_eq!(desk.import_playbook(&by, "", b"{}").await.said(), "forbidden", "{role}");
        assert_eq!(desk.library_page(&by).await.said(), "ok", "{role}");
    }
    let begun = async |input: BeginInput| desk.begin_playbook(&desk.by(&lead), &input).await.said();
    assert_eq!(begun(copy("", "")).await, "playbook:required");
    assert_eq!(begun(copy("", "Stolen van")).await, "playbook:not_a_name");
    assert_eq!(begun(copy("", "import")).await, "playbook:taken");
    assert_eq!(begun(copy("", RANSOM)).await, "playbook:taken");
    assert_eq!(begun(copy("mailbox-compromise", RANSOM)).await, "playbook:taken");
    assert_eq!(begun(copy("no-such", "")).await, "copy_of:unknown");
    assert_eq!(begun(copy("a\0b", "")).await, "copy_of:unknown");
    assert_eq!(begun(copy("", "a\0b")).await, "playbook:not_a_name");
    assert_eq!(begun(copy("", "stolen-van")).await, "ok");

    // Begun empty, it has an example that can be published, and nothing to compare with.
    let page = desk.playbook_draft(&desk.by(&dpo), "stolen-van", None).await.unwrap();
    assert!(page.errors.is_empty() && !page.offered && page.draft.based_on.is_none() && !page.is_mine);
    let difference = desk.playbook_difference(&desk.by(&dpo), "stolen-van", "", "").await.unwrap();
    assert_eq!((difference.from.label.as_str(), difference.difference.removed), ("Nothing", 0));
    let save = async |source: &str| {
        let seen = revision(&desk, &lead, "stolen-van").await;
        desk.save_playbook(&desk.seen(&lead, seen), "stolen-van", &text(source)).await.said()
    };
    assert_eq!(save("").await, "source:required");
    assert_eq!(save(&"x".repeat(TYPED_MAX + 1)).await, "source:too_long");
    assert_eq!(save("a\0").await, "source:control_character");
    assert_eq!(save("no playbook at all").await, "ok");
    let long = "#\n".repeat(TYPED_MAX / 2);
    assert_eq!(save(&long).await, "ok");
    let difference = desk.playbook_difference(&desk.by(&dpo), "stolen-van", "", "").await.unwrap();
    assert!(difference.difference.too_long);
    for which in ["nothing", "base", "built-in", "offered"] {
        assert_eq!(
            desk.playbook_version(&desk.by(&lead), "stolen-van", which).await.said(),
            "not_found",
            "{which}"
        );
    }

    // Given up, it can be begun anew.
    let seen = revision(&desk, &lead, "stolen-van").await;
    let gave_up =
        desk.discard_playbook(&desk.seen(&lead, seen), "stolen-van", &because("No vans left.")).await;
    assert_eq!(gave_up.said(), "ok");
    assert_eq!(
        desk.save_playbook(&desk.seen(&lead, seen), "stolen-van", &text("x")).await.said(),
        "not_found"
    );
    assert_eq!(
        desk.retire_playbook(&desk.seen(&lead, 0), "stolen-van", &because("R")).await.said(),
        "not_offered"
    );
    assert_eq!(
        desk.offer_built_in(&desk.seen(&lead, 0), "stolen-van", &because("R")).await.said(),
        "no_built_in"
    );
    assert_eq!(
        desk.retire_playbook(&desk.seen(&lead, 0), "nothing-like-it", &because("R")).await.said(),
        "not_found"
    );
    assert_eq!(begun(copy("", "stolen-van")).await, "ok");
    assert_eq!(publish(&desk, &dpo, "stolen-van").await, "ok");
    // New ones stand behind those that come with the program.
    let all = desk.playbooks(&desk.by(&lead)).await.unwrap();
    assert_eq!(all.last().map(|p| (p.id.as_str(), p.called)), Some(("stolen-van", false)));
});

story!(a_playbook_of_others_becomes_a_draft, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let none = desk.import_playbook(&desk.by(&lead), "", b"not json").await.unwrap();
    assert!(none.playbook.is_none() && !none.errors.is_empty());
    let ours = domain::playbook::cacao::export(find("preserve-evidence").unwrap(), desk.now());
    let bytes = serde_json::to_vec(&ours).unwrap();
    assert_eq!(desk.import_playbook(&desk.by(&lead), "No Name", &bytes).await.said(), "playbook:not_a_name");
    let came = desk.import_playbook(&desk.by(&lead), "their-evidence", &bytes).await.unwrap();
    assert_eq!((came.playbook.as_deref(), came.errors.len()), (Some("their-evidence"), 0));
    assert_eq!(desk.import_playbook(&desk.by(&lead), "their-evidence", &bytes).await.said(), "has_draft");
    let page = desk.playbook_draft(&desk.by(&dpo), "their-evidence", None).await.unwrap();
    assert_eq!((page.draft.version, page.errors.len()), (1, 0), "{:?}", page.errors);
    assert_eq!(publish(&desk, &dpo, "their-evidence").await, "ok");
    for (format, has) in [("toml", "id = \"their-evidence\""), ("markdown", "# "), ("cacao", "playbook--")] {
        let file = desk.export_playbook(&desk.by(&dpo), "their-evidence", "", format).await.unwrap();
        assert!(file.body.contains(has), "{format}");
    }
    assert_eq!(
        desk.export_playbook(&desk.by(&dpo), "their-evidence", "", "exe").await.said(),
        "format:not_a_choice"
    );
});

story!(trying_a_playbook_leaves_nothing_behind, |desk| {
    let lead = desk.person(Role::Lead).await;
    let before = desk.journaled().await;
    let input = RehearsalInput {
        declared_at: "2026-06-09 06:00".to_owned(),
        answers: [("data.types".to_owned(), vec!["credentials".to_owned()])].into(),
        ..RehearsalInput::default()
    };
    let tried = desk.rehearse_playbook(&desk.by(&lead), "customer-api-enumerated", BUILT_IN, &input).await;
    let (version, run) = tried.unwrap();
    assert!(version.label.starts_with("Built-in version"));
    assert!(run.errors.is_empty() && run.steps.iter().any(|s| s.is_next && s.due_at.is_some()));
    assert_eq!(desk.rehearse_playbook(&desk.by(&lead), "no-such", "", &input).await.said(), "not_found");
    assert_eq!(desk.journaled().await, before);
    assert_eq!(PlaybookOrigin::Own.code(), "own");
});
