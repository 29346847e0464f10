//! What the stories are told with: a desk that serves, browsers, programs, and pages that are read.

pub mod app;
pub mod browser;
pub mod html;
pub mod process;

pub use app::{TestApp, Who};
pub use browser::{Answer, Browser};
