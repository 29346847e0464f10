//! The fields in which a fact is answered, by its kind. The fact's own page and the playbook share them.

use crate::{
    components::{Choices, Group, Offer, Radios, Select, TextArea, TextField, TimeField},
    form::Field,
    prelude::*,
};
use domain::{
    evidence::Evidence,
    fact::{
        Certainty, Fact, Value,
        catalogue::{Definition, Kind},
    },
    text::Choice,
};

/// What stands in the fields to begin with: the present answer, where it has a value. An answer without one
/// leaves nothing behind, or a promised day would have to be cleared before the answer itself could be given.
#[derive(Debug, Clone, Default)]
pub(super) struct Begun {
    certainty: String,
    value: Option<Value>,
}

impl Begun {
    pub(super) fn with(fact: Option<&Fact>) -> Self {
        match fact.filter(|f| f.value.is_some()) {
            Some(fact) => Self { certainty: fact.certainty.code().to_owned(), value: fact.value.clone() },
            None => Self::empty(),
        }
    }

    pub(super) fn empty() -> Self {
        Self { certainty: Certainty::Exact.code().to_owned(), value: None }
    }
}

/// The certainties that an answer of this kind may have.
fn certainties(definition: &Definition) -> Vec<Offer> {
    let fits = |c: &&Certainty| match c {
        Certainty::Range => definition.kind == Kind::Number,
        Certainty::Approximate => definition.may_be_approximate(),
        Certainty::Exact | Certainty::NotYetKnown | Certainty::CannotBeDetermined => true,
    };
    let hint = |c: Certainty| match c {
        Certainty::Exact => "Counted, read or decided.",
        Certainty::Approximate => "An estimate. It will be written as one.",
        Certainty::Range => "Give the lowest and the highest number instead of one.",
        Certainty::NotYetKnown => "Leave the answer empty and promise a day.",
        Certainty::CannotBeDetermined => "Leave the answer empty. Nobody will be able to give it.",
    };
    Certainty::ALL.iter().filter(fits).map(|c| Offer::new(c.code(), c.label()).hint(hint(*c))).collect()
}

/// The answer itself with its certainty.
pub(super) fn fields(definition: &'static Definition, begun: Begun) -> AnyView {
    let range = match &begun.value {
        Some(Value::Range { low, high }) => (low.to_string(), high.to_string()),
        _ => (String::new(), String::new()),
    };
    let range = (definition.kind == Kind::Number).then(|| {
        view! {
            <Group legend="Only for a range">
                <TextField name="low" label="Lowest number" inputmode="numeric" value=range.0 />
                <TextField name="high" label="Highest number" inputmode="numeric" value=range.1 />
            </Group>
        }
    });
    view! {
        {value(definition, begun.value)}
        <Radios name="certainty" label="How sure it is" offers=certainties(definition) value=begun.certainty required=true />
        {range}
        <TextField name="promised_on" label="Promised for" hint="Only where it is not yet known: the day by which it will be, as in 2026-06-12." />
    }
    .written()
}

fn value(definition: &'static Definition, value: Option<Value>) -> AnyView {
    answer(
        definition,
        &Named { value: "value", values: "values", ask: definition.label.clone(), required: true },
        value,
    )
}

/// What the fields of one answer are called.
pub(in crate::pages) struct Named<'n> {
    pub value: &'n str,
    /// Of a group of check boxes.
    pub values: &'n str,
    pub ask: String,
    pub required: bool,
}

