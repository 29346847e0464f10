//! The document around every page: rail, top bar, banners, main, footer.

use crate::{
    components::{Banner, Tone},
    islands::Shortcuts,
    prelude::*,
};
use chrono::{DateTime, Utc};
use domain::moment::Zone;

/// For whom the page is rendered, and when. Every time on it is shown in this zone.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    pub zone: Zone,
    pub now: DateTime<Utc>,
}

impl Reader {
    /// The reader of the page that is being rendered; UTC at the epoch outside of one.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or(Self { zone: Zone::UTC, now: DateTime::UNIX_EPOCH })
    }
}

/// A place in the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Desk,
    Inbox,
    Incidents,
    Tasks,
    Playbooks,
    Notices,
    Register,
    Parties,
    Admin,
}

impl Place {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Desk => "Desk",
            Self::Inbox => "Inbox",
            Self::Incidents => "Incidents",
            Self::Tasks => "Tasks",
            Self::Playbooks => "Playbooks",
            Self::Notices => "Notices",
            Self::Register => "Register",
            Self::Parties => "Parties",
            Self::Admin => "Admin",
        }
    }

    #[must_use]
    pub fn href(self) -> &'static str {
        match self {
            Self::Desk => "/",
            Self::Inbox => "/inbox",
            Self::Incidents => "/incidents",
            Self::Tasks => "/tasks",
            Self::Playbooks => "/playbooks",
            Self::Notices => "/notices",
            Self::Register => "/register",
            Self::Parties => "/parties",
            Self::Admin => "/admin",
        }
    }

    /// The key that leads there after `g`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Desk => "d",
            Self::Inbox => "i",
            Self::Incidents => "n",
            Self::Tasks => "t",
            Self::Playbooks => "p",
            Self::Notices => "o",
            Self::Register => "r",
            Self::Parties => "b",
            Self::Admin => "a",
        }
    }
}

/// One line of the rail. Which lines there are depends on who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct RailEntry {
    pub place: Place,
    /// How many things wait there; zero isn't shown.
    pub count: u64,
}

impl From<Place> for RailEntry {
    fn from(place: Place) -> Self {
        Self { place, count: 0 }
    }
}

/// What stands around a page.
pub struct Shell {
    pub title: String,
    pub reader: Reader,
    pub frame: Frame,
}

/// The documents there are.
pub enum Frame {
    /// For a signed-in person.
    Full(Full),
    /// For sign-in, set-up and errors without a session.
    Bare,
    /// For a screen on the wall.
    Wall,
}

/// What the full document shows beside the page.
pub struct Full {
    /// The signed-in person's name.
    pub name: String,
    pub rail: Vec<RailEntry>,
    pub current: Option<Place>,
    /// What was last searched for.
    pub search: String,
    /// What everyone has to know on every page, such as that no mail leaves.
    pub banners: Vec<(Tone, String)>,
    /// Whether `c` leads to the form that declares an incident.
    pub declare: Option<&'static str>,
}

impl Shell {
    /// A document without rail and search.
    #[must_use]
    pub fn bare(title: impl Into<String>, reader: Reader) -> Self {
        Self { title: title.into(), reader, frame: Frame::Bare }
    }

    /// A document that fills a big screen.
    #[must_use]
    pub fn wall(title: impl Into<String>, reader: Reader) -> Self {
        Self { title: title.into(), reader, frame: Frame::Wall }
    }

    /// The document for a signed-in person.
    #[must_use]
    pub fn full(title: impl Into<String>, reader: Reader, full: Full) -> Self {
        Self { title: title.into(), reader, frame: Frame::Full(full) }
    }

    pub(crate) fn around(self, view: impl FnOnce() -> AnyView) -> AnyView {
        match self.frame {
            Frame::Bare => bare(view()),
            Frame::Wall => view! { <main class="wall" id="main">{view()}</main> }.written(),
            Frame::Full(full) => full_document(full, self.reader, view()),
        }
    }
}

fn bare(page: AnyView) -> AnyView {
    view! {
        <main class="bare" id="main">
            <p class="brand">"Breachdesk"</p>
            {page}
        </main>
    }
    .written()
}

fn full_document(full: Full, reader: Reader, page: AnyView) -> AnyView {
    let Full { name, rail, current, search, banners, declare } = full;
    let banners: Vec<_> =
        banners.into_iter().map(|(tone, text)| view! { <Banner tone=tone>{text}</Banner> }).collect();
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <div class="frame">
            {top(name, search, &rail, current)}
            <nav class="rail" aria-label="Rooms">{places(&rail, current)}</nav>
            <div class="room">
                <div class="banners">{banners}</div>
                <main id="main" tabindex="-1">{page}</main>
                {footer(reader)}
            </div>
        </div>
        <Shortcuts declare=declare.unwrap_or_default().to_owned() />
    }
    .written()
}

fn top(name: String, search: String, rail: &[RailEntry], current: Option<Place>) -> AnyView {
    view! {
        <header class="top">
            <details class="menu">
                <summary>"Menu"</summary>
                <nav aria-label="Rooms">{places(rail, current)}</nav>
            </details>
            <a class="brand" href="/">"Breachdesk"</a>
            <form class="search" role="search" method="get" action="/search">
                <label class="unseen" for="search">"Search"</label>
                <input id="search" type="search" name="q" value=search placeholder="Search" aria-keyshortcuts="/" />
                <button class="unseen-until-focus" type="submit">"Search"</button>
            </form>
            <a class="account" href="/account">{name}</a>
            <form class="sign-out" method="post" action="/sign-out">
                <button type="submit" class="button quiet">"Sign out"</button>
            </form>
        </header>
    }
    .written()
}

fn places(rail: &[RailEntry], current: Option<Place>) -> AnyView {
    let lines: Vec<_> = rail
        .iter()
        .map(|RailEntry { place, count }| {
            let here = (Some(*place) == current).then_some("page");
            let count = (*count > 0).then(|| view! { <span class="count">{count.to_string()}</span> });
            view! {
                <li>
                    <a href=place.href() aria-current=here data-go=place.letter()>{place.label()}" "{count}</a>
                </li>
            }
        })
        .collect();
    view! { <ul>{lines}</ul> }.written()
}

fn footer(reader: Reader) -> AnyView {
    let (now, zone) = (domain::moment::show(reader.now, reader.zone), reader.zone.name());
    view! {
        <footer class="foot">
            <span>"Times in "{zone}". This page is as of "{now}"."</span>
            <span><span class="keys">"Press "<kbd>"?"</kbd>" for the keys. "</span><a href="/about">"About"</a></span>
        </footer>
    }
    .written()
}
