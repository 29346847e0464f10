//! How every operation of the API is called: which ids its path takes, and a body that is taken. An operation
//! that is missing here, or that is here and no longer exists, fails a test.

use super::world::{Asker, Place};
use crate::support::{Answer, Browser};
use reqwest::Method;
use serde_json::{Value, json};
use server::api::route::ApiRoute;

/// What is said in a call, with names of ids in braces; and ids of the path that aren't the usual ones.
pub(crate) struct Said {
    pub(crate) operation: &'static str,
    ids: &'static [(&'static str, &'static str)],
    pub(crate) body: fn() -> Value,
}

const fn said(operation: &'static str, body: fn() -> Value) -> Said {
    Said { operation, ids: &[], body }
}

const fn at(
    operation: &'static str,
    ids: &'static [(&'static str, &'static str)],
    body: fn() -> Value,
) -> Said {
    Said { operation, ids, body }
}

fn because() -> Value {
    json!({ "reason": "It was agreed so." })
}

fn own_clock() -> Value {
    json!({ "title": "Notice to the customer", "source": "Contract 12", "recipient": "Customer A", "channel": "", "threshold": "",
        "trigger": "became_aware", "amount": "24", "unit": "hours", "calendar": "", "effective_from": "", "effective_to": "", "notes": "" })
}

fn book_party() -> Value {
    json!({ "name": "Example Hosting", "kind": "processor", "country": "DE", "contact": "R. Fenn", "email": "incidents@hosting.test",
        "telephone": "", "address": "", "notes": "", "hours": "24", "contract": "Contract 7" })
}

fn nothing() -> Value {
    Value::Null
}

/// A step that is worked once for each of something.
const REPEATED: &[(&str, &str)] = &[("run", "repeated"), ("step", "repeated_step")];

/// A communication that somebody has got.
const TOLD: &[(&str, &str)] = &[("notice", "told")];

/// A mail that waits for a decision, and its notice.
const HELD: &[(&str, &str)] = &[("notice", "sending"), ("mail", "held_mail")];

/// A playbook of one's own that has a draft.
const OWN: &[(&str, &str)] = &[("playbook", "own_playbook")];

fn rehearsal() -> Value {
    json!({ "declared_at": "2026-06-09 08:00", "aware_at": "", "contained_at": "", "answers": {}, "decisions": {} })
}

/// A question whose answer waits for a second person.
const DRAFTED: &[(&str, &str)] = &[("question", "drafted_question")];

fn question() -> Value {
    json!({ "asker": "authority", "authority": "", "controller": "", "name": "The state commissioner", "way": "letter",
        "received_at": "2026-06-09T07:45:00Z", "reference": "", "text": "Since when do you know?", "due_at": "",
        "owner": "{leader}", "evidence": "", "place": "" })
}

