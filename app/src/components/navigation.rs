//! Ways within a room: tabs and pages of a list.

use crate::prelude::*;

/// How many lines a page of a list has.
pub const PAGE_SIZE: u64 = 50;

/// One tab: a page with its own address.
#[derive(Debug, Clone)]
pub struct Tab {
    pub label: &'static str,
    pub href: String,
    pub count: Option<u64>,
    pub current: bool,
}

/// The pages of one thing.
#[component]
pub fn Tabs(
    /// What they are the pages of, for those who don't see them.
    #[prop(into)]
    label: String,
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs: Vec<_> = tabs
        .into_iter()
        .map(|Tab { label, href, count, current }| {
            let count = count.map(|n| view! { <span class="count">{n.to_string()}</span> });
            view! { <li><a href=href aria-current=current.then_some("page")>{label}" "{count}</a></li> }
        })
        .collect();
    view! { <nav class="tabs" aria-label=label><ul>{tabs}</ul></nav> }
}

/// Leads through the pages of a list; nothing where there is only one.
#[component]
pub fn Pagination(
    /// How many lines there are in all.
    total: u64,
    /// Counted from 1.
    page: u64,
    /// The list's address with its filters, without the page.
    #[prop(into)]
    base: String,
) -> impl IntoView {
    let last = total.div_ceil(PAGE_SIZE).max(1);
    if last == 1 {
        return ().written();
    }
    let page = page.clamp(1, last);
    let join = if base.contains('?') { '&' } else { '?' };
    let address = |to: u64| format!("{base}{join}page={to}");
    let (first_line, last_line) = ((page - 1) * PAGE_SIZE + 1, (page * PAGE_SIZE).min(total));
    let previous =
        (page > 1).then(|| view! { <a rel="prev" class="button" href=address(page - 1)>"Previous"</a> });
    let next =
        (page < last).then(|| view! { <a rel="next" class="button" href=address(page + 1)>"Next"</a> });
    view! {
        <nav class="pages" aria-label="Pages of the list">
            {previous}
            <span>{format!("{first_line} to {last_line} of {total}")}</span>
            {next}
        </nav>
    }
    .written()
}
