//! Buttons: they post; a link that looks like one leads somewhere.

use crate::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing a form is there for.
    #[default]
    Primary,
    /// One of several things.
    Plain,
    /// What can't be taken back.
    Danger,
    /// Small and beside something else.
    Quiet,
}

impl ButtonKind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

/// A submit button inside a form; with `name` and `value` it tells the server which one was pressed.
#[component]
pub fn Button(
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
) -> impl IntoView {
    view! { <button type="submit" class=kind.class() name=name value=value>{label}</button> }
}

/// A link that is as prominent as a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
) -> impl IntoView {
    view! { <a class=kind.class() href=href>{label}</a> }
}

/// A form of one button, for an act that needs no words: claim a task, dismiss a session.
#[component]
pub fn PostButton(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    /// What the button does it to, for those who don't see the row it stands in.
    #[prop(optional, into)]
    about: Option<String>,
    /// Names and values that go with it.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
    #[prop(default = ButtonKind::Plain)] kind: ButtonKind,
) -> impl IntoView {
    let hidden: Vec<_> = hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect();
    let about = about.map(|about| view! { <span class="unseen">" "{about}</span> });
    view! {
        <form class="inline" method="post" action=action>
            {hidden}
            <button type="submit" class=kind.class()>{label}{about}</button>
        </form>
    }
}
