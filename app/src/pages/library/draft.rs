//! The draft of a playbook: its text, what is found in it, how it reads, and what becomes of it.

use super::{moved, reading, title_of};
use crate::{
    components::{Banner, ButtonKind, Digest, Form, LinkButton, Live, PostButton, TextArea, Time, Tone},
    form::{Answered, FormState},
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    incident::ReasonInput,
    playbook::writing::{Finding, TextInput, split},
    view::library::DraftPage,
};
use services::{Error, library::Shelf};

fn address(id: &str) -> String {
    format!("/playbooks/{id}/draft")
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(shown(&visit, &id, None, FormState::default()).await).await
}

pub(super) async fn save(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<TextInput>()?;
        visit.services.save_playbook(&posted.ctx(&visit.ctx), &id, &input).await?;
        Ok(address(&id))
    };
    answered(&visit, &id, done.await, &posted).await
}

/// Shows what is found in a text as it was typed. Nothing is kept.
pub(super) async fn check(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let typed = async {
        let input = posted.input::<TextInput>()?;
        let state = FormState::from(Answered::new(address(&id), posted.values.clone()));
        shown(&visit, &id, Some(&input), state).await
    };
    match typed.await {
        Ok(page) => visit.show(Ok(page)).await,
        Err(why) => {
            // The text is in the form that saves it, and so is what is wrong with it.
            let mut posted = posted;
            posted.action = address(&id);
            answered(&visit, &id, Err(why), &posted).await
        }
    }
}

pub(super) async fn rebase(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.rebase_playbook(&posted.ctx(&visit.ctx), &id).await?;
        Ok(address(&id))
    };
    answered(&visit, &id, done.await, &posted).await
}

pub(super) async fn publish(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.publish_playbook(&posted.ctx(&visit.ctx), &id).await?;
        Ok(format!("/playbooks/{id}"))
    };
    answered(&visit, &id, done.await, &posted).await
}

pub(super) async fn decline(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<ReasonInput>()?;
        visit.services.decline_playbook(&posted.ctx(&visit.ctx), &id, &input).await?;
        Ok(address(&id))
    };
    answered(&visit, &id, done.await, &posted).await
}

pub(super) async fn discard(visit: Visit, Path(id): Path<String>, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<ReasonInput>()?;
        visit.services.discard_playbook(&posted.ctx(&visit.ctx), &id, &input).await?;
        Ok("/playbooks".to_owned())
    };
    answered(&visit, &id, done.await, &posted).await
}

async fn answered(visit: &Visit, id: &str, done: Result<String, Error>, posted: &Posted) -> Response {
    visit.answer(done, posted, async |state| shown(visit, id, None, state).await).await
}

/// With `typed`, what is found in that text instead of the one that is stored.
async fn shown(visit: &Visit, id: &str, typed: Option<&TextInput>, state: FormState) -> Shown {
    let view = visit.services.playbook_draft(&visit.ctx, id, typed).await?;
    let shelf = visit.services.shelf(&visit.ctx).await?;
    let is_checked = typed.is_some();
    let name = if view.draft.title.is_empty() { id.to_owned() } else { view.draft.title.clone() };
    Ok(Page::new(Place::Playbooks, format!("Draft: {name}"), move || {
        let checked = is_checked.then(|| {
            view! { <Banner>"This is the text as you typed it. It is checked below and not saved yet."</Banner> }
        });
        view! {
            <p><a href="/playbooks">"All playbooks"</a></p>
            <div class="page-head"><h1>"Draft: "{name}</h1></div>
            {about(&view)}
            {checked}
            {basis(&view)}
            {editor(&view, &state)}
            {found(&view)}
            {decide(&view, &state)}
            {numbered(&view)}
            {preview(&view, &shelf)}
            {give_up(&view, &state)}
        }
        .written()
    }))
}

fn about(view: &DraftPage) -> AnyView {
    let (draft, by) = (&view.draft, view.people.name(view.draft.saved_by).to_owned());
    let declined = draft.declined.as_ref().map(|said| {
        let (at, by, reason) = (said.at, view.people.name(said.by).to_owned(), said.reason.clone());
        view! { <Banner tone=Tone::Attention>"Sent back "<Time at=at />" by "{by}": "{reason}</Banner> }
    });
    let base = draft.based_on.as_ref().map(|base| {
        let href = format!("/playbooks/{}", base.playbook);
        view! { ", copied from version "{base.version}" of "<a href=href>{base.playbook.clone()}</a> }
    });
    let compare = view.offered.then(|| {
        let href = format!("/playbooks/{}/difference?from=offered&to=draft", draft.playbook);
        view! { <LinkButton href=href label="What it changes" kind=ButtonKind::Plain /> }
    });
    let rehearse = view.playbook.is_some().then(|| {
        let href = format!("/playbooks/{}/try?version=draft", draft.playbook);
        view! { <LinkButton href=href label="Try it with invented answers" kind=ButtonKind::Plain /> }
    });
    view! {
        <p class="hint">"Last changed "<Time at=draft.saved_at />" by "{by}{base}" · "<Digest sha256=draft.digest.clone() /></p>
        {declined}
        <div class="row">{compare}{rehearse}</div>
    }
    .written()
}

/// That the playbook it was copied from has changed, and the way to say that this was looked at.
fn basis(view: &DraftPage) -> AnyView {
    let Some(_) = &view.moved else { return ().written() };
    let id = &view.draft.playbook;
    let taken = view.may_edit.then(|| {
        let hidden = vec![("revision", view.draft.revision.to_string())];
        view! { <PostButton action=format!("{}/base", address(id)) label="I have taken that into account" hidden=hidden /> }
    });
    view! { {moved(id, view.moved.as_ref(), "")}{taken} }.written()
}

