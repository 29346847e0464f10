//! The headed parts of a record. What else a record is to say gets a section, or lines in one, here and nowhere else.

mod decided;

use crate::clocks::{Grounds, House};
use chrono::{DateTime, Utc};
use domain::{
    awareness::{Adoption, Awareness},
    clock::{GDPR_34, recorded::Submission},
    fact::{
        Fact, Ground,
        catalogue::{Definition, Required, catalogue},
        sheet::{Sheet, Source, words},
    },
    id::AuthorityId,
    incident::Incident,
    moment::{self, Precision, Zone},
    notice::{
        Notice,
        template::{Language, NoticeKind},
    },
    view::{
        People,
        register::{RecordLine, RecordSection},
    },
};

/// A notice with what became of it.
pub(super) struct Sent {
    pub notice: Notice,
    /// SHA-256 of what left, once it was released.
    pub digest: Option<String>,
    /// How many mails it became, and how many of them a relay took.
    pub total: i64,
    pub accepted: i64,
}

/// What the parts of a record are made from.
pub(super) struct Grounded<'a> {
    pub incident: &'a Incident,
    pub grounds: &'a Grounds,
    pub house: &'a House,
    pub sheet: &'a Sheet,
    pub sent: &'a [Sent],
    pub people: &'a People,
    /// In which all times are told.
    pub zone: Zone,
    pub due_at: Option<DateTime<Utc>>,
    pub notified_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// The parts, in the order in which they are read.
pub(super) fn sections(of: &Grounded<'_>) -> Vec<RecordSection> {
    vec![
        facts(of),
        times(of),
        people(of),
        data(of),
        effects(of),
        measures(of),
        decision(of),
        authority(of),
        data_subjects(of),
        others(of),
        controller(of),
    ]
    .into_iter()
    .filter(|section| !section.lines.is_empty() || !section.unanswered.is_empty())
    .collect()
}

fn facts(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("facts", "What happened", "Art. 33(5) and 33(3)(a)");
    if !of.incident.summary.is_empty() {
        section.lines.push(RecordLine::new("case.summary", "Summary of the case", &of.incident.summary));
    }
    of.ask(&mut section, |d| d.section == "nature");
    section
}

fn times(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("times", "When it happened and when it was known", "Art. 33(1) and 33(3)(a)");
    // Awareness and lateness are told below with their grounds, the reasons for a delay with the notification.
    let elsewhere = ["time.aware", "time.late", "time.delay_reasons"];
    of.ask(&mut section, |d| d.section == "timeline" && !elsewhere.contains(&d.key.as_str()));
    let i = of.incident;
    for (code, label, at) in [
        ("case.first_hint", "First sign", i.first_hint_at),
        ("case.detected", "Detected", i.detected_at),
        ("case.investigated", "Investigation began", i.investigation_started_at),
        ("case.contained", "Contained", i.contained_at),
        ("case.declared", "Declared as an incident", Some(i.declared_at)),
        ("case.closed", "Case closed", i.closed_at),
    ] {
        match at {
            Some(at) => {
                section.lines.push(RecordLine::new(code, label, of.instant(at)).noted(of_the_head(code)))
            }
            None if code == "case.closed" => {}
            None => section.unanswered.push((code.to_owned(), label.to_owned())),
        }
    }
    let ruling = of.grounds.awareness();
    match ruling {
        Some(aware) => {
            section.lines.push(of.statement(aware, "time.aware", "The controller became aware".to_owned()))
        }
        None => {
            section.unanswered.push(("time.aware".to_owned(), "When the controller became aware".to_owned()))
        }
    }
    for other in of.grounds.statements.iter().filter(|s| ruling.is_none_or(|r| r.id != s.id)) {
        let label = format!("Another statement of awareness (version {}, {})", other.version, other.adoption);
        section.lines.push(of.statement(other, &format!("awareness.{}", other.version), label));
    }
    section
}

/// How sure a time of the case's head is.
fn of_the_head(code: &str) -> &'static str {
    match code {
        "case.declared" | "case.closed" => "Exact: the desk's own time.",
        _ => "As it stands in the head of the case, where no certainty is asked for.",
    }
}

fn people(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("people", "The people concerned", "Art. 33(3)(a)");
    of.ask(&mut section, |d| d.section == "people");
    section
}

fn data(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("data", "The personal data concerned", "Art. 33(3)(a)");
    of.ask(&mut section, |d| d.section == "data");
    section
}

fn effects(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("effects", "Its effects", "Art. 33(5) and 33(3)(c)");
    of.ask(&mut section, |d| d.section == "consequences" && !d.key.starts_with("risk."));
    section
}

