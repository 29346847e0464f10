//! The whole road by API, with two people.

use super::{Desk, Who};
use domain::{
    access::{Actor, Role},
    fact::catalogue::{Kind, catalogue},
    notice::template::{NoticeKind, statements},
};
use serde_json::{Value, json};
use services::outbox::Outcome;

const DONE: &str = "204";

/// Answers everything that a communication must say, as far as nothing answers it yet.
async fn answered(desk: &Desk, who: &Who, incident: &str) {
    for key in statements(NoticeKind::SubjectCommunication).iter().flat_map(|spec| spec.needs) {
        let definition = catalogue().get(key).unwrap();
        let at = format!("/incidents/{incident}/facts/{key}");
        let line = desk.get(who, &at).await.json()["line"].clone();
        if definition.derived || !line["fact"].is_null() {
            continue;
        }
        let value = match definition.kind {
            Kind::Number => "4812",
            Kind::Bool => "true",
            Kind::Choice | Kind::Choices => definition.options[0].code.as_str(),
            Kind::Instant => "2026-06-08 22:10",
            Kind::Date => "2026-06-08",
            Kind::Countries => "DE",
            Kind::Counts => "DE 4812",
            Kind::Line | Kind::Text | Kind::Contact => {
                "Records of other customers were read through the interface."
            }
        };
        let reply = desk.change(who, "PUT", &at, json!({ "certainty": "exact", "value": value }), &[]).await;
        assert_eq!(reply.said(), "201", "{key}: {:?}", reply.bytes);
    }
}

async fn from_an_alert(desk: &Desk, lead: &Who) -> String {
    let noise = desk.added(lead, "/alerts", json!({ "title": "A scan" })).await;
    let dismissed = json!({ "reason": "Our own scanner." });
    let path = format!("/alerts/{noise}/dismiss");
    assert_eq!(desk.on(lead, "POST", &path, &format!("/alerts/{noise}"), dismissed).await.said(), DONE);

    let alert = json!({ "title": "Many customer numbers from one account", "source": "gateway", "event_at": "2026-06-08T22:10:00Z" });
    let alert = desk.added(lead, "/alerts", alert).await;
    let waiting = desk.get(lead, "/alerts?state=new").await.json();
    assert_eq!(
        (waiting["total"].as_u64(), waiting["items"][0]["id"].as_str()),
        (Some(1), Some(alert.as_str()))
    );
    let declared = desk.change(lead, "POST", &format!("/alerts/{alert}/declare"), json!({}), &[]).await;
    assert_eq!(
        (declared.said().as_str(), declared.json()["reference"].as_str()),
        ("201", Some("INC-2026-0001"))
    );
    let again = desk.change(lead, "POST", &format!("/alerts/{alert}/declare"), json!({}), &[]).await;
    assert_eq!(again.said(), "409 dealt_with");
    let incident = declared.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(declared.header("location"), format!("/api/v1/incidents/{incident}"));
    let read = desk.get(lead, &format!("/alerts/{alert}")).await.json();
    assert_eq!(read["incident"].as_str(), Some(incident.as_str()));
    incident
}

async fn led(desk: &Desk, lead: &Who, incident: &str) {
    let head = format!("/incidents/{incident}");
    let edit = json!({
        "title": "Customer numbers enumerated", "severity": "high", "tlp": "amber", "lead": lead.id.to_string(),
        "detected_at": "2026-06-09 07:30",
    });
    assert_eq!(desk.on(lead, "PUT", &head, &head, edit).await.said(), DONE);
    let moved = desk.on(lead, "POST", &format!("{head}/phase"), &head, json!({ "to": "containment" })).await;
    assert_eq!(moved.said(), DONE);
    let overview = desk.get(lead, &head).await.json();
    assert_eq!(overview["incident"]["phase"], "containment");
    assert_eq!(
        overview["incident"]["detected_at"], "2026-06-09T05:30:00Z",
        "local to the zone of the token's owner"
    );

    let helper = desk.person(Role::Responder).await;
    desk.added(lead, &format!("{head}/members"), json!({ "account": helper.id.to_string() })).await;
    assert_eq!(desk.get(&helper, &head).await.said(), "200");
    let out = desk.change(lead, "DELETE", &format!("{head}/members/{}", helper.id), json!({}), &[]).await;
    assert_eq!(out.said(), DONE);
    assert_eq!(desk.get(&helper, &head).await.said(), "404 not_found");
}

