//! An authority's form, field by field in its order, to be copied into its portal; and the record that it was filed.

use super::{
    super::{
        super::{id, parameter},
        answer::evidence_fields,
        frame::{TabName, address, can, frame, page},
    },
    authorities_nav,
};
use crate::{
    components::{
        Banner, DefinitionList, Empty, Form, Hidden, Offer, Radios, Select, TextArea, TextField, Time,
        TimeField, Tone, offers,
    },
    form::FormState,
    islands::CopyButton,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit, attachment},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::recorded::SubmissionInput,
    filing::{
        Extent, FilingKind,
        form::{FilledField, FilledPart, forms},
        is_filed,
        report::is_reported_code,
    },
    id::{IncidentId, SubmissionId},
    notice::template::Language,
    text::Choice,
    view::filing_form::{FormAsked, FormPage, Report},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/filings/form", form),
        post("/incidents/{id}/filings/form", file),
        get("/incidents/{id}/filings/{submission}/text", text),
    ]
}

async fn form(visit: Visit, Path(raw): Path<String>) -> Response {
    let asked = |name| parameter(&visit, name).unwrap_or_default();
    let asked = FormAsked {
        authority: asked("authority"),
        form: asked("form"),
        language: asked("language"),
        rule: asked("rule"),
        stage: asked("stage"),
    };
    visit.show(shown(&visit, &raw, &asked, FormState::default()).await).await
}

async fn file(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<SubmissionInput>()?);
        visit.services.record_submission(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("/incidents/{incident}/filings"))
    };
    let asked = posted.input::<SubmissionInput>().map(|input| FormAsked {
        authority: input.authority,
        form: input.form,
        language: input.language,
        // The form of the notification under the GDPR names its rule too, and is no report.
        rule: if is_reported_code(input.rule.trim()) { input.rule } else { String::new() },
        stage: input.stage,
    });
    let asked = asked.unwrap_or_default();
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, &asked, state).await).await
}

async fn text(visit: Visit, Path((raw, submission)): Path<(String, String)>) -> Response {
    let filed = async {
        visit.services.filed_form(&visit.ctx, id::<IncidentId>(&raw)?, id::<SubmissionId>(&submission)?).await
    };
    match filed.await {
        Ok(exported) => attachment(exported),
        Err(why) => visit.show(Err(why)).await,
    }
}

async fn shown(visit: &Visit, raw: &str, asked: &FormAsked, state: FormState) -> Shown {
    let view = visit.services.authority_form(&visit.ctx, id::<IncidentId>(raw)?, asked).await?;
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Notices, move || {
        let content = content(&view, state, token);
        frame(&view.case, TabName::Notices, content)
    }))
}

fn content(view: &FormPage, state: FormState, token: String) -> AnyView {
    let total = view.parts.iter().map(|part| part.fields.len()).sum::<usize>();
    let open = view.parts.iter().flat_map(|part| &part.fields).filter(|f| f.text.is_empty()).count();
    let guessed = view.parts.iter().flat_map(|part| &part.fields).any(|field| !field.seen);
    let guessed = guessed.then(|| {
        view! { <p class="hint">"Questions with an asterisk are from general knowledge of this form, and weren't seen in it. The form itself counts."</p> }
    });
    let words = format!("{total} fields, {open} of them without an answer yet.");
    let parts: Vec<_> = view.parts.iter().map(|p| part(view, p)).collect();
    let source = format!("Order and questions: {}. An aid, not the form.", view.form.source);
    let report = view.report.as_ref().map(|report| asked_by(view, report));
    view! {
        {authorities_nav(&view.case, "form")}
        {choosing(view)}
        {report}
        <section class="card">
            <h2>{view.form.name.clone()}</h2>
            <p>{view.form.note.clone()}</p>
            <p>{words}" "<a href=format!("{}/facts", address(&view.case.incident))>"Answer what is missing"</a></p>
            {guessed}
            <p class="hint">{source}</p>
        </section>
        {if view.parts.is_empty() { view! { <Empty title="This form asks nothing that arises here." /> }.written() } else { parts.written() }}
        {can(&view.case, Action::RecordSubmission).then(|| filed(view, state, token))}
    }
    .written()
}

