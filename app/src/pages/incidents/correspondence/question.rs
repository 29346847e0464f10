//! One question: what was asked, what is answered, and how that was sent.

use super::{answer, due, elsewhere, fields, state_of};
use crate::{
    components::{Banner, ButtonKind, DefinitionList, Digest, Form, TextArea, Time, Tone},
    form::FormState,
    pages::{
        id,
        incidents::{
            clocks::folded,
            facts::ground,
            frame::{TabName, address, can, frame},
        },
    },
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    correspondence::question::{
        AnswerInput, AnsweredInput, ApproveAnswerInput, AskedInput, DraftAnswerInput, Question,
    },
    id::QuestionId,
    incident::ReasonInput,
    view::correspondence::QuestionPage,
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/questions/{question}", one),
        post("/questions/{question}/asked", asked),
        post("/questions/{question}/draft", draft),
        post("/questions/{question}/answer", written),
        post("/questions/{question}/approve", approve),
        post("/questions/{question}/back", back),
        post("/questions/{question}/sent", sent),
        post("/questions/{question}/withdraw", withdraw),
    ]
}

async fn one(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn answered(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/questions/{raw}"));
    visit.answer(done, posted, async |state| shown(visit, raw, state).await).await
}

async fn asked(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<AskedInput>()?);
        visit.services.edit_question(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn draft(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<DraftAnswerInput>()?);
        visit.services.draft_answer(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn written(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<AnswerInput>()?);
        visit.services.write_answer(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn approve(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<ApproveAnswerInput>()?);
        visit.services.approve_answer(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn back(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<ReasonInput>()?);
        visit.services.send_answer_back(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn sent(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<AnsweredInput>()?);
        visit.services.record_answered(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn withdraw(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (question, input) = (id::<QuestionId>(&raw)?, posted.input::<ReasonInput>()?);
        visit.services.withdraw_question(&posted.ctx(&visit.ctx), question, &input).await
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.question(&visit.ctx, id::<QuestionId>(raw)?).await?;
    let title = format!("{}: question of {}", view.case.incident.reference, view.line.question.asked.name);
    Ok(Page::new(Place::Incidents, title, move || {
        let content = content(&view, &state);
        frame(&view.case, TabName::Correspondence, content)
    }))
}

/// Whether the asker may still change something about it.
pub(super) fn writes(view: &QuestionPage) -> bool {
    can(&view.case, Action::AnswerQuestion) && !view.line.question.state.is_settled()
}

fn content(view: &QuestionPage, state: &FormState) -> AnyView {
    let question = &view.line.question;
    let back = format!("{}/correspondence", address(&view.case.incident));
    let name = question.asked.name.clone();
    view! {
        <section>
            <p class="row"><a href=back>"All correspondence of this incident"</a></p>
            <div class="page-head">
                <h2>"Question of "{name}</h2>
                {state_of(question.state)}
            </div>
            {banners(view)}
            <p class="said">{question.asked.text.clone()}</p>
            <DefinitionList items=about(view) />
            {writes(view).then(|| editing(view, state.clone()))}
        </section>
        {answer::section(view, state)}
        {writes(view).then(|| withdrawing(question, state.clone()))}
    }
    .written()
}

fn banners(view: &QuestionPage) -> AnyView {
    let question = &view.line.question;
    let overdue = view.line.overdue.then(|| {
        view! { <Banner tone=Tone::Attention>"The time for an answer is over. If it takes longer, tell them so and ask for more time."</Banner> }
    });
    let withdrawn = (!question.withdrawn_reason.is_empty()).then(|| {
        let reason = question.withdrawn_reason.clone();
        view! { <Banner>"No answer is owed any more: "<span class="said">{reason}</span></Banner> }
    });
    view! { {overdue}{withdrawn} }.written()
}

fn about(view: &QuestionPage) -> Vec<(&'static str, AnyView)> {
    let (case, question) = (&view.case, &view.line.question);
    let asked = &question.asked;
    let (by, way) = (case.people.name(question.recorded_by).to_owned(), asked.way.to_string());
    let mut items: Vec<(&'static str, AnyView)> = vec![
        ("Who asks", asked.asker.to_string().written()),
        ("Received", view! { <Time at=asked.received_at />", by "{way}", recorded by "{by} }.written()),
    ];
    if !asked.reference.is_empty() {
        items.push(("Their reference", asked.reference.clone().written()));
    }
    items.push(("To be answered by", due(&view.line)));
    items.push(("Who sees to it", case.people.name(asked.owner).to_owned().written()));
    if let Some(letter) = &asked.ground {
        items.push(("Their letter", ground(case, &view.evidence, letter)));
    }
    if let (Some(at), Some(by), Some(digest)) =
        (question.answer.approved_at, question.answer.approved_by, question.answer.approved_digest.clone())
    {
        let by = case.people.name(by).to_owned();
        items.push((
            "Approved",
            view! { <Time at=at />" by "{by}", exactly the text "<Digest sha256=digest /> }.written(),
        ));
    }
    if let Some(sent) = &question.sent {
        let (by, way) = (case.people.name(sent.by).to_owned(), sent.way.to_string());
        let number = (!sent.reference.is_empty()).then(|| format!(", {}", sent.reference));
        let there = elsewhere(sent.at, view.line.zone);
        items.push((
            "Sent",
            view! { <Time at=sent.at />", by "{way}{number}", as "{by}" says"{there} }.written(),
        ));
        let proof = sent.proof.as_ref().map(|proof| ground(case, &view.evidence, proof));
        items.push(("Proof", proof.unwrap_or_else(|| "none was named".written())));
    }
    items
}

fn editing(view: &QuestionPage, state: FormState) -> AnyView {
    let question = &view.line.question;
    let action = format!("/questions/{}/asked", question.id);
    let refused = state.has(&action);
    let (case, askers, evidence) = (view.case.clone(), view.askers.clone(), view.evidence.clone());
    let asked = question.asked.clone();
    let revision = question.revision;
    let form = view! {
        <p class="hint">"Another question voids an approval; another day or another person doesn’t. Without a new choice the letter stays the one that was named."</p>
        <Form action=action state=state submit="Save" kind=ButtonKind::Plain revision=Some(revision)>
            {fields(&case, &askers, &evidence, Some(&asked))}
        </Form>
    };
    folded("Change the question, its due time or who sees to it", refused, form.written())
}

fn withdrawing(question: &Question, state: FormState) -> AnyView {
    let action = format!("/questions/{}/withdraw", question.id);
    let (refused, revision) = (state.has(&action), question.revision);
    let form = view! {
        <Form action=action state=state submit="Withdraw the question" kind=ButtonKind::Plain revision=Some(revision)>
            <TextArea name="reason" label="Why no answer is owed any more" hint="They took it back, or it was recorded twice." rows=2 required=true />
        </Form>
    };
    folded("No answer is owed any more", refused, form.written())
}
