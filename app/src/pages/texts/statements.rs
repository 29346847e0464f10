//! The statements of a kind of notice: the built-in text of each, the own one, and what is found in that.

use super::address;
use crate::{
    cells,
    components::{Badge, Form, Kind, Row, Table, TextArea, TextField},
    form::FormState,
    prelude::*,
};
use domain::{
    text::Choice,
    view::texts::{TextFinding, TextPage, TextStatement},
};

pub(super) fn section(page: &TextPage, state: &FormState) -> AnyView {
    let all: Vec<_> = page.statements.iter().map(|s| statement(page, s, state)).collect();
    view! {
        <section id="statements">
            <h2>"Statements"</h2>
            {fields(page)}
            {all}
        </section>
    }
    .written()
}

/// What may stand in a text, and how it is written.
fn fields(page: &TextPage) -> AnyView {
    let row = |field: &domain::view::texts::TextField| {
        let written = format!("{{{{{}}}}}", field.field);
        Row::new(cells![view! { <code>{written}</code> }, field.means.clone()])
    };
    let rows = page.fields.iter().map(row).collect();
    let (kept, otherwise) = ("{{#time.end}}…{{/time.end}}", "{{^time.end}}…{{/time.end}}");
    view! {
        <details>
            <summary>"Fields and blocks"</summary>
            <p>"What stands between "<code>{kept}</code>" is kept while the answer is known; between "<code>{otherwise}</code>
                " while it isn’t. Blocks may stand in each other, three deep. An answer is put in as it is and never read as a field."</p>
            <Table caption="Fields of this kind of notice" heads=vec!["Field", "What it means"] rows=rows />
        </details>
    }
    .written()
}

fn statement(page: &TextPage, statement: &TextStatement, state: &FormState) -> AnyView {
    let lang = page.language.code();
    let article = (!statement.article.is_empty())
        .then(|| view! { <span class="hint">{statement.article.clone()}</span> });
    let own = statement.own.as_ref().map(|text| {
        view! {
            <p class="row"><Badge kind=Kind::Other code="" label="Text of the organisation" /></p>
            <p class="said" lang=lang>{text.clone()}</p>
        }
    });
    let sample = if statement.sample.is_empty() {
        view! { <p class="hint">"With these examples it falls away."</p> }.written()
    } else {
        view! { <p class="said" lang=lang>{statement.sample.clone()}</p> }.written()
    };
    let found: Vec<_> = statement.findings.iter().map(finding).collect();
    let found = (!found.is_empty()).then(|| view! { <ul class="list">{found}</ul> });
    view! {
        <article class="card" id=statement.code.clone()>
            <div class="page-head">
                <h3>{statement.name.clone()}</h3>
                <span class="row">{article}</span>
            </div>
            {own}
            {found}
            <details open=statement.own.is_none()>
                <summary>"Built-in text, with examples for answers"</summary>
                {sample}
            </details>
            {editor(page, statement, state)}
        </article>
    }
    .written()
}

fn finding(finding: &TextFinding) -> AnyView {
    let article = (!finding.article.is_empty()).then(|| format!(" ({})", finding.article));
    let weight = if finding.must { "Must be mended: " } else { "Read this: " };
    view! { <li><strong>{weight}</strong>{finding.words.clone()}{article}</li> }.written()
}

fn editor(page: &TextPage, statement: &TextStatement, state: &FormState) -> AnyView {
    let Some(draft) = page.draft.as_ref().filter(|_| page.may_edit) else { return ().written() };
    let action = format!("{}/statements/{}", address((page.kind, page.language)), statement.code);
    let (open, revision) = (state.has(&action), Some(draft.revision));
    let text = statement.own.clone().unwrap_or_default();
    let hint = "Leave it empty for the built-in text. At most 8 KiB; the fields stand above.";
    let is_subject = statement.code == "subject";
    // Made inside of the form, which tells its fields what was refused.
    let field = move || {
        if is_subject {
            view! { <TextField name="text" label="Own text" hint=hint value=text /> }.written()
        } else {
            view! { <TextArea name="text" label="Own text" hint=hint value=text rows=8 /> }.written()
        }
    };
    view! {
        <details open=open>
            <summary>"Write it"</summary>
            <Form action=action state=state.clone() submit="Save" revision=revision>
                {field()}
            </Form>
        </details>
    }
    .written()
}