/// Every operation that changes something or reads a body.
pub(crate) const CALLS: &[Said] = &[
    said(
        "createAlert",
        || json!({ "title": "Odd", "source": "gateway", "body": "Seen twice.", "event_at": "2026-06-08T22:10:00Z" }),
    ),
    said("dismissAlert", because),
    said(
        "declareFromAlert",
        || json!({ "title": "From an alert", "summary": "Seen twice.", "severity": "high" }),
    ),
    said("declareIncident", || json!({ "title": "A new one", "summary": "Seen twice.", "severity": "high" })),
    said("editIncident", || {
        json!({ "title": "Another title", "summary": "Otherwise.", "severity": "low", "tlp": "amber", "lead": "{leader}",
            "first_hint_at": "2026-06-08 22:10", "detected_at": "2026-06-08 23:10", "investigation_started_at": "", "contained_at": "" })
    }),
    said("movePhase", || json!({ "to": "containment", "reason": "" })),
    at(
        "closeIncident",
        &[("incident", "bare")],
        || json!({ "outcome": "false_alarm", "reason": "It was a test." }),
    ),
    at("reopenIncident", &[("incident", "closed")], because),
    at("restrictIncident", &[("incident", "bare")], because),
    at("unrestrictIncident", &[("incident", "sealed")], because),
    said("addMember", || json!({ "account": "{outsider}" })),
    said("removeMember", nothing),
    said("addEntry", || json!({ "event_at": "2026-06-08 22:10", "text": "It began." })),
    said("editEntry", || json!({ "event_at": "2026-06-08 22:11", "text": "It began a minute later." })),
    said("withdrawEntry", because),
    said("addTask", || json!({ "title": "A task", "owner": "", "due_at": "2026-06-10 12:00" })),
    said("editTask", || json!({ "title": "Another task", "owner": "", "due_at": "2026-06-10 13:00" })),
    said("completeTask", nothing),
    at("reopenTask", &[("task", "done_task")], nothing),
    said("addNote", || json!({ "title": "A note", "text": "Said on the phone." })),
    said("editNote", || json!({ "title": "A note", "text": "Said otherwise." })),
    said("addEvidence", nothing),
    said("verifyEvidence", nothing),
    said("withdrawEvidence", because),
    said("recordFact", || {
        json!({ "certainty": "exact", "value": "Records were read.", "values": [], "low": "", "high": "", "promised_on": "",
            "holds_from": "", "reason": "The log says more.", "evidence": "", "place": "" })
    }),
    said("assessRisk", || {
        json!({ "breach": "higher", "breach_words": "Copied out.", "data": "higher", "data_words": "", "identification": "", "identification_words": "",
            "consequences": "neutral", "consequences_words": "", "people": "", "people_words": "", "controller": "", "controller_words": "",
            "number": "lower", "number_words": "", "enisa": "with", "simple": "1", "behavioural": "", "financial": "", "sensitive": "",
            "ei": "maximum", "confidentiality": "unknown_recipients", "integrity": "none", "availability": "none", "malicious": "yes",
            "individuals": "4812", "unintelligible": "no", "note": "Seen with counsel." })
    }),
    at("recordAwareness", &[("incident", "bare")], || {
        json!({ "aware_at": "2026-06-09 07:45", "investigated_from": "", "judged_by": "M. Holt", "why": "A record was seen.",
            "correction": "", "evidence": "", "place": "" })
    }),
    at("confirmAwareness", &[("awareness", "correction")], || json!({ "reason": "Agreed." })),
    at("declineAwareness", &[("awareness", "correction")], because),
    said(
        "addCandidate",
        || json!({ "kind": "first_alert", "happened_at": "2026-06-09 06:00", "what": "A first sign.", "evidence": "{evidence}", "place": "" }),
    ),
    said("withdrawCandidate", because),
    said(
        "recordTrigger",
        || json!({ "trigger": "high_risk_found", "happened_at": "2026-06-09 07:45", "why": "Passwords were read.", "evidence": "", "place": "" }),
    ),
    said("recordSubmission", || {
        json!({ "rule": "gdpr34", "stage": "communication", "authority": "", "submitted_at": "2026-06-09 07:50", "how": "By letter.",
            "evidence": "", "place": "" })
    }),
    said("withdrawSubmission", because),
    at("decide", &[("incident", "bare")], || {
        json!({ "risk": "risk", "reasons": "Contact data of many.", "dissent": "", "decided_by": "M. Ost", "notify": "true",
            "communication": "no_not_high_risk", "exemption": "", "conditions": [], "exemption_reasons": "", "tripwires": [],
            "people_above": "", "other_tripwires": "" })
    }),
    said("signDecision", || json!({ "reason": "Agreed." })),
    said("declineDecision", because),
    said("recordOrder", || {
        json!({ "kind": "delayed", "who": "Public prosecutor", "made_at": "2026-06-09 07:50", "until": "2026-06-30 12:00",
            "why": "Ref. 12 Js 4/26", "evidence": "", "place": "" })
    }),
    said("endOrder", because),
    said(
        "recordReceipt",
        || json!({ "filing": "{filing}", "reference": "LDA-4711/26", "received_at": "2026-06-09T07:50:00Z", "evidence": "", "place": "" }),
    ),
    said(
        "nameAuthority",
        || json!({ "code": "GB", "name": "", "calendar": "", "capacity": "uk", "rule": "" }),
    ),
    said("withdrawAuthority", because),
    at("switchCaseRule", &[("rule", "rule")], || json!({ "to": "on", "accept_unverified": "" })),
    said("acknowledgeReminder", nothing),
    at("switchRule", &[("rule", "rule")], || json!({ "to": "on", "accept_unverified": "" })),
    said("saveClockSettings", || {
        json!({ "calendar": "DE-BY", "marks": "50% overdue", "undue_hours": "72", "soon_hours": "12", "escalate_minutes": "30",
            "counts_hours": "12", "draft_hours": "8", "review_hours": "6", "approval_hours": "4", "sending_hours": "2" })
    }),
    said("createOwnClock", own_clock),
    at("editOwnClock", &[("own", "own_clock")], own_clock),
    at("retireOwnClock", &[("own", "own_clock")], nothing),
    at("startPlaybook", &[("incident", "bare")], || json!({ "playbook": "customer-api-enumerated" })),
    at(
        "workStep",
        &[("step", "lead_step")],
        || json!({ "act": "wait_on", "reason": "", "whom": "the host", "owner": "" }),
    ),
    at("takeVersion", &[("run", "older")], || json!({ "from": "{older_digest}", "to": "{newer_digest}" })),
    at("addItem", REPEATED, || json!({ "label": "A third mailbox" })),
    at("completeItem", REPEATED, nothing),
    at("renameItem", REPEATED, || json!({ "label": "A renamed mailbox" })),
    at("removeItem", REPEATED, nothing),
    at("reopenItem", &[("run", "repeated"), ("step", "repeated_step"), ("item", "done_item")], nothing),
    at("answerStep", &[("key", "asked")], || json!({ "certainty": "exact", "values": ["credentials"] })),
    said("draftNotice", || json!({ "kind": "authority_notification", "language": "en", "authority": "" })),
    said("editStatement", || json!({ "text": "In our own words.", "judgement": "" })),
    at("keepStatement", &[("notice", "stale")], because),
    said("commentOnNotice", || json!({ "statement": "nature", "text": "Say what the post will look like." })),
    said("resolveComment", nothing),
    at("refreshStatements", &[("notice", "stale")], || json!({ "code": "" })),
    said(
        "setRecipients",
        || json!({ "recipients": "desk@authority.test", "confirm": "desk@authority.test" }),
    ),
    said("submitNotice", nothing),
    at("requestChanges", &[("notice", "review")], || json!({ "remark": "Say it more plainly." })),
    at("approveNotice", &[("notice", "review")], || json!({ "digest": "{digest}" })),
    at("sendNotice", &[("notice", "approved")], nothing),
    said("cancelNotice", because),
    said("recordQuestion", question),
    said("editQuestion", question),
    said("draftAnswer", || json!({ "language": "en", "statements": ["people"] })),
    said("writeAnswer", || json!({ "text": "Since Tuesday." })),
    at("approveAnswer", DRAFTED, || json!({ "digest": "{answer_digest}" })),
    at("sendAnswerBack", DRAFTED, because),
    at(
        "recordAnswered",
        &[("question", "approved_question")],
        || json!({ "sent_at": "2026-06-09T08:00:00Z", "way": "letter", "reference": "", "evidence": "", "place": "" }),
    ),
    said("withdrawQuestion", because),
    said("countReplies", || json!({ "topic": "rights", "way": "letter", "number": "2", "received_at": "" })),
    said("takeBackReplyCount", because),
    at("addRecipients", &[("notice", "communication")], || json!({ "recipients": "a@people.test" })),
    said(
        "readRecipientFile",
        || json!({ "name": "people.csv", "text": "email\nnew@people.test", "base64": "" }),
    ),
    said(
        "mapRecipientFile",
        || json!({ "email": "1", "name": "2", "reference": "", "language": "", "channel": "", "telephone": "", "postal": [], "fields": [] }),
    ),
    said("takeRecipientFile", || json!({ "digest": "{file_digest}" })),
    said("dropRecipientFile", nothing),
    said("findRecipient", || json!({ "asked": "ada@people.test" })),
    said("draftInTheirLanguage", || json!({ "language": "fr" })),
    at("tellOtherwise", TOLD, || json!({ "digest": "{unreached}", "outcome": "done" })),
    at("purgeRecipients", TOLD, because),
    said("saveRecipientSettings", || json!({ "days": "30" })),
    at("pauseSending", &[("notice", "sending")], because),
    at("resumeSending", &[("notice", "paused")], nothing),
    at("releaseMail", HELD, nothing),
    at("dropMail", HELD, because),
    at("trySuppressedMail", &[("notice", "untried"), ("mail", "untried_mail")], because),
    said("setReviewDate", || json!({ "review_on": "2040-01-31", "reason": "The limitation runs." })),
    at("placeHold", &[("incident", "bare")], because),
    said("liftHold", because),
    said("saveRetention", || json!({ "years": "7" })),
    said("addParty", book_party),
    said("editParty", book_party),
    said("retireParty", because),
    said("addCaseParty", || {
        json!({ "party": "{book_party}", "name": "", "country": "", "contact": "", "email": "", "telephone": "", "hours": "",
            "contract": "", "role": "other", "notifies": "", "informed_at": "2026-06-09 07:45", "informed_by": "M. Holt",
            "informed_how": "By telephone", "reference": "A 7", "notes": "" })
    }),
    at(
        "setProcessing",
        &[("incident", "bare")],
        || json!({ "capacity": "processor", "why": "The contract says so." }),
    ),
    said("draftControllerNotices", || json!({ "language": "en" })),
    said("editCaseParty", || {
        json!({ "role": "controller", "notifies": "", "informed_at": "2026-06-09 07:45", "informed_by": "M. Holt",
            "informed_how": "By telephone", "reference": "B 7", "notes": "" })
    }),
    said("removeCaseParty", because),
    said("takeOverParty", || json!({ "key": "parties[]" })),
    said("countContract", nothing),
    at("recordControllerFact", &[("key", "of_controller")], || {
        json!({ "certainty": "exact", "value": "Orders were read.", "values": [], "low": "", "high": "", "promised_on": "",
            "holds_from": "", "reason": "The log says more.", "evidence": "", "place": "" })
    }),
    said("beginPlaybook", || json!({ "playbook": "stolen-van", "copy_of": "ransomware" })),
    said("checkPlaybook", || json!({ "playbook": "stolen-van", "source": "title = 'Begun'" })),
    said("importPlaybook", || json!({ "playbook": "theirs", "cacao": super::world::theirs() })),
    said("retirePlaybook", because),
    at("offerBuiltIn", &[("playbook", "off_playbook")], because),
    said("rehearsePlaybook", rehearsal),
    at("rehearsePlaybookDraft", OWN, rehearsal),
    at("savePlaybookDraft", OWN, || json!({ "source": "title = 'Begun'" })),
    at("rebasePlaybookDraft", OWN, nothing),
    at("publishPlaybookDraft", OWN, nothing),
    at("declinePlaybookDraft", OWN, because),
    at("discardPlaybookDraft", OWN, because),
    at("beginTexts", &[("language", "unwritten")], nothing),
    at("writeText", &[("code", "text_statement")], || json!({ "text": "Yours sincerely, {{organisation}}" })),
    said("publishTexts", nothing),
    said("declineTexts", because),
    said("discardTexts", because),
    said("retireTexts", because),
    said("saveOrganisation", || {
        json!({ "controller": "Harbour Parcel Ltd", "controller_contact": "Quay 4", "dpo_name": "D. Officer", "dpo_contact": "Quay 4",
            "contact_point": "Quay 4", "authority": "The Authority", "authority_zone": "Europe/Berlin", "languages": ["en"] })
    }),
];

