//! A playbook from its start to its end by keys alone, on the screen of a telephone and without scripts.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::{TestApp, Who};
use domain::{
    access::Role,
    id::{IncidentId, RunId},
    view::RunView,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use thirtyfour::Key;

/// What has the focus, and where it stands.
const HERE: &str = "
    const at = document.activeElement, step = at.closest('.run-step'), form = at.closest('form');
    const act = form && form.querySelector('input[name=act]');
    return {
        id: at.id, name: at.name || '', type: at.type || '', checked: !!at.checked,
        numeric: at.inputMode === 'numeric', words: (at.innerText || '').trim().split('\\n')[0],
        step: step ? step.id : '', form: form ? form.action : '', act: act ? act.value : '',
        outline: getComputedStyle(at).outlineStyle
    };";

/// What is too small for a finger or too wide for the screen.
const UNFIT: &str = "
    const unfit = [];
    if (document.documentElement.scrollWidth > window.innerWidth) unfit.push('the page scrolls sideways');
    const open = document.querySelector('.run-step > details[open]');
    for (const at of (open || document.body).querySelectorAll('button, .button, summary, input:not([type=hidden]), select, textarea')) {
        const label = ['radio', 'checkbox'].includes(at.type) ? at.closest('label') || at : at;
        const box = label.getBoundingClientRect();
        if (!box.width || !box.height || at.matches('.unseen-until-focus')) continue;
        if (box.width < 24 || box.height < 24) unfit.push(`${at.tagName} ${at.name || at.innerText}: ${box.width} × ${box.height}`);
    }
    return unfit;";

/// So many presses of Tab lead through any step.
const TABS_MAX: usize = 300;

struct Walk {
    browser: Chromium,
    /// The forms in which an answer stands and that are still to be sent.
    answered: BTreeSet<String>,
}

fn words<'v>(at: &'v Value, name: &str) -> &'v str {
    at[name].as_str().unwrap()
}

impl Walk {
    async fn key(&self, key: Key) {
        self.browser.driver.action_chain().send_keys(key).perform().await.unwrap();
    }

    async fn away(&self) {
        let before = self.browser.root().await;
        self.key(Key::Enter).await;
        self.browser.turned(before).await;
        // The focus goes to its place when the whole page is there.
        const WHOLE: &str = "return document.readyState === 'complete' && !!document.querySelector('main')";
        while self.browser.evaluate(WHOLE).await != json!(true) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn here(&self) -> Value {
        self.browser.evaluate(HERE).await
    }

    async fn fits(&self) {
        let unfit = self.browser.evaluate(UNFIT).await;
        assert_eq!(unfit, json!([]), "at {}", self.browser.path().await);
    }

    /// Tab, to something that can be seen to have the focus.
    async fn tab(&self) -> Value {
        self.key(Key::Tab).await;
        let at = self.here().await;
        assert_ne!(words(&at, "outline"), "none", "the focus can't be seen on {at}");
        at
    }

    /// From the line of a step through its questions to its end. Answers what is chosen or counted.
    async fn through(&mut self, step: &str) {
        for _ in 0..TABS_MAX {
            let at = self.tab().await;
            assert_eq!(words(&at, "step"), step, "the step was left before it was done: {at}");
            let (form, name) = (words(&at, "form").to_owned(), words(&at, "name"));
            let asks = form.contains("/answers/") && !self.answered.contains(&form);
            match (name, words(&at, "type")) {
                ("value", "radio") | ("values", "checkbox") if asks => {
                    self.key(Key::Space).await;
                    assert_eq!(self.here().await["checked"], json!(true), "{at}");
                    self.answered.insert(form);
                }
                ("value", "text") if asks && at["numeric"] == json!(true) => {
                    self.browser.driver.action_chain().send_keys("1200").perform().await.unwrap();
                    self.answered.insert(form);
                }
                (_, "submit") if self.answered.contains(&form) => {
                    self.away().await;
                    let at = self.here().await;
                    let goes_on = [format!("ask-{step}-"), format!("act-{step}")];
                    assert!(
                        goes_on.iter().any(|id| words(&at, "id").starts_with(id)),
                        "after {form}: {at} {}",
                        self.browser.words().await
                    );
                    self.fits().await;
                }
                (_, "submit") if words(&at, "act") == "done" => return self.away().await,
                _ => {}
            }
        }
        panic!("the focus is trapped in {step}");
    }
}

async fn run(app: &TestApp, lead: &Who, incident: IncidentId) -> RunView {
    app.services.runs(&app.ctx(lead), incident).await.unwrap().runs.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_playbook_is_followed_to_its_end_by_keys_alone_on_a_telephone() {
    if !wanted() {
        return;
    }
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let declared = domain::incident::DeclareInput {
        title: "Many customer numbers from one account".to_owned(),
        ..Default::default()
    };
    let incident = app.services.declare_incident(&app.ctx(&lead), &declared).await.unwrap().id;
    let browser = Chromium::start(&app.origin, Scripts::Off).await;
    browser.enter(&lead.email).await;
    browser.width(390).await;
    browser.open(&format!("/incidents/{incident}/playbook")).await;
    let mut walk = Walk { browser, answered: BTreeSet::new() };

    // The first of the library is chosen with Space; Tab goes on to the button.
    loop {
        let at = walk.tab().await;
        if words(&at, "name") == "playbook" && words(&at, "type") == "radio" {
            walk.key(Key::Space).await;
        }
        if words(&at, "words") == "Follow it" {
            break;
        }
    }
    walk.away().await;
    walk.fits().await;
    let begun = run(&app, &lead, incident).await;
    assert_eq!(begun.playbook, "customer-api-enumerated");

    let line = |run: RunId, step: &str| format!("{step}--{run}");
    let mut done = 0;
    loop {
        let at = walk.here().await;
        let view = run(&app, &lead, incident).await;
        let settled = view.steps.iter().filter(|s| s.state.is_settled()).count();
        assert_eq!(settled, done, "each step was done once");
        let Some(step) = view.steps.iter().find(|s| words(&at, "id") == line(view.id, &s.id)) else {
            panic!("the focus isn't on the line of a step but on {at}");
        };
        if view.next.is_empty() {
            break;
        }
        assert!(view.next.contains(&step.id), "{} is to be done", step.id);
        let step = line(view.id, &step.id);
        walk.through(&step).await;
        walk.fits().await;
        done += 1;
    }
    walk.browser.see("Nothing is open that applies.").await;
    let view = run(&app, &lead, incident).await;
    let left: Vec<&str> = view
        .steps
        .iter()
        .filter(|s| !s.state.is_settled())
        .filter(|s| !matches!(s.applies, domain::view::StepApplies::No { .. }))
        .map(|s| s.id.as_str())
        .collect();
    assert_eq!(left, Vec::<&str>::new(), "nothing is left and nothing undecided");
    assert!(done >= 36, "{done} of {} steps", view.steps.len());
    let questions = walk.answered.len();
    assert!(questions >= 15, "{questions} questions were answered on the way");
    walk.browser.no_complaints().await;
    app.close().await;
}
