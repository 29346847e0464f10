//! What runs in the browser. Each island is something the page also does without it, only slower.
//!
//! Their props are attributes that anyone on the page can read: ids and plain numbers, never case text.

pub mod autosave;
pub mod copy;
pub mod countdown;
pub mod live;
pub mod shortcuts;

pub use autosave::Autosave;
pub use copy::CopyButton;
pub use countdown::{Countdown, digits, remaining};
pub use live::LiveCheck;
pub use shortcuts::Shortcuts;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};

/// For as long as the page lives.
fn listen(target: &EventTarget, event: &str, act: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(act);
    _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}
