//! From a draft to its release: who gets it, who reviews it, who sends it.

use super::{super::incidents::frame::can, checks, page::Around};
use crate::components::{Digest, Form, Hidden, Offer, Radios, TextArea, TextField, button::ButtonKind};
use crate::prelude::*;
use domain::{
    access::Action,
    delivery::{LIST_MAX, OnUncertain},
    notice::{Notice, RECIPIENTS_MAX, kind::Addressees, stage::Stage, template::NoticeKind},
    text::Choice,
};

pub(super) fn recipients(around: &Around<'_>) -> AnyView {
    let notice = around.notice();
    let count = notice.people();
    let lines: Vec<_> = notice.recipients.iter().map(|r| view! { <li>{r.clone()}</li> }).collect();
    let list = match count {
        0 => view! { <p class="nobody">"Nobody yet"</p> }.written(),
        _ if !notice.list.is_empty() => {
            view! { <p>{format!("A list of {count} people, one mail each. Its digest: ")}<Digest sha256=notice.list.digest.clone() /></p> }
                .written()
        }
        1..=5 => view! { <ul class="entries">{lines}</ul> }.written(),
        _ => view! { <details><summary>{format!("{count} people, one mail each")}</summary><ul class="entries">{lines}</ul></details> }.written(),
    };
    view! {
        <section id="recipients">
            <h2>"Who gets it"</h2>
            {list}
            {files(notice)}
            {around.edits().then(|| recipients_form(around))}
        </section>
    }
    .written()
}

/// The way to files and to the list, for a communication to many.
fn files(notice: &Notice) -> AnyView {
    if notice.takes_a_list().is_err() {
        return ().written();
    }
    let href = format!("/notices/{}/recipients", notice.id);
    let label = if notice.stage.is_editable() {
        "Read them from a file, or look at the list"
    } else {
        "The recipients, and how long they are kept"
    };
    view! { <p><a href=href>{label}</a></p> }.written()
}

fn recipients_form(around: &Around<'_>) -> AnyView {
    let notice = around.notice();
    let action = format!("{}/recipients", around.address());
    let (state, revision) = (around.state.clone(), Some(notice.revision));
    let open = notice.people() == 0 || state.of(&action).is_some();
    let stored = notice.recipients.join("\n");
    let kind = notice.kind;
    let replaces = (!notice.list.is_empty()).then(|| {
        view! { <p class="hint">"Whoever is saved here takes the place of the whole list."</p> }
    });
    view! {
        <details open=open>
            <summary>"Say who gets it"</summary>
            {replaces}
            <Form action=action state=state submit="Save the recipients" revision=revision>{addresses(kind, stored)}</Form>
        </details>
    }
    .written()
}

fn addresses(kind: NoticeKind, stored: String) -> AnyView {
    let spec = kind.spec();
    let hint = spec.addresses;
    match spec.to {
        Addressees::Authority => view! {
            <TextField name="recipients" label="Address of the supervisory authority" hint=hint kind="email" value=stored required=true />
            <TextField name="confirm" label="The same address, typed again" kind="email" required=true />
        }
        .written(),
        Addressees::Controller => {
            view! { <TextArea name="recipients" label="Addresses" hint=hint value=stored required=true rows=3 /> }.written()
        }
        Addressees::Listed => {
            let hint = format!(
                "One address a line, {RECIPIENTS_MAX} at the most; a file or a program gives up to {LIST_MAX}. {hint}"
            );
            view! { <TextArea name="recipients" label="Addresses" hint=hint value=stored required=true rows=8 /> }.written()
        }
    }
}

/// What may be done with it now, and by whom.
pub(super) fn steps(around: &Around<'_>) -> AnyView {
    let case = &around.view.case;
    let stage = around.notice().stage;
    let submits = matches!(stage, Stage::Draft | Stage::ChangesRequested) && can(case, Action::SubmitNotice);
    let reviews = stage == Stage::InReview;
    let sends = stage == Stage::Approved;
    let changes = matches!(stage, Stage::InReview | Stage::Approved) && can(case, Action::RequestChanges);
    view! {
        {submits.then(|| submit(around))}
        {reviews.then(|| approve(around))}
        {sends.then(|| send(around))}
        {changes.then(|| request_changes(around))}
        {(!stage.is_settled() && can(case, Action::CancelNotice)).then(|| cancel(around))}
    }
    .written()
}

fn submit(around: &Around<'_>) -> AnyView {
    let action = format!("{}/submit", around.address());
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    view! {
        <section class="card">
            <h2>"Give it to a second person"</h2>
            <p>"Somebody who wrote none of it reads and approves exactly what will leave."</p>
            {checks::stops(around)}
            <Form action=action state=state submit="Submit for review" revision=revision><span></span></Form>
        </section>
    }
    .written()
}

