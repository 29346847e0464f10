//! Every playbook of the library followed to its end along every branch, with answers made from the
//! catalogue. What it calls is followed in the same incident.

use super::super::*;
use crate::{
    fact::{
        Value,
        catalogue::{Kind, catalogue},
        condition::{Codes, Condition, Tristate},
    },
    playbook::{Anchors, RunStep, Situation, StepState, progress},
};
use chrono::{DateTime, NaiveDate};
use std::collections::BTreeMap;

type Facts = BTreeMap<String, Value>;
type Reached = BTreeSet<(&'static str, &'static str)>;

/// About how many of the sets of answers to one condition are followed to the end.
const TRIES_MAX: usize = 24;

/// The playbook with those that it calls.
fn together(playbook: &'static Playbook) -> Vec<&'static Playbook> {
    std::iter::once(playbook).chain(playbook.calls().into_iter().map(|id| find(id).unwrap())).collect()
}

fn conditions(playbooks: &[&'static Playbook]) -> Vec<&'static Condition> {
    let mut each = BTreeSet::new();
    let all = playbooks.iter().flat_map(|p| &p.steps).filter_map(|step| step.when.as_ref());
    all.filter(|when| each.insert(when.to_string())).collect()
}

fn asked(playbooks: &[&'static Playbook]) -> BTreeSet<&'static str> {
    let questions = playbooks.iter().flat_map(|p| &p.steps).flat_map(|step| &step.questions);
    questions.map(|question| question.fact.as_str()).collect()
}

/// Answers to a question between which conditions can tell; none is "not known".
fn answers(key: &str, conditions: &[&Condition]) -> Vec<Option<Value>> {
    let definition = catalogue().get(key).unwrap_or_else(|| panic!("no fact {key}"));
    let codes = || definition.options.iter().map(|option| option.code.clone());
    let alone_and_all = |codes: Vec<String>| {
        let alone = codes.iter().map(|code| vec![code.clone()]).collect::<Vec<_>>();
        alone.into_iter().chain([codes])
    };
    let mentioned: BTreeSet<String> = conditions
        .iter()
        .flat_map(|when| when.mentions())
        .filter(|(mentioned, _)| *mentioned == key)
        .filter_map(|(_, option)| option.map(str::to_owned))
        .chain(["FI".to_owned()])
        .collect();
    let about: Vec<String> =
        conditions.iter().filter(|c| c.keys().contains(&key)).map(|c| c.to_string()).collect();
    let only_known = about.iter().all(|text| text.contains(&format!("known({key})")));
    let values: Vec<Value> = match definition.kind {
        Kind::Choice => codes().map(Value::Choice).collect(),
        Kind::Choices => alone_and_all(codes().collect()).map(Value::Choices).collect(),
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Countries => alone_and_all(mentioned.into_iter().collect()).map(Value::Countries).collect(),
        Kind::Counts => {
            mentioned.into_iter().map(|code| Value::Counts(BTreeMap::from([(code, 7)]))).collect()
        }
        Kind::Number => {
            let numbers = about.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
            let limits = numbers.filter_map(|number| number.parse::<u64>().ok());
            limits.flat_map(|n| [n.saturating_sub(1), n, n + 1]).chain([0]).map(Value::Number).collect()
        }
        Kind::Line | Kind::Text | Kind::Contact => vec![Value::Text("Said.".to_owned())],
        Kind::Instant => vec![Value::Instant(DateTime::UNIX_EPOCH)],
        Kind::Date => vec![Value::Date(NaiveDate::MIN)],
    };
    let unknown = (only_known && !about.is_empty()).then_some(None);
    values.into_iter().map(Some).chain(unknown).collect()
}

/// Sets of answers with every combination of those that `condition` asks about, and everything else mixed.
fn tries(condition: &Condition, options: &BTreeMap<&'static str, Vec<Option<Value>>>) -> Vec<Facts> {
    let own = condition.keys();
    let all: usize = own.iter().map(|key| options[key].len()).product();
    let mut chance = 0x2545_f491_u64;
    let cases = (0..all).map(|case| {
        let mut rest = case;
        let chosen = options.iter().filter_map(|(key, values)| {
            let at = if own.contains(key) {
                let at = rest % values.len();
                rest /= values.len();
                at
            } else {
                chance =
                    chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                usize::try_from(chance >> 33).unwrap() % values.len()
            };
            Some(((*key).to_owned(), values[at].clone()?))
        });
        chosen.collect()
    });
    cases.collect()
}

/// One playbook that is being followed.
struct Followed {
    playbook: &'static Playbook,
    done: Vec<RunStep>,
    finished: bool,
}

impl Followed {
    fn of(playbook: &'static Playbook) -> Self {
        Self { playbook, done: Vec::new(), finished: false }
    }
}

/// Does what comes next, in every playbook that is followed, until nothing does. Says what stays open.
fn follow(
    playbook: &'static Playbook,
    answers: &Facts,
    mut facts: Facts,
    reached: &mut Reached,
) -> Vec<String> {
    let mut runs = vec![Followed::of(playbook)];
    loop {
        let mut moved = false;
        for at in 0..runs.len() {
            let run = &runs[at];
            if run.finished {
                continue;
            }
            let (lookup, others) = (|key: &str| facts.get(key), |id: &str| find(id));
            let situation = Situation {
                steps: &run.done,
                facts: &lookup,
                labels: &Codes,
                others: &others,
                anchors: Anchors::default(),
                now: DateTime::UNIX_EPOCH,
            };
            let progress = progress(run.playbook, &situation);
            let finished = progress.is_finished();
            let playbook = run.playbook;
            let next: Vec<_> = progress.next.iter().filter_map(|id| playbook.step(id)).collect();
            for step in next {
                if let Some(id) = &step.call {
                    match runs.iter().find(|run| run.playbook.id == *id) {
                        None => {
                            runs.push(Followed::of(find(id).unwrap()));
                            moved = true;
                            continue;
                        }
                        Some(called) if !called.finished => continue,
                        Some(_) => {}
                    }
                }
                for question in &step.questions {
                    let answer = answers.get(&question.fact).cloned();
                    facts.extend(answer.map(|answer| (question.fact.clone(), answer)));
                }
                reached.insert((playbook.id.as_str(), step.id.as_str()));
                runs[at].done.push(RunStep { state: StepState::Done, ..RunStep::untouched(&step.id) });
                moved = true;
            }
            moved |= finished != runs[at].finished;
            runs[at].finished = finished;
        }
        if !moved {
            break;
        }
    }
    let open = runs.iter().filter(|run| !run.finished).flat_map(|run| {
        let is_open = |step: &&crate::playbook::Step| {
            let undecided = |when: &Condition| when.holds(&|key: &str| facts.get(key)) == Tristate::Unknown;
            step.when.as_ref().is_some_and(undecided) && run.done.iter().all(|done| done.step != step.id)
        };
        run.playbook.steps.iter().filter(is_open).map(|step| format!("{}.{}", run.playbook.id, step.id))
    });
    open.collect()
}

#[test]
fn every_branch_of_every_playbook_is_reached_and_leads_to_the_end() {
    let mut wrong = BTreeSet::new();
    for playbook in library() {
        let playbooks = together(playbook);
        let conditions = conditions(&playbooks);
        let keys: BTreeSet<&str> = conditions.iter().flat_map(|when| when.keys()).collect();
        let options: BTreeMap<&'static str, Vec<Option<Value>>> =
            keys.iter().map(|key| (*key, answers(key, &conditions))).collect();
        let asked = asked(&playbooks);
        let mut reached = Reached::new();
        for condition in &conditions {
            let (mut held, mut failed) = (false, false);
            let tries = tries(condition, &options);
            let apart = tries.len().div_ceil(TRIES_MAX);
            for (at, answers) in tries.into_iter().enumerate() {
                let is_first = match condition.holds(&|key: &str| answers.get(key)) {
                    Tristate::Yes => !std::mem::replace(&mut held, true),
                    Tristate::No => !std::mem::replace(&mut failed, true),
                    Tristate::Unknown => false,
                };
                if !is_first && at % apart != 0 {
                    continue;
                }
                // What nobody asks for here is known from elsewhere.
                let known =
                    answers.clone().into_iter().filter(|(key, _)| !asked.contains(key.as_str())).collect();
                for open in follow(playbook, &answers, known, &mut reached) {
                    wrong.insert(format!("{}: {open} stays undecided", playbook.id));
                }
            }
            if !(held && failed) {
                wrong.insert(format!("{}: no answers decide both ways about {condition}", playbook.id));
            }
        }
        for step in
            playbook.steps.iter().filter(|s| !reached.contains(&(playbook.id.as_str(), s.id.as_str())))
        {
            wrong.insert(format!("{}: no answers reach {}", playbook.id, step.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