fn measures(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("measures", "Remedial action, and measures before it", "Art. 33(5) and 33(3)(d)");
    of.ask(&mut section, |d| d.section == "measures_after");
    of.ask(&mut section, |d| d.section == "measures_before");
    section
}

/// What was concluded and decided, and why.
fn decision(of: &Grounded<'_>) -> RecordSection {
    let mut section =
        empty("decision", "The risk, and what was decided about it", "Art. 33(1), 33(5) and 34(1)");
    of.ask(&mut section, |d| d.key.starts_with("risk."));
    of.decisions(&mut section);
    section
}

fn authority(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("authority", "Notification to the supervisory authority", "Art. 33(1) and 33(4)");
    for authority in &of.grounds.authorities {
        let mut value = format!("{} ({})", authority.name, authority.capacity);
        if authority.withdrawn_at.is_some() {
            value.push_str(&format!("; withdrawn: {}", authority.withdrawn_reason));
        }
        section.lines.push(RecordLine::new(format!("authority.{}", authority.id), "Authority", value));
    }
    if let Some(due) = of.due_at {
        section.lines.push(RecordLine::new("notification.due", "Due after 72 hours", of.instant(due)));
    }
    let value = of.notified_at.map_or_else(|| "not notified".to_owned(), |at| of.instant(at));
    section.lines.push(RecordLine::new("notification.at", "First notified", value));
    if let Some(due) = of.due_at {
        let by = moment::span(of.notified_at.unwrap_or(of.now) - due);
        let value = match of.notified_at {
            Some(at) if at > due => format!("late by {by}"),
            Some(_) => format!("in time, {by} before it was due"),
            None if of.now > due => format!("not notified, overdue by {by}"),
            None => format!("not notified, {by} left"),
        };
        section.lines.push(RecordLine::new("notification.standing", "Within 72 hours", value));
    }
    of.ask(&mut section, |d| d.key == "time.delay_reasons");
    of.filed(&mut section);
    of.submissions(&mut section, |s| s.rule != GDPR_34.0);
    of.notices(&mut section, NoticeKind::AuthorityNotification);
    of.notices(&mut section, NoticeKind::AuthorityWithdrawal);
    section
}

fn data_subjects(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("data_subjects", "Communication to the people concerned", "Art. 34");
    of.ask(&mut section, |d| d.section == "data_subjects");
    of.orders(&mut section);
    of.submissions(&mut section, |s| s.rule == GDPR_34.0);
    of.notices(&mut section, NoticeKind::SubjectCommunication);
    of.notices(&mut section, NoticeKind::PublicNotice);
    section
}

fn others(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("others", "Other bodies, and other countries", "Art. 33(5), 55 and 56");
    of.ask(&mut section, |d| matches!(d.section.as_str(), "others" | "cross_border"));
    section.unanswered.clear();
    section
}

fn controller(of: &Grounded<'_>) -> RecordSection {
    let mut section = empty("controller", "The controller, and whom to ask", "Art. 33(3)(b)");
    of.ask(&mut section, |d| matches!(d.section.as_str(), "controller" | "contacts"));
    let needed = ["ctrl.name", "ctrl.contact"];
    section.unanswered.retain(|(code, _)| needed.contains(&code.as_str()));
    section
}

fn empty(code: &'static str, heading: &'static str, article: &'static str) -> RecordSection {
    RecordSection { code, heading, article, lines: Vec::new(), unanswered: Vec::new() }
}

