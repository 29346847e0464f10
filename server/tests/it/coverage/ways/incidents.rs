//! How the routes of an incident are asked.

use super::{BECAUSE, Way, form, page};
use domain::access::Role::{Dpo, Lead};

pub(super) const OF_INCIDENTS: &[Way] = &[
    // Incidents.
    page("/incidents"),
    page("/incidents/new"),
    form("/incidents", "/incidents/new", Lead, &[("title", "A new one")]),
    page("/incidents/{id}"),
    page("/incidents/{id}/edit"),
    form("/incidents/{id}/edit", "/incidents/{incident}/edit", Lead, &[("title", "Another title")]),
    page("/incidents/{id}/lead"),
    form(
        "/incidents/{id}/phase",
        "/incidents/{incident}/lead",
        Lead,
        &[("to", "containment"), ("reason", "")],
    ),
    form(
        "/incidents/{id}/close",
        "/incidents/{bare}/lead",
        Lead,
        &[("outcome", "false_alarm"), ("reason", "It was a test.")],
    )
    .with(&[("id", "bare")]),
    form("/incidents/{id}/reopen", "/incidents/{closed}/lead", Lead, BECAUSE).with(&[("id", "closed")]),
    form("/incidents/{id}/restrict", "/incidents/{bare}/lead", Lead, BECAUSE).with(&[("id", "bare")]),
    form("/incidents/{id}/unrestrict", "/incidents/{sealed}/lead", Lead, BECAUSE).with(&[("id", "sealed")]),
    form("/incidents/{id}/members", "/incidents/{incident}", Lead, &[("account", "{outsider}")]),
    form("/incidents/{id}/members/{account}/remove", "/incidents/{incident}", Lead, &[]),
    form(
        "/incidents/{id}/tasks",
        "/incidents/{incident}",
        Lead,
        &[("title", "A task"), ("due_at", "2026-06-10 12:00")],
    ),
    page("/incidents/{id}/tasks/{task}/edit"),
    form(
        "/incidents/{id}/tasks/{task}/edit",
        "/incidents/{incident}/tasks/{task}/edit",
        Lead,
        &[("title", "Another task")],
    ),
    form("/incidents/{id}/tasks/{task}/done", "/incidents/{incident}", Lead, &[]),
    form("/incidents/{id}/tasks/{task}/reopen", "/incidents/{incident}", Lead, &[])
        .with(&[("task", "done_task")]),
    page("/incidents/{id}/timeline"),
    form(
        "/incidents/{id}/timeline",
        "/incidents/{incident}/timeline",
        Lead,
        &[("event_at", "2026-06-08 22:10"), ("text", "It began.")],
    ),
    page("/incidents/{id}/timeline/{entry}/edit"),
    form(
        "/incidents/{id}/timeline/{entry}/edit",
        "/incidents/{incident}/timeline/{entry}/edit",
        Lead,
        &[("text", "Otherwise.")],
    ),
    form(
        "/incidents/{id}/timeline/{entry}/withdraw",
        "/incidents/{incident}/timeline/{entry}/edit",
        Lead,
        BECAUSE,
    ),
    page("/incidents/{id}/facts"),
    page("/incidents/{id}/facts/{key}"),
    form(
        "/incidents/{id}/facts/{key}",
        "/incidents/{incident}/facts/{key}",
        Lead,
        &[("certainty", "exact"), ("value", "Records were read."), ("reason", "The log says more.")],
    ),
    page("/incidents/{id}/decision"),
    form(
        "/incidents/{id}/decisions",
        "/incidents/{bare}/decision",
        Dpo,
        &[
            ("risk", "risk"),
            ("reasons", "Contact data of many, and nothing worse."),
            ("decided_by", "M. Ost, managing director"),
            ("notify", "true"),
            ("communication", "no_not_high_risk"),
        ],
    )
    .with(&[("id", "bare")]),
    form(
        "/incidents/{id}/decisions/{decision}/sign",
        "/incidents/{incident}/decision",
        Dpo,
        &[("reason", "Agreed.")],
    ),
    form("/incidents/{id}/decisions/{decision}/decline", "/incidents/{incident}/decision", Lead, BECAUSE),
    form(
        "/incidents/{id}/orders",
        "/incidents/{incident}/decision",
        Lead,
        &[
            ("kind", "delayed"),
            ("who", "Public prosecutor"),
            ("made_at", "2026-06-09 07:50"),
            ("until", "2026-06-30 12:00"),
            ("why", "Ref. 12 Js 4/26"),
        ],
    ),
    form("/incidents/{id}/orders/{order}/end", "/incidents/{incident}/decision", Lead, BECAUSE),
    page("/incidents/{id}/filings"),
    form(
        "/incidents/{id}/filings",
        "/incidents/{incident}/filings",
        Lead,
        &[("kind", "follow_up"), ("submitted_at", "2026-06-09 07:50"), ("how", "By the portal.")],
    ),
    page("/incidents/{id}/filings/form"),
    form(
        "/incidents/{id}/filings/form",
        "/incidents/{incident}/filings/form",
        Lead,
        &[("kind", "follow_up"), ("submitted_at", "2026-06-09 07:50"), ("how", "By the portal.")],
    ),
    page("/incidents/{id}/filings/{submission}/text"),
    form(
        "/incidents/{id}/receipts",
        "/incidents/{incident}/filings",
        Lead,
        &[("filing", "{filing}"), ("reference", "LDA-4711/26"), ("received_at", "2026-06-09T07:50:00Z")],
    ),
    page("/incidents/{id}/clocks"),
    form(
        "/incidents/{id}/awareness",
        "/incidents/{bare}/clocks",
        Dpo,
        &[("aware_at", "2026-06-09 07:45"), ("judged_by", "M. Holt"), ("why", "A record was seen.")],
    )
    .with(&[("id", "bare")]),
    form(
        "/incidents/{id}/awareness/{statement}/confirm",
        "/incidents/{incident}/clocks",
        Lead,
        &[("reason", "Agreed.")],
    )
    .with(&[("statement", "correction")]),
    form("/incidents/{id}/awareness/{statement}/decline", "/incidents/{incident}/clocks", Lead, BECAUSE)
        .with(&[("statement", "correction")]),
    page("/incidents/{id}/assessment"),
    form(
        "/incidents/{id}/assessment",
        "/incidents/{incident}/assessment",
        Lead,
        &[
            ("breach", "higher"),
            ("breach_words", "Copied out."),
            ("enisa", "with"),
            ("simple", "1"),
            ("ei", "maximum"),
            ("confidentiality", "unknown_recipients"),
            ("integrity", "none"),
            ("availability", "none"),
            ("malicious", "yes"),
            ("individuals", "4812"),
            ("unintelligible", "no"),
        ],
    ),
    form(
        "/incidents/{id}/candidates",
        "/incidents/{incident}/clocks",
        Lead,
        &[("kind", "first_alert"), ("happened_at", "2026-06-09 06:00"), ("what", "A first sign.")],
    ),
    form("/incidents/{id}/candidates/{candidate}/withdraw", "/incidents/{incident}/clocks", Lead, BECAUSE),
    form(
        "/incidents/{id}/triggers",
        "/incidents/{incident}/clocks",
        Lead,
        &[
            ("trigger", "high_risk_found"),
            ("happened_at", "2026-06-09 07:45"),
            ("why", "Passwords were read."),
        ],
    ),
    form(
        "/incidents/{id}/submissions",
        "/incidents/{incident}/clocks",
        Lead,
        &[("rule", "gdpr34 communication"), ("submitted_at", "2026-06-09 07:50"), ("how", "By letter.")],
    ),
    form("/incidents/{id}/submissions/{submission}/withdraw", "/incidents/{incident}/clocks", Lead, BECAUSE),
    form(
        "/incidents/{id}/authorities",
        "/incidents/{incident}/clocks",
        Lead,
        &[("capacity", "uk"), ("code", "GB")],
    ),
    form("/incidents/{id}/authorities/{authority}/withdraw", "/incidents/{incident}/clocks", Lead, BECAUSE),
    form("/incidents/{id}/rules", "/incidents/{incident}/clocks", Lead, &[("rule", "dora"), ("to", "on")]),
    form("/incidents/{id}/reminders/{reminder}/acknowledge", "/incidents/{incident}/clocks", Lead, &[]),
    page("/incidents/{id}/playbook"),
    form(
        "/incidents/{id}/playbooks",
        "/incidents/{bare}/playbook",
        Lead,
        &[("playbook", "customer-api-enumerated")],
    )
    .with(&[("id", "bare")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}",
        "/incidents/{incident}/playbook?step={lead_step}",
        Lead,
        &[("act", "wait_on"), ("whom", "the host")],
    )
    .with(&[("step", "lead_step")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/answers/{key}",
        "/incidents/{incident}/playbook?step={step}",
        Lead,
        &[("certainty", "exact"), ("values", "credentials")],
    )
    .with(&[("key", "asked")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/items",
        "/incidents/{incident}/playbook?run={repeated}&step={repeated_step}",
        Lead,
        &[("label", "A third mailbox")],
    )
    .with(&[("run", "repeated"), ("step", "repeated_step")]),
    page("/incidents/{id}/runs/{run}/difference"),
    form("/incidents/{id}/runs/{run}/version", "/incidents/{incident}/runs/{older}/difference", Lead, &[])
        .with(&[("run", "older")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/items/{item}",
        "/incidents/{incident}/playbook?run={repeated}&step={repeated_step}",
        Lead,
        &[("label", "A renamed mailbox")],
    )
    .with(&[("run", "repeated"), ("step", "repeated_step")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/items/{item}/remove",
        "/incidents/{incident}/playbook?run={repeated}&step={repeated_step}",
        Lead,
        &[],
    )
    .with(&[("run", "repeated"), ("step", "repeated_step")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/items/{item}/done",
        "/incidents/{incident}/playbook?run={repeated}&step={repeated_step}",
        Lead,
        &[],
    )
    .with(&[("run", "repeated"), ("step", "repeated_step")]),
    form(
        "/incidents/{id}/runs/{run}/steps/{step}/items/{item}/reopen",
        "/incidents/{incident}/playbook?run={repeated}&step={repeated_step}",
        Lead,
        &[],
    )
    .with(&[("run", "repeated"), ("step", "repeated_step"), ("item", "done_item")]),
    page("/incidents/{id}/evidence"),
    form(
        "/incidents/{id}/evidence",
        "/incidents/{incident}/evidence",
        Lead,
        &[
            ("collected_by", "R. Fenn"),
            ("collected_at", "2026-06-09 07:00"),
            ("source", "gateway-2"),
            ("method", "exported"),
        ],
    ),
    page("/incidents/{id}/evidence/{evidence}/content"),
    form("/incidents/{id}/evidence/{evidence}/verify", "/incidents/{incident}/evidence", Lead, &[]),
    form("/incidents/{id}/evidence/{evidence}/withdraw", "/incidents/{incident}/evidence", Lead, BECAUSE),
    page("/incidents/{id}/notes"),
    page("/incidents/{id}/notes/new"),
    form(
        "/incidents/{id}/notes",
        "/incidents/{incident}/notes/new",
        Lead,
        &[("title", "A note"), ("text", "Said on the phone.")],
    ),
    page("/incidents/{id}/notes/{note}"),
    form(
        "/incidents/{id}/notes/{note}",
        "/incidents/{incident}/notes/{note}",
        Lead,
        &[("text", "Said otherwise.")],
    ),
    page("/incidents/{id}/notices"),
    form(
        "/incidents/{id}/notices",
        "/incidents/{incident}/notices",
        Lead,
        &[("kind", "authority_notification"), ("language", "en")],
    ),
    page("/incidents/{id}/parties"),
    form(
        "/incidents/{id}/parties",
        "/incidents/{incident}/parties",
        Lead,
        &[("party", "{book_party}"), ("role", "other"), ("reference", "A 7")],
    ),
    form(
        "/incidents/{id}/processing",
        "/incidents/{bare}/parties",
        Lead,
        &[("capacity", "processor"), ("why", "The contract says so.")],
    )
    .with(&[("id", "bare")]),
    form("/incidents/{id}/controller-notices", "/incidents/{incident}/parties", Lead, &[("language", "en")]),
    page("/incidents/{id}/parties/{party}"),
    form(
        "/incidents/{id}/parties/{party}",
        "/incidents/{incident}/parties/{case_party}",
        Lead,
        &[("role", "controller"), ("reference", "B 7")],
    ),
    form(
        "/incidents/{id}/parties/{party}/remove",
        "/incidents/{incident}/parties/{case_party}",
        Lead,
        BECAUSE,
    ),
    form("/incidents/{id}/parties/{party}/take-over", "/incidents/{incident}/parties", Lead, &[]),
    form("/incidents/{id}/parties/{party}/contract-clock", "/incidents/{incident}/parties", Lead, &[]),
    form(
        "/incidents/{id}/parties/{party}/facts/{key}",
        "/incidents/{incident}/parties/{case_party}",
        Lead,
        &[("certainty", "exact"), ("value", "Orders of its customers were read.")],
    ),
    page("/incidents/{id}/journal"),
];