fn found(view: &DraftPage) -> AnyView {
    let lines = |findings: &[Finding]| -> Vec<_> {
        findings
            .iter()
            .map(|finding| {
                let (href, line) = (format!("#L{}", finding.line), format!("Line {}", finding.line));
                view! { <li><a href=href>{line}</a>": "{finding.message.clone()}</li> }
            })
            .collect()
    };
    let verdict = match view.errors.len() {
        0 => "The text has no errors.".to_owned(),
        1 => "1 error".to_owned(),
        n => format!("{n} errors"),
    };
    let errors = if view.errors.is_empty() {
        view! { <p>{verdict.clone()}</p> }.written()
    } else {
        view! {
            <h3>{verdict.clone()}</h3>
            <p class="hint">"The draft can be saved with errors, but not published."</p>
            <ul class="list">{lines(&view.errors)}</ul>
        }
        .written()
    };
    let warnings = (!view.warnings.is_empty()).then(|| {
        view! {
            <h3>"Worth a second look"</h3>
            <ul class="list">{lines(&view.warnings)}</ul>
        }
    });
    view! {
        <section class="card" id="found" data-verdict=verdict>
            <h2>"What the check found"</h2>
            {errors}
            {warnings}
        </section>
    }
    .written()
}

fn editor(view: &DraftPage, state: &FormState) -> AnyView {
    if !view.may_edit {
        return ().written();
    }
    let id = view.draft.playbook.clone();
    let (typed, original) = split(&view.source);
    let hint = if original.is_empty() {
        "TOML, as the handbook of the format explains it. Up to 256 KiB."
    } else {
        "TOML, as the handbook of the format explains it. Up to 256 KiB. The original of the imported playbook is kept beside it and not shown here."
    };
    let text = typed.to_owned();
    let check = format!("{}/check", address(&id));
    let parts = ["found", "lines", "preview"].map(str::to_owned).to_vec();
    let live = Live { address: check.clone(), parts };
    view! {
        <section>
            <h2>"Text"</h2>
            <Form action=address(&id) state=state.clone() submit="Save the draft" revision=Some(view.draft.revision)>
                <TextArea name="source" label="Playbook" hint=hint value=text rows=30 required=true live=Some(live) />
                <button type="submit" class="button" formaction=check>"Check without saving"</button>
            </Form>
        </section>
    }
    .written()
}

fn decide(view: &DraftPage, state: &FormState) -> AnyView {
    if !view.may_publish {
        return ().written();
    }
    let (base, revision) = (address(&view.draft.playbook), Some(view.draft.revision));
    let publish = if view.is_mine {
        view! { <p>"You made the last change, so a second person reads it and publishes it."</p> }.written()
    } else if view.errors.is_empty() {
        let hidden = vec![("revision", view.draft.revision.to_string())];
        view! {
            <p>"Read it below, then publish it. From then on new cases are offered this version; cases that follow another go on with theirs."</p>
            <PostButton action=format!("{base}/publish") label="Publish this version" hidden=hidden kind=ButtonKind::Primary />
        }
        .written()
    } else {
        view! { <p>"It can be published once the text has no errors."</p> }.written()
    };
    view! {
        <section>
            <h2>"Publish or send back"</h2>
            {publish}
            <details open=state.has(&format!("{base}/decline"))>
                <summary>"Send it back"</summary>
                <Form action=format!("{base}/decline") state=state.clone() submit="Send it back" kind=ButtonKind::Plain revision=revision>
                    <TextArea name="reason" label="What should be changed" rows=3 required=true />
                </Form>
            </details>
        </section>
    }
    .written()
}

/// The text with its line numbers, so that what was found can be found.
fn numbered(view: &DraftPage) -> AnyView {
    let marked = |line: usize| view.errors.iter().any(|finding| finding.line == line);
    let lines: Vec<_> = (1..)
        .zip(split(&view.source).0.lines())
        .map(|(line, text)| {
            let class = marked(line).then_some("wrong");
            view! { <li id=format!("L{line}") class=class><code>{text.to_owned()}</code></li> }
        })
        .collect();
    view! {
        <details id="lines" open=!view.errors.is_empty()>
            <summary>"The text with line numbers"</summary>
            <ol class="source">{lines}</ol>
        </details>
    }
    .written()
}

fn preview(view: &DraftPage, shelf: &Shelf) -> AnyView {
    let Some(playbook) = &view.playbook else {
        return view! { <section id="preview"><h2>"How it reads"</h2><p>"It is shown here once the text can be read."</p></section> }.written();
    };
    view! {
        <section class="preview" id="preview">
            <h2>"How it reads"</h2>
            <p class="title">{playbook.title.clone()}</p>
            {reading::text(playbook, &title_of(shelf))}
        </section>
    }
    .written()
}

fn give_up(view: &DraftPage, state: &FormState) -> AnyView {
    if !view.may_edit {
        return ().written();
    }
    let action = format!("{}/discard", address(&view.draft.playbook));
    view! {
        <details open=state.has(&action)>
            <summary>"Give the draft up"</summary>
            <Form action=action.clone() state=state.clone() submit="Give the draft up" kind=ButtonKind::Danger revision=Some(view.draft.revision)>
                <TextArea name="reason" label="Why" rows=2 required=true />
            </Form>
        </details>
    }
    .written()
}
