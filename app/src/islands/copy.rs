//! Copies something that is tedious to select.

use leptos::prelude::*;

/// A button that copies `text`. It isn't there without scripts, nor where the browser forbids copying.
#[island]
pub fn CopyButton(text: String, what: String) -> impl IntoView {
    let (shown, copied) = (RwSignal::new(false), RwSignal::new(false));
    // The clipboard exists in secure contexts only; on plain http it would throw.
    Effect::new(move |_| shown.set(window().is_secure_context()));
    let copy = move |_| {
        let copying = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            copied.set(wasm_bindgen_futures::JsFuture::from(copying).await.is_ok());
            set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
        });
    };
    view! {
        <button type="button" class="button quiet copy" hidden=move || !shown.get() on:click=copy>
            {move || if copied.get() { "Copied" } else { "Copy" }}
            <span class="unseen">" "{what}</span>
        </button>
    }
}
