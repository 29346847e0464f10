//! Stories of people at their browsers, told over HTTP alone: every step is a form.

mod edge;
mod edits;
mod feed;
mod library;
mod playbooks;
mod register;
mod review;
mod road;