async fn worked_on(desk: &Desk, lead: &Who, incident: &str) {
    let head = format!("/incidents/{incident}");
    let entry = desk
        .added(
            lead,
            &format!("{head}/timeline"),
            json!({ "event_at": "2026-06-08", "text": "First record." }),
        )
        .await;
    let at = format!("{head}/timeline/{entry}");
    let anew = json!({ "event_at": "2026-06-08 22:10", "text": "The first foreign record was returned." });
    assert_eq!(desk.on(lead, "PUT", &at, &at, anew).await.said(), DONE);
    let wrong = desk
        .added(lead, &format!("{head}/timeline"), json!({ "event_at": "2026-06-07", "text": "Wrong." }))
        .await;
    let at = format!("{head}/timeline/{wrong}");
    let withdrawn =
        desk.on(lead, "POST", &format!("{at}/withdraw"), &at, json!({ "reason": "Another incident." })).await;
    assert_eq!(withdrawn.said(), DONE);
    assert_eq!(desk.get(lead, &format!("{head}/timeline")).await.json()["total"], 2);

    let task =
        json!({ "title": "Block the account", "owner": lead.id.to_string(), "due_at": "2026-06-09 12:00" });
    let task = desk.added(lead, &format!("{head}/tasks"), task).await;
    assert_eq!(desk.get(lead, "/tasks").await.json()["items"][0]["task"]["id"].as_str(), Some(task.as_str()));
    let at = format!("{head}/tasks/{task}");
    let anew = json!({ "title": "Block the account and its keys", "owner": lead.id.to_string() });
    assert_eq!(desk.on(lead, "PUT", &at, &at, anew).await.said(), DONE);
    for act in ["done", "reopen", "done"] {
        assert_eq!(desk.on(lead, "POST", &format!("{at}/{act}"), &at, json!({})).await.said(), DONE);
    }
    assert_eq!(desk.on(lead, "POST", &format!("{at}/done"), &at, json!({})).await.said(), "409 already_done");
    assert!(!desk.get(lead, &format!("{head}/tasks")).await.json()["items"][0]["done_at"].is_null());

    let note = desk
        .added(
            lead,
            &format!("{head}/notes"),
            json!({ "title": "Call", "text": "They switch it off at ten." }),
        )
        .await;
    let at = format!("{head}/notes/{note}");
    assert_eq!(
        desk.on(lead, "PUT", &at, &at, json!({ "title": "Call", "text": "Off since ten." })).await.said(),
        DONE
    );
    assert_eq!(desk.get(lead, &format!("{head}/notes")).await.json()["items"][0]["text"], "Off since ten.");
}

async fn played(desk: &Desk, lead: &Who, incident: &str) {
    let playbook = desk.get(lead, "/playbooks").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(
        desk.get(lead, &format!("/playbooks/{playbook}")).await.json()["steps"].as_array().unwrap().len() > 5
    );
    let runs = format!("/incidents/{incident}/runs");
    let run = desk.added(lead, &runs, json!({ "playbook": playbook })).await;
    let view = desk.get(lead, &runs).await.json()["items"][0].clone();
    let steps = view["steps"].as_array().unwrap();
    let asking = steps.iter().find(|s| !s["questions"].as_array().unwrap().is_empty()).unwrap();
    let (step, key) = (asking["id"].as_str().unwrap(), asking["questions"][0]["fact"].as_str().unwrap());
    let answer = json!({ "certainty": "cannot_be_determined" });
    let answer =
        desk.change(lead, "POST", &format!("{runs}/{run}/steps/{step}/answers/{key}"), answer, &[]).await;
    assert_eq!(answer.said(), "201", "{:?}", answer.bytes);
    for step in steps {
        let at = format!("{runs}/{run}/steps/{}", step["id"].as_str().unwrap());
        let act = json!({ "act": "skip", "reason": "This story is about something else." });
        assert_eq!(desk.on(lead, "POST", &at, &at, act).await.said(), DONE);
    }
    assert_eq!(desk.get(lead, &format!("{runs}/{run}")).await.json()["steps"][0]["state"], "skipped");
}

async fn aware(desk: &Desk, lead: &Who, incident: &str) {
    let input = json!({ "aware_at": "2026-06-09T06:00:00Z", "judged_by": "M. Holt", "why": "A foreign record was seen." });
    desk.added(lead, &format!("/incidents/{incident}/awareness"), input).await;
    let clocks = desk.get(lead, &format!("/incidents/{incident}/clocks")).await.json();
    assert_eq!(clocks["clock"]["due_at"], "2026-06-12T06:00:00Z");
    assert_eq!(clocks["clock"]["standing"], json!({ "state": "running", "seconds_left": 70 * 3_600 }));
}

