//! Shows what a check finds while the text is still being typed.

use super::listen;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, HtmlTextAreaElement, RequestInit, RequestRedirect, Response, SupportedType,
};

/// How long the keys must rest before the text is checked.
const REST: Duration = Duration::from_millis(600);

/// Posts the text of the area with the id `field` to `address`, which answers with this page as it would be, and takes
/// the elements `parts` out of the answer. Its `data-verdict` is what is said of the text.
#[island]
pub fn LiveCheck(field: String, address: String, parts: Vec<String>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let area =
            document().get_element_by_id(&field).and_then(|e| e.dyn_into::<HtmlTextAreaElement>().ok());
        let Some(area) = area else { return };
        let check = Rc::new(Check {
            area,
            address: address.clone(),
            parts: parts.clone(),
            said,
            timer: Cell::new(None),
        });
        listen(&check.area.clone(), "input", move |_| check.clone().on_input());
    });
    view! { <p class="autosave" role="status">{move || said.get()}</p> }
}

struct Check {
    area: HtmlTextAreaElement,
    address: String,
    parts: Vec<String>,
    said: RwSignal<String>,
    timer: Cell<Option<TimeoutHandle>>,
}

impl Check {
    fn on_input(self: Rc<Self>) {
        if let Some(earlier) = self.timer.take() {
            earlier.clear();
        }
        let later = self.clone();
        let check = move || spawn_local(async move { later.ask().await });
        self.timer.set(set_timeout_with_handle(check, REST).ok());
    }

    async fn ask(self: Rc<Self>) {
        let text = self.area.value();
        let answer = posted(&self.address, self.area.name(), &text).await;
        // What was typed meanwhile is asked about on its own.
        if self.area.value() != text {
            return;
        }
        match answer {
            Some(page) => {
                for part in &self.parts {
                    let there = page.get_element_by_id(part);
                    if let (Some(here), Some(there)) = (document().get_element_by_id(part), there) {
                        if let Some(verdict) = there.get_attribute("data-verdict") {
                            self.said.set(verdict);
                        }
                        _ = here.replace_with_with_node_1(&there);
                    }
                }
            }
            None => {
                self.said.set("Not checked: the server doesn't answer. Your text is still here.".to_owned())
            }
        }
    }
}

async fn posted(address: &str, name: String, text: &str) -> Option<Document> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&format!("{name}={}", String::from(js_sys::encode_uri_component(text))).into());
    // A redirect leads to the sign-in page, which would answer 200.
    init.set_redirect(RequestRedirect::Manual);
    let headers = web_sys::Headers::new().ok()?;
    headers.set("content-type", "application/x-www-form-urlencoded").ok()?;
    init.set_headers(&headers);
    let answer = JsFuture::from(window().fetch_with_str_and_init(address, &init)).await.ok()?;
    let answer = answer.dyn_into::<Response>().ok()?;
    if answer.status() != 200 {
        return None;
    }
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
}
