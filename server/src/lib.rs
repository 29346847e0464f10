//! server

pub mod mail;
