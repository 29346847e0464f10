//! Earlier versions of a playbook, and how two of them differ.

use super::{asked, reading, title_of};
use crate::{
    components::{Banner, Digest, Empty, Form, LinkButton, Offer, Select, button::ButtonKind},
    form::FormState,
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit, encode},
};
use axum::{extract::Path, response::Response};
use domain::view::library::{Difference, DifferencePage, DifferentLine, DifferentPlace};

pub(super) async fn page(visit: Visit, Path((id, which)): Path<(String, String)>) -> Response {
    visit.show(shown(&visit, &id, &which).await).await
}

async fn shown(visit: &Visit, id: &str, which: &str) -> Shown {
    let version = visit.services.playbook_version(&visit.ctx, id, which).await?;
    let shelf = visit.services.shelf(&visit.ctx).await?;
    let title = version.playbook.as_ref().map_or_else(|| version.id.clone(), |p| p.title.clone());
    Ok(Page::new(Place::Playbooks, format!("{title}: {}", version.label), move || {
        let (href, which) = (format!("/playbooks/{}", version.id), encode(&version.which));
        let text = match &version.playbook {
            Some(playbook) => {
                let rehearse = format!("{href}/try?version={which}");
                view! {
                    <div class="row"><LinkButton href=rehearse label="Try it with invented answers" kind=ButtonKind::Plain /></div>
                    {reading::text(playbook, &title_of(&shelf))}
                }
                .written()
            }
            None => view! {
                <Banner>"This text can’t be read as a playbook. It is shown as it was typed."</Banner>
                <pre class="said">{version.source.clone()}</pre>
            }
            .written(),
        };
        let (compare, file) =
            (format!("{href}/difference?to={which}"), format!("{href}/export?format=toml&version={which}"));
        view! {
            <p><a href=href>{title.clone()}</a></p>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="hint">{version.label.clone()}" · "<Digest sha256=version.digest.clone() /></p>
            </div>
            <p class="row"><a href=compare>"Compare it"</a>" "<a href=file>"TOML"</a></p>
            {text}
        }
        .written()
    }))
}

pub(super) async fn difference(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(compared(&visit, &id).await).await
}

async fn compared(visit: &Visit, id: &str) -> Shown {
    let (from, to) = (asked(visit, "from"), asked(visit, "to"));
    let page = visit.services.playbook_difference(&visit.ctx, id, &from, &to).await?;
    let href = format!("/playbooks/{id}");
    Ok(Page::new(Place::Playbooks, "How two versions differ", move || {
        view! {
            <p><a href=href.clone()>"The playbook"</a></p>
            <h1>"How two versions differ"</h1>
            <p class="lead">"From "<strong>{page.from.label.clone()}</strong>" to "<strong>{page.to.label.clone()}</strong>"."</p>
            {choose(&href, &page)}
            {differences(&page.difference)}
        }
        .written()
    }))
}

fn choose(base: &str, page: &DifferencePage) -> AnyView {
    let offers = || page.versions.iter().map(|(which, label)| Offer::new(which.clone(), label.clone()));
    let from: Vec<_> = offers().collect();
    let mut to: Vec<_> = offers().collect();
    if !page.versions.iter().any(|(which, _)| *which == page.to.which) {
        to.insert(0, Offer::new(page.to.which.clone(), page.to.label.clone()));
    }
    let (old, new) = (page.from.which.clone(), page.to.which.clone());
    view! {
        <Form action=format!("{base}/difference") state=FormState::default() submit="Compare" kind=ButtonKind::Plain get=true compact=true>
            <Select name="from" label="From" offers=from value=old none="What comes before it".to_owned() />
            <Select name="to" label="To" offers=to value=new />
        </Form>
    }
    .written()
}

/// Two texts, line by line.
pub(in crate::pages) fn differences(found: &Difference) -> AnyView {
    if found.too_long {
        return view! { <Banner>"These texts are too long to be compared here. Keep both as files and compare them with a program of your own."</Banner> }
            .written();
    }
    if found.places.is_empty() {
        return view! { <Empty title="The two texts are the same." /> }.written();
    }
    let words = format!(
        "{} added, {} removed, in {}.",
        counted(found.added, "line"),
        counted(found.removed, "line"),
        counted(found.places.len(), "place")
    );
    let rest = (found.left_out > 0).then(|| {
        let words = format!(
            "{} more are not shown here. Keep both versions as files to see them all.",
            counted(found.left_out, "line")
        );
        view! { <Banner>{words}</Banner> }
    });
    let places: Vec<_> = found.places.iter().zip(1..).map(|(one, number)| place(one, number)).collect();
    view! {
        <p>{words}</p>
        {places}
        {rest}
    }
    .written()
}

fn counted(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn place(place: &DifferentPlace, number: usize) -> AnyView {
    let lines: Vec<_> = place.lines.iter().map(line).collect();
    let caption = format!("Place {number}");
    view! {
        <table class="difference">
            <caption class="unseen">{caption}</caption>
            <thead class="unseen"><tr><th scope="col">"Old line"</th><th scope="col">"New line"</th><th scope="col">"Change"</th><th scope="col">"Text"</th></tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .written()
}

fn line(line: &DifferentLine) -> AnyView {
    let (class, sign, word) = match (line.old, line.new) {
        (None, _) => ("added", "+", "added"),
        (_, None) => ("removed", "−", "removed"),
        _ => ("", "", ""),
    };
    let number = |n: Option<usize>| n.map(|n| n.to_string());
    view! {
        <tr class=class>
            <td class="number">{number(line.old)}</td>
            <td class="number">{number(line.new)}</td>
            <td class="sign"><span aria-hidden="true">{sign}</span><span class="unseen">{word}</span></td>
            <td><code>{line.text.clone()}</code></td>
        </tr>
    }
    .written()
}
