//! What is done, what comes next and why: computed from the playbook, the steps' states and the facts.

mod decisions;

pub use decisions::{Ways, WithDecisions, ways};

use super::{
    check::Others,
    due::{Anchor, Due},
    format::{Playbook, Question, Step, StepPhase},
    run::{RunStep, StepState},
};
use crate::{
    fact::condition::{Condition, Labels, Lookup, STEP_PREFIX, Tristate},
    text::Choice,
};
use chrono::{DateTime, Utc};
use decisions::Answers;

/// The instants of the incident from which time limits run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchors {
    pub declared_at: Option<DateTime<Utc>>,
    pub aware_at: Option<DateTime<Utc>>,
    pub contained_at: Option<DateTime<Utc>>,
}

impl Anchors {
    /// When `due` falls; nothing while its instant has not come.
    #[must_use]
    pub fn due_at(&self, due: Due) -> Option<DateTime<Utc>> {
        let from = match due.after {
            Anchor::Declared => self.declared_at,
            Anchor::Aware => self.aware_at,
            Anchor::Contained => self.contained_at,
        };
        from?.checked_add_signed(due.allowed())
    }
}

/// What a run looks at.
#[derive(Clone, Copy)]
pub struct Situation<'s, 'p> {
    /// Steps without a record are open.
    pub steps: &'s [RunStep],
    /// The present values of the incident's facts.
    pub facts: &'s Lookup<'s, 's>,
    pub labels: &'s dyn Labels,
    /// The playbooks that steps call.
    pub others: &'s Others<'s, 'p>,
    pub anchors: Anchors,
    pub now: DateTime<Utc>,
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress<'p> {
    /// Every step, in the order of the file.
    pub steps: Vec<StepProgress<'p>>,
    /// Every phase that has steps, in the order of the response.
    pub phases: Vec<PhaseCount>,
    /// The ids of the open steps that apply: overdue ones first, the longest overdue before the others,
    /// then in the order of the file. Steps that wait on somebody are not among them.
    pub next: Vec<&'p str>,
}

/// One step as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepProgress<'p> {
    pub step: &'p Step,
    pub run: RunStep,
    pub applies: Applies<'p>,
    /// Nothing while its instant (declared, became aware, contained) has not come.
    pub due_at: Option<DateTime<Utc>>,
    /// Due before now and not settled.
    pub is_overdue: bool,
    pub questions: Vec<QuestionProgress<'p>>,
}

/// Whether a step applies, with the words to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies<'p> {
    /// It has no condition.
    Always,
    Yes {
        because: String,
    },
    No {
        because: String,
    },
    /// An answer is missing.
    Undecided {
        because: String,
        opened_by: Vec<Opener<'p>>,
    },
}

/// A fact whose answer would decide about a step, and where it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener<'p> {
    pub fact: &'p str,
    /// The step itself where it is the answer of a step. Nothing where the fact is recorded elsewhere in the
    /// incident only.
    pub asked_in: Option<AskedIn<'p>>,
}

/// Where a fact is asked for: in the playbook itself, or in one that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedIn<'p> {
    pub playbook: &'p Playbook,
    pub step: &'p Step,
}

/// One question as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionProgress<'p> {
    pub question: &'p Question,
    /// The fact has a value, given here or anywhere else.
    pub is_answered: bool,
    /// The undecided steps that hang on the answer.
    pub opens: Vec<Opening<'p>>,
}

/// A step that an answer may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening<'p> {
    pub step: &'p Step,
    /// Its condition in words.
    pub when: String,
}

/// How far a phase is. The counts add up to `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseCount {
    pub phase: StepPhase,
    pub total: usize,
    pub open: usize,
    pub waiting: usize,
    pub done: usize,
    pub skipped: usize,
    /// By a person, or because the condition does not hold.
    pub not_applicable: usize,
    /// Open, and its condition still waits for an answer.
    pub undecided: usize,
}

impl PhaseCount {
    /// How many steps nobody needs to act on any more.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.done + self.skipped + self.not_applicable
    }
}

/// Where a run of `playbook` stands.
#[must_use]
pub fn progress<'p>(playbook: &'p Playbook, situation: &Situation<'_, 'p>) -> Progress<'p> {
    let mut answers = Answers::new();
    let mut steps = Vec::new();
    for step in &playbook.steps {
        let progress = step_progress(playbook, step, situation, &answers);
        if let Some(answer) = decisions::answer(&progress) {
            answers.insert(format!("{STEP_PREFIX}{}", step.id), answer);
        }
        steps.push(progress);
    }
    let phases =
        StepPhase::ALL.iter().map(|phase| count(*phase, &steps)).filter(|count| count.total > 0).collect();
    let mut next: Vec<&StepProgress<'p>> = steps.iter().filter(|step| step.is_next()).collect();
    // A stable sort: steps that are not overdue stay in the order of the file.
    next.sort_by_key(|step| (!step.is_overdue, step.due_at.filter(|_| step.is_overdue)));
    let next = next.into_iter().map(|step| step.step.id.as_str()).collect();
    Progress { steps, phases, next }
}

