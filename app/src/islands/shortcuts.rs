//! Keys for those who work here all day. Each does what a link or a button on the page does.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlFormElement, KeyboardEvent};

/// Listens to keys outside of fields, and to Ctrl or ⌘ with Enter inside them. `declare` is the address of
/// the form that declares an incident; empty for those who may not.
#[island]
pub fn Shortcuts(declare: String) -> impl IntoView {
    let may_declare = !declare.is_empty();
    Effect::new(move |_| {
        let declare = declare.clone();
        let waiting = StoredValue::new(false);
        _ = window_event_listener(ev::keydown, move |event| on_key(&event, waiting, &declare));
    });
    let declare_line =
        may_declare.then(|| view! { <div><dt><kbd>"c"</kbd></dt><dd>"Declare an incident"</dd></div> });
    view! {
        <dialog id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keys"</h2>
            <dl class="terms">
                <div><dt><kbd>"/"</kbd></dt><dd>"Search"</dd></div>
                {declare_line}
                <div><dt><kbd>"j"</kbd>" "<kbd>"k"</kbd></dt><dd>"Next and previous line of a list"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"d"</kbd></dt><dd>"Desk"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"i"</kbd></dt><dd>"Inbox"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"n"</kbd></dt><dd>"Incidents"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"t"</kbd></dt><dd>"Tasks"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"p"</kbd></dt><dd>"Playbooks"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"o"</kbd></dt><dd>"Notices"</dd></div>
                <div><dt><kbd>"g"</kbd>" "<kbd>"r"</kbd></dt><dd>"Register"</dd></div>
                <div><dt><kbd>"Ctrl"</kbd>" or "<kbd>"⌘"</kbd>" "<kbd>"Enter"</kbd></dt><dd>"Send the form"</dd></div>
            </dl>
            <form method="dialog"><button class="button" type="submit">"Close"</button></form>
        </dialog>
    }
}

fn on_key(event: &KeyboardEvent, waiting: StoredValue<bool>, declare: &str) {
    let key = event.key();
    if key == "Enter" && (event.ctrl_key() || event.meta_key()) {
        return submit(event);
    }
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || is_typing(event)
        || find("dialog[open]").is_some()
    {
        return;
    }
    if waiting.get_value() {
        waiting.set_value(false);
        let is_letter = key.len() == 1 && key.chars().all(|c| c.is_ascii_lowercase());
        if let Some(link) = is_letter.then(|| find(&format!("[data-go='{key}']"))).flatten() {
            event.prevent_default();
            click(link);
        }
        return;
    }
    match key.as_str() {
        "g" => waiting.set_value(true),
        "/" => {
            event.prevent_default();
            focus(find("#search"));
        }
        "?" => open_help(),
        "c" if !declare.is_empty() => _ = window().location().set_href(declare),
        "j" => step(1),
        "k" => step(-1),
        _ => {}
    }
}

fn submit(event: &KeyboardEvent) {
    let focused = document().active_element();
    let form = focused.and_then(|element| element.closest("form").ok().flatten());
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        event.prevent_default();
        _ = form.request_submit();
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target
        .is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false))
}

fn open_help() {
    if let Some(dialog) = find("#keys").and_then(|e| e.dyn_into::<HtmlDialogElement>().ok()) {
        _ = dialog.show_modal();
    }
}

/// Moves the focus over the links that name the lines of the page's lists.
fn step(by: i32) {
    let Ok(links) = document().query_selector_all("main tbody th a, main .rows > * a.row-link") else {
        return;
    };
    let focused = document().active_element();
    let all: Vec<Element> =
        (0..links.length()).filter_map(|i| links.item(i)?.dyn_into::<Element>().ok()).collect();
    let here = focused.and_then(|focused| all.iter().position(|link| *link == focused));
    let next = match (here, by) {
        (None, _) => Some(0),
        (Some(at), 1) => at.checked_add(1),
        (Some(at), _) => at.checked_sub(1),
    };
    focus(next.and_then(|at| all.get(at).cloned()));
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        _ = element.focus();
    }
}

fn click(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        element.click();
    }
}
