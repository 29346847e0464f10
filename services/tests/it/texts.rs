//! The organisation's own texts of notices: written by one, published by another, used in new drafts, and harmless
//! whatever is put into them.

use crate::support::{Desk, Said, Who, accepted, engines::story};
use domain::{
    access::Role,
    id::{IncidentId, NoticeId},
    incident::ReasonInput,
    notice::{
        StatementInput,
        check::{Finding, Weight},
        own_text::version::OwnTextInput,
        template::{Language, NoticeKind},
    },
    playbook::edition::EditionState,
    recipient::merge,
    view::{NoticePage, StatementView, review::Became},
};

const KIND: NoticeKind = NoticeKind::SubjectCommunication;
const EN: Language = Language::En;

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

async fn draft_revision(desk: &Desk, who: &Who, kind: NoticeKind) -> i64 {
    let page = desk.own_texts(&desk.by(who), kind, EN).await.unwrap();
    page.draft.or(page.published).map_or(0, |row| row.revision)
}

async fn write(desk: &Desk, who: &Who, kind: NoticeKind, code: &str, text: &str) -> String {
    let seen = desk.seen(who, draft_revision(desk, who, kind).await);
    desk.write_text(&seen, kind, EN, code, &OwnTextInput { text: text.to_owned() }).await.said()
}

async fn publish(desk: &Desk, who: &Who, kind: NoticeKind) -> String {
    let seen = desk.seen(who, draft_revision(desk, who, kind).await);
    desk.publish_texts(&seen, kind, EN).await.said()
}

/// Published by the DPO, written by the lead.
async fn own(desk: &Desk, kind: NoticeKind, texts: &[(&str, &str)]) {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    desk.begin_texts(&desk.by(&lead), kind, EN).await.unwrap();
    for (code, text) in texts {
        assert_eq!(write(desk, &lead, kind, code, text).await, "ok", "{text}");
    }
    assert_eq!(publish(desk, &dpo, kind).await, "ok");
}

fn statement<'p>(page: &'p NoticePage, code: &str) -> &'p StatementView {
    page.statements.iter().find(|s| s.code == code).unwrap()
}

fn found<'p>(page: &'p NoticePage, code: &str) -> Option<&'p Finding> {
    page.findings.iter().find(|finding| finding.code == code)
}

async fn refresh(desk: &Desk, who: &Who, id: NoticeId, code: &str) {
    desk.refresh_statements(&desk.on_notice(who, id).await, id, Some(code)).await.unwrap();
}

async fn ready(desk: &Desk) -> (Who, IncidentId) {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Own texts").await;
    desk.answer_for_people(&dpo, incident).await;
    (dpo, incident)
}

story!(an_own_text_is_published_by_somebody_else_and_words_new_drafts, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let lead = desk.person(Role::Lead).await;
    let before = desk.drafted(&dpo, incident, KIND, "a@people.test").await;
    let reader = desk.person(Role::Reader).await;
    assert_eq!(desk.begin_texts(&desk.by(&reader), KIND, EN).await.said(), "forbidden");
    desk.begin_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    assert_eq!(desk.begin_texts(&desk.by(&lead), KIND, EN).await.said(), "has_draft");
    assert_eq!(publish(&desk, &dpo, KIND).await, "nothing_written");
    let text = "Here is what happened.\n\n{{nature.text}}\n{{#people.count}}\nIt concerns {{people.count}} people.\n{{/people.count}}";
    // The number of people is no field of a communication: the built-in text doesn't say it.
    assert_eq!(write(&desk, &lead, KIND, "nature", text).await, "text:unknown_field");
    let text = "Here is what happened at {{organisation}}.\n\n{{nature.text}}\n{{#time.end}}\nIt ended on {{time.end}}.\n{{/time.end}}\n{{^time.end}}\nIt goes on.\n{{/time.end}}";
    assert_eq!(write(&desk, &lead, KIND, "nature", text).await, "ok");
    assert_eq!(write(&desk, &lead, KIND, "no_such", text).await, "not_found");
    assert_eq!(publish(&desk, &lead, KIND).await, "own_change");
    assert_eq!(desk.publish_texts(&desk.by(&dpo), KIND, EN).await.said(), "revision_required");
    let seen = desk.seen(&dpo, draft_revision(&desk, &dpo, KIND).await);
    assert_eq!(desk.decline_texts(&seen, KIND, EN, &because("")).await.said(), "reason:required");
    desk.decline_texts(&seen, KIND, EN, &because("Say it shorter.")).await.unwrap();
    assert_eq!(publish(&desk, &dpo, KIND).await, "ok");

    let page = desk.page(&dpo, before).await;
    assert_eq!(statement(&page, "nature").wording, None, "what there is stays as it is");
    assert!(page.statements.iter().all(|s| !s.stale));
    refresh(&desk, &dpo, before, "nature").await;
    assert_eq!(
        statement(&desk.page(&dpo, before).await, "nature").wording,
        Some(1),
        "until it is taken over"
    );

    let id = desk.drafted(&dpo, incident, KIND, "b@people.test").await;
    let page = desk.page(&dpo, id).await;
    let nature = statement(&page, "nature");
    assert_eq!((nature.wording, nature.own_words), (Some(1), false));
    assert!(nature.text.starts_with("Here is what happened at Harbour Parcel."), "{}", nature.text);
    assert!(
        nature.text.contains("It ended on 8 June 2026") && !nature.text.contains("It goes on"),
        "{}",
        nature.text
    );
    assert_eq!(statement(&page, "closing").wording, None, "what has no own text is the built-in one");
    let lacks = found(&page, "own_text_lacks").unwrap();
    assert_eq!((lacks.article, lacks.weight), ("Art. 34(2)", Weight::Read));

    // It knows its facts as the built-in one does.
    desk.answer(&dpo, incident, "nature.text", "Somebody read letters.").await;
    let page = desk.page(&dpo, id).await;
    let stale: Vec<&str> = page.statements.iter().filter(|s| s.stale).map(|s| s.code.as_str()).collect();
    assert_eq!(stale, ["nature"]);
    assert!(statement(&page, "nature").redline.iter().any(|p| p.became == Became::Added));
    refresh(&desk, &dpo, id, "nature").await;
    let page = desk.page(&dpo, id).await;
    assert!(page.text.contains("Somebody read letters.") && page.text.contains("Here is what happened"));
    // In own words of a person it is nobody else's text any more.
    let words =
        StatementInput { text: "Somebody read letters of yours.".to_owned(), ..StatementInput::default() };
    desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "nature", &words).await.unwrap();
    assert_eq!(statement(&desk.page(&dpo, id).await, "nature").wording, None);
    let back = StatementInput::default();
    desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "nature", &back).await.unwrap();
    assert_eq!(statement(&desk.page(&dpo, id).await, "nature").wording, Some(1));

    desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    desk.approve(&desk.person(Role::Approver).await, id).await.unwrap();
    desk.send_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    assert!(desk.run_mail(accepted).await.iter().all(|mail| mail.text.contains("Here is what happened")));
});

