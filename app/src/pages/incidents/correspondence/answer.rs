//! The answer to a question: drafted, written, approved, sent.

use super::question::writes;
use crate::{
    cells,
    components::{
        Banner, ButtonKind, Choices, Digest, Empty, Form, Hidden, Offer, Row, Select, Table, TextArea,
        TextField, TimeField, Tone, offers,
    },
    form::FormState,
    islands::CopyButton,
    pages::incidents::{
        answer::evidence_fields,
        clocks::folded,
        frame::{address, can},
    },
    prelude::*,
};
use domain::{
    access::Action,
    correspondence::question::{QuestionState, QuestionWay},
    notice::template::Language,
    text::Choice,
    view::{UnderFact, correspondence::QuestionPage},
};

pub(super) fn section(view: &QuestionPage, state: &FormState) -> AnyView {
    let question = &view.line.question;
    let text = question.answer.text.clone();
    let words = if text.is_empty() {
        view! { <Empty title="Nothing was answered yet" /> }.written()
    } else {
        let digest = view.digest.clone();
        let copied = text.clone();
        view! {
            <p class="said">{text}</p>
            <p class="row"><CopyButton text=copied what="the answer".to_owned() /><Digest sha256=digest /></p>
        }
        .written()
    };
    let remark = (!question.answer.remark.is_empty()).then(|| {
        let remark = question.answer.remark.clone();
        view! { <Banner tone=Tone::Attention>"It was sent back: "<span class="said">{remark}</span></Banner> }
    });
    let writing = writes(view).then(|| {
        view! { {drafting(view, state.clone())}{writing(view, state.clone())} }
    });
    view! {
        <section id="answer" class="card">
            <h2>"The answer"</h2>
            {remark}
            {stale(view)}
            {words}
            {under(view)}
            {writing}
            {approving(view, state)}
            {sending(view, state.clone())}
        </section>
    }
    .written()
}

fn stale(view: &QuestionPage) -> AnyView {
    if !view.is_stale() {
        return ().written();
    }
    view! { <Banner tone=Tone::Attention>"Facts under this answer have changed since it was written. Draft it anew, or save it once more if its words still hold. Until then it can’t be approved or sent."</Banner> }
        .written()
}

fn under(view: &QuestionPage) -> AnyView {
    if view.under.is_empty() {
        return ().written();
    }
    let rows = view.under.iter().map(|under| fact(view, under)).collect();
    let heads = vec!["Fact", "When it was written", "Now"];
    view! {
        <details open=view.is_stale()>
            <summary>"The facts that it rests on"</summary>
            <Table caption="Facts under the answer" heads=heads rows=rows />
        </details>
    }
    .written()
}

fn fact(view: &QuestionPage, under: &UnderFact) -> Row {
    let href = format!("{}/facts/{}", address(&view.case.incident), under.key);
    let now = match &under.now_shown {
        Some(now) => view! { <span class="said">{now.clone()}</span> }.written(),
        None => view! { <span class="hint">"the same"</span> }.written(),
    };
    let row = Row::new(cells![
        view! { <a href=href>{under.label.clone()}</a> },
        view! { <span class="said">{under.shown.clone()}</span> },
        now,
    ]);
    if under.now_shown.is_some() { row.tone(Tone::Attention) } else { row }
}

fn drafting(view: &QuestionPage, state: FormState) -> AnyView {
    if view.offered.is_empty() {
        return view! { <p class="hint">"An answer to them is written in own words; nothing is drafted for it."</p> }
            .written();
    }
    let question = &view.line.question;
    let action = format!("/questions/{}/draft", question.id);
    let refused = state.has(&action);
    let statements: Vec<Offer> =
        view.offered.iter().map(|o| Offer::new(o.code.clone(), o.heading.clone())).collect();
    let ticked = question.answer.statements.clone();
    let usual = view.languages.first().copied().unwrap_or(Language::En);
    let language = question.answer.language.unwrap_or(usual).code();
    let revision = question.revision;
    let first = question.state == QuestionState::Open;
    let form = view! {
        <p class="hint">"Each statement is worded from the facts as they are now. What stands above is replaced."</p>
        <Form action=action state=state submit="Draft the answer" kind=ButtonKind::Plain revision=Some(revision)>
            <Select name="language" label="Language" offers={offers::<Language>()} value=language required=true />
            <Choices name="statements" label="What answers the question" offers=statements values=ticked required=true />
        </Form>
    };
    folded("Draft it from the facts", refused || first, form.written())
}

fn writing(view: &QuestionPage, state: FormState) -> AnyView {
    let question = &view.line.question;
    let action = format!("/questions/{}/answer", question.id);
    let (refused, revision, text) = (state.has(&action), question.revision, question.answer.text.clone());
    let form = view! {
        <Form action=action state=state submit="Save the answer" kind=ButtonKind::Plain revision=Some(revision)>
            <TextArea name="text" label="The answer" hint="Saving says that these words hold for the facts as they are now. It voids an approval." value=text rows=12 required=true />
        </Form>
    };
    folded("Write it in own words", refused, form.written())
}

/// Approving what was read, or sending it back.
fn approving(view: &QuestionPage, state: &FormState) -> AnyView {
    let question = &view.line.question;
    let waits = matches!(question.state, QuestionState::Drafted | QuestionState::Approved);
    if !waits || !can(&view.case, Action::ApproveAnswer) {
        let hint = (question.state == QuestionState::Drafted).then(|| {
            view! { <p class="hint">"Somebody who wrote none of it has to approve it: the data protection officer or an approver."</p> }
        });
        return hint.written();
    }
    let (action, back) =
        (format!("/questions/{}/approve", question.id), format!("/questions/{}/back", question.id));
    let (digest, revision) = (view.digest.clone(), question.revision);
    let approve = if question.state == QuestionState::Approved {
        ().written()
    } else if view.own_work {
        view! { <p class="hint">"You wrote on this answer. A second person has to approve it."</p> }.written()
    } else {
        view! {
            <Form action=action state=state.clone() submit="Approve exactly this answer" revision=Some(revision)>
                <Hidden name="digest" value=digest />
            </Form>
        }
        .written()
    };
    let refused = state.has(&back);
    let form = view! {
        <Form action=back state=state.clone() submit="Send it back" kind=ButtonKind::Plain revision=Some(revision)>
            <TextArea name="reason" label="What is to be changed" rows=2 required=true />
        </Form>
    };
    view! { {approve}{folded("Send it back to its authors", refused, form.written())} }.written()
}

fn sending(view: &QuestionPage, state: FormState) -> AnyView {
    let question = &view.line.question;
    if question.state != QuestionState::Approved || !writes(view) {
        return ().written();
    }
    let action = format!("/questions/{}/sent", question.id);
    let (revision, way) = (question.revision, question.asked.way.code());
    let evidence = view.evidence.clone();
    view! {
        <h3>"It was sent"</h3>
        <p>"Copy the text above into the portal, the letter or the mail, and record here that it left. From then on the text is frozen."</p>
        <Form action=action state=state submit="Record that it was sent" revision=Some(revision)>
            <TimeField name="sent_at" label="When" required=true />
            <Select name="way" label="How" offers={offers::<QuestionWay>()} value=way required=true />
            <TextField name="reference" label="Number of the confirmation or of the registered letter" />
            {evidence_fields(&evidence)}
        </Form>
    }
    .written()
}
