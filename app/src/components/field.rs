//! Fields of one line. Each has a label, a hint, its error beside it, and what was typed.

use crate::{form::Field, prelude::*, shell::Reader};
use chrono::{DateTime, Timelike, Utc};
use domain::moment;

/// Label, hint and error around a control.
pub(crate) fn framed(
    field: &Field,
    label: String,
    hint: String,
    required: bool,
    control: AnyView,
) -> AnyView {
    let class = if field.error.is_some() { "field wrong" } else { "field" };
    view! {
        <div class=class>
            <label for=field.id.clone()>{label}{optional(required)}</label>
            {below(field, hint)}
            {control}
        </div>
    }
    .written()
}

/// Most fields must be filled in; the others say that they needn't.
pub(crate) fn optional(required: bool) -> AnyView {
    (!required).then(|| view! { <span class="optional">" (optional)"</span> }).written()
}

/// Hint and error of a field.
pub(crate) fn below(field: &Field, hint: String) -> AnyView {
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=field.hint_id()>{hint}</p> });
    let error =
        field.error.clone().map(|message| view! { <p class="error" id=field.error_id()>{message}</p> });
    view! { {hint} {error} }.written()
}

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// What is stored; what was typed comes before it.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] required: bool,
    /// The `type` of the input: `text`, `email`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows: `numeric` for numbers.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let control = view! {
        <input
            id=field.id.clone()
            type=kind
            name=name
            value=field.value(value)
            inputmode=inputmode
            autocomplete=autocomplete
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
        />
    };
    framed(&field, label, hint, required, control.written())
}

/// A password. What was typed is never sent back.
#[component]
pub fn PasswordField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// `current-password` or `new-password`, so that password stores do the right thing.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    #[prop(default = true)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let control = view! {
        <input
            id=field.id.clone()
            type="password"
            name=name
            autocomplete=autocomplete
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
        />
    };
    framed(&field, label, hint, required, control.written())
}

/// A time, typed as text: people paste times with offsets, and native pickers know none.
#[component]
pub fn TimeField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Said before the sentence about zones.
    #[prop(optional, into)]
    hint: String,
    #[prop(default = None)] value: Option<DateTime<Utc>>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let reader = Reader::current();
    let (zone, example) = (reader.zone.name(), moment::show(reader.now, reader.zone));
    let how = format!("Local time in {zone} unless you add an offset, as in {example}.");
    let hint = if hint.is_empty() { how } else { format!("{hint} {how}") };
    let stored = value.map(|at| editable(at, reader)).unwrap_or_default();
    let control = view! {
        <input
            id=field.id.clone()
            class="time"
            type="text"
            name=name
            value=field.value(stored)
            autocomplete="off"
            spellcheck="false"
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
        />
    };
    framed(&field, label, hint, required, control.written())
}

/// With seconds only where there are some. Read back it is the same instant, to the second.
fn editable(at: DateTime<Utc>, reader: Reader) -> String {
    match at.second() {
        0 => moment::show(at, reader.zone),
        _ => at.with_timezone(&reader.zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    }
}

/// A file. Its form must be `multipart`.
#[component]
pub fn FileField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let control = view! {
        <input
            id=field.id.clone()
            type="file"
            name=name
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
        />
    };
    framed(&field, label, hint, required, control.written())
}

/// A value that goes along unseen.
#[component]
pub fn Hidden(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}
