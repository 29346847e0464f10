//! The process: commands, configuration, the HTTP edge, API v1, background jobs, mail.

pub mod api;
pub mod cli;
pub mod config;
pub mod demo;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod run;
