//! What happened to a step, where it is worked.

use crate::{components::Time, prelude::*};
use domain::view::StepMoment;

/// Folded: it is asked for when something is unclear, and not before.
pub(super) fn history(moments: &[StepMoment]) -> AnyView {
    if moments.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = moments
        .iter()
        .map(|moment| {
            view! { <li><Time at=moment.at />" "<span>{moment.what.clone()}</span>" "<span class="hint">{format!("by {}", moment.who)}</span></li> }
        })
        .collect();
    view! {
        <details>
            <summary>"What happened to this step"</summary>
            <ul class="entries">{lines}</ul>
        </details>
    }
    .written()
}
