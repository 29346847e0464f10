//! People who are told by letter or telephone, and those whom no mail has reached: their list, letters to print, and what
//! came of it.

use super::{here, whole};
use crate::{
    cells,
    components::{Banner, DefinitionList, Empty, LinkButton, Pagination, PostButton, Row, Table, Time, Tone},
    form::FormState,
    pages::{
        id,
        incidents::{
            frame::{TabName, can, frame},
            told,
        },
        page_number, parameter,
    },
    prelude::*,
    shell::Place,
    visit::{Page, Posted, Shown, Visit, attachment},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::NoticeId,
    recipient::otherwise::{Told, ToldInput, Way},
    text::Choice,
    view::recipients::{Informed, OtherPerson, OtherwisePage},
};

pub(in super::super) async fn page(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw).await).await
}

pub(in super::super) async fn mark(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (notice, input) = (id::<NoticeId>(&raw)?, posted.input::<ToldInput>()?);
        visit.services.tell_otherwise(&posted.ctx(&visit.ctx), notice, &input).await?;
        Ok(format!("{}/otherwise?way={}", here(notice), way(&visit).code()))
    };
    let again = async |state: FormState| told(shown(&visit, &raw).await, &state, &posted);
    visit.answer(done.await, &posted, again).await
}

pub(in super::super) async fn csv(visit: Visit, Path(raw): Path<String>) -> Response {
    let found = async { visit.services.export_letters(&visit.ctx, id::<NoticeId>(&raw)?).await };
    match found.await {
        Ok(exported) => attachment(exported),
        Err(why) => visit.no(&why).await,
    }
}

pub(in super::super) async fn letters(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(printed(&visit, &raw).await).await
}

fn way(visit: &Visit) -> Way {
    parameter(visit, "way").and_then(|code| Way::from_code(&code)).unwrap_or(Way::Letter)
}

async fn shown(visit: &Visit, raw: &str) -> Shown {
    let notice = id::<NoticeId>(raw)?;
    let view = visit.services.otherwise(&visit.ctx, notice, way(visit), page_number(visit)).await?;
    Ok(Page::new(Place::Notices, "Told by letter or telephone", move || {
        let base = here(notice);
        let back = base.clone();
        let list = if view.people.items.is_empty() {
            view! { <Empty title="Nobody here"><p>"Look at the other parts of the list above."</p></Empty> }
                .written()
        } else {
            let heads = vec!["Person", "Why", "What came of it", "Say so"];
            let rows = view.people.items.iter().map(|person| row(&view, person)).collect();
            view! { <Table caption="People who are told without a mail" heads=heads rows=rows /> }.written()
        };
        let letters = (view.way != Way::Telephone).then(|| {
            let (print, csv) = (format!("{base}/otherwise/letters"), format!("{base}/otherwise/csv"));
            view! {
                <p class="acts">
                    <LinkButton href=print label="The letters, to print" />
                    <LinkButton href=csv label="Names and addresses for a printer, as CSV" />
                </p>
                <p class="hint">"The CSV also has those whom no mail has reached, where a postal address is known."</p>
            }
        });
        let pages = format!("{base}/otherwise?way={}", view.way.code());
        let content = view! {
            <section>
                <p><a href=back>"Back to the recipients"</a></p>
                <h2>"Told by letter or telephone"</h2>
                {match view.notice.sent_at {
                    Some(_) => counted(view.informed),
                    None => early(),
                }}
                {ways(&base, view.way)}
                {letters}
                {list}
                <Pagination total=view.people.total page=view.people.page base=pages />
            </section>
        };
        frame(&view.case, TabName::Notices, content.written())
    }))
}

fn early() -> AnyView {
    view! { <Banner tone=Tone::Neutral>"The communication wasn’t released yet. Nobody is told before."</Banner> }.written()
}

