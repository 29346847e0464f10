//! The whole site, asked over HTTP as a browser, a program or an operator asks it.
#![expect(unreachable_pub, clippy::print_stderr, clippy::disallowed_methods, reason = "a test is read, not called")]

mod coverage;
mod journeys;
mod support;
