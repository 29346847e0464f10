//! What was filed with each supervisory authority, what came back, and what a follow-up would say.

mod form;

use super::{
    super::id,
    answer::evidence_fields,
    clocks::folded,
    facts::{differences, ground},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{
        Banner, ButtonKind, DefinitionList, Digest, Empty, Form, Hidden, Kind, LinkButton, Offer, Radios,
        Select, TextArea, TextField, Time, TimeField, badge, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::recorded::SubmissionInput,
    filing::{Extent, Filing, FilingKind, ReceiptInput, form::form as form_named, report::is_reported_code},
    id::{AuthorityId, IncidentId},
    text::Choice,
    view::{
        Case,
        decisions::{FiledWith, FilingPage, ReportedUnder},
    },
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    let mut routes = vec![
        get("/incidents/{id}/filings", filings),
        post("/incidents/{id}/filings", file),
        post("/incidents/{id}/receipts", receipt),
    ];
    routes.extend(form::routes());
    routes
}

async fn filings(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn answered(visit: &Visit, raw: &str, posted: &Posted, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/filings"));
    visit.answer(done, posted, async |state| shown(visit, raw, state).await).await
}

async fn file(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<SubmissionInput>()?);
        visit.services.record_submission(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn receipt(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<ReceiptInput>()?);
        visit.services.record_receipt(&posted.ctx(&visit.ctx), incident, &input).await.map(|_| ())
    };
    answered(&visit, &raw, &posted, done.await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.filings(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Notices, move || {
        let content = content(&view, &state, &token);
        frame(&view.case, TabName::Notices, content)
    }))
}

fn content(view: &FilingPage, state: &FormState, token: &str) -> AnyView {
    let base = address(&view.case.incident);
    let late = view.late_without_reasons.then(|| {
        let href = format!("{base}/facts/time.delay_reasons");
        view! {
            <Banner tone=crate::components::Tone::Danger>
                "The notification came after 72 hours, and no reasons are recorded. "
                <a href=href>"Record the reasons for the delay"</a>" (Art. 33(1))."
            </Banner>
        }
    });
    let each: Vec<_> =
        view.authorities.iter().enumerate().map(|(n, with)| authority(view, with, n, state, token)).collect();
    view! {
        {authorities_nav(&view.case, "filings")}
        {late}
        {each}
        {reports(view)}
        {receipts(view, state, token)}
    }
    .written()
}

/// The pages about what goes to authorities; `here` is the last part of the present one's address.
fn authorities_nav(case: &Case, here: &'static str) -> AnyView {
    let base = address(&case.incident);
    let pages = [
        ("notices", "notices", "Notices"),
        ("filings", "filings", "Filings with authorities"),
        ("form", "filings/form", "Fill in a portal"),
    ];
    let links: Vec<_> = pages
        .into_iter()
        .map(|(name, path, label)| {
            let current = (name == here).then_some("page");
            view! { <a href=format!("{base}/{path}") aria-current=current>{label}</a> }
        })
        .collect();
    view! { <nav class="row" aria-label="Notices and filings">{links}</nav> }.written()
}

fn authority(view: &FilingPage, with: &FiledWith, n: usize, state: &FormState, token: &str) -> AnyView {
    let list = if with.filings.is_empty() {
        view! { <Empty title="Nothing was filed yet"><p>"A notice that a relay took appears here by itself. What you hand in by a portal you record below."</p></Empty> }.written()
    } else {
        let lines: Vec<_> = with.filings.iter().map(|f| filing(view, f)).collect();
        view! { <div>{lines}</div> }.written()
    };
    let since = (!with.filings.is_empty()).then(|| {
        let list = if with.since.is_empty() {
            view! { <p>"Nothing changed since the last filing."</p> }.written()
        } else {
            let draft = can(&view.case, Action::DraftNotice).then(|| {
                let href = format!("{}/notices", address(&view.case.incident));
                view! { <LinkButton href=href label="Draft the follow-up" kind=ButtonKind::Plain /> }
            });
            view! {
                {differences(&view.case, "Answers that changed since the last filing", &with.since)}
                {draft}
            }
            .written()
        };
        view! { <h3>"Changed since the last filing"</h3>{list} }
    });
    let portal = (!with.withdrawn).then(|| {
        let to = with.authority.map(|a| format!("?authority={a}")).unwrap_or_default();
        let href = format!("{}/filings/form{to}", address(&view.case.incident));
        view! { <p><LinkButton href=href label="Fill in its portal" kind=ButtonKind::Plain /></p> }
    });
    let form = (can(&view.case, Action::RecordSubmission) && !with.withdrawn)
        .then(|| recording(view, with, n, state, token));
    view! {
        <section class="card">
            <h2>{with.name.clone()}" "{badge(Kind::Other, with.state)}</h2>
            {with.withdrawn.then(|| view! { <p class="hint">"This authority was withdrawn from the case."</p> })}
            {list}
            {since}
            {portal}
            {form}
        </section>
    }
    .written()
}

/// Where the general form for a report of this stage is filled in; none where the rule has notices of its own.
pub(super) fn report_address(
    case: &Case,
    rule: &str,
    stage: &str,
    authority: Option<AuthorityId>,
) -> Option<String> {
    let to = authority.map(|id| format!("&authority={id}")).unwrap_or_default();
    let base = address(&case.incident);
    is_reported_code(rule).then(|| format!("{base}/filings/form?rule={rule}&stage={stage}{to}"))
}

fn reports(view: &FilingPage) -> AnyView {
    if view.reports.is_empty() {
        return ().written();
    }
    let each: Vec<_> = view.reports.iter().map(|r| report(view, r)).collect();
    view! {
        <section class="card" id="reports">
            <h2>"Reports under other regimes"</h2>
            <p class="hint">"General forms from the rules that are switched on for this case. The authority's own form decides."</p>
            {each}
        </section>
    }
    .written()
}

fn report(view: &FilingPage, report: &ReportedUnder) -> AnyView {
    let due = match report.clock.as_ref() {
        Some(clock) => match (clock.submitted_at, clock.due_at) {
            (Some(at), _) => view! { "Submitted "<Time at=at />"." }.written(),
            (None, Some(due)) => view! { "Due "<Time at=due />"." }.written(),
            (None, None) => format!("{}; the law gives no number.", clock.limit).written(),
        },
        None => report.why_not.clone().written(),
    };
    let href = report_address(&view.case, &report.rule, &report.stage, report.authority);
    let href = href.map(|href| {
        let label = format!("Fill in: {}", report.title);
        view! { <LinkButton href=href label=label kind=ButtonKind::Plain /> }
    });
    let filings: Vec<_> = report.filings.iter().map(|f| filing(view, f)).collect();
    view! {
        <article>
            <h3>{report.title.clone()}</h3>
            <p class="hint">{report.regime.clone()}", to "{report.recipient.clone()}</p>
            <p>{due}</p>
            {filings}
            {href}
        </article>
    }
    .written()
}

fn filing(view: &FilingPage, filing: &Filing) -> AnyView {
    let notice = filing.notice.map(|id| view! { " "<a href=format!("/notices/{id}")>"To the notice"</a> });
    let reason = (!filing.reason.is_empty()).then(|| view! { <p class="said">{filing.reason.clone()}</p> });
    let extent =
        if filing.kind == FilingKind::Withdrawal { String::new() } else { format!(", {}", filing.extent) };
    let receipts: Vec<(&'static str, AnyView)> = filing
        .receipts
        .iter()
        .map(|r| {
            let evidence = r.ground.as_ref().map(|g| ground(&view.case, &view.evidence, g));
            let line = view! { {r.reference.clone()}", received "<Time at=r.received_at />" "{evidence} };
            ("Authority's reference", line.written())
        })
        .collect();
    let receipts = (!receipts.is_empty()).then(|| view! { <DefinitionList items=receipts /> });
    let copied = filing.form.as_ref().map(|f| {
        let href = format!("{}/filings/{}/text", address(&view.case.incident), f.submission);
        let named = form_named(&f.form).map_or_else(|| f.form.clone(), |form| form.name.clone());
        view! { <p>"Copied into: "{named}", "<a href=href download="">"the text as it was filed"</a>" "<Digest sha256=f.sha256.clone() /></p> }
    });
    view! {
        <article id=filing.id.clone()>
            <p><strong>{filing.kind.label()}</strong>{extent}", "<Time at=filing.at />": "{filing.how.clone()}{notice}</p>
            {reason}
            {copied}
            {receipts}
        </article>
    }
    .written()
}

fn recording(view: &FilingPage, with: &FiledWith, n: usize, state: &FormState, token: &str) -> AnyView {
    let action = format!("{}/filings", address(&view.case.incident));
    // Every authority has this form; only the one that was refused shows what was typed.
    let id = format!("{}-{}", with.rule, with.authority.map(|a| a.to_string()).unwrap_or_default());
    let typed = |answered: &crate::form::Answered| {
        answered.values.iter().any(|(name, value)| {
            name == "authority" && *value == with.authority.map(|a| a.to_string()).unwrap_or_default()
        })
    };
    let mine = state.of(&action).is_some_and(|answered| typed(&answered));
    let state = if mine || state.of(&action).is_none() { state.clone() } else { FormState::default() };
    let kinds: Vec<Offer> =
        with.state.next().iter().map(|kind| Offer::new(kind.code(), kind.label())).collect();
    let only = with
        .state
        .next()
        .first()
        .filter(|_| with.state.next().len() == 1)
        .map(|k| k.code())
        .unwrap_or_default();
    let evidence = view.evidence.clone();
    let (rule, to) = (with.rule.clone(), with.authority.map(|a| a.to_string()).unwrap_or_default());
    let form = view! {
        <Form action=action state=state submit="Record the filing" kind=ButtonKind::Plain token=format!("{token}{n}") id=id>
            <Hidden name="rule" value=rule />
            <Hidden name="authority" value=to />
            <Radios name="kind" label="What you filed" offers=kinds value=only required=true />
            <Select name="extent" label="Is more to follow" offers={offers::<Extent>()} none="as the facts say".to_owned() />
            <TimeField name="submitted_at" label="When" required=true />
            <TextField name="how" label="How it was handed in" hint="Portal, telephone, letter; with the number of the confirmation." required=true />
            <TextArea name="reason" label="Why it is withdrawn" hint="Only for a withdrawal: what showed that there was no breach, or none that has to be notified." rows=2 />
            {evidence_fields(&evidence)}
        </Form>
    };
    folded("Record what you filed by another way", mine, form.written())
}

fn receipts(view: &FilingPage, state: &FormState, token: &str) -> AnyView {
    let filings: Vec<Offer> = view
        .authorities
        .iter()
        .flat_map(|with| {
            with.filings.iter().map(|f| {
                let words = format!(
                    "{}: {}, {}",
                    with.name,
                    f.kind,
                    domain::moment::show(f.at, view.case.authority_zone)
                );
                Offer::new(f.id.clone(), words)
            })
        })
        .chain(view.reports.iter().flat_map(|report| {
            report.filings.iter().map(|f| {
                let at = domain::moment::show(f.at, view.case.authority_zone);
                Offer::new(f.id.clone(), format!("{}: {}, {at}", report.regime, report.title))
            })
        }))
        .collect();
    if filings.is_empty() || !can(&view.case, Action::RecordSubmission) {
        return ().written();
    }
    let action = format!("{}/receipts", address(&view.case.incident));
    let refused = state.of(&action).is_some();
    let evidence = view.evidence.clone();
    let form = view! {
        <Form action=action state=state.clone() submit="Record the receipt" kind=ButtonKind::Plain token=format!("{token}r")>
            <Select name="filing" label="For which filing" offers=filings required=true />
            <TextField name="reference" label="The authority's reference" required=true />
            <TimeField name="received_at" label="Received" required=true />
            {evidence_fields(&evidence)}
        </Form>
    };
    folded("Record the authority's reference and receipt", refused, form.written())
}
