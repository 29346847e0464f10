//! The state of a form: nothing yet, or what was typed and why it was refused.

use domain::refusal::{FieldError, Refusal};
use leptos::prelude::use_context;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// A refused form: the page is shown again with what was typed and what is wrong with it.
#[derive(Clone, Default)]
pub struct Answered {
    /// The address the form was posted to. Other forms of the page stay as they are.
    pub action: String,
    /// Names and values as they came in; a group of check boxes has its name several times.
    pub values: Vec<(String, String)>,
    pub errors: Vec<FieldError>,
    /// What is wrong with the whole.
    pub message: Option<String>,
}

impl Answered {
    /// What was typed. Secrets are dropped here, so they can't come back in a page.
    #[must_use]
    pub fn new(action: impl Into<String>, values: Vec<(String, String)>) -> Self {
        let values = values.into_iter().filter(|(name, _)| !is_secret(name)).collect();
        Self { action: action.into(), values, ..Self::default() }
    }

    /// Adds why it was refused.
    #[must_use]
    pub fn refused(mut self, refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(errors) => self.errors.extend(errors),
            Refusal::State { message, .. } => self.message = Some(message),
        }
        self
    }

    /// Adds a sentence about the whole.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// What is wrong, in sentences: with the whole, else with each field.
    pub(crate) fn sentences(&self) -> Vec<String> {
        match &self.message {
            Some(message) => vec![message.clone()],
            None => self.errors.iter().map(|error| error.message.clone()).collect(),
        }
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name.contains("secret") || matches!(name, "current" | "repeat")
}

/// What a page hands to all its forms; each takes what is meant for it.
#[derive(Clone, Default)]
pub struct FormState(Option<Arc<Answered>>, Arc<AtomicBool>);

impl From<Answered> for FormState {
    fn from(answered: Answered) -> Self {
        Self(Some(Arc::new(answered)), Arc::default())
    }
}

impl From<Option<Answered>> for FormState {
    fn from(answered: Option<Answered>) -> Self {
        Self(answered.map(Arc::new), Arc::default())
    }
}

impl FormState {
    pub(crate) fn of(&self, action: &str) -> Option<Arc<Answered>> {
        let answered = self.0.clone().filter(|answered| answered.action == action);
        if answered.is_some() {
            self.1.store(true, Ordering::Relaxed);
        }
        answered
    }

    /// Whether the refused form is the one of this address, so that it is in sight.
    pub(crate) fn has(&self, action: &str) -> bool {
        self.0.as_ref().is_some_and(|answered| answered.action == action)
    }

    /// What no form of the page has said. A form may be gone by now: somebody else did what it was for.
    pub(crate) fn unsaid(&self) -> Vec<String> {
        match &self.0 {
            Some(answered) if !self.1.load(Ordering::Relaxed) => answered.sentences(),
            _ => Vec::new(),
        }
    }

    /// The words that were typed into a form that is gone by now. What was only chosen or counted is no loss.
    pub(crate) fn words(&self) -> Vec<String> {
        let typed = self.0.iter().flat_map(|answered| &answered.values);
        let words = typed.map(|(_, value)| value.trim()).filter(|value| value.contains(char::is_whitespace));
        words.map(str::to_owned).collect()
    }
}

/// The form around a field, known to the field by context.
#[derive(Clone, Default)]
pub(crate) struct Within {
    pub(crate) id: String,
    pub(crate) answered: Option<Arc<Answered>>,
    /// Name, element id and label of each field so far, for the summary of errors.
    fields: Arc<Mutex<Vec<Named>>>,
}

#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) element: String,
    pub(crate) label: String,
}

impl Within {
    pub(crate) fn new(id: String, answered: Option<Arc<Answered>>) -> Self {
        Self { id, answered, fields: Arc::default() }
    }

    pub(crate) fn named(&self, name: &str) -> Option<Named> {
        self.fields.lock().ok()?.iter().find(|field| field.name == name).cloned()
    }
}

/// One field of the form around it: its element id, what was typed into it and what is wrong with it.
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) error: Option<String>,
    /// None where the form wasn't refused; the values of the name otherwise, maybe none.
    typed: Option<Vec<String>>,
}

impl Field {
    /// Announces a field to the form around it.
    pub(crate) fn announce(name: &str, label: &str) -> Self {
        let within = use_context::<Within>().unwrap_or_default();
        let id = element_id(&within.id, name);
        if let Ok(mut fields) = within.fields.lock() {
            fields.push(Named { name: name.to_owned(), element: id.clone(), label: label.to_owned() });
        }
        let answered = within.answered.as_deref();
        let messages: Vec<&str> = answered
            .map(|a| a.errors.iter().filter(|e| e.field == name).map(|e| e.message.as_str()).collect())
            .unwrap_or_default();
        Self {
            id,
            name: name.to_owned(),
            error: (!messages.is_empty()).then(|| messages.join(" ")),
            typed: answered.map(|a| a.all(name).map(str::to_owned).collect()),
        }
    }

    /// What stands in the field: what was typed, else `stored`.
    pub(crate) fn value(&self, stored: String) -> String {
        match &self.typed {
            Some(typed) => typed.first().cloned().unwrap_or_default(),
            None => stored,
        }
    }

    /// What is ticked in a group: what was ticked, else `stored`.
    pub(crate) fn values(&self, stored: Vec<String>) -> Vec<String> {
        self.typed.clone().unwrap_or(stored)
    }

    pub(crate) fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    pub(crate) fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// The ids for `aria-describedby`: the error first, as it is what matters.
    pub(crate) fn described_by(&self, hint: &str) -> Option<String> {
        let error = self.error.is_some().then(|| self.error_id());
        let hint = (!hint.is_empty()).then(|| self.hint_id());
        match (error, hint) {
            (Some(e), Some(h)) => Some(format!("{e} {h}")),
            (one, other) => one.or(other),
        }
    }

    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }
}

/// An id that is unique on the page as long as its forms post to different addresses.
pub(crate) fn element_id(form: &str, name: &str) -> String {
    let clean = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
    };
    format!("f{}-{}", clean(form), clean(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_left_to_the_form_it_belongs_to_and_else_said_by_the_page() {
        let answered =
            || Answered::new("/a", Vec::new()).refused(Refusal::state("dealt_with", "Dealt with."));
        let taken = FormState::from(answered());
        assert!(taken.clone().of("/a").is_some());
        assert!(taken.unsaid().is_empty());
        let left = FormState::from(answered());
        assert!(left.of("/b").is_none());
        assert_eq!(left.unsaid(), ["Dealt with."]);
        let typed = [("text", "Since Monday,\n7 o’clock."), ("way", "letter"), ("reference", "")];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(FormState::from(Answered::new("/a", typed)).words(), ["Since Monday,\n7 o’clock."]);
    }

    #[test]
    fn no_password_is_kept_with_what_was_typed() {
        let typed = ["current", "password", "repeat", "email"].map(|name| (name.to_owned(), "x".to_owned()));
        let kept = Answered::new("/a", typed.to_vec()).values;
        assert_eq!(kept, [("email".to_owned(), "x".to_owned())]);
    }
}
