//! What stands above every page of an incident: its head, its nearest clock and its tabs.

use crate::{
    components::{Banner, CaseHeader, Clock, Tab, Tabs, Time, Tone},
    prelude::*,
    shell::Place,
    visit::Page,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    clock::{NotificationClock, Standing},
    incident::{Incident, Phase},
    text::Choice,
    view::{Case, Counts},
};

/// The pages of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TabName {
    Overview,
    Timeline,
    Facts,
    Assessment,
    Decision,
    Clocks,
    Playbook,
    Evidence,
    Notices,
    Correspondence,
    Parties,
    Notes,
    Journal,
}

impl TabName {
    const ALL: [Self; 13] = [
        Self::Overview,
        Self::Timeline,
        Self::Facts,
        Self::Assessment,
        Self::Decision,
        Self::Clocks,
        Self::Playbook,
        Self::Evidence,
        Self::Notices,
        Self::Correspondence,
        Self::Parties,
        Self::Notes,
        Self::Journal,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Timeline => "Timeline",
            Self::Facts => "Facts",
            Self::Decision => "Decision",
            Self::Clocks => "Clocks",
            Self::Assessment => "Assessment",
            Self::Playbook => "Playbook",
            Self::Evidence => "Evidence",
            Self::Notices => "Notices",
            Self::Correspondence => "Correspondence",
            Self::Parties => "Parties",
            Self::Notes => "Notes",
            Self::Journal => "Journal",
        }
    }

    /// Below the incident's own address.
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Timeline => "/timeline",
            Self::Facts => "/facts",
            Self::Decision => "/decision",
            Self::Clocks => "/clocks",
            Self::Assessment => "/assessment",
            Self::Playbook => "/playbook",
            Self::Evidence => "/evidence",
            Self::Notices => "/notices",
            Self::Correspondence => "/correspondence",
            Self::Parties => "/parties",
            Self::Notes => "/notes",
            Self::Journal => "/journal",
        }
    }

    fn count(self, counts: Counts) -> Option<u64> {
        match self {
            Self::Overview | Self::Assessment | Self::Decision | Self::Clocks => None,
            Self::Timeline => Some(counts.entries),
            Self::Facts => Some(counts.facts),
            Self::Playbook => Some(counts.playbooks),
            Self::Evidence => Some(counts.evidence),
            Self::Notices => Some(counts.notices),
            Self::Correspondence => Some(counts.questions),
            Self::Parties => Some(counts.parties),
            Self::Notes => Some(counts.notes),
            Self::Journal => Some(counts.journal),
        }
    }
}

/// The incident's own address.
pub(crate) fn address(incident: &Incident) -> String {
    format!("/incidents/{}", incident.id)
}

/// A page of an incident: its title names the incident and the tab.
pub(crate) fn page(case: &Case, current: TabName, view: impl FnOnce() -> AnyView + Send + 'static) -> Page {
    let title = format!("{} {}: {}", case.incident.reference, case.incident.title, current.label());
    Page::new(Place::Incidents, title, view)
}

/// `content` below the head of the incident it belongs to.
pub(crate) fn frame(case: &Case, current: TabName, content: AnyView) -> AnyView {
    let incident = &case.incident;
    let mut marks = vec![incident.tlp.label()];
    marks.extend(incident.restricted.then_some("Restricted"));
    marks.extend(incident.outcome.map(Choice::label));
    view! {
        <CaseHeader
            reference=incident.reference.clone()
            title=incident.title.clone()
            phase=(incident.phase.code(), incident.phase.label())
            severity=Some((incident.severity.code(), incident.severity.label()))
            lead=Some(case.people.name(incident.lead).to_owned())
            marks=marks
            clock=nearest(case)
            tabs=tabs(case, current)
        />
        {case.glass_until.map(glass)}
        {(incident.phase == Phase::Closed).then(|| closed(case))}
        {content}
    }
    .written()
}

fn tabs(case: &Case, current: TabName) -> AnyView {
    let base = address(&case.incident);
    // An auditor reads the journal and nothing else of an incident.
    let open = |tab: &TabName| match tab {
        TabName::Journal => case.may(Action::ReadJournal),
        _ => case.may(Action::ReadIncident),
    };
    let tabs = TabName::ALL
        .into_iter()
        .filter(open)
        .map(|tab| Tab {
            label: tab.label(),
            href: format!("{base}{}", tab.path()),
            count: tab.count(case.counts),
            current: tab == current,
        })
        .collect();
    view! { <Tabs label=format!("Pages of {}", case.incident.reference) tabs=tabs /> }.written()
}

/// When the duty of a clock was done, if it was.
pub(crate) fn met(clock: &NotificationClock) -> Option<DateTime<Utc>> {
    match clock.standing {
        Standing::Met { at } | Standing::MetLate { at, .. } => Some(at),
        Standing::Running { .. } | Standing::Overdue { .. } | Standing::Open { .. } => None,
    }
}

fn nearest(case: &Case) -> AnyView {
    let href = format!("{}/clocks", address(&case.incident));
    if let Some((clock, due)) = case.clock.as_ref().and_then(|clock| Some((clock, clock.due_at?))) {
        let beside = beside(case, href);
        return view! {
            <Clock duty=clock.title.clone() source=clock.regime.clone() due=due met=met(clock) soon_hours=case.soon_hours>
                {beside}
            </Clock>
        }
        .written();
    }
    let link = case.may(Action::ReadIncident).then(|| view! { <a href=href>"Clocks"</a> });
    if case.awareness.is_some() {
        return view! { <p class="hint">"No clock with a due time runs. "{link}</p> }.written();
    }
    view! { <p class="hint">"No clock runs: nobody has recorded when you became aware. "{link}</p> }.written()
}

/// How many more clocks run, and whether the ledger waits for somebody.
fn beside(case: &Case, href: String) -> AnyView {
    if !case.may(Action::ReadIncident) {
        return ().written();
    }
    let more = match case.more_clocks {
        0 => None,
        1 => Some("1 more clock runs".to_owned()),
        n => Some(format!("{n} more clocks run")),
    };
    let more = more.map(|words| view! { <p class="clock-due"><a href=href.clone()>{words}</a></p> });
    let waits = case.correction_waits.then(|| {
        let correction = format!("{href}#correction");
        view! { <p class="clock-due"><a href=correction>"A correction of awareness waits for a second person"</a></p> }
    });
    view! { {more}{waits} }.written()
}

fn glass(until: DateTime<Utc>) -> AnyView {
    view! {
        <Banner tone=Tone::Danger>
            "You broke the glass to see this restricted incident. Its members, the data protection officer and the \
             administrators were told. Your access ends at "<Time at=until />"."
        </Banner>
    }
    .written()
}

fn closed(case: &Case) -> AnyView {
    let when = case.incident.closed_at.map(|at| view! { " since "<Time at=at /> });
    let reopen = case.may(Action::ReopenIncident).then(|| {
        let href = format!("{}/lead", address(&case.incident));
        view! { " "<a href=href>"Reopen it"</a>" to change it." }
    });
    view! { <Banner>"This incident is closed"{when}". It can be read and not changed."{reopen}</Banner> }
        .written()
}

/// Whether the asker may change something here now: a closed incident is read, not written.
pub(crate) fn can(case: &Case, action: Action) -> bool {
    case.may(action) && case.incident.phase != Phase::Closed
}