fn approve(around: &Around<'_>) -> AnyView {
    let view = around.view;
    let says = |words: &'static str| {
        view! { <section class="card"><h2>"Approval"</h2><p>{words}</p></section> }.written()
    };
    if around.notice().authors.contains(&around.me) {
        return says(
            "You wrote part of this notice. A second person has to approve it: a data protection officer or an approver.",
        );
    }
    if !can(&view.case, Action::ApproveNotice) {
        return says("It waits for a data protection officer or an approver who wrote none of it.");
    }
    let action = format!("{}/approve", around.address());
    let (state, revision, digest) =
        (around.state.clone(), Some(around.notice().revision), view.digest.clone());
    let count = recipients_words(around);
    view! {
        <section class="card">
            <h2>"Approve"</h2>
            <p>"You approve exactly these bytes, to "{count}": "<Digest sha256=digest.clone() />". Read "<a href="#preview">"what leaves"</a>" first."</p>
            <p class="hint">"Approving sends nothing. If anything changes afterwards, the approval is void."</p>
            <Form action=action state=state submit="Approve exactly this" revision=revision>
                <Hidden name="digest" value=digest />
                <Radios name="on_uncertain" label="If the answer of the relay is lost" offers=uncertain() value=OnUncertain::Resend.code().to_owned() />
            </Form>
        </section>
    }
    .written()
}

/// What may become of a mail of which nobody knows whether the relay took it.
fn uncertain() -> Vec<Offer> {
    let hint = |choice| match choice {
        OnUncertain::Resend => {
            "Nobody is left out; a few people may get it twice. Right for what the law asks for."
        }
        OnUncertain::Hold => "Nobody gets it twice; somebody has to look at each such mail.",
    };
    OnUncertain::ALL
        .iter()
        .map(|choice| Offer::new(choice.code(), choice.label()).hint(hint(*choice)))
        .collect()
}

fn recipients_words(around: &Around<'_>) -> String {
    match (around.notice().people(), around.notice().recipients.as_slice()) {
        (0, _) => "nobody".to_owned(),
        (1, [one]) => one.clone(),
        (many, _) => format!("{many} people"),
    }
}

fn send(around: &Around<'_>) -> AnyView {
    let count = around.notice().people();
    let mails = if count == 1 { "1 mail".to_owned() } else { format!("{count} mails") };
    if !can(&around.view.case, Action::SendNotice) {
        let words = "It is approved. The incident's lead or a data protection officer releases it.";
        return view! { <section class="card"><h2>"Release"</h2><p>{words}</p></section> }.written();
    }
    let action = format!("{}/send", around.address());
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    let to = recipients_words(around);
    // On a list some may be told by letter or telephone.
    let (submit, says) = if around.notice().list.is_empty() {
        (
            format!("Send {mails} now"),
            format!(
                "Exactly what was approved leaves in {mails}, to {to}. What a relay has taken can't be called back."
            ),
        )
    } else {
        let says = format!(
            "Exactly what was approved leaves: a mail for each of the {to} on the list who is told by e-mail. What a relay has taken can't be called back. Whoever is told by letter or telephone is yours to tell."
        );
        ("Send it now".to_owned(), says)
    };
    view! {
        <section class="card">
            <h2>"Send"</h2>
            <p>{says}</p>
            <Form action=action state=state submit=submit revision=revision><span></span></Form>
        </section>
    }
    .written()
}

fn request_changes(around: &Around<'_>) -> AnyView {
    let action = format!("{}/changes", around.address());
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    let open = state.of(&action).is_some();
    view! {
        <details class="card" open=open>
            <summary>"Request changes"</summary>
            <Form action=action state=state submit="Send it back" kind=ButtonKind::Plain revision=revision>
                <TextArea name="remark" label="What has to change" required=true rows=3 />
            </Form>
        </details>
    }
    .written()
}

fn cancel(around: &Around<'_>) -> AnyView {
    let action = format!("{}/cancel", around.address());
    let (state, revision) = (around.state.clone(), Some(around.notice().revision));
    let open = state.of(&action).is_some();
    let says = if around.notice().stage == Stage::Sending {
        "Mails that no relay has taken yet won't leave. Those that were taken are gone."
    } else {
        "Nothing leaves. The notice stays here with your reason."
    };
    view! {
        <details class="card" open=open>
            <summary>"Give it up"</summary>
            <p class="hint">{says}</p>
            <Form action=action state=state submit="Give it up" kind=ButtonKind::Danger revision=revision>
                <TextArea name="reason" label="Why" required=true rows=2 />
            </Form>
        </details>
    }
    .written()
}