fn choosing(view: &FormPage) -> AnyView {
    let to: Vec<Offer> =
        view.authorities.iter().map(|a| Offer::new(a.id.to_string(), a.name.clone())).collect();
    let chosen = view.authority.map(|a| a.to_string()).unwrap_or_default();
    let to = (!to.is_empty())
        .then(|| view! { <Select name="authority" label="Authority" offers=to value=chosen /> });
    let of: Vec<Offer> = forms().iter().map(|f| Offer::new(f.code.clone(), f.name.clone())).collect();
    let (form, language) = (view.form.code.clone(), view.language.code());
    let report = view.report.as_ref().map(|report| {
        let (rule, stage) = (report.head.rule.clone(), report.head.stage.clone());
        view! { <Hidden name="rule" value=rule /><Hidden name="stage" value=stage /> }
    });
    view! {
        <form method="get" class="row">
            {report}
            {to}
            <Select name="form" label="Form" offers=of value=form required=true />
            <Select name="language" label="Language of the answers" offers={offers::<Language>()} value=language required=true />
            <button class="button plain">"Show"</button>
        </form>
    }
    .written()
}

/// What the rule says of the report: to whom, until when, and where that is written.
fn asked_by(view: &FormPage, report: &Report) -> AnyView {
    let head = &report.head;
    let due = match report.clock.as_ref() {
        Some(clock) => match (clock.submitted_at, clock.due_at) {
            (Some(at), _) => view! { "Submitted "<Time at=at /> }.written(),
            (None, Some(due)) => view! { <Time at=due /> }.written(),
            (None, None) => format!("{}; the law gives no number", clock.limit).written(),
        },
        None => report.why_not.clone().written(),
    };
    let recipient = view
        .authority
        .and_then(|id| view.authorities.iter().find(|a| a.id == id))
        .map_or_else(|| head.recipient.clone(), |a| a.name.clone());
    let mut items = vec![
        ("To", recipient.written()),
        ("Way", head.channel.clone().written()),
        ("Due", due),
        ("Source", head.source.clone().written()),
        ("Status", format!("{}; {}", head.status, head.confidence).written()),
        ("Binds", head.scope.clone().written()),
        ("Reported", head.threshold.clone().written()),
    ];
    if !head.applies_when.is_empty() {
        items.push(("Only if", head.applies_when.clone().written()));
    }
    if !head.notes.is_empty() {
        items.push(("To know", head.notes.clone().written()));
    }
    let clocks = format!("{}/clocks", address(&view.case.incident));
    view! {
        <section class="card">
            <h2>{head.title.clone()}</h2>
            <p class="title hint">{head.regime.clone()}</p>
            <Banner tone=Tone::Neutral><p>"A general form. The authority's own form decides."</p></Banner>
            <DefinitionList items=items />
            <p><a href=clocks>"To the clocks of this case"</a></p>
        </section>
    }
    .written()
}

fn part(view: &FormPage, part: &FilledPart) -> AnyView {
    let fields: Vec<_> = part.fields.iter().map(|f| field(view, f)).collect();
    view! {
        <section class="card">
            <h2>{part.heading.clone()}</h2>
            <dl class="terms questions">{fields}</dl>
        </section>
    }
    .written()
}

