//! Evidence comes in part by part and goes out as a file.

use super::{Desk, EVIDENCE_MAX, Reply, Who};
use axum::body::{Body, Bytes};
use domain::access::Role;
use futures_util::stream;
use serde_json::json;

const ABOUT: &str =
    "collected_by=R.%20Fenn&collected_at=2026-06-09%2007:00&source=gateway-2&method=its%20own%20export";

async fn raw(desk: &Desk, who: &Who, incident: &str, query: &str, body: Body, key: &str) -> Reply {
    let request = desk.request("POST", &format!("/incidents/{incident}/evidence?{query}"), Some(who));
    let request = request.header("content-type", "application/octet-stream");
    let request = if key.is_empty() { request } else { request.header("idempotency-key", key) };
    desk.sent(request.body(body).unwrap()).await
}

fn parts(fields: &[(&str, &str)], file: Option<&[u8]>, last: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    let field = |body: &mut Vec<u8>, (name, value): &(&str, &str)| {
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    };
    fields.iter().for_each(|f| field(&mut body, f));
    if let Some(file) = file {
        body.extend(b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/b.log\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n");
    }
    last.iter().for_each(|f| field(&mut body, f));
    body.extend(b"--edge--\r\n");
    body
}

async fn form(desk: &Desk, who: &Who, incident: &str, body: Vec<u8>) -> Reply {
    let request = desk.request("POST", &format!("/incidents/{incident}/evidence"), Some(who));
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    desk.sent(request.body(Body::from(body)).unwrap()).await
}

fn half_written(desk: &Desk) -> usize {
    std::fs::read_dir(desk.folder.path().join("evidence/incoming")).unwrap().count()
}

#[tokio::test]
async fn a_file_comes_in_and_goes_out_unchanged() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Logs").await;
    let pieces: Vec<Result<Bytes, std::io::Error>> =
        (0..600u32).map(|n| Ok(Bytes::from(vec![(n % 251) as u8; 1_000]))).collect();
    let content: Vec<u8> = (0..600u32).flat_map(|n| vec![(n % 251) as u8; 1_000]).collect();
    let name = "name=../%E2%80%9Cacc%C3%A8s%E2%80%9D%20%22x%22%0D%0A.log";
    let reply =
        raw(&desk, &lead, &incident, &format!("{name}&{ABOUT}"), Body::from_stream(stream::iter(pieces)), "")
            .await;
    assert_eq!(reply.said(), "201", "{:?}", reply.bytes);
    let at = reply.header("location").to_owned();
    let item = desk.get(&lead, &at).await;
    let digest = {
        use sha2::Digest;
        domain::notice::hex(&sha2::Sha256::digest(&content))
    };
    assert_eq!(item.json()["sha256"].as_str(), Some(digest.as_str()));
    assert_eq!(item.json()["collected_at"], "2026-06-09T05:00:00Z");
    assert_eq!(item.json()["name"], "“accès” \"x\".log");
    assert_eq!(desk.get(&lead, &format!("/incidents/{incident}/evidence")).await.json()["total"], 1);

    let out = desk.get(&lead, &format!("{at}/content")).await;
    assert_eq!(out.bytes, content);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename*=UTF-8''%E2%80%9Cacc%C3%A8s%E2%80%9D%20%22x%22.log"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-length", "600000"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(out.header(name), value);
    }
    let newest = desk.get(&lead, &format!("/incidents/{incident}/journal")).await.json()["items"][0].clone();
    assert_eq!(
        (newest["what"].as_str(), newest["details"]["sha256"].as_str()),
        (Some("evidence_read"), Some(digest.as_str()))
    );

    let verified = desk.change(&lead, "POST", &format!("{at}/verify"), json!({}), &[]).await;
    assert_eq!(verified.json(), json!({ "ok": true }));
    let withdrawn = desk
        .change(&lead, "POST", &format!("{at}/withdraw"), json!({ "reason": "Of another case." }), &[])
        .await;
    assert_eq!(withdrawn.said(), "204");
    assert_eq!(desk.get(&lead, &format!("{at}/content")).await.said(), "409 withdrawn");
    assert_eq!(desk.get(&lead, &at).await.json()["withdrawn_reason"], "Of another case.");
}