story!(every_version_is_kept_and_the_built_in_text_comes_back, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let lead = desk.person(Role::Lead).await;
    own(&desk, KIND, &[("closing", "Yours,\n{{ctrl.name}}")]).await;
    own(&desk, KIND, &[("closing", "Sincerely,\n{{ctrl.name}}")]).await;
    let page = desk.own_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    let states: Vec<_> = page.versions.iter().map(|v| (v.version, v.state)).collect();
    assert_eq!(states, [(2, EditionState::Published), (1, EditionState::Superseded)]);
    let difference = desk.texts_version(&desk.by(&lead), KIND, EN, 2).await.unwrap();
    assert_eq!(difference.from.map(|from| from.version), Some(1));
    let pieces = &difference.redlines[0].pieces;
    assert!(pieces.iter().any(|p| p.became == Became::Removed && p.text.contains("Yours")));

    let rows = desk.notice_texts(&desk.by(&lead)).await.unwrap().rows;
    let own_ones: Vec<_> = rows.iter().filter(|row| row.published.is_some()).collect();
    assert_eq!((own_ones.len(), own_ones[0].published, own_ones[0].attention), (1, Some(2), false));

    let id = desk.drafted(&dpo, incident, KIND, "a@people.test").await;
    assert_eq!(statement(&desk.page(&dpo, id).await, "closing").wording, Some(2));
    let revision = page.published.unwrap().revision;
    let retire = async |seen, reason| {
        desk.retire_texts(&desk.seen(&dpo, seen), KIND, EN, &because(reason)).await.said()
    };
    assert_eq!(retire(revision, "").await, "reason:required");
    assert_eq!(retire(revision - 1, "Not ours.").await, "revision_stale");
    assert_eq!(retire(revision, "Not ours.").await, "ok");
    assert_eq!(retire(revision, "Not ours.").await, "no_version");
    let page = desk.page(&dpo, id).await;
    assert!(page.text.contains("Sincerely,"), "what there is stays as it is");
    let after = desk.drafted(&dpo, incident, KIND, "b@people.test").await;
    assert_eq!(statement(&desk.page(&dpo, after).await, "closing").wording, None);

    // A draft that is given up keeps its number.
    desk.begin_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    let seen = desk.seen(&lead, draft_revision(&desk, &lead, KIND).await);
    desk.discard_texts(&seen, KIND, EN, &because("Changed our mind.")).await.unwrap();
    desk.begin_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    let page = desk.own_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    assert_eq!(page.draft.map(|draft| (draft.version, draft.statements)), Some((4, 0)));
});