/// Drafts, submits, has it approved by a second person, and releases it.
async fn released(desk: &Desk, lead: &Who, counsel: &Who, incident: &str, kind: &str, to: &str) -> String {
    let notice = desk
        .added(lead, &format!("/incidents/{incident}/notices"), json!({ "kind": kind, "language": "en" }))
        .await;
    let at = format!("/notices/{notice}");
    let recipients = json!({ "recipients": to, "confirm": to });
    assert_eq!(desk.on(lead, "PUT", &format!("{at}/recipients"), &at, recipients).await.said(), DONE);
    let words = json!({ "text": "What happened at the customer interface" });
    assert_eq!(desk.on(lead, "PUT", &format!("{at}/statements/subject"), &at, words).await.said(), DONE);
    let fresh = desk.on(lead, "POST", &format!("{at}/refresh"), &at, json!({ "code": "subject" })).await;
    assert_eq!(fresh.said(), DONE);
    let submitted = desk.on(lead, "POST", &format!("{at}/submit"), &at, json!({})).await;
    assert_eq!(submitted.said(), DONE, "{:?}", submitted.bytes);
    let changes =
        desk.on(counsel, "POST", &format!("{at}/changes"), &at, json!({ "remark": "Say it shorter." })).await;
    assert_eq!(changes.said(), DONE);
    assert_eq!(desk.on(lead, "POST", &format!("{at}/submit"), &at, json!({})).await.said(), DONE);

    let page = desk.get(counsel, &at).await.json();
    let approval = json!({ "digest": page["digest"] });
    let own = desk.on(lead, "POST", &format!("{at}/approve"), &at, approval.clone()).await;
    assert_eq!(own.said(), "403 forbidden", "no author approves");
    let other = desk.on(counsel, "POST", &format!("{at}/approve"), &at, json!({ "digest": "0" })).await;
    assert_eq!(other.said(), "409 not_what_was_seen");
    assert_eq!(desk.on(counsel, "POST", &format!("{at}/approve"), &at, approval).await.said(), DONE);
    assert_eq!(desk.on(counsel, "POST", &format!("{at}/send"), &at, json!({})).await.said(), "403 forbidden");
    assert_eq!(desk.on(lead, "POST", &format!("{at}/send"), &at, json!({})).await.said(), DONE);
    assert_eq!(desk.get(lead, &at).await.json()["notice"]["stage"], "sending");
    notice
}

async fn delivered(desk: &Desk) {
    let job = desk.services.ctx(Actor::Job("mail"));
    for mail in desk.services.claim_mail(&job, "boot-one", 1_000).await.unwrap() {
        desk.services.mark_attempting(&job, &mail).await.unwrap();
        let taken = Outcome::Accepted {
            code: 250,
            reply: "2.0.0 Ok".to_owned(),
            relay: "relay.controller.test".to_owned(),
            tls: None,
            sent_sha256: domain::journal::hash(&mail.message_id),
        };
        desk.services.finish_mail(&job, &mail, &taken).await.unwrap();
    }
}

