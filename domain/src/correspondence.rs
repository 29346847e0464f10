//! What others write to us about a case, and what is answered: questions one by one, replies by people in numbers.

pub mod question;
pub mod reply;
