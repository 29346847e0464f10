//! The only place that renders a text area.
//!
//! On the server, leptos 0.8 writes a text area's children unescaped, and a later one may not. So the
//! text is escaped here and handed over as inner HTML, which no version touches. A test compares bytes.

use super::field::framed;
use crate::{
    form::Field,
    islands::{Autosave, LiveCheck},
    prelude::*,
    render::escape,
};

/// Where a text area keeps its draft while it is being written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What the draft is of, such as `note:` and an id; unique for the signed-in person.
    pub key: String,
    /// The revision that the text started from; 0 where there is none.
    pub base_revision: i64,
}

/// What checks a text while it is being written.
#[derive(Debug, Clone)]
pub struct Live {
    /// Answers the text, posted under the field's name, with the page as it would be.
    pub address: String,
    /// The ids of the elements that are taken from the answer.
    pub parts: Vec<String>,
}

/// A text of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// What is stored; what was typed comes before it.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] required: bool,
    #[prop(default = 5)] rows: u32,
    /// Saves what is typed as it is typed, where scripts run.
    #[prop(default = None)]
    draft: Option<Draft>,
    /// Checks what is typed as it is typed, where scripts run.
    #[prop(default = None)]
    live: Option<Live>,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    // A parser drops one line break right after the tag, so one is put there for it.
    let text = format!("\n{}", escape(&field.value(value)));
    let saving = draft.map(|Draft { key, base_revision }| {
        view! { <Autosave key=key field=field.id.clone() base_revision=base_revision as f64 /> }
    });
    let checking = live.map(|Live { address, parts }| {
        view! { <LiveCheck field=field.id.clone() address=address parts=parts /> }
    });
    let control = view! {
        <textarea
            id=field.id.clone()
            name=name
            rows=rows.to_string()
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
            inner_html=text
        ></textarea>
        {saving}
        {checking}
    };
    framed(&field, label, hint, required, control.written())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(value: &'static str) -> String {
        let owner = Owner::new();
        owner.with(|| {
            view! { <TextArea name="t" label="Text" value=value required=true /> }.written().to_html()
        })
    }

    /// Fails if nothing escapes the text and if something escapes it twice.
    #[test]
    fn a_text_is_escaped_exactly_once() {
        let html = rendered("a </textarea><script>alert(1)</script> & \"b\"");
        assert!(
            html.contains(
                ">\na &lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;b&quot;</textarea>"
            ),
            "{html}"
        );
    }

    #[test]
    fn a_first_line_break_survives() {
        assert!(rendered("\nsecond line").contains(">\n\nsecond line</textarea>"));
    }
}