/// The fields of one answer.
pub(in crate::pages) fn answer(
    definition: &'static Definition,
    named: &Named<'_>,
    value: Option<Value>,
) -> AnyView {
    let (name, ask, required) = (named.value.to_owned(), named.ask.clone(), named.required);
    let text = match &value {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Choice(code)) => code.clone(),
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Countries(codes)) => codes.join(", "),
        Some(Value::Counts(counts)) => {
            counts.iter().map(|(code, n)| format!("{code} {n}")).collect::<Vec<_>>().join("\n")
        }
        Some(Value::Range { .. } | Value::Choices(_) | Value::Instant(_)) | None => String::new(),
    };
    let offers =
        || definition.options.iter().map(|o| Offer::new(o.code.clone(), o.en.clone())).collect::<Vec<_>>();
    match definition.kind {
        Kind::Line => view! { <TextField name=name label=ask value=text required=required /> }.written(),
        Kind::Text => view! { <TextArea name=name label=ask value=text required=required /> }.written(),
        Kind::Contact => view! { <TextArea name=name label=ask hint="Name, function, address, telephone." value=text required=required /> }.written(),
        Kind::Number => view! { <TextField name=name label=ask inputmode="numeric" hint="A whole number, as in 4812." value=text required=required /> }.written(),
        Kind::Bool => {
            let offers = vec![Offer::new("true", "yes"), Offer::new("false", "no")];
            view! { <Radios name=name label=ask offers=offers value=text required=required /> }.written()
        }
        Kind::Choice if definition.options.len() > 7 => {
            view! { <Select name=name label=ask offers=offers() none="No answer chosen".to_owned() value=text required=required /> }.written()
        }
        Kind::Choice => view! { <Radios name=name label=ask offers=offers() value=text required=required /> }.written(),
        Kind::Choices => several(named, offers(), value),
        Kind::Instant => {
            let at = if let Some(Value::Instant(at)) = value { Some(at) } else { None };
            view! { <TimeField name=name label=ask value=at required=required /> }.written()
        }
        Kind::Date => view! { <TextField name=name label=ask hint="As in 2026-06-09." value=text required=required /> }.written(),
        Kind::Countries => view! { <TextField name=name label=ask hint="The two letters of each, as in DE, FR." value=text required=required /> }.written(),
        Kind::Counts => {
            view! { <TextArea name=name label=ask hint="A country to a line with its number, as in DE 1200." value=text rows=4 required=required /> }.written()
        }
    }
}

/// Check boxes go as `values`, and what is wrong with the answer is said of `value`: both belong here.
fn several(named: &Named<'_>, offers: Vec<Offer>, value: Option<Value>) -> AnyView {
    let ticked = if let Some(Value::Choices(codes)) = value { codes } else { Vec::new() };
    if named.value == named.values {
        let (name, ask) = (named.values.to_owned(), named.ask.clone());
        return view! { <Choices name=name label=ask offers=offers values=ticked required=named.required /> }
            .written();
    }
    let field = Field::announce(named.value, &named.ask);
    let error = field.error.clone().map(|message| {
        view! { <p class="error" id=field.error_id()>{message}</p> }
    });
    let class = if error.is_some() { "field wrong" } else { "field" };
    view! {
        <div class=class id=field.id.clone() tabindex="-1" role="group" aria-describedby=field.described_by("")>
            {error}
            <Choices name=named.values.to_owned() label=named.ask.clone() offers=offers values=ticked required=named.required />
        </div>
    }
    .written()
}

/// Who finds out what isn't known yet: they get it as a task, due on the promised day.
pub(super) fn owner(members: Vec<Offer>) -> AnyView {
    view! {
        <Select
            name="owner"
            label="Who finds it out"
            hint="Only where it is not yet known: a task for them, due on the promised day."
            offers=members
            none="Whoever has it already, or me".to_owned()
        />
    }
    .written()
}

/// What an answer rests on.
pub(super) fn grounds(evidence: &[Evidence]) -> AnyView {
    view! {
        <TextArea name="reason" label="On what it rests, or why it changes" rows=2 />
        {evidence_fields(evidence)}
    }
    .written()
}

/// A piece of evidence and the place in it.
pub(super) fn evidence_fields(evidence: &[Evidence]) -> AnyView {
    let offers: Vec<_> = evidence
        .iter()
        .filter(|e| e.withdrawn_at.is_none())
        .map(|e| {
            Offer::new(
                e.id.to_string(),
                format!("{} ({}…)", e.name, e.sha256.chars().take(12).collect::<String>()),
            )
        })
        .collect();
    if offers.is_empty() {
        return view! { <p class="hint">"No evidence lies in this incident yet, so none can be named."</p> }
            .written();
    }
    view! {
        <Select name="evidence" label="Evidence" offers=offers none="None".to_owned() />
        <TextField name="place" label="Place in the evidence" hint="As in lines 1,204 to 6,015." />
    }
    .written()
}
