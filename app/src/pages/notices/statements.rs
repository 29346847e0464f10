//! The statements of a notice, each with the facts and the evidence it rests on.

use super::{
    super::incidents::{frame::address, in_words},
    page::{Around, answered_at},
    versions,
};
use crate::{
    cells,
    components::{
        Badge, Choices, Digest, Form, Kind, Offer, PostButton, Row, Table, TextArea, TextField, Time,
        button::ButtonKind,
    },
    prelude::*,
};
use domain::{
    notice::check::name,
    text::Choice,
    view::{KeptWords, StatementView, UnderFact},
};

pub(super) fn section(around: &Around<'_>) -> AnyView {
    let all: Vec<_> = around.view.statements.iter().map(|s| statement(around, s)).collect();
    view! {
        <section id="statements">
            <h2>"Statements"</h2>
            {all}
        </section>
    }
    .written()
}

fn statement(around: &Around<'_>, statement: &StatementView) -> AnyView {
    let article = (!statement.article.is_empty())
        .then(|| view! { <span class="hint">{statement.article.clone()}</span> });
    let own = statement.own_words.then(|| {
        let by = around.view.case.people.name(statement.written_by);
        let judgement =
            statement.judgement.then(|| view! { <Badge kind=Kind::Other code="" label="A judgement" /> });
        view! { <Badge kind=Kind::Other code="" label=format!("Own words of {by}") />{judgement} }
    });
    let worded = statement.wording.map(|version| {
        let label = format!("Text of the organisation, version {version}");
        let (kind, language) = (around.notice().kind.code(), around.notice().language.code());
        let href = format!("/texts/{kind}/{language}/versions/{version}");
        view! { <a href=href><Badge kind=Kind::Other code="" label=label /></a> }
    });
    let is_open = around.notice().stage.is_editable();
    let stale = (statement.stale && is_open).then(|| stale(around, statement));
    let text = if statement.text.trim().is_empty() {
        view! { <p class="hint">"Empty: it falls away."</p> }.written()
    } else {
        let lang = around.notice().language.code();
        view! { <p class="said" lang=lang>{statement.text.clone()}</p> }.written()
    };
    view! {
        <article class="card" id=statement.code.clone()>
            <div class="page-head">
                <h3>{name(around.notice().kind, &statement.code)}</h3>
                <span class="row">{own}{worded}{article}</span>
            </div>
            {stale}
            {statement.kept.as_ref().map(|kept| self::kept(around, kept))}
            {text}
            {is_open.then(|| missing(around, statement))}
            {under(around, statement)}
            {around.edits().then(|| editor(around, statement))}
        </article>
    }
    .written()
}

fn stale(around: &Around<'_>, statement: &StatementView) -> AnyView {
    let action = format!("{}/statements/{}/refresh", around.address(), statement.code);
    let hidden = vec![("revision", around.notice().revision.to_string())];
    let about = format!("in “{}”", name(around.notice().kind, &statement.code));
    let button = around.edits().then(|| view! { <PostButton action=action label="Take over what is known now" about=about hidden=hidden /> });
    let says = if statement.own_words {
        "A fact under it has changed. Own words stay as they are: read them again, then take over."
    } else {
        "A fact under it has changed."
    };
    let lang = around.notice().language.code();
    let redline = (!statement.redline.is_empty()).then(|| {
        view! { <details open=true><summary>"As it would read then"</summary>{versions::text(&statement.redline, lang)}</details> }
    });
    view! {
        <p class="row"><Badge kind=Kind::Lateness code="soon" label="Stale" /><span>{says}</span>{button}</p>
        {redline}
        {around.edits().then(|| keep(around, statement))}
    }
    .written()
}

/// Leaves the words as they are, with a reason for whoever approves.
fn keep(around: &Around<'_>, statement: &StatementView) -> AnyView {
    let action = format!("{}/statements/{}/keep", around.address(), statement.code);
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    let open = state.of(&action).is_some();
    view! {
        <details open=open>
            <summary>"Keep these words, because"</summary>
            <Form action=action state=state submit="Keep them" kind=ButtonKind::Plain revision=revision>
                <TextArea name="reason" label="Why they still hold" hint="Whoever approves reads this." required=true rows=2 />
            </Form>
        </details>
    }
    .written()
}