#[tokio::test]
async fn a_form_with_the_file_last_is_taken_too() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Logs").await;
    let about = [("collected_by", "R. Fenn"), ("collected_at", "2026-06-09 07:00"), ("source", "gateway-2")];
    let reply = form(&desk, &lead, &incident, parts(&about, Some(b"one line"), &[])).await;
    assert_eq!(reply.said(), "201", "{:?}", reply.bytes);
    let item = desk.get(&lead, reply.header("location")).await.json();
    assert_eq!((item["name"].as_str(), item["size"].as_i64()), (Some("b.log"), Some(8)));

    for (body, fields) in [
        (parts(&about, None, &[]), vec!["/file required"]),
        (parts(&about, Some(b"x"), &[("method", "late")]), vec!["/method after_the_file"]),
        (parts(&about[1..], Some(b"x"), &[]), vec!["/collected_by required"]),
        (parts(&[("colour", "red")], Some(b"x"), &[]), vec!["/colour unknown_field"]),
        (parts(&[("source", &"x".repeat(20_000))], Some(b"x"), &[]), vec!["/source too_long"]),
    ] {
        let reply = form(&desk, &lead, &incident, body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.fields()),
            (422, fields.iter().map(|f| (*f).to_owned()).collect())
        );
    }
    let mut cut = parts(&about, Some(b"one line"), &[]);
    cut.truncate(cut.len() - 12);
    assert_eq!(form(&desk, &lead, &incident, cut).await.said(), "400 cut_short");
    assert_eq!(half_written(&desk), 0);
    assert_eq!(desk.get(&lead, &format!("/incidents/{incident}/evidence")).await.json()["total"], 1);
}

#[tokio::test]
async fn an_upload_is_refused_before_its_first_byte_where_it_can_be() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let reader = desk.person(Role::Reader).await;
    let outsider = desk.person(Role::Responder).await;
    let incident = desk.declared(&lead, "Logs").await;
    // A body that fails as soon as it is read.
    let unread = || Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("it was read"))]));
    for (who, query, said) in [
        (&lead, "", "422 invalid"),
        (&reader, "", "403 forbidden"),
        (&outsider, "", "404 not_found"),
        (&lead, "colour=red", "400 bad_parameter"),
        (&lead, ABOUT, "400 cut_short"),
    ] {
        assert_eq!(raw(&desk, who, &incident, query, unread(), "").await.said(), said, "{query}");
    }
    let large = vec![0u8; usize::try_from(EVIDENCE_MAX).unwrap() + 1];
    assert_eq!(raw(&desk, &lead, &incident, ABOUT, Body::from(large), "").await.said(), "413 too_large");
    let larger = vec![0u8; usize::try_from(EVIDENCE_MAX).unwrap() * 3];
    assert_eq!(raw(&desk, &lead, &incident, ABOUT, Body::from(larger), "").await.said(), "413 too_large");
    assert_eq!(half_written(&desk), 0);
}

#[tokio::test]
async fn an_upload_with_a_key_is_kept_once() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Logs").await;
    let first = raw(&desk, &lead, &incident, ABOUT, Body::from("one line"), "k").await;
    let again = raw(&desk, &lead, &incident, ABOUT, Body::from("one line"), "k").await;
    assert_eq!((first.said().as_str(), first.without_its_own()), ("201", again.without_its_own()));
    assert_eq!(
        raw(&desk, &lead, &incident, ABOUT, Body::from("another"), "k").await.said(),
        "409 key_reused"
    );
    assert_eq!(desk.get(&lead, &format!("/incidents/{incident}/evidence")).await.json()["total"], 1);
    assert_eq!(half_written(&desk), 0);
}
