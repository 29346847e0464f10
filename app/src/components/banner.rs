//! Sentences that stand apart: a banner, an empty place, an error page.

use super::badge::Tone;
use crate::{error::UiError, prelude::*};

/// Something to know before reading on.
#[component]
pub fn Banner(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! { <div class=format!("banner {}", tone.class()) role=role>{children()}</div> }
}

/// What a list says while nothing is in it: what would be here, and how it gets here.
#[component]
pub fn Empty(#[prop(into)] title: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let more = children.map(|children| view! { <div>{children()}</div> });
    view! { <div class="empty"><p class="empty-title">{title}</p>{more}</div> }
}

/// The page that says why there is no page.
#[component]
pub fn ErrorPage(error: UiError) -> impl IntoView {
    let id = match &error {
        UiError::Ours { request_id } => Some(request_id.clone()),
        _ => None,
    };
    let id =
        id.map(|id| view! { <p class="hint">"Tell your administrator this number: "<code>{id}</code></p> });
    view! {
        <div class="error-page">
            <h1>{error.heading()}</h1>
            <p>{error.to_string()}</p>
            {id}
            <p><a href="/">"To the desk"</a></p>
        </div>
    }
}