fn kept(around: &Around<'_>, kept: &KeptWords) -> AnyView {
    let by = around.view.case.people.name(kept.by).to_owned();
    let over: Vec<_> = kept
        .over
        .iter()
        .map(|(label, before)| view! { <li>{label.clone()}": before “"<span class="said">{before.clone()}</span>"”"</li> })
        .collect();
    view! {
        <div class="hint">
            <p>"Kept by "{by}", "<Time at=kept.at />", although this had changed:"</p>
            <ul>{over}</ul>
            <p>"Because: "<span class="said">{kept.reason.clone()}</span></p>
        </div>
    }
    .written()
}

fn missing(around: &Around<'_>, statement: &StatementView) -> AnyView {
    if statement.missing.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = statement
        .missing
        .iter()
        .map(|(key, label)| view! { <li><a href=answered_at(around.view, key)>{label.clone()}</a></li> })
        .collect();
    view! { <div class="hint">"Not answered yet:"<ul>{lines}</ul></div> }.written()
}

fn under(around: &Around<'_>, statement: &StatementView) -> AnyView {
    if statement.under.is_empty() {
        return view! { <p class="hint">"It rests on no fact."</p> }.written();
    }
    let summary = match statement.under.len() {
        1 => "Rests on 1 fact".to_owned(),
        count => format!("Rests on {count} facts"),
    };
    let rows = statement.under.iter().map(|fact| row(around, fact)).collect();
    let caption = format!("The facts under “{}”", name(around.notice().kind, &statement.code));
    let open = statement.stale && around.notice().stage.is_editable();
    view! {
        <details open=open>
            <summary>{summary}</summary>
            <Table caption=caption heads=vec!["Fact", "Answer when it was written", "Answer now", "Evidence"] rows=rows />
        </details>
    }
    .written()
}

fn row(around: &Around<'_>, fact: &UnderFact) -> Row {
    let base = address(&around.view.case.incident);
    let href = answered_at(around.view, &fact.key);
    let now = match &fact.now_shown {
        Some(now) => view! { <strong class="said">{in_words(&fact.key, now)}</strong> }.written(),
        None => view! { <span class="hint">"the same"</span> }.written(),
    };
    let evidence = match &fact.evidence {
        Some((id, sha256)) => {
            let href = format!("{base}/evidence#{id}");
            view! { <a href=href>"Evidence"</a>" "<Digest sha256=sha256.clone() /> }.written()
        }
        None => view! { <span class="hint">"none named"</span> }.written(),
    };
    Row::new(cells![
        view! { <a href=href>{fact.label.clone()}</a> },
        view! { <span class="said">{in_words(&fact.key, &fact.shown)}</span> },
        now,
        evidence,
    ])
}

fn editor(around: &Around<'_>, statement: &StatementView) -> AnyView {
    let action = format!("{}/statements/{}", around.address(), statement.code);
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    let open = state.of(&action).is_some();
    let text = statement.text.clone();
    let judgement = statement.own_words && statement.judgement;
    let judgement = if judgement { vec!["true".to_owned()] } else { Vec::new() };
    let offers = vec![Offer::new("true", "This is a judgement of ours and rests on no fact")];
    let fields = around.notice().takes_a_list().is_ok().then_some(
        " What is each person’s own is written {{name|customer}}: the field, and behind the bar what stands there where it isn’t known. The fields are name, reference, and the columns of your own that were kept of a file.",
    );
    let hint =
        format!("Leave it empty to go back to the words of the template.{}", fields.unwrap_or_default());
    let one_line = statement.code == "subject";
    view! {
        <details open=open>
            <summary>"Own words"</summary>
            <Form action=action state=state submit="Save" revision=revision>
                {if one_line {
                    view! { <TextField name="text" label="Text" hint=hint value=text /> }.written()
                } else {
                    view! { <TextArea name="text" label="Text" hint=hint value=text rows=6 /> }.written()
                }}
                <Choices name="judgement" label="What it rests on" offers=offers values=judgement />
            </Form>
        </details>
    }
    .written()
}