#[tokio::test]
async fn a_case_goes_from_an_alert_to_its_proofs() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let counsel = desk.person(Role::Approver).await;
    let incident = from_an_alert(&desk, &lead).await;
    let head = format!("/incidents/{incident}");
    led(&desk, &lead, &incident).await;
    worked_on(&desk, &lead, &incident).await;
    played(&desk, &lead, &incident).await;
    aware(&desk, &lead, &incident).await;
    answered(&desk, &lead, &incident).await;
    let history = desk.get(&lead, &format!("{head}/facts/time.aware")).await.json();
    assert_eq!(history["line"]["fact"]["value"]["value"], "2026-06-09T06:00:00Z");
    assert!(desk.get(&lead, &format!("{head}/facts")).await.json()["lines"].as_array().unwrap().len() > 30);

    let to_authority =
        released(&desk, &lead, &counsel, &incident, "authority_notification", "notices@authority.test").await;
    released(&desk, &lead, &counsel, &incident, "subject_communication", "someone@example.test").await;
    let given_up = desk
        .added(
            &lead,
            &format!("{head}/notices"),
            json!({ "kind": "subject_communication", "language": "de" }),
        )
        .await;
    let at = format!("/notices/{given_up}");
    let cancelled = desk
        .on(&lead, "POST", &format!("{at}/cancel"), &at, json!({ "reason": "One language is enough." }))
        .await;
    assert_eq!(cancelled.said(), DONE);
    delivered(&desk).await;
    let page = desk.get(&lead, &format!("/notices/{to_authority}")).await.json();
    assert_eq!(page["notice"]["stage"], "sent");
    assert_eq!(page["receipts"][0]["reply"], "250 2.0.0 Ok".trim_start_matches("250 "));
    assert_eq!(desk.get(&lead, &format!("{head}/notices")).await.json()["total"], 3);
    assert_eq!(desk.get(&lead, "/notices?stage=sent").await.json()["total"], 2);

    let row = desk.get(&lead, "/register").await.json()["items"][0].clone();
    assert_eq!((row["late"].as_bool(), row["communicated"].as_bool()), (Some(false), Some(true)));
    let found = desk.get(&lead, "/search?q=foreign%20record").await.json();
    assert_eq!(found["items"][0]["kind"], "entry", "{found}");
    let closed = desk
        .on(&lead, "POST", &format!("{head}/close"), &head, json!({ "outcome": "personal_data_breach" }))
        .await;
    assert_eq!(closed.said(), DONE, "{:?}", closed.bytes);
    let late =
        desk.change(&lead, "POST", &format!("{head}/tasks"), json!({ "title": "Too late" }), &[]).await;
    assert_eq!(late.said(), "409 closed");
    let reopened =
        desk.on(&lead, "POST", &format!("{head}/reopen"), &head, json!({ "reason": "A new sign." })).await;
    assert_eq!(reopened.said(), DONE);
    for (act, restricted) in [("restrict", true), ("unrestrict", false)] {
        let done = desk
            .on(
                &lead,
                "POST",
                &format!("{head}/{act}"),
                &head,
                json!({ "reason": "A responder is involved." }),
            )
            .await;
        assert_eq!(done.said(), DONE);
        assert_eq!(desk.get(&lead, &head).await.json()["incident"]["restricted"], restricted);
    }

    let journal = desk.get(&lead, &format!("{head}/journal")).await.json();
    let newest = &journal["items"][0];
    assert_eq!(newest["what"], "restriction_set", "{newest}");
    assert!(newest["actor"].as_str().unwrap().contains("token:"));
    assert_eq!(desk.services.verify_journal().await.unwrap().broken, Vec::new());
}

#[tokio::test]
async fn the_profile_answers_facts_of_every_incident() {
    let desk = Desk::new().await;
    let dpo = desk.person(Role::Dpo).await;
    let nothing = desk.get(&dpo, "/organisation").await;
    assert_eq!((nothing.header("etag"), nothing.json()["controller"].as_str()), ("\"0\"", Some("")));
    let profile = json!({
        "controller": "Harbour Parcel", "authority_zone": "Europe/Berlin", "languages": ["de", "en"],
        "contact_point": "privacy@harbour.test",
    });
    assert_eq!(desk.on(&dpo, "PUT", "/organisation", "/organisation", profile).await.said(), DONE);
    let mut saved = desk.get(&dpo, "/organisation").await.json();
    assert_eq!(saved["languages"], json!(["de", "en"]));
    let fields = saved.as_object_mut().unwrap();
    fields.remove("revision");
    let back = desk.on(&dpo, "PUT", "/organisation", "/organisation", saved.clone()).await;
    assert_eq!(back.said(), DONE, "what was read can be sent back");
    let incident = desk.declared(&dpo, "Parcels").await;
    let line = desk.get(&dpo, &format!("/incidents/{incident}/facts/ctrl.name")).await.json()["line"].clone();
    assert_eq!(
        (line["shown"].as_str(), line["source"].as_str()),
        (Some("Harbour Parcel"), Some("from the organisation's profile"))
    );
    let me = desk.get(&dpo, "/me").await.json();
    assert_eq!(
        me,
        json!({ "id": dpo.id.to_string(), "name": "Person 0", "role": "dpo", "zone": "Europe/Berlin", "scopes": ["read", "write", "release"] })
    );
    let system = desk.get(&dpo, "/journal").await.json();
    assert!(
        system["items"].as_array().unwrap().iter().any(|line: &Value| line["what"] == "organisation_saved"),
        "{system}"
    );
}