fn field(view: &FormPage, field: &FilledField) -> AnyView {
    let href = format!("{}/facts/{}", address(&view.case.incident), field.key);
    let row = field.edpb_row.map(|row| format!(" EDPB row {row}"));
    let seen = (!field.seen).then_some("*");
    let answer = if field.text.is_empty() {
        view! { <span class="hint">"Not answered. "<a href=href>"Answer it"</a></span> }.written()
    } else {
        let (text, what) = (field.text.clone(), field.label.clone());
        view! { <span class="said">{field.text.clone()}</span>" "<CopyButton text=text what=what /> }
            .written()
    };
    view! {
        <div>
            <dt>{field.label.clone()}{seen}<span class="hint">{row}</span></dt>
            <dd>{answer}</dd>
        </div>
    }
    .written()
}

/// "I submitted this": when, how, and what came back as evidence; the text as it was copied is kept.
fn filed(view: &FormPage, state: FormState, token: String) -> AnyView {
    if let Some(report) = view.report.as_ref().filter(|report| !is_filed(&report.head.rule)) {
        return reported(view, report, state, token);
    }
    let next = view.stands.next();
    if next.is_empty() {
        return view! { <Banner tone=Tone::Neutral><p>"This notification was withdrawn: nothing more is filed with this authority."</p></Banner> }
            .written();
    }
    let only = if let [one] = next { one.code() } else { "" };
    let kinds: Vec<Offer> =
        next.iter().map(|kind: &FilingKind| Offer::new(kind.code(), kind.label())).collect();
    let action = format!("{}/filings/form", address(&view.case.incident));
    let authority = view.authority.map(|a| a.to_string()).unwrap_or_default();
    let (rule, form, language, as_of) =
        (view.rule.clone(), view.form.code.clone(), view.language.code(), view.as_of.clone());
    let evidence = view.evidence.clone();
    view! {
        <section class="card">
            <h2>"I submitted this"</h2>
            <p>"The answers above are kept as they stand on this page, with their digest, whatever changes in the meantime."</p>
            <Form action=action state=state submit="Record that it was submitted" token=token>
                <Hidden name="rule" value=rule />
                <Hidden name="authority" value=authority />
                <Hidden name="form" value=form />
                <Hidden name="language" value=language />
                <Hidden name="as_of" value=as_of />
                <Radios name="kind" label="What you filed" offers=kinds value=only required=true />
                <Select name="extent" label="Is more to follow" offers={offers::<Extent>()} none="as the facts say".to_owned() />
                <TimeField name="submitted_at" label="When" required=true />
                <TextField name="how" label="How it was handed in" hint="The portal, and the number of the confirmation." required=true />
                <TextArea name="reason" label="Why it is withdrawn" hint="Only for a withdrawal: what showed that there was no breach, or none that has to be notified." rows=2 />
                {evidence_fields(&evidence)}
            </Form>
        </section>
    }
    .written()
}

/// The same for a report that is no filing with a supervisory authority: each stage is submitted, and ends its clock.
fn reported(view: &FormPage, report: &Report, state: FormState, token: String) -> AnyView {
    let action = format!("{}/filings/form", address(&view.case.incident));
    let authority = view.authority.map(|a| a.to_string()).unwrap_or_default();
    let (rule, stage) = (report.head.rule.clone(), report.head.stage.clone());
    let (form, language, as_of) = (view.form.code.clone(), view.language.code(), view.as_of.clone());
    let evidence = view.evidence.clone();
    view! {
        <section class="card">
            <h2>"I submitted this"</h2>
            <p>"The answers above are kept as they stand on this page, with their digest, whatever changes in the meantime. The \
                clock of this stage ends with it."</p>
            <Form action=action state=state submit="Record that it was submitted" token=token>
                <Hidden name="rule" value=rule />
                <Hidden name="stage" value=stage />
                <Hidden name="authority" value=authority />
                <Hidden name="form" value=form />
                <Hidden name="language" value=language />
                <Hidden name="as_of" value=as_of />
                <TimeField name="submitted_at" label="When" required=true />
                <TextField name="how" label="How it was handed in" hint="The portal or address, and the recipient's reference." required=true />
                {evidence_fields(&evidence)}
            </Form>
        </section>
    }
    .written()
}