pub(crate) fn of(route: &ApiRoute) -> Option<&'static Said> {
    CALLS.iter().find(|c| c.operation == route.operation)
}

/// Whether it is called about an incident, or something in one.
pub(crate) fn is_of_an_incident(route: &ApiRoute) -> bool {
    route.path.contains("/{incident}")
        || ["/notices/{", "/questions/{"].iter().any(|of| route.path.contains(of))
}

/// Its path with ids of a place.
pub(crate) fn path(route: &ApiRoute, place: &Place) -> String {
    let ids = of(route).map_or(&[][..], |c| c.ids);
    let mut out = String::new();
    for part in route.path.split('/').skip(1) {
        out.push('/');
        let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else {
            out.push_str(part);
            continue;
        };
        let usual = match name {
            "account" => "member",
            "code" => "statement",
            "notice" if route.path.contains("/otherwise") => "told",
            "notice"
                if ["/recipient-files", "/recipients/", "/replies"]
                    .iter()
                    .any(|part| route.path.contains(part))
                    || (route.method == Method::GET && route.path.ends_with("/recipients")) =>
            {
                "communication"
            }
            "notice" => "draft",
            "version" if route.path.starts_with("/texts/") => "text_version",
            "file" if route.path.ends_with("/wrong") => "mended_file",
            "own" => "own_clock",
            "party" => "book_party",
            "playbook" if route.path.ends_with("/draft") || route.path.contains("{version}") => {
                "own_playbook"
            }
            "file" => "recipient_file",
            other => other,
        };
        let found = ids.iter().find(|(n, _)| *n == name).map_or(usual, |(_, id)| *id);
        out.push_str(place.id(found));
    }
    if route.operation == "search" {
        out.push_str("?q=title");
    }
    if route.uploads {
        out.push_str("?name=a.log&collected_by=R.%20Fenn&collected_at=2026-06-09%2007:00&source=gateway-2");
    }
    out
}

