//! What is said about a notice, to each other and not to those who get it.

use super::{super::incidents::frame::can, page::Around};
use crate::{
    components::{Form, Offer, PostButton, Select, TextArea, Time, button::ButtonKind},
    prelude::*,
};
use domain::{
    access::Action,
    notice::{check::name, comment::Comment, template::statements},
};

pub(super) fn section(around: &Around<'_>) -> AnyView {
    let comments = &around.view.comments;
    let is_open = around.notice().stage.is_editable();
    let may = is_open && can(&around.view.case, Action::CommentNotice);
    if comments.is_empty() && !may {
        return ().written();
    }
    let (open, done): (Vec<&Comment>, Vec<&Comment>) =
        comments.iter().partition(|comment| comment.resolved_at.is_none());
    let done = (!done.is_empty()).then(|| {
        let summary = format!("Dealt with: {}", done.len());
        let lines: Vec<_> = done.iter().map(|comment| line(around, comment, false)).collect();
        view! { <details><summary>{summary}</summary><ul class="entries">{lines}</ul></details> }
    });
    let lines: Vec<_> = open.iter().map(|comment| line(around, comment, may)).collect();
    let list = if lines.is_empty() {
        view! { <p class="hint">"Nothing is open."</p> }.written()
    } else {
        view! { <ul class="entries">{lines}</ul> }.written()
    };
    view! {
        <section class="card" id="comments">
            <h2>"Comments"</h2>
            <p class="hint">"Only those who work on the case see them. Nothing of them leaves."</p>
            {list}
            {done}
            {may.then(|| form(around))}
        </section>
    }
    .written()
}

fn line(around: &Around<'_>, comment: &Comment, may: bool) -> AnyView {
    let people = &around.view.case.people;
    let about = comment.statement.as_ref().map(|code| {
        let (href, name) = (format!("#{code}"), name(around.notice().kind, code));
        view! { " on "<a href=href>{name}</a> }
    });
    let resolved = comment.resolved_at.zip(comment.resolved_by).map(|(at, by)| {
        view! { <p class="hint">"Dealt with by "{people.name(by).to_owned()}", "<Time at=at /></p> }
    });
    let resolve = may.then(|| {
        let action = format!("{}/comments/{}/resolve", around.address(), comment.id);
        let about = format!("the comment of {}", people.name(comment.said_by));
        view! { <PostButton action=action label="It was dealt with" about=about /> }
    });
    view! {
        <li>
            <p><strong>{people.name(comment.said_by).to_owned()}</strong>{about}", "<Time at=comment.said_at /></p>
            <p class="said">{comment.text.clone()}</p>
            {resolved}
            {resolve}
        </li>
    }
    .written()
}

fn form(around: &Around<'_>) -> AnyView {
    let action = format!("{}/comments", around.address());
    let kind = around.notice().kind;
    let offers: Vec<_> =
        statements(kind).iter().map(|spec| Offer::new(spec.code, name(kind, spec.code))).collect();
    let (state, token) = (around.state.clone(), around.token.to_owned());
    let open = state.of(&action).is_some();
    view! {
        <details open=open>
            <summary>"Say something"</summary>
            <Form action=action state=state submit="Say it" kind=ButtonKind::Plain token=token>
                <Select name="statement" label="About" offers=offers none="The notice as a whole".to_owned() />
                <TextArea name="text" label="Comment" required=true rows=3 />
            </Form>
        </details>
    }
    .written()
}
