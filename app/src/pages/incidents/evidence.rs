//! The evidence of an incident: listed, taken in, verified, withdrawn. Its content leaves in `content.rs`.

use super::{
    super::id,
    content,
    frame::{TabName, address, can, frame, page},
    told, upload,
};
use crate::{
    components::{
        Badge, Choices, DefinitionList, Digest, Empty, FileField, Form, Kind, Offer, PostButton, TextArea,
        TextField, Time, TimeField, button::ButtonKind,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    evidence::Evidence,
    id::{EvidenceId, IncidentId},
    incident::ReasonInput,
    view::{Case, EvidenceList},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/evidence", evidence),
        post("/incidents/{id}/evidence", upload::upload).uploads(),
        get("/incidents/{id}/evidence/{evidence}/content", content::content),
        post("/incidents/{id}/evidence/{evidence}/verify", verify),
        post("/incidents/{id}/evidence/{evidence}/withdraw", withdraw),
    ]
}

async fn evidence(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn verify(visit: Visit, Path((raw, evidence)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, evidence) = (id::<IncidentId>(&raw)?, id::<EvidenceId>(&evidence)?);
        visit.services.verify_evidence(&posted.ctx(&visit.ctx), incident, evidence).await?;
        Ok(format!("/incidents/{incident}/evidence#{evidence}"))
    };
    let again = async |state: FormState| told(shown(&visit, &raw, state.clone()).await, &state, &posted);
    visit.answer(done.await, &posted, again).await
}

async fn withdraw(visit: Visit, Path((raw, evidence)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, evidence) = (id::<IncidentId>(&raw)?, id::<EvidenceId>(&evidence)?);
        visit
            .services
            .withdraw_evidence(&posted.ctx(&visit.ctx), incident, evidence, &posted.input::<ReasonInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/evidence#{evidence}"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

pub(super) async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.evidence(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let me = visit.person().map(|p| p.name.clone()).unwrap_or_default();
    let head = view.case.clone();
    Ok(page(&head, TabName::Evidence, move || {
        let case = &view.case;
        let content = view! {
            {list(&view, &state)}
            {can(case, Action::AddEvidence).then(|| adding(case, state.clone(), me))}
        };
        frame(case, TabName::Evidence, content.written())
    }))
}

fn list(view: &EvidenceList, state: &FormState) -> AnyView {
    let list = if view.items.is_empty() {
        view! {
            <Empty title="No evidence yet">
                <p>"Logs, mails, images: whatever an answer rests on. It is stored under its digest and never changed."</p>
            </Empty>
        }
        .written()
    } else {
        view.items.iter().map(|item| card(&view.case, item, state)).collect::<Vec<_>>().written()
    };
    view! { <section><h2>"Evidence"</h2>{list}</section> }.written()
}

fn card(case: &Case, item: &Evidence, state: &FormState) -> AnyView {
    let content = format!("{}/evidence/{}/content", address(&case.incident), item.id);
    let is_here = item.withdrawn_at.is_none();
    let name = if is_here && case.may(Action::ReadEvidence) {
        view! { <a href=content download="">{item.name.clone()}</a> }.written()
    } else {
        view! { <span>{item.name.clone()}</span> }.written()
    };
    let method = if item.method.is_empty() { "Not said".to_owned() } else { item.method.clone() };
    let items = vec![
        ("Size", size(item.size).written()),
        ("SHA-256", view! { <Digest sha256=item.sha256.clone() /> }.written()),
        ("Collected", view! { <Time at=item.collected_at />" by "{item.collected_by.clone()} }.written()),
        ("From", item.source.clone().written()),
        ("How", view! { <span class="said">{method}</span> }.written()),
        (
            "Uploaded",
            view! { <Time at=item.uploaded_at />" by "{case.people.name(item.uploaded_by).to_owned()} }
                .written(),
        ),
        ("Verified", verified(item)),
    ];
    view! {
        <article class="card" id=item.id.to_string()>
            <h3>{name}{item.privileged.then(|| view! { " "<Badge kind=Kind::Other code="" label="Counsel’s privileged" /> })}</h3>
            {withdrawn(item)}
            <DefinitionList items=items />
            {is_here.then(|| acts(case, item, state))}
        </article>
    }
    .written()
}

fn withdrawn(item: &Evidence) -> AnyView {
    match item.withdrawn_at {
        None => ().written(),
        Some(at) => view! {
            <p><Badge kind=Kind::Other code="" label="Withdrawn" />" "<Time at=at />". The content is gone, the record stays. Reason: "
            <span class="said">{item.withdrawn_reason.clone()}</span></p>
        }
        .written(),
    }
}

fn verified(item: &Evidence) -> AnyView {
    match (item.verified_at, item.verified_ok) {
        (Some(at), Some(true)) => {
            view! { <Badge kind=Kind::Lateness code="met" label="Unchanged" />" as of "<Time at=at /> }
                .written()
        }
        (Some(at), _) => view! {
            <Badge kind=Kind::Lateness code="overdue" label="Not what was taken in" />" as of "<Time at=at />
            ": the content is missing or has another digest. Tell your administrator."
        }
        .written(),
        (None, _) => view! { <span class="hint">"Not since it was taken in"</span> }.written(),
    }
}

fn acts(case: &Case, item: &Evidence, state: &FormState) -> AnyView {
    let base = format!("{}/evidence/{}", address(&case.incident), item.id);
    let verify = case.may(Action::VerifyEvidence).then(|| {
        view! { <PostButton action=format!("{base}/verify") label="Verify" about=item.name.clone() /> }
    });
    let withdraw = can(case, Action::WithdrawEvidence).then(|| {
        let action = format!("{base}/withdraw");
        let open = state.of(&action).is_some();
        let (state, revision) = (state.clone(), Some(item.revision));
        view! {
            <details open=open>
                <summary>"Withdraw a mistaken upload"</summary>
                <Form action=action state=state submit="Withdraw" kind=ButtonKind::Danger revision=revision>
                    <TextArea name="reason" label="Why" hint="The content is removed for good; name, digest and your reason stay." required=true rows=2 />
                </Form>
            </details>
        }
    });
    view! { {verify}{withdraw} }.written()
}

/// Bytes as people read them, with the exact number.
fn size(bytes: i64) -> String {
    const STEPS: [(i64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match STEPS.iter().find(|(step, _)| bytes >= *step) {
        Some((step, unit)) => format!("{:.1} {unit} ({bytes} bytes)", bytes as f64 / *step as f64),
        None => format!("{bytes} bytes"),
    }
}

fn adding(case: &Case, state: FormState, me: String) -> AnyView {
    let action = format!("{}/evidence", address(&case.incident));
    // The file comes last: what is said about it is checked before its first byte is read.
    view! {
        <section>
            <h2>"Add evidence"</h2>
            <Form action=action state=state submit="Upload" multipart=true>
                <TextField name="collected_by" label="Collected by" hint="A person; they need no account." value=me required=true />
                <TimeField name="collected_at" label="Collected" required=true />
                <TextField name="source" label="Where it comes from" hint="A host, a mailbox, a person." required=true />
                <TextArea name="method" label="How it was taken" hint="The command, the export, the tool and its version." rows=2 />
                <Choices name="privileged" label="For counsel" hint="Only members of the case see it then, and no answer can rest on it." offers=vec![Offer::new("true", "Counsel’s privileged")] />
                <FileField name="file" label="File" required=true />
            </Form>
        </section>
    }
    .written()
}