/// The body that is taken, at a place.
pub(crate) fn body(route: &ApiRoute, place: &Place) -> Value {
    let Some(said) = of(route) else { return Value::Null };
    let mut text = (said.body)().to_string();
    for (name, id) in &place.ids {
        text = text.replace(&format!("{{{name}}}"), id);
    }
    serde_json::from_str(&text).unwrap()
}

/// The revision that a call must have seen, as somebody who reads the thing is told it.
pub(crate) async fn seen(route: &ApiRoute, place: &Place, reader: &Browser) -> Option<String> {
    if !route.needs_revision() {
        return None;
    }
    let mut at = path(route, place);
    for _ in 0..4 {
        let answer = reader.call(Method::GET, &at, None, &[]).await;
        if !answer.header("etag").is_empty() {
            return Some(answer.header("etag").to_owned());
        }
        at = at.rsplit_once('/')?.0.to_owned();
    }
    None
}

/// Calls `route` with this body.
pub(crate) async fn call(
    route: &ApiRoute,
    path: &str,
    body: &Value,
    seen: Option<&str>,
    program: &Browser,
) -> Answer {
    let headers: Vec<(&str, &str)> = seen.iter().map(|etag| ("if-match", *etag)).collect();
    if route.uploads {
        let request = program.request(route.method.as_str().parse().unwrap(), path);
        return program
            .send(request.header("content-type", "application/octet-stream").body("one line"))
            .await;
    }
    let method = route.method.as_str().parse().unwrap();
    program.call(method, path, (!body.is_null()).then_some(body), &headers).await
}

/// The digest that an approval names, put into the place.
pub(crate) fn with_digest(
    place: &Place,
    app: &crate::support::TestApp,
    reader: &Asker,
) -> impl Future<Output = Place> {
    let (id, ctx, services) = (place.id("review").parse(), app.ctx(&reader.who), app.services.clone());
    let mut place = place.clone();
    async move {
        // An unknown notice has none, and whatever is said about it doesn't matter.
        let digest = match id {
            Ok(id) => services.notice(&ctx, id).await.map(|page| page.digest).unwrap_or_default(),
            Err(_) => String::new(),
        };
        place.ids.insert("digest", digest);
        place
    }
}