/// "Informed: X of Y", and what is open.
pub(super) fn counted(informed: Informed) -> AnyView {
    let Informed { told, of, open, returned } = informed;
    let items = vec![
        ("Informed", format!("{told} of {of}").written()),
        ("To be told by letter or telephone", open.to_string().written()),
        ("Came back", returned.to_string().written()),
    ];
    view! {
        <DefinitionList items=items />
        <p class="hint">"Informed means that a relay took the mail, or that somebody has said that the person was told. Nobody knows whether it was read."</p>
    }
    .written()
}

fn ways(base: &str, current: Way) -> AnyView {
    let lines: Vec<_> = Way::ALL
        .iter()
        .map(|way| {
            let href = format!("{base}/otherwise?way={}", way.code());
            let here = (*way == current).then_some("page");
            view! { <li><a href=href aria-current=here>{way.label()}</a></li> }
        })
        .collect();
    view! { <nav class="tabs" aria-label="Which people"><ul>{lines}</ul></nav> }.written()
}

fn row(view: &OtherwisePage, other: &OtherPerson) -> Row {
    let who = match &other.person {
        Some(person) => whole(person),
        None => view! { <span class="hint">"removed"</span> }.written(),
    };
    let why =
        other.state.map_or_else(|| view.way.label().to_owned(), |state| format!("mail {}", state.label()));
    let came = match (other.outcome, other.told_at, other.told_by) {
        (Some(outcome), Some(at), Some(by)) => {
            let by = view.case.people.name(by).to_owned();
            view! { {outcome.label()}", "<Time at=at />" by "{by} }.written()
        }
        _ => "Nobody has said yet".written(),
    };
    Row::new(cells![who, why, came, buttons(view, other)])
}

fn buttons(view: &OtherwisePage, other: &OtherPerson) -> AnyView {
    if view.notice.sent_at.is_none() || !can(&view.case, Action::TellOtherwise) {
        return ().written();
    }
    let action = format!("{}/otherwise", here(view.notice.id));
    let about = other.person.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    let buttons: Vec<_> = Told::ALL
        .iter()
        .filter(|outcome| other.outcome != Some(**outcome))
        .map(|outcome| {
            let hidden = vec![("digest", other.digest.clone()), ("outcome", outcome.code().to_owned())];
            let label = match outcome {
                Told::Done => "Told",
                Told::Returned => "Came back",
            };
            view! { <PostButton action=action.clone() label=label about=about.clone() hidden=hidden /> }
        })
        .collect();
    view! { <span class="row">{buttons}</span> }.written()
}

async fn printed(visit: &Visit, raw: &str) -> Shown {
    let notice = id::<NoticeId>(raw)?;
    let view = visit.services.letters(&visit.ctx, notice, page_number(visit)).await?;
    Ok(Page::new(Place::Notices, "Letters", move || {
        let lang = view.notice.language.code();
        let back = format!("{}/otherwise", here(notice));
        let base = format!("{}/otherwise/letters", here(notice));
        let letters: Vec<_> = view
            .letters
            .items
            .iter()
            .map(|letter| {
                let lines: Vec<_> =
                    letter.to.iter().map(|line| view! { <span>{line.clone()}</span><br /> }).collect();
                view! {
                    <article class="letter">
                        <address>{lines}</address>
                        <h2 lang=lang>{letter.subject.clone()}</h2>
                        <pre class="mail" lang=lang>{letter.text.clone()}</pre>
                    </article>
                }
            })
            .collect();
        let none = match view.notice.sent_at {
            None => early(),
            Some(_) if letters.is_empty() => {
                view! { <Banner tone=Tone::Neutral>"Nobody on this page is told by letter."</Banner> }
                    .written()
            }
            Some(_) => ().written(),
        };
        let count = view.letters.items.len();
        view! {
            <section class="unprinted">
                <h1>"Letters"</h1>
                <p><a href=back>"Back to the list"</a></p>
                <p>{format!("{count} letters of {}, each on a page of its own, word for word as it was approved. Print this page; then go on to the next.", view.letters.total)}</p>
                {none}
                <Pagination total=view.letters.total page=view.letters.page base=base />
            </section>
            {letters}
        }
        .written()
    }))
}
