//! Saves what is being typed, and says truthfully whether it is saved.

use super::listen;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BeforeUnloadEvent, Event, HtmlFormElement, HtmlTextAreaElement, RequestInit, RequestRedirect, Response,
    Storage, SubmitEvent,
};

/// How long the keys must rest before a draft is saved.
const REST: Duration = Duration::from_millis(800);
/// Where drafts are posted to: `key`, `text` and `base_revision`, form-encoded. The answer to a saved one is
/// the local time of saving as plain text, `14:20:31`.
const ADDRESS: &str = "/drafts";

/// Saves the text area with the id `field` under `key`. Where that fails the text is kept in this browser,
/// and put back into the same form when it is next opened.
#[island]
pub fn Autosave(key: String, field: String, base_revision: f64) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let area =
            document().get_element_by_id(&field).and_then(|e| e.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(area) = area {
            Rc::new(Writing::new(key.clone(), base_revision, area, said)).begin();
        }
    });
    view! { <p class="autosave" role="status">{move || said.get()}</p> }
}

/// One text that is being written.
struct Writing {
    key: String,
    base_revision: f64,
    area: HtmlTextAreaElement,
    said: RwSignal<String>,
    timer: Cell<Option<TimeoutHandle>>,
    /// Whether there is text that the server doesn't have.
    unsaved: Cell<bool>,
}

/// What became of an attempt to save.
enum Outcome {
    Saved(String),
    SignedOut,
    Refused,
    Unreachable,
}

impl Writing {
    fn new(key: String, base_revision: f64, area: HtmlTextAreaElement, said: RwSignal<String>) -> Self {
        Self { key, base_revision, area, said, timer: Cell::new(None), unsaved: Cell::new(false) }
    }

    fn begin(self: Rc<Self>) {
        self.put_back();
        let typed = self.clone();
        listen(&self.area, "input", move |_| typed.clone().on_input());
        let leaving = self.clone();
        listen(&window(), "beforeunload", move |event| {
            if leaving.unsaved.get() {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("unsaved");
                }
            }
        });
        if let Some(form) = self.area.form() {
            listen(&form.clone(), "submit", move |event| self.clone().on_submit(&form, &event));
        }
    }

    /// Saves the draft before the form goes: it would be lost if the session were over by now.
    fn on_submit(self: Rc<Self>, form: &HtmlFormElement, event: &Event) {
        if !self.unsaved.get() {
            return;
        }
        event.prevent_default();
        let pressed = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        let form = form.clone();
        spawn_local(async move {
            match self.clone().save().await {
                Outcome::SignedOut | Outcome::Unreachable => return,
                // The answer to the form itself will say what is wrong.
                Outcome::Saved(_) | Outcome::Refused => self.forget(),
            }
            self.unsaved.set(false);
            _ = form.request_submit_with_submitter(pressed.as_ref());
        });
    }

    fn on_input(self: Rc<Self>) {
        self.unsaved.set(true);
        self.said.set("Not saved yet".to_owned());
        if let Some(earlier) = self.timer.take() {
            earlier.clear();
        }
        let later = self.clone();
        let save = move || spawn_local(async move { _ = later.save().await });
        self.timer.set(set_timeout_with_handle(save, REST).ok());
    }

    async fn save(self: Rc<Self>) -> Outcome {
        if let Some(waiting) = self.timer.take() {
            waiting.clear();
        }
        let text = self.area.value();
        let outcome = post(&self.key, &text, self.base_revision).await;
        let unchanged = self.area.value() == text;
        if !matches!(outcome, Outcome::Saved(_)) {
            self.keep();
        } else if unchanged {
            self.unsaved.set(false);
            self.forget();
        }
        if unchanged {
            self.said.set(outcome.words());
        }
        outcome
    }

    fn store_key(&self) -> String {
        format!("draft:{}", self.key)
    }

    /// Keeps revision and text in this browser.
    fn keep(&self) {
        if let Some(store) = store() {
            _ = store.set_item(&self.store_key(), &format!("{}\n{}", self.base_revision, self.area.value()));
        }
    }

    fn forget(&self) {
        if let Some(store) = store() {
            _ = store.remove_item(&self.store_key());
        }
    }

    /// Puts a kept text back, unless the stored one has moved on since: then it is left for the person.
    fn put_back(self: &Rc<Self>) {
        let Some(kept) = store().and_then(|store| store.get_item(&self.store_key()).ok().flatten()) else {
            return;
        };
        let Some((revision, text)) = kept.split_once('\n') else { return self.forget() };
        if text == self.area.value() {
            return self.forget();
        }
        if revision == self.base_revision.to_string() {
            self.area.set_value(text);
            self.clone().on_input();
            self.said.set("Text kept in this browser was put back. Not saved yet".to_owned());
        } else {
            let words = "This text was saved by someone in the meantime. Your own is added at the end.";
            self.area.set_value(&format!("{}\n\n{text}", self.area.value()));
            self.unsaved.set(true);
            self.said.set(words.to_owned());
        }
    }
}

impl Outcome {
    fn words(&self) -> String {
        match self {
            Self::Saved(at) => format!("Saved {at}"),
            Self::SignedOut => "Not saved: you are signed out. Your text is kept in this browser.".to_owned(),
            Self::Refused => {
                "Not saved: the server didn't take it. Your text is kept in this browser.".to_owned()
            }
            Self::Unreachable => {
                "Not saved: the server can't be reached. Your text is kept in this browser.".to_owned()
            }
        }
    }
}

async fn post(key: &str, text: &str, base_revision: f64) -> Outcome {
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let body = format!("key={}&text={}&base_revision={base_revision}", encode(key), encode(text));
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    // A redirect leads to the sign-in page, which would answer 200.
    init.set_redirect(RequestRedirect::Manual);
    let Ok(headers) = web_sys::Headers::new() else { return Outcome::Unreachable };
    _ = headers.set("content-type", "application/x-www-form-urlencoded");
    init.set_headers(&headers);
    let answer = JsFuture::from(window().fetch_with_str_and_init(ADDRESS, &init)).await;
    let Some(answer) = answer.ok().and_then(|answer| answer.dyn_into::<Response>().ok()) else {
        return Outcome::Unreachable;
    };
    match answer.status() {
        200 => Outcome::Saved(text_of(&answer).await),
        0 | 303 | 401 => Outcome::SignedOut,
        _ => Outcome::Refused,
    }
}

async fn text_of(answer: &Response) -> String {
    let Ok(reading) = answer.text() else { return String::new() };
    JsFuture::from(reading).await.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn store() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
