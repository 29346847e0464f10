//! Tables that become cards where there is no room, and lists of terms.

use super::badge::Tone;
use crate::prelude::*;

/// One line of a table.
pub struct Row {
    cells: Vec<AnyView>,
    tone: Tone,
}

impl Row {
    /// The first cell names the line.
    #[must_use]
    pub fn new(cells: Vec<AnyView>) -> Self {
        Self { cells, tone: Tone::Neutral }
    }

    /// A line that stands out.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// Cells of different kinds as one list: `cells![link, "text", badge]`.
#[macro_export]
macro_rules! cells {
    ($($cell:expr),* $(,)?) => { vec![$(leptos::prelude::IntoAny::into_any($cell)),*] };
}

/// A table. The caption is read out, and shown where `shown` is set.
#[component]
pub fn Table(
    #[prop(into)] caption: String,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    /// Whether the caption is in sight; not where a heading just above says the same.
    #[prop(optional)]
    shown: bool,
) -> impl IntoView {
    let titles: Vec<_> = heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| line(row, &heads)).collect();
    view! {
        <table class="table">
            <caption class=if shown { "" } else { "unseen" }>{caption}</caption>
            <thead><tr>{titles}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn line(row: Row, heads: &[&'static str]) -> AnyView {
    let cells: Vec<_> = row
        .cells
        .into_iter()
        .enumerate()
        .map(|(column, cell)| {
            let head = heads.get(column).copied().unwrap_or_default();
            if column == 0 {
                view! { <th scope="row" data-head=head>{cell}</th> }.written()
            } else {
                view! { <td data-head=head>{cell}</td> }.written()
            }
        })
        .collect();
    view! { <tr class=row.tone.class()>{cells}</tr> }.written()
}

/// Terms and what is known about them.
#[component]
pub fn DefinitionList(items: Vec<(&'static str, AnyView)>) -> impl IntoView {
    let items: Vec<_> =
        items.into_iter().map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> }).collect();
    view! { <dl class="terms">{items}</dl> }
}
