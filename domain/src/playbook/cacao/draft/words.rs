//! What the steps say.

mod parts;

use crate::{
    playbook::{
        StepRole,
        cacao::{
            condition, export,
            flow::{Flow, Kind, Node, On},
            text,
        },
        due::{Anchor, Due},
        library::library,
    },
    text::{Choice, is_forbidden},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// How many steps a sentence names.
const NAMED_MAX: usize = 12;

/// One line of at most `max` characters.
pub(super) fn line(text: &str, max: usize) -> String {
    let clean: String = text.chars().map(|c| if is_forbidden(c, false) { ' ' } else { c }).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().count() <= max {
        return if clean.is_empty() { "(without words)".to_owned() } else { clean };
    }
    clean.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// Several lines.
pub(super) fn body(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text.chars().map(|c| if is_forbidden(c, true) { ' ' } else { c }).collect();
    if clean.trim().is_empty() { "(without words)".to_owned() } else { clean.trim().to_owned() }
}

/// A text in which nothing is Markdown.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in line(text, 4_000).chars() {
        if "\\`*_[]<>#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn code(text: &str) -> String {
    let text = line(text, 4_000);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.contains('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A block that shows a text as it is.
fn block(text: &str) -> String {
    let text = body(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// What to mark, and where each answer leads.
pub(super) fn yes_or_no(yes: &str, no: &str) -> String {
    format!(
        "Mark this step **done** if the answer is yes, and **not applicable**, with the reason, if it is no.\n\n- **Yes**: {yes}\n- **No**: {no}"
    )
}

/// A time limit in whole minutes from the declaration, rounded up.
pub(super) fn due(milliseconds: u64) -> Option<Due> {
    let minutes = milliseconds.div_ceil(60_000).max(1);
    let written =
        if minutes <= 48 * 60 { format!("{minutes} min") } else { format!("{} h", minutes.div_ceil(60)) };
    format!("{written} after {}", Anchor::Declared.code()).parse().ok()
}

/// `1 min 40 s`.
fn duration(milliseconds: u64) -> String {
    let mut rest = milliseconds;
    let mut parts = Vec::new();
    for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= length {
            parts.push(format!("{} {unit}", rest / length));
            rest %= length;
        }
    }
    parts.join(" ")
}

/// The playbook of ours that is called.
pub(super) fn called(node: &Node<'_>) -> Option<String> {
    let id = text(node.json, "playbook_id")?;
    let called = library().iter().find(|playbook| export::playbook_id(&playbook.id) == id)?;
    called.calls().is_empty().then(|| called.id.clone())
}

/// Where the playbook comes from.
pub(super) fn origin(original: &Value) -> String {
    parts::origin(original)
}

/// How severe its author finds what it is for.
pub(super) fn severity(original: &Value) -> String {
    parts::severity(original)
}

/// The words of one workflow.
#[derive(Debug)]
pub(super) struct Words<'d, 'v> {
    original: &'v Value,
    flow: &'d Flow<'v>,
    /// Of each step, whether or not it becomes one of ours.
    pub(super) titles: Vec<String>,
}

impl<'d, 'v> Words<'d, 'v> {
    pub(super) fn new(original: &'v Value, flow: &'d Flow<'v>) -> Self {
        let title = |(n, node): (usize, &Node<'_>)| {
            let command = node.json.pointer("/commands/0").and_then(|command| text(command, "command"));
            let words = text(node.json, "name").or(text(node.json, "description")).or(command);
            let words = words.map(|words| words.lines().next().unwrap_or(words));
            words.map_or_else(|| format!("Step {} without a name", n + 1), |words| line(words, 160))
        };
        let titles = flow.nodes.iter().enumerate().map(title).collect();
        Self { original, flow, titles }
    }

    /// The title of a step of ours.
    pub(super) fn title(&self, place: usize) -> String {
        self.titles.get(place).cloned().unwrap_or_default()
    }

    /// Its title within a sentence.
    pub(super) fn quoted(&self, place: usize) -> String {
        format!("“{}”", plain(&self.title(place)))
    }

    /// Where a way leads: what is next to do on it.
    pub(super) fn leads(&self, from: usize, to: usize) -> String {
        if self.flow.back.contains(&(from, to)) {
            return format!("go back to {}: reopen it and what follows it.", self.quoted(to));
        }
        let mut next = Vec::new();
        let mut seen = BTreeSet::new();
        self.first_to_do(to, &mut next, &mut seen);
        match next.as_slice() {
            [] => self.ends(to),
            [one] => format!("do {}.", self.quoted(*one)),
            several => {
                let names: Vec<String> = several.iter().take(NAMED_MAX).map(|n| self.quoted(*n)).collect();
                let more = if several.len() > NAMED_MAX { " and others" } else { "" };
                format!("do at the same time: {}{more}.", names.join(", "))
            }
        }
    }

    /// Looks through what is none of our steps.
    fn first_to_do(&self, place: usize, next: &mut Vec<usize>, seen: &mut BTreeSet<usize>) {
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            let Some(node) = self.flow.nodes.get(place).filter(|_| seen.insert(place)) else { continue };
            match node.kind {
                Kind::End => {}
                Kind::Start => open.extend(node.then),
                Kind::Parallel => open.extend(node.branches.iter().rev().map(|branch| branch.to)),
                _ => next.push(place),
            }
        }
    }

    fn ends(&self, place: usize) -> String {
        let says = self.flow.nodes.get(place).and_then(|node| self.aside(node));
        says.map_or_else(|| "this way ends.".to_owned(), |says| format!("this way ends. {says}"))
    }

    /// What a step says that is none of ours: name and description.
    pub(super) fn aside(&self, node: &Node<'v>) -> Option<String> {
        let parts: Vec<String> =
            [text(node.json, "name").map(plain), text(node.json, "description").map(body)]
                .into_iter()
                .flatten()
                .collect();
        let mut said: Vec<String> = (!parts.is_empty()).then(|| parts.join(": ")).into_iter().collect();
        said.extend(parts::times(node.json));
        said.extend(parts::references(node.json));
        (!said.is_empty()).then(|| said.join("\n\n"))
    }

    /// How a step is done.
    pub(super) fn work(&self, node: &Node<'v>) -> Vec<String> {
        let mut how = Vec::new();
        how.extend(parts::whole_name(node.json));
        how.extend(text(node.json, "description").map(body));
        how.extend(self.calls(node));
        how.extend(parts::commands(node.json));
        how.extend(self.people(node.json));
        how.extend(self.arguments(node.json));
        how.extend(parts::times(node.json));
        how.extend(parts::references(node.json));
        if how.is_empty() {
            how.push("The imported playbook says no more than the title.".to_owned());
        }
        how
    }

    fn calls(&self, node: &Node<'v>) -> Option<String> {
        let id = text(node.json, "playbook_id").filter(|_| node.kind == Kind::Call)?;
        let version = text(node.json, "playbook_version").map(|v| format!(" in its version {}", code(v)));
        Some(match called(node) {
            Some(ours) => format!(
                "Follow the playbook {}{} in this incident.",
                code(&ours),
                version.unwrap_or_default()
            ),
            None => format!(
                "Follow the playbook {}{}. It is not one of those that come with Breachdesk: find it where this one came from, import it and follow it in this incident.",
                code(id),
                version.unwrap_or_default()
            ),
        })
    }

    /// What comes behind a step besides the next one in the list.
    pub(super) fn what_follows(
        &self,
        place: usize,
        node: &Node<'v>,
        back: &BTreeSet<(usize, usize)>,
    ) -> Vec<String> {
        let Some(then) = node.then else { return Vec::new() };
        if back.contains(&(place, then)) {
            return vec![format!("Afterwards {}", self.leads(place, then))];
        }
        let end = self.flow.nodes.get(then).filter(|node| node.kind == Kind::End);
        let says = end.and_then(|end| text(end.json, "description"));
        says.map(|says| format!("Then this way ends: {}", body(says))).into_iter().collect()
    }

    /// What is to be decided, in the words of the playbook.
    pub(super) fn choice(&self, node: &Node<'v>) -> Vec<String> {
        let mut how: Vec<String> = Vec::new();
        how.extend(parts::whole_name(node.json));
        how.extend(text(node.json, "description").map(body));
        let condition = text(node.json, "condition").or(text(node.json, "switch"));
        if let Some(condition) = condition {
            how.push(format!("In the words of the playbook: {}", code(condition)));
            how.extend(self.explained(node.json, &condition::variables(condition)));
        }
        how.extend(parts::times(node.json));
        how.extend(parts::references(node.json));
        how
    }

    /// The condition of a step, for people.
    pub(super) fn asked(&self, node: &Node<'v>) -> String {
        let condition = text(node.json, "condition").map(condition::shown);
        let name = text(node.json, "name").or(text(node.json, "description"));
        let asked = match (name.map(|name| line(name, 90)), condition) {
            (Some(name), Some(condition)) => format!("{} ({condition})", name.trim_end_matches('?')),
            (Some(name), None) => name,
            (None, condition) => condition.unwrap_or_default(),
        };
        line(asked.trim_end_matches('?'), 180)
    }

    /// The question of the `n`th decision of a step, and where yes and no lead.
    pub(super) fn question(&self, place: usize, node: &Node<'v>, n: usize) -> (String, String, String) {
        let leads = |on: fn(&On<'_>) -> bool| {
            node.branches.iter().find(|branch| on(&branch.on)).map(|branch| self.leads(place, branch.to))
        };
        let behind = || match node.then {
            Some(then) => self.leads(place, then),
            None => "this way ends.".to_owned(),
        };
        let yes = leads(|on| *on == On::Yes).unwrap_or_default();
        match node.kind {
            Kind::While => {
                let yes = format!(
                    "{yes} Then ask again; as long as the answer is yes, add a round to each of these steps."
                );
                (format!("{}?", self.asked(node)), yes, behind())
            }
            Kind::Switch => {
                let cases: Vec<_> =
                    node.branches.iter().filter(|branch| matches!(branch.on, On::Case(_))).collect();
                let Some(branch) = cases.get(n) else { return Default::default() };
                let On::Case(case) = branch.on else { return Default::default() };
                let name =
                    text(node.json, "name").map(|name| format!("{}: ", line(name, 60))).unwrap_or_default();
                let switch = condition::shown(text(node.json, "switch").unwrap_or_default());
                let question = format!("{name}is {} “{}”?", line(&switch, 60), line(case, 60));
                let no = if n + 1 < cases.len() {
                    "the next step asks for another value.".to_owned()
                } else {
                    leads(|on| *on == On::Otherwise).unwrap_or_else(behind)
                };
                let whole = (case.chars().count() > 60).then(|| format!(" The whole value: {}", code(case)));
                (question, self.leads(place, branch.to) + &whole.unwrap_or_default(), no)
            }
            _ => (format!("{}?", self.asked(node)), yes, leads(|on| *on == On::No).unwrap_or_else(behind)),
        }
    }

    /// Whose work it is: a word in the name of who does it.
    pub(super) fn role(&self, step: &Value) -> StepRole {
        text(step, "agent").and_then(|agent| self.definition(agent)).map_or(StepRole::Responder, parts::role)
    }

    pub(super) fn evidence(&self, step: &Value) -> String {
        let names: Vec<String> = parts::texts(step, "out_args").map(code).collect();
        if names.is_empty() { String::new() } else { format!("What was found: {}.", names.join(", ")) }
    }

    fn definition(&self, key: &str) -> Option<&'v Value> {
        ["agent_definitions", "target_definitions"].iter().find_map(|name| self.original.get(name)?.get(key))
    }

    fn people(&self, step: &Value) -> Vec<String> {
        let said = |key: &str| self.definition(key).map_or_else(|| code(key), parts::described);
        let agent = text(step, "agent").map(|agent| format!("By: {}", said(agent)));
        let targets: Vec<String> = parts::texts(step, "targets").map(said).collect();
        let targets = (!targets.is_empty()).then(|| format!("On: {}", targets.join("; ")));
        agent.into_iter().chain(targets).collect()
    }

    fn arguments(&self, step: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, before) in [("in_args", "You need:"), ("out_args", "Write down what you find:")] {
            let names: Vec<&str> = parts::texts(step, name).collect();
            if !names.is_empty() {
                lines.push(before.to_owned());
                lines.push(names.iter().map(|name| self.variable(step, name)).collect::<Vec<_>>().join("\n"));
            }
        }
        let mut mentioned: Vec<&str> = parts::command_texts(step).flat_map(condition::variables).collect();
        let own = step.get("step_variables").and_then(Value::as_object);
        mentioned.extend(own.into_iter().flatten().map(|(name, _)| name.as_str()));
        mentioned.retain(|name| {
            !parts::texts(step, "in_args").chain(parts::texts(step, "out_args")).any(|arg| arg == *name)
        });
        mentioned.sort_unstable();
        mentioned.dedup();
        lines.extend(self.explained(step, &mentioned));
        lines
    }

    fn explained(&self, step: &Value, names: &[&str]) -> Option<String> {
        let lines: Vec<String> = names.iter().map(|name| self.variable(step, name)).collect();
        (!lines.is_empty()).then(|| format!("Variables:\n\n{}", lines.join("\n")))
    }

    fn variable(&self, step: &Value, name: &str) -> String {
        let name = name.strip_suffix(":value").unwrap_or(name);
        let declared = [step.get("step_variables"), self.original.get("playbook_variables")];
        let variable = declared.into_iter().flatten().find_map(|variables| variables.get(name));
        let mut said = format!("- {}", code(name));
        let Some(variable) = variable else { return said };
        if let Some(description) = text(variable, "description") {
            said.push_str(": ");
            said.push_str(&plain(description));
        }
        if let Some(value) = text(variable, "value") {
            said.push_str(" = ");
            said.push_str(&code(value));
        }
        said
    }
}