impl Grounded<'_> {
    fn instant(&self, at: DateTime<Utc>) -> String {
        words::instant(at, Language::En, self.zone)
    }

    fn as_exactly(&self, at: DateTime<Utc>, precision: Precision) -> String {
        match precision {
            Precision::Day => words::date(at.with_timezone(&self.zone).date_naive(), Language::En),
            Precision::Minute | Precision::Second => self.instant(at),
        }
    }

    /// The answers to the entries of the catalogue that `which` names, and what of it is asked and has none.
    fn ask(&self, section: &mut RecordSection, which: impl Fn(&Definition) -> bool) {
        for definition in catalogue().entries().iter().filter(|d| which(d)) {
            match self.sheet.get(&definition.key) {
                Some(fact) => section.lines.push(RecordLine {
                    certainty: Some(fact.certainty),
                    ..RecordLine::new(
                        &definition.key,
                        &definition.label,
                        words::answer(fact, Language::En, self.zone),
                    )
                    .noted(self.origin(fact))
                }),
                None if definition.required != Required::Optional && self.sheet.asks(definition) => {
                    section.unanswered.push((definition.key.clone(), definition.label.clone()));
                }
                None => {}
            }
        }
    }

    /// Where an answer comes from, in words.
    fn origin(&self, fact: &Fact) -> String {
        match self.sheet.source(&fact.key) {
            Some(Source::Derived) | None => "Follows from what is recorded elsewhere.".to_owned(),
            Some(Source::Organisation) => "From the organisation's profile.".to_owned(),
            Some(Source::Incident) => {
                let (by, at) =
                    (self.people.name(fact.recorded_by), moment::show(fact.recorded_at, self.zone));
                let mut note = format!("Recorded by {by}, {at}");
                if fact.version > 1 {
                    note.push_str(&format!(", version {}", fact.version));
                }
                note.push('.');
                if !fact.reason.is_empty() {
                    note.push_str(&format!(" Reason: {}", fact.reason));
                }
                note + &on_evidence(fact.ground.as_ref())
            }
        }
    }

    /// A statement of awareness, with who judged it and why.
    fn statement(&self, s: &Awareness, code: &str, label: String) -> RecordLine {
        let mut note = format!("Known {}. Judged by {}: {}", s.precision, s.judged_by, s.why);
        if !s.correction.is_empty() {
            note.push_str(&format!(" Correction, because: {}", s.correction));
        }
        if let (Some(by), Some(at)) = (s.decided_by, s.decided_at) {
            let what = if s.adoption == Adoption::Declined { "Declined" } else { "Confirmed" };
            note.push_str(&format!(" {what} by {}, {}.", self.people.name(by), moment::show(at, self.zone)));
            if !s.decision.is_empty() {
                note.push_str(&format!(" {}", s.decision));
            }
        }
        if let Some(from) = s.investigated_from {
            note.push_str(&format!(" Investigated from {}.", self.instant(from)));
        }
        let (by, at) = (self.people.name(s.recorded_by), moment::show(s.recorded_at, self.zone));
        note.push_str(&format!(" Recorded by {by}, {at}."));
        RecordLine::new(code, label, self.as_exactly(s.aware_at, s.precision))
            .noted(note + &on_evidence(s.ground.as_ref()))
    }

    fn named(&self, authority: Option<AuthorityId>) -> String {
        let found = authority.and_then(|id| self.grounds.authorities.iter().find(|a| a.id == id));
        found.map(|a| format!(" to {}", a.name)).unwrap_or_default()
    }

    /// Reports that left by another way than a mail from here.
    fn submissions(&self, section: &mut RecordSection, which: impl Fn(&Submission) -> bool) {
        for s in self.grounds.submissions.iter().filter(|s| which(s)) {
            let title = self.house.rule(&s.rule).map_or(s.rule.as_str(), |rule| rule.title.as_str());
            let label = format!("Submitted by another way: {title}{}", self.named(s.authority));
            let mut value = format!("{}: {}", self.instant(s.submitted_at), s.how);
            if s.withdrawn_at.is_some() {
                value.push_str(&format!(" (this record was withdrawn: {})", s.withdrawn_reason));
            }
            let (by, at) = (self.people.name(s.recorded_by), moment::show(s.recorded_at, self.zone));
            let note = format!("Recorded by {by}, {at}.{}", on_evidence(s.ground.as_ref()));
            section.lines.push(RecordLine::new(format!("submission.{}", s.id), label, value).noted(note));
        }
    }

    /// Notices of one kind that were drafted here, with their stage and the proof of what left.
    fn notices(&self, section: &mut RecordSection, kind: NoticeKind) {
        for Sent { notice, digest, total, accepted } in self.sent.iter().filter(|s| s.notice.kind == kind) {
            let label = format!("Notice in {}{}", notice.language, self.named(notice.authority));
            let mut value = notice.stage.to_string();
            if let Some(at) = notice.sent_at {
                value.push_str(&format!(", released {}", self.instant(at)));
            }
            if *total > 0 {
                value.push_str(&format!("; a relay took {accepted} of {total} mails"));
            }
            if let Some(at) = notice.first_accepted_at {
                value.push_str(&format!(", the first {}", self.instant(at)));
            }
            let mut note = String::new();
            if let (Some(by), Some(at)) = (notice.approved_by, notice.approved_at) {
                note = format!("Approved by {}, {}.", self.people.name(by), moment::show(at, self.zone));
            }
            if let Some(digest) = digest.as_ref().or(notice.approved_digest.as_ref()) {
                note.push_str(&format!(" SHA-256 of the content: {digest}."));
            }
            let code = format!("notice.{}", notice.id);
            section.lines.push(RecordLine::new(code, label, value).noted(note.trim().to_owned()));
        }
    }
}

fn on_evidence(ground: Option<&Ground>) -> String {
    let Some(Ground { evidence: _, sha256, place }) = ground else { return String::new() };
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    format!(" Evidence: SHA-256 {sha256}{place}.")
}
