//! Large files go through without being held in memory.

use crate::support::process::{Serving, add_lead, lead_at};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use tempfile::tempdir;

const MIB: u64 = 1 << 20;

/// 64 MiB; 1 GiB where nothing may be left out.
fn size() -> u64 {
    let all = std::env::var_os("BREACHDESK_BIG").is_some() || std::env::var_os("CI").is_some();
    if all { 1 << 30 } else { 64 * MIB }
}

/// The `n`th MiB of the file: each is another one.
fn part(n: u64) -> Vec<u8> {
    let mut state = n + 1;
    let mut bytes = vec![0; usize::try_from(MIB).unwrap()];
    for chunk in bytes.chunks_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        chunk.copy_from_slice(&state.to_le_bytes());
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_comes_in_and_goes_out_without_being_held_in_memory() {
    let folder = tempdir().unwrap();
    let data = folder.path();
    add_lead(data);
    let serving = Serving::start(data, &[]);
    let lead = lead_at(&serving.origin).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A large log")]).await;
    let evidence = format!("{case}/evidence");
    let before = serving.resident();

    let (stop, most) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(before)));
    let serving = Arc::new(serving);
    let watcher = {
        let (serving, stop, most) = (serving.clone(), stop.clone(), most.clone());
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                most.fetch_max(serving.resident(), Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        })
    };
    let parts = size() / MIB;
    let stream = futures_util::stream::iter((0..parts).map(|n| Ok::<_, std::io::Error>(part(n))));
    let file = reqwest::multipart::Part::stream_with_length(reqwest::Body::wrap_stream(stream), size())
        .file_name("large.log");
    let form = reqwest::multipart::Form::new()
        .text("collected_by", "R. Fenn")
        .text("collected_at", "2026-06-09 07:00")
        .text("source", "gateway-2")
        .text("method", "")
        .part("file", file);
    let began = std::time::Instant::now();
    let answer = lead.send(lead.request(reqwest::Method::POST, &evidence).multipart(form)).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let upload = began.elapsed();
    let item = answer.location().split_once('#').unwrap().1.to_owned();

    let began = std::time::Instant::now();
    let mut wanted = Sha256::new();
    (0..parts).for_each(|n| wanted.update(part(n)));
    let wanted = data_encoding::HEXLOWER.encode(&wanted.finalize());
    let mut down =
        lead.request(reqwest::Method::GET, &format!("{evidence}/{item}/content")).send().await.unwrap();
    let (mut found, mut length) = (Sha256::new(), 0);
    while let Some(chunk) = down.chunk().await.unwrap() {
        length += chunk.len() as u64;
        found.update(&chunk);
    }
    let download = began.elapsed();
    assert_eq!((length, data_encoding::HEXLOWER.encode(&found.finalize())), (size(), wanted.clone()));
    assert!(lead.page(&evidence).await.text.contains(&wanted), "the page names its digest");
    assert!(data.join("evidence").join(&wanted[..2]).join(&wanted).exists(), "it is stored under its digest");

    stop.store(true, Ordering::Relaxed);
    watcher.join().unwrap();
    let grown = most.load(Ordering::Relaxed).saturating_sub(before);
    eprintln!(
        "{} MiB up in {upload:?}, down in {download:?}; the process grew by {} MiB",
        size() / MIB,
        grown / MIB
    );
    assert!(grown < 64 * MIB, "it grew by {} MiB", grown / MIB);
}
