//! How the routes of questions about an incident are asked.

use super::{BECAUSE, Way, form, page};
use domain::access::Role::{Approver, Lead};

const ASKED: &[(&str, &str)] = &[
    ("asker", "authority"),
    ("name", "The state commissioner"),
    ("way", "letter"),
    ("received_at", "2026-06-09T07:45:00Z"),
    ("text", "Since when do you know?"),
    ("due_at", "2026-06-20T12:00:00Z"),
    ("owner", "{leader}"),
];

const DRAFTED: &[(&str, &str)] = &[("question", "drafted_question")];

/// What people may reply to.
const COMMUNICATION: &[(&str, &str)] = &[("notice", "communication")];

pub(super) const OF_QUESTIONS: &[Way] = &[
    page("/incidents/{id}/correspondence"),
    form("/incidents/{id}/correspondence", "/incidents/{incident}/correspondence", Lead, ASKED),
    page("/questions/{question}"),
    form("/questions/{question}/asked", "/questions/{question}", Lead, ASKED),
    form(
        "/questions/{question}/draft",
        "/questions/{question}",
        Lead,
        &[("language", "en"), ("statements", "people")],
    ),
    form("/questions/{question}/answer", "/questions/{question}", Lead, &[("text", "Since Tuesday.")]),
    form("/questions/{question}/approve", "/questions/{drafted_question}", Approver, &[]).with(DRAFTED),
    form("/questions/{question}/back", "/questions/{drafted_question}", Approver, BECAUSE).with(DRAFTED),
    form(
        "/questions/{question}/sent",
        "/questions/{approved_question}",
        Lead,
        // When it was approved: before that nothing leaves.
        &[("sent_at", "2026-06-09T08:00:00Z"), ("way", "letter")],
    )
    .with(&[("question", "approved_question")]),
    form("/questions/{question}/withdraw", "/questions/{question}", Lead, BECAUSE),
    page("/notices/{notice}/replies").with(COMMUNICATION),
    form(
        "/notices/{notice}/replies",
        "/notices/{communication}/replies",
        Lead,
        &[("topic", "rights"), ("way", "letter"), ("number", "2")],
    )
    .with(COMMUNICATION),
    form("/notices/{notice}/replies/{reply}/take-back", "/notices/{communication}/replies", Lead, BECAUSE)
        .with(COMMUNICATION),
];
