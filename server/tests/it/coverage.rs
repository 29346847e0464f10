//! Every route there is, asked in every way: by every role, as a member of the incident and not, without
//! a session, with ids of one's own, of others and of nothing, and with bad input.

mod api;
mod calls;
mod forms;
mod matrix;
mod secrecy;
mod ways;
mod world;
