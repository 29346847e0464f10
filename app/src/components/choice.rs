//! Fields with a closed set of answers.

use super::field::{below, framed, optional};
use crate::form::{Field, element_id};
use crate::prelude::*;
use domain::text::Choice;

/// One answer on offer.
#[derive(Debug, Clone)]
pub struct Offer {
    pub value: String,
    pub label: String,
    /// What choosing it means, where the label doesn't say it all.
    pub hint: Option<String>,
}

impl Offer {
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Every member of a closed set, in its order.
#[must_use]
pub fn offers<C: Choice>() -> Vec<Offer> {
    C::ALL.iter().map(|choice| Offer::new(choice.code(), choice.label())).collect()
}

/// One of many, in a list that opens.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    offers: Vec<Offer>,
    /// The words for "none of them"; without, the first answer is chosen to begin with.
    #[prop(default = None, into)]
    none: Option<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let chosen = field.value(value);
    let none = none.map(|words| view! { <option value="">{words}</option> });
    let offers: Vec<_> = offers
        .into_iter()
        .map(|Offer { value, label, .. }| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect();
    let control = view! {
        <select
            id=field.id.clone()
            name=name
            aria-required=required.then_some("true")
            aria-invalid=field.invalid()
            aria-describedby=field.described_by(&hint)
        >
            {none}
            {offers}
        </select>
    };
    framed(&field, label, hint, required, control.written())
}

/// Any number of several. The field's name is sent once for each that is ticked.
#[component]
pub fn Choices(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// The values that are ticked.
    #[prop(optional)]
    values: Vec<String>,
    offers: Vec<Offer>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let chosen = field.values(values);
    group(&field, "checkbox", label, hint, required, offers, None, &chosen)
}

/// One of a few, all of them in sight.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    offers: Vec<Offer>,
    /// More to choose from, under a heading of their own.
    #[prop(default = None)]
    more: Option<(&'static str, Vec<Offer>)>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let field = Field::announce(&name, &label);
    let chosen = vec![field.value(value)];
    group(&field, "radio", label, hint, required, offers, more, &chosen)
}

#[expect(clippy::too_many_arguments, reason = "what the two components share, and nothing else calls it")]
fn group(
    field: &Field,
    kind: &'static str,
    label: String,
    hint: String,
    required: bool,
    offers: Vec<Offer>,
    more: Option<(&'static str, Vec<Offer>)>,
    chosen: &[String],
) -> AnyView {
    let class = if field.error.is_some() { "field choices wrong" } else { "field choices" };
    let described = field.described_by(&hint);
    let all = |offers: Vec<Offer>| -> Vec<_> {
        offers.into_iter().map(|offer| one(field, kind, offer, chosen)).collect()
    };
    let more = more.map(|(heading, offers)| {
        let id = element_id(&field.id, "more");
        let by = id.clone();
        view! {
            <div role="group" class="field" aria-labelledby=by>
                <strong id=id>{heading}</strong>
                {all(offers)}
            </div>
        }
    });
    let offers = all(offers);
    view! {
        <fieldset class=class id=field.id.clone() tabindex="-1" aria-describedby=described>
            <legend>{label}{optional(required)}</legend>
            {below(field, hint)}
            {offers}
            {more}
        </fieldset>
    }
    .written()
}

fn one(field: &Field, kind: &'static str, offer: Offer, chosen: &[String]) -> AnyView {
    let id = element_id(&field.id, &offer.value);
    let checked = chosen.contains(&offer.value);
    let hint = offer.hint.map(|hint| view! { <span class="hint">{hint}</span> });
    view! {
        <label class="choice" for=id.clone()>
            <input id=id.clone() type=kind name=field.name.clone() value=offer.value checked=checked aria-invalid=field.invalid() />
            <span>{offer.label}" "{hint}</span>
        </label>
    }
    .written()
}
