//! What the stories are told with: a desk that serves, browsers, programs, and pages that are read.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod html;
pub(crate) mod machine;
pub(crate) mod process;

pub(crate) use app::{TestApp, Who};
pub(crate) use browser::{Answer, Browser};
