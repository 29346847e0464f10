//! When people are reminded, from when a clock is marked, and how long each step is given.

use super::answered;
use crate::{
    components::{DefinitionList, Form, Group, Offer, Select, TextField},
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::response::Response;
use domain::{
    clock::settings::{ClockSettings, ClockSettingsInput},
    view::clocks::RulesPage,
};

const PART: &str = "settings";
const ACTION: &str = "/admin/rules/settings";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![post(ACTION, save)]
}

async fn save(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let input = posted.input::<ClockSettingsInput>()?;
        visit.services.save_clock_settings(&posted.ctx(&visit.ctx), &input).await
    };
    answered(&visit, &posted, PART, done.await).await
}

fn marks(settings: &ClockSettings) -> String {
    settings.marks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(super) fn section(view: &RulesPage, state: FormState) -> AnyView {
    let content = if view.may_change { form(view, state) } else { read(view) };
    let source = format!("Calendars: {}.", view.calendar_source.trim_end_matches('.'));
    view! {
        <section id=PART>
            <h2>"Reminders, thresholds and lead times"</h2>
            {content}
            <p class="hint">{source}</p>
        </section>
    }
    .written()
}

fn form(view: &RulesPage, state: FormState) -> AnyView {
    let (s, marks, revision) = (view.settings.clone(), marks(&view.settings), view.revision);
    let calendars = view
        .calendars
        .iter()
        .map(|(code, name)| Offer::new(code.clone(), format!("{code}: {name}")))
        .collect();
    let number = |n: u32| n.to_string();
    view! {
        <Form action=ACTION state=state submit="Save" revision=Some(revision)>
            <Select name="calendar" label="Calendar of the competent authority" hint="It gives the authority's holidays. Without one, only its time zone is known, and the contested readings of the 72 hours aren't shown."
                offers=calendars value=s.calendar none="None".to_owned() />
            <Group legend="Reminders">
                <TextField name="marks" label="When people are reminded" hint="Shares of the time that have passed, hours that are left, and “overdue”, as in 50% 80% 24h 12h 6h 2h 1h overdue." value=marks required=true />
                <TextField name="undue_hours" label="Reminder of what is due without undue delay, in hours" hint="Hours after it began. The law gives no number here: this one is yours and is shown as such." value=number(s.undue_hours) inputmode="numeric" required=true />
                <TextField name="escalate_minutes" label="Deputies are told after, in minutes" hint="When nobody acknowledges a reminder for so long." value=number(s.escalate_minutes) inputmode="numeric" required=true />
                <TextField name="soon_hours" label="A clock is marked as due soon from, in hours" value=number(s.soon_hours) inputmode="numeric" required=true />
            </Group>
            <Group legend="Hours for each step before a due time">
                <p class="hint">"Your own plan. Where less time is allowed than they add up to, all are shortened alike."</p>
                <TextField name="counts_hours" label="Confirming the counts" value=number(s.counts_hours) inputmode="numeric" required=true />
                <TextField name="draft_hours" label="Drafting" value=number(s.draft_hours) inputmode="numeric" required=true />
                <TextField name="review_hours" label="Reviewing" value=number(s.review_hours) inputmode="numeric" required=true />
                <TextField name="approval_hours" label="Approving" value=number(s.approval_hours) inputmode="numeric" required=true />
                <TextField name="sending_hours" label="Sending" value=number(s.sending_hours) inputmode="numeric" required=true />
            </Group>
        </Form>
    }
    .written()
}

fn read(view: &RulesPage) -> AnyView {
    let s = &view.settings;
    let hours = |n: u32| if n == 1 { "1 hour".to_owned() } else { format!("{n} hours") }.written();
    let calendar = if s.calendar.is_empty() { "none".to_owned() } else { s.calendar.clone() };
    let items = vec![
        ("Calendar", calendar.written()),
        ("Reminders", marks(s).written()),
        ("Without undue delay", hours(s.undue_hours)),
        ("Deputies after", format!("{} minutes", s.escalate_minutes).written()),
        ("Due soon from", hours(s.soon_hours)),
        ("Counts", hours(s.counts_hours)),
        ("Drafting", hours(s.draft_hours)),
        ("Reviewing", hours(s.review_hours)),
        ("Approving", hours(s.approval_hours)),
        ("Sending", hours(s.sending_hours)),
    ];
    view! { <DefinitionList items=items /> }.written()
}
