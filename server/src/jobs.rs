//! Background jobs. They take no input but the database and may run twice.

pub mod bounces;
pub mod deliver;
pub mod remind;
