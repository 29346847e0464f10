//! What was decided, ordered and filed, as lines of a record.

use super::{Grounded, on_evidence};
use domain::{
    decision::{Decision, DecisionState, order::Order},
    filing::{Extent, FilingKind},
    moment,
    view::register::{RecordLine, RecordSection},
};

impl Grounded<'_> {
    /// Every decision, the newest first, with who decided, who signed, and what would open it again.
    pub(super) fn decisions(&self, section: &mut RecordSection) {
        for decision in &self.grounds.decisions {
            section.lines.push(self.decided(decision));
        }
    }

    fn decided(&self, d: &Decision) -> RecordLine {
        let ruling = &d.ruling;
        let notify = if ruling.notify { "notify the authority" } else { "don't notify the authority" };
        let value = format!("{}; {notify}; {}. {}", ruling.risk, ruling.communication, ruling.reasons);
        let mut note = format!("Decided by {}. It is {}.", ruling.decided_by, d.state);
        if !ruling.dissent.is_empty() {
            note.push_str(&format!(" Dissent: {}", ruling.dissent));
        }
        if let Some(exemption) = ruling.exemption {
            note.push_str(&format!(" Condition of Art. 34(3): {exemption}: {}", ruling.exemption_reasons));
            for condition in exemption.conditions() {
                let finding = ruling.conditions.iter().find(|c| c.code == condition.code);
                let finding = finding.map(|c| c.finding.to_string()).unwrap_or_default();
                note.push_str(&format!(" – {} ({finding})", condition.words));
            }
            note.push('.');
        }
        let wires: Vec<&str> = ruling.tripwires.iter().map(|wire| wire.words.as_str()).collect();
        if !wires.is_empty() {
            note.push_str(&format!(" Opened again by: {}.", wires.join("; ")));
        }
        let (by, at) = (self.people.name(d.recorded_by), moment::show(d.recorded_at, self.zone));
        note.push_str(&format!(" Recorded by {by}, {at}."));
        if let (Some(by), Some(at)) = (d.settled_by, d.settled_at) {
            let what = if d.state == DecisionState::Declined { "Declined" } else { "Signed" };
            note.push_str(&format!(" {what} by {}, {}.", self.people.name(by), moment::show(at, self.zone)));
            if !d.settled_words.is_empty() {
                note.push_str(&format!(" {}", d.settled_words));
            }
        }
        if let Some(at) = d.reopened_at {
            note.push_str(&format!(" Opened again {}: {}", moment::show(at, self.zone), d.reopened_because));
        }
        RecordLine::new(format!("decision.{}", d.version), format!("Decision {}", d.version), value)
            .noted(note)
    }

    /// What an authority ordered, and who asked to wait.
    pub(super) fn orders(&self, section: &mut RecordSection) {
        for order in &self.grounds.orders {
            section.lines.push(self.ordered(order));
        }
    }

    fn ordered(&self, o: &Order) -> RecordLine {
        let until = o.until.map(|at| format!(", until {}", self.instant(at))).unwrap_or_default();
        let value = format!("{}, {}{until}: {}", o.who, self.instant(o.made_at), o.why);
        let (by, at) = (self.people.name(o.recorded_by), moment::show(o.recorded_at, self.zone));
        let mut note = format!("Recorded by {by}, {at}.");
        if let Some(at) = o.ended_at {
            note.push_str(&format!(" Ended {}: {}", moment::show(at, self.zone), o.ended_reason));
        }
        RecordLine::new(format!("order.{}", o.id), o.kind.to_string(), value)
            .noted(note + &on_evidence(o.ground.as_ref()))
    }

    /// What each filing was, and the references that came back.
    pub(super) fn filed(&self, section: &mut RecordSection) {
        // Whether something was owed after a notice is said by its own answers; a submission says it itself.
        for filing in self.grounds.filings(|_| Extent::Complete) {
            let of_notice = filing.notice.is_some();
            let extent = match filing.kind {
                FilingKind::Withdrawal => format!(": {}", filing.reason),
                _ if of_notice => String::new(),
                _ => format!(", {}", filing.extent),
            };
            let label = format!("Filed{}", self.named(filing.authority));
            let value = format!("{}{extent}, {}", filing.kind, self.instant(filing.at));
            let receipts = filing.receipts.iter().map(|r| {
                let evidence = on_evidence(r.ground.as_ref());
                format!(
                    "The authority's reference: {}, received {}.{evidence}",
                    r.reference,
                    self.instant(r.received_at)
                )
            });
            let note = receipts.collect::<Vec<_>>().join(" ");
            section.lines.push(RecordLine::new(format!("filing.{}", filing.id), label, value).noted(note));
        }
    }
}
