//! Playbooks, to be read before they are needed.

use super::{
    super::{
        answer::Shown,
        call::{Call, Nothing},
        route::{ApiRoute, get},
    },
    ListOut,
};
use domain::{
    access::Action,
    playbook::{Playbook, Question, Reference, Step, StepPhase, StepRole},
    view::LibraryRow,
};
use schemars::JsonSchema;
use serde::Serialize;
use services::Result;
use std::collections::BTreeMap;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/playbooks", "listPlaybooks", "The playbooks that there are", A::ReadLibrary, library),
        get("/playbooks/{playbook}", "readPlaybook", "One playbook", A::ReadLibrary, playbook),
    ]
}

/// An identifier and the name it has at its source.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reference")]
struct ReferenceOut {
    id: String,
    name: String,
}

/// A question whose answer is a fact.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookQuestion")]
struct QuestionOut {
    /// The fact's key.
    fact: String,
    ask: String,
    help: String,
}

/// A step as it is written in the playbook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlaybookStep")]
struct WrittenStepOut {
    id: String,
    phase: StepPhase,
    title: String,
    role: StepRole,
    why: String,
    /// Markdown without HTML.
    how: String,
    /// Such as `2 h after declared`.
    due: Option<String>,
    mandatory: bool,
    evidence: String,
    /// The condition under which it applies; none where it always does.
    when: Option<String>,
    /// The id of the playbook that is followed to do it.
    call: Option<String>,
    /// The step is this question: done means yes, not applicable means no.
    decision: Option<String>,
    /// Neighbouring steps with the same name may be worked at the same time.
    parallel: Option<String>,
    /// It is worked once for each of these.
    repeat: Option<String>,
    questions: Vec<QuestionOut>,
}

/// A playbook.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Playbook")]
pub(super) struct PlaybookOut {
    id: String,
    version: u32,
    /// SHA-256 of the file, lower-case hexadecimal.
    digest: String,
    title: String,
    use_when: String,
    /// The condition under which an incident recommends it; none where it is not recommended by facts.
    recommended_when: Option<String>,
    summary: String,
    severity_guidance: String,
    attack_version: String,
    attack: Vec<ReferenceOut>,
    owasp: Vec<ReferenceOut>,
    /// What each phase is to reach.
    goals: BTreeMap<String, String>,
    steps: Vec<WrittenStepOut>,
}

fn reference(reference: &Reference) -> ReferenceOut {
    let Reference { id, name } = reference.clone();
    ReferenceOut { id, name }
}

fn written(step: &Step) -> WrittenStepOut {
    let Step {
        id,
        line: _,
        phase,
        title,
        role,
        why,
        how,
        due,
        mandatory,
        evidence,
        when,
        call,
        decision,
        parallel,
        repeat,
        questions,
    } = step.clone();
    let questions =
        questions.into_iter().map(|Question { fact, line: _, ask, help }| QuestionOut { fact, ask, help });
    WrittenStepOut {
        id,
        phase,
        title,
        role,
        why,
        how,
        due: due.map(|due| due.to_string()),
        mandatory,
        evidence,
        when: when.map(|when| when.to_string()),
        call,
        decision,
        parallel,
        repeat,
        questions: questions.collect(),
    }
}

impl From<&Playbook> for PlaybookOut {
    fn from(playbook: &Playbook) -> Self {
        use domain::text::Choice;
        Self {
            id: playbook.id.clone(),
            version: playbook.version,
            digest: playbook.digest().to_owned(),
            title: playbook.title.clone(),
            use_when: playbook.use_when.clone(),
            recommended_when: playbook.recommended_when.as_ref().map(ToString::to_string),
            summary: playbook.summary.clone(),
            severity_guidance: playbook.severity_guidance.clone(),
            attack_version: playbook.references.attack_version.clone(),
            attack: playbook.references.attack.iter().map(reference).collect(),
            owasp: playbook.references.owasp.iter().map(reference).collect(),
            goals: playbook
                .goals
                .iter()
                .map(|(phase, goal)| (phase.code().to_owned(), goal.clone()))
                .collect(),
            steps: playbook.steps.iter().map(written).collect(),
        }
    }
}

async fn library(call: Call<Nothing>, (): ()) -> Result<Shown<ListOut<LibraryRow>>> {
    Ok(Shown(ListOut::whole(call.services.playbooks(&call.ctx).await?)))
}

async fn playbook(call: Call<Nothing>, id: String) -> Result<Shown<PlaybookOut>> {
    let playbook = call.services.playbook(&call.ctx, &id).await?;
    Ok(Shown(PlaybookOut::from(&*playbook)))
}
