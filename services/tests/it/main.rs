//! Stories told to the use cases themselves, on both engines: a desk of its own for each, a clock that is
//! moved by hand and ids that come out the same every time.
//!
//! Every story runs on SQLite, and on PostgreSQL too where `TEST_DATABASE_URL` names a server on which
//! databases may be made and dropped.

#[cfg(test)]
mod support;
#[cfg(test)]
mod texts;

#[cfg(test)]
mod access;
#[cfg(test)]
mod assessments;
#[cfg(test)]
mod bounces;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod correspondence;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod derived;
#[cfg(test)]
mod filings;
#[cfg(test)]
mod following;
#[cfg(test)]
mod input;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod kinds;
mod languages;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod library;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod outsiders;
#[cfg(test)]
mod parties;
#[cfg(test)]
mod playbooks;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod recipients;
#[cfg(test)]
mod register;
#[cfg(test)]
mod reminders;
mod reports;
#[cfg(test)]
mod revisions;
#[cfg(test)]
mod road;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod withdrawals;
