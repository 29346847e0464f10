//! The head of an incident, which stays in sight on every page of it.

use super::{
    badge::{Badge, Kind},
    text::Person,
};
use crate::prelude::*;

/// Number, title, phase, severity, lead and the nearest clock; below them the incident's pages.
#[component]
pub fn CaseHeader(
    /// `INC-2026-0007`.
    #[prop(into)]
    reference: String,
    #[prop(into)] title: String,
    /// Code and label of the phase.
    phase: (&'static str, &'static str),
    /// Code and label of the severity, once someone has set it.
    #[prop(default = None)]
    severity: Option<(&'static str, &'static str)>,
    #[prop(default = None, into)] lead: Option<String>,
    /// What else marks the whole case: restricted, false alarm.
    #[prop(optional)]
    marks: Vec<&'static str>,
    /// The nearest clock, or why none runs.
    clock: AnyView,
    tabs: AnyView,
) -> impl IntoView {
    let severity = match severity {
        Some((code, label)) => view! { <Badge kind=Kind::Severity code=code label=label /> }.written(),
        None => view! { <Badge kind=Kind::Other code="" label="Severity not set" /> }.written(),
    };
    let marks: Vec<_> =
        marks.into_iter().map(|mark| view! { <Badge kind=Kind::Other code="" label=mark /> }).collect();
    view! {
        <header class="case">
            <div class="case-head">
                <div class="case-what">
                    <p class="case-number">{reference}</p>
                    <h1>{title}</h1>
                    <p class="case-marks">
                        <Badge kind=Kind::Phase code=phase.0 label=phase.1 />" "{severity}" "{marks}
                        <span class="case-lead">"Lead: "<Person name=lead /></span>
                    </p>
                </div>
                <div class="case-clock">{clock}</div>
            </div>
            {tabs}
        </header>
    }
}
