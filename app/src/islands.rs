//! What runs in the browser. Each island is something the page also does without it, only slower.
//!
//! Their props are attributes that anyone on the page can read: ids and plain numbers, never case text.

pub mod autosave;
pub mod copy;
pub mod countdown;
pub mod shortcuts;

pub use autosave::Autosave;
pub use copy::CopyButton;
pub use countdown::{Countdown, digits, remaining};
pub use shortcuts::Shortcuts;
