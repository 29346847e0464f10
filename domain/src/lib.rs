//! Facts and rules of a personal data breach: pure values and functions.
//!
//! Nothing here reads a file, a socket, a clock or a source of chance. Time and fresh ids are
//! arguments. The same code runs in the server and in the browser's islands.

pub mod access;
pub mod account;
pub mod alert;
pub mod assessment;
pub mod awareness;
pub mod bounce;
pub mod clock;
pub mod correspondence;
pub mod csv;
pub mod decision;
pub mod delivery;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod filing;
pub mod id;
pub mod incident;
pub mod journal;
pub mod language;
pub mod moment;
pub mod notice;
pub mod party;
pub mod playbook;
pub mod proof;
pub mod recipient;
pub mod refusal;
pub mod register;
pub mod text;
pub mod view;
pub mod work;