story!(what_can_not_be_taken_is_said_where_it_stands, |desk| {
    let lead = desk.person(Role::Lead).await;
    assert_eq!(write(&desk, &lead, KIND, "nature", "x").await, "no_version", "there is no draft");
    desk.begin_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    for (code, text, said) in [
        ("nature", "{{nature.text", "text:not_a_field"),
        ("nature", "{{#nature.text}}x", "text:not_ended"),
        ("nature", "{{#nature.text}}{{nature.text}}{{/nature.text}}", "text:may_be_empty"),
        ("nature", "{{people.text}}", "text:unknown_field"),
        ("subject", "one\ntwo", "text:one_line"),
        ("subject", "{{#ctrl.name}}x{{/ctrl.name}}", "text:may_be_empty"),
        ("nature", "a\u{0}b", "text:control_character"),
        ("nature", "{{shop|ours}}", "text:unknown_field"),
        ("updates", "{{#nature.text}}More follows.{{/nature.text}}", "ok"),
        ("nature", "{{built_in}} More: {{name|customer}}", "ok"),
    ] {
        assert_eq!(write(&desk, &lead, KIND, code, text).await, said, "{text}");
    }
    assert_eq!(write(&desk, &lead, KIND, "nature", &"é".repeat(4096)).await, "ok");
    assert_eq!(write(&desk, &lead, KIND, "nature", &"é".repeat(4097)).await, "text:too_long");
    assert_eq!(write(&desk, &lead, KIND, "nature", "").await, "ok", "empty, it is the built-in one again");
    let page = desk.own_texts(&desk.by(&lead), KIND, EN).await.unwrap();
    assert_eq!(page.draft.as_ref().map(|draft| draft.statements), Some(1));
    assert!(page.is_mine && page.fields.iter().any(|field| field.field == "nature.text"));
    let press = NoticeKind::PressStatement;
    desk.begin_texts(&desk.by(&lead), press, EN).await.unwrap();
    assert_eq!(write(&desk, &lead, press, "nature", "Dear {{name|reader}}").await, "text:no_merge_here");
});

story!(a_preview_shows_a_case_that_the_asker_sees, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let lead = desk.person(Role::Lead).await;
    desk.begin_texts(&desk.by(&dpo), KIND, EN).await.unwrap();
    write(&desk, &dpo, KIND, "data", "We hold {{data.text}}.").await;
    let preview = desk.preview_texts(&desk.by(&lead), KIND, EN, incident).await.unwrap();
    let own: Vec<&str> = preview.statements.iter().filter(|s| s.own).map(|s| s.code.as_str()).collect();
    assert_eq!((own, preview.version), (vec!["data"], Some(1)));
    assert!(preview.text.contains("We hold Records of other customers") && preview.html.contains("<h2>"));
    assert!(!preview.statements.iter().find(|s| s.code == "data").unwrap().lacks.is_empty());
    let outsider = desk.another(Role::Responder).await;
    assert_eq!(desk.preview_texts(&desk.by(&outsider), KIND, EN, incident).await.said(), "not_found");
    let to_controller = NoticeKind::ControllerNotice;
    assert_eq!(
        desk.preview_texts(&desk.by(&lead), to_controller, EN, incident).await.said(),
        "no_controllers"
    );
});

story!(hostile_answers_stay_literal_in_an_own_text, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let hostile = "<script>x</script> {{data.text}} {{name|you}} {{#ctrl.name}}";
    desk.answer(&dpo, incident, "nature.text", hostile).await;
    desk.answer(&dpo, incident, "data.text", "EXPANDED").await;
    desk.answer(&dpo, incident, "ctrl.name", "Evil <b>{{nature.text}}</b>").await;
    own(
        &desk,
        KIND,
        &[
            ("subject", "News from {{ctrl.name}}"),
            ("greeting", "Dear {{name|customer}},"),
            ("nature", "It was: {{nature.text}}"),
        ],
    )
    .await;
    let id = desk.drafted(&dpo, incident, KIND, "a@people.test").await;
    let page = desk.page(&dpo, id).await;
    let nature = &statement(&page, "nature").text;
    assert_eq!(nature, "It was: <script>x</script> { {data.text}} { {name|you}} { {#ctrl.name}}");
    assert!(!page.html.contains("<script>") && page.html.contains("&lt;script&gt;"), "{}", page.html);
    assert!(
        !page.subject.contains(['\r', '\n']) && page.subject.starts_with("News from Evil <b>{ {"),
        "{}",
        page.subject
    );
    assert_eq!(page.notice.merged_fields(), ["name"], "only the organisation's field is filled in");
    assert_eq!(merge::named(&page.text).len(), 1, "{}", page.text);

    // Elsewhere nobody's fields are filled in, and what was answered stays as it is.
    let press = NoticeKind::PressStatement;
    own(&desk, press, &[("subject", "{{ctrl.name}}"), ("nature", "{{nature.text}}")]).await;
    let id = desk.drafted(&dpo, incident, press, "press@controller.test").await;
    let page = desk.page(&dpo, id).await;
    assert_eq!(statement(&page, "nature").text, hostile);
    assert!(page.notice.merged_fields().is_empty());
});
