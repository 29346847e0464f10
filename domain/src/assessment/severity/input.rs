//! What comes in: the answers to the method's questions as one JSON object.

use super::{Adjustment, Circumstances, Context, Contexts, Grounds, MaliciousIntent};
use crate::{
    refusal::{FieldError, Refusal},
    text::Checks,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Number;
use std::{fmt, marker::PhantomData};

/// What is known of a breach. Codes are strings, so that every one that isn't known is named, and not the first only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityInput {
    /// At least one. Each is scored, and the highest score counts.
    #[serde(deserialize_with = "objects")]
    pub categories: Vec<ContextInput>,
    /// `negligible`, `limited`, `significant` or `maximum`.
    pub ei: String,
    #[serde(deserialize_with = "object")]
    pub cb: CircumstancesInput,
    /// How many people the data are about. Not part of the score.
    #[serde(deserialize_with = "count")]
    pub individuals: u64,
    /// Whether nobody who holds the data can read them. Not part of the score.
    #[serde(default)]
    pub unintelligible: bool,
}

/// One category of data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextInput {
    /// `simple`, `behavioural`, `financial` or `sensitive`.
    pub category: String,
    /// By how many whole steps the context raises or lowers the basic score. What is allowed depends on the category.
    #[serde(default, deserialize_with = "steps")]
    pub adjust: i64,
}

/// What happened to the data. No part has a default: that nothing was lost is an answer too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircumstancesInput {
    /// `none`, `known_recipients` or `unknown_recipients`.
    pub confidentiality: String,
    /// `none`, `recoverable` or `not_recoverable`.
    pub integrity: String,
    /// `none`, `temporary` or `full`.
    pub availability: String,
    /// Whether somebody meant harm.
    pub malicious: bool,
}

impl SeverityInput {
    /// # Errors
    /// Names every code that isn't known and every adjustment that its category doesn't allow.
    pub fn parse(&self) -> Result<Grounds, Refusal> {
        let mut c = Checks::new();
        if self.categories.is_empty() {
            c.push(FieldError::new("categories", "required", "Name at least one category of data."));
        }
        let all = (0..).zip(&self.categories).map(|(at, given)| given.parse(at, &mut c)).collect::<Vec<_>>();
        let contexts = all.into_iter().collect::<Option<Vec<_>>>().and_then(Contexts::new);
        let ei = c.choice("ei", &self.ei);
        let confidentiality = c.choice("cb.confidentiality", &self.cb.confidentiality);
        let integrity = c.choice("cb.integrity", &self.cb.integrity);
        let availability = c.choice("cb.availability", &self.cb.availability);
        let malicious = if self.cb.malicious { MaliciousIntent::Yes } else { MaliciousIntent::No };
        let (Some(contexts), Some(ei), Some(confidentiality), Some(integrity), Some(availability)) =
            (contexts, ei, confidentiality, integrity, availability)
        else {
            return Err(c.refusal());
        };
        Ok(Grounds {
            contexts,
            ei,
            circumstances: Circumstances { confidentiality, integrity, availability, malicious },
            individuals: self.individuals,
            unintelligible: self.unintelligible,
        })
    }
}

impl ContextInput {
    fn parse(&self, at: usize, c: &mut Checks) -> Option<Context> {
        let category = c.choice(&format!("categories[{at}].category"), &self.category)?;
        let context = Context::new(category, self.adjust);
        if context.is_none() {
            let range = category.adjustments();
            let message = format!(
                "The score of {category} can be adjusted by {} to {}, and not by {}.",
                Adjustment(*range.start()),
                Adjustment(*range.end()),
                Adjustment(self.adjust)
            );
            c.push(FieldError::new(&format!("categories[{at}].adjust"), "out_of_range", message));
        }
        context
    }
}

/// Something that stands in JSON as an object. A struct alone would also be read from a list of its values.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        from.deserialize_map(Fields(PhantomData))
    }
}

fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Object::deserialize(from).map(|Object(found)| found)
}

fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::deserialize(from)?.into_iter().map(|Object(found)| found).collect())
}

fn steps<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let given = Number::deserialize(from)?.as_i64();
    given.ok_or_else(|| D::Error::custom("whole steps are expected, such as -1 or 2"))
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let given = Number::deserialize(from)?.as_u64();
    given.ok_or_else(|| D::Error::custom("a whole number of people is expected, 0 or more"))
}
