//! What helps people to judge a breach. Nothing here decides: whether to notify and to communicate is a person's
//! decision, with reasons.

pub mod cases;
pub mod factors;
pub mod record;
pub mod severity;
pub mod suggestion;
