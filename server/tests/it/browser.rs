//! The site in Chromium: the road with scripts and without, keys, drafts, content security, accessibility.

mod axe;
mod clocks;
mod csp;
mod drafts;
mod driver;
mod following;
mod keyboard;
mod library;
mod page;
mod post;
mod road;
mod screens;
mod site;