impl<'p> Progress<'p> {
    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&StepProgress<'p>> {
        self.steps.iter().find(|step| step.step.id == id)
    }

    /// The steps of one phase, in the order of the file.
    pub fn in_phase(&self, phase: StepPhase) -> impl Iterator<Item = &StepProgress<'p>> {
        self.steps.iter().filter(move |step| step.step.phase == phase)
    }

    /// Whether nothing is left to do and nothing undecided.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.phases.iter().all(|phase| phase.settled() == phase.total)
    }
}

impl StepProgress<'_> {
    fn is_next(&self) -> bool {
        self.run.state == StepState::Open && matches!(self.applies, Applies::Always | Applies::Yes { .. })
    }
}

fn step_progress<'p>(
    playbook: &'p Playbook,
    step: &'p Step,
    situation: &Situation<'_, 'p>,
    answers: &Answers,
) -> StepProgress<'p> {
    let facts = |key: &str| answers.get(key).or_else(|| (situation.facts)(key));
    let labels = WithDecisions { playbook, labels: situation.labels };
    let seen = Situation { facts: &facts, labels: &labels, ..*situation };
    let run = situation.steps.iter().find(|run| run.step == step.id).cloned();
    let run = run.unwrap_or_else(|| RunStep::untouched(&step.id));
    let applies = applies(playbook, step, &seen);
    let due_at = step.due.and_then(|due| situation.anchors.due_at(due));
    let needs_work = !run.state.is_settled() && matches!(applies, Applies::Always | Applies::Yes { .. });
    StepProgress {
        step,
        run,
        applies,
        due_at,
        is_overdue: needs_work && due_at.is_some_and(|due| due < situation.now),
        questions: step
            .questions
            .iter()
            .map(|question| question_progress(playbook, question, &seen))
            .collect(),
    }
}

fn applies<'p>(playbook: &'p Playbook, step: &'p Step, situation: &Situation<'_, 'p>) -> Applies<'p> {
    let Some(when) = &step.when else { return Applies::Always };
    let because = when.because(situation.facts, situation.labels);
    match when.holds(situation.facts) {
        Tristate::Yes => Applies::Yes { because },
        Tristate::No => Applies::No { because },
        Tristate::Unknown => Applies::Undecided { because, opened_by: openers(playbook, when, situation) },
    }
}

fn openers<'p>(
    playbook: &'p Playbook,
    when: &'p Condition,
    situation: &Situation<'_, 'p>,
) -> Vec<Opener<'p>> {
    let keys = when.open_keys(situation.facts).into_iter();
    keys.map(|fact| Opener { fact, asked_in: asked_in(playbook, fact, situation.others) }).collect()
}

/// What the playbook asks itself comes before what one asks that it calls.
fn asked_in<'p>(playbook: &'p Playbook, fact: &str, others: &Others<'_, 'p>) -> Option<AskedIn<'p>> {
    if let Some(id) = fact.strip_prefix(STEP_PREFIX) {
        return playbook.step(id).map(|step| AskedIn { playbook, step });
    }
    let called = playbook.steps.iter().filter_map(|step| others(step.call.as_deref()?));
    std::iter::once(playbook).chain(called).find_map(|playbook| {
        let step = playbook.steps.iter().find(|s| s.questions.iter().any(|q| q.fact == fact))?;
        Some(AskedIn { playbook, step })
    })
}

fn question_progress<'p>(
    playbook: &'p Playbook,
    question: &'p Question,
    situation: &Situation<'_, 'p>,
) -> QuestionProgress<'p> {
    let hangs_on_it = |when: &&Condition| when.open_keys(situation.facts).contains(&question.fact.as_str());
    let opens = playbook.steps.iter().filter_map(|step| {
        let when = step.when.as_ref().filter(hangs_on_it)?;
        Some(Opening { step, when: when.words(situation.labels) })
    });
    QuestionProgress {
        question,
        is_answered: (situation.facts)(&question.fact).is_some(),
        opens: opens.collect(),
    }
}

fn count(phase: StepPhase, steps: &[StepProgress<'_>]) -> PhaseCount {
    let mut count = PhaseCount {
        phase,
        total: 0,
        open: 0,
        waiting: 0,
        done: 0,
        skipped: 0,
        not_applicable: 0,
        undecided: 0,
    };
    for step in steps.iter().filter(|step| step.step.phase == phase) {
        count.total += 1;
        // What a person said about a step counts before what its condition says.
        let place = match (&step.run.state, &step.applies) {
            (StepState::Done, _) => &mut count.done,
            (StepState::Skipped { .. }, _) => &mut count.skipped,
            (StepState::NotApplicable { .. }, _) | (_, Applies::No { .. }) => &mut count.not_applicable,
            (StepState::WaitingOn { .. }, _) => &mut count.waiting,
            (StepState::Open, Applies::Undecided { .. }) => &mut count.undecided,
            (StepState::Open, _) => &mut count.open,
        };
        *place += 1;
    }
    count
}

#[cfg(test)]
mod tests;
