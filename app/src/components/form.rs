//! The form itself: one POST, with its errors on top.

use super::button::ButtonKind;
use crate::{
    form::{Answered, FormState, Within, element_id},
    prelude::*,
};
use leptos::tachys::reactive_graph::OwnedView;

/// A form that posts to `action`, or asks there. Refused, it is shown again with a summary of what is wrong; the fields
/// inside it find what was typed, and their own error, by their name.
#[component]
pub fn Form(
    #[prop(into)] action: String,
    /// The page's refused form, if there is one. It counts only where its action is this one's.
    #[prop(optional, into)]
    state: FormState,
    #[prop(into)] submit: String,
    #[prop(optional)] kind: ButtonKind,
    /// The revision that is being edited, so that a stale edit is noticed.
    #[prop(default = None)]
    revision: Option<i64>,
    /// Posting the same token twice does the thing once.
    #[prop(default = None, into)]
    token: Option<String>,
    /// Tells forms apart that post to the same address; part of the ids inside.
    #[prop(default = None, into)]
    id: Option<String>,
    /// With a file inside.
    #[prop(optional)]
    multipart: bool,
    /// Fields side by side where there is room.
    #[prop(optional)]
    compact: bool,
    /// Asks instead of changing anything: the fields stand in the address.
    #[prop(optional)]
    get: bool,
    /// Where to go without doing it.
    #[prop(default = None, into)]
    cancel: Option<String>,
    /// What that way is called.
    #[prop(default = "Cancel")]
    cancel_label: &'static str,
    children: Children,
) -> impl IntoView {
    let within = Within::new(id.unwrap_or_else(|| action.clone()), state.of(&action));
    let inside = Owner::new();
    let fields = inside.with(|| {
        provide_context(within.clone());
        children()
    });
    let revision = revision.map(|r| view! { <input type="hidden" name="revision" value=r.to_string() /> });
    let token = token.map(|t| view! { <input type="hidden" name="form_token" value=t /> });
    let cancel = cancel.map(|href| view! { <a class="button quiet" href=href>{cancel_label}</a> });
    let enctype = multipart.then_some("multipart/form-data");
    // Without `novalidate` the browser's own short messages would come first and ours never.
    view! {
        <form class=if compact { "form compact" } else { "form" } method=if get { "get" } else { "post" } action=action enctype=enctype novalidate>
            {within.answered.as_deref().map(|answered| summary(&within, answered))}
            {token}
            {revision}
            {OwnedView::new_with_owner(fields, inside)}
            <div class="acts">
                <button type="submit" class=kind.class()>{submit}</button>
                {cancel}
            </div>
        </form>
    }
}

/// What is wrong, with a link to each field. It takes the focus, so that it is read out first.
fn summary(within: &Within, answered: &Answered) -> AnyView {
    if answered.errors.is_empty() && answered.message.is_none() {
        return ().written();
    }
    let lines: Vec<_> = answered
        .errors
        .iter()
        .map(|error| match within.named(&error.field) {
            Some(field) => {
                let (href, message) = (format!("#{}", field.element), format!(": {}", error.message));
                view! { <li><a href=href>{field.label}</a>{message}</li> }.written()
            }
            None => view! { <li>{error.message.clone()}</li> }.written(),
        })
        .collect();
    let heading = match answered.message.clone() {
        Some(message) => message,
        None => {
            "Some fields need another look. Nothing was saved yet, and nothing you typed is lost.".to_owned()
        }
    };
    let lines = (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> });
    view! {
        <div class="errors" role="alert" tabindex="-1" autofocus id=element_id(&within.id, "errors")>
            <p>{heading}</p>
            {lines}
        </div>
    }
    .written()
}

/// Fields that belong together, under a legend.
#[component]
pub fn Group(#[prop(into)] legend: String, children: Children) -> impl IntoView {
    view! {
        <fieldset class="group">
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
}
