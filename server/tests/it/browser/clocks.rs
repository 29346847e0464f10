//! Clocks, by two people at their browsers: a clock of the organisation's own, a moment that is corrected with a second
//! person, and two authorities, each with a clock and a notice of its own.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::TestApp;
use domain::access::Role;

async fn two_people_and_two_authorities(scripts: Scripts) {
    if !wanted() {
        return;
    }
    let app = TestApp::new().await;
    let (lead, dpo) = (app.account(Role::Lead).await, app.account(Role::Dpo).await);
    let forms = app.signed_in(&lead).await;
    let case = forms.does("/incidents/new", "/incidents", &[("title", "Told to two")]).await;
    let (first, second) =
        (Chromium::start(&app.origin, scripts).await, Chromium::start(&app.origin, scripts).await);
    first.enter(&lead.email).await;
    second.enter(&dpo.email).await;

    a_contract_sets_a_clock(&second).await;
    let clocks = format!("{case}/clocks");
    first.open(&clocks).await;
    let form = first.form("Record").await;
    form.fill("Became aware", "2026-06-09T07:30:00Z").await;
    form.fill("Why from this moment", "A foreign record was seen.").await.press("Record").await;
    first.see("2026-06-12 07:30").await;
    first.see("Notice to the customer").await;
    first.see("2026-06-10 07:30").await;

    first.unfold("Correct the adopted moment").await;
    let form = first.form("Propose the correction").await;
    form.fill("Became aware", "2026-06-09T07:50:00Z").await;
    form.fill("Why from this moment", "Only then was it looked at.").await;
    form.fill("Why the moment adopted before was not the right one", "The call was misnoted.").await;
    form.press("Propose the correction").await;
    first.see("You recorded it, so somebody else confirms or declines it.").await;
    let running = first.part("#clocks").await.text().await;
    assert!(running.contains("2026-06-12 07:30"), "until it is confirmed the earlier one rules: {running}");
    first.no_complaints().await;

    second.open(&clocks).await;
    second.form("Confirm the correction").await.press("Confirm the correction").await;
    let running = second.part("#clocks").await.text().await;
    assert!(running.contains("2026-06-12 07:50") && running.contains("2026-06-10 07:50"), "{running}");
    second.see("superseded").await;

    for (capacity, code, name) in [
        ("lead authority", "FR", "Commission Nationale"),
        ("United Kingdom", "GB", "Information Commissioner's Office"),
    ] {
        second.unfold("Name an authority").await;
        let form = second.form("Name the authority").await;
        form.choose("Told as", capacity).await.choose("Authority", &format!("{code}:")).await;
        form.press("Name the authority").await;
        second.see(name).await;
    }
    let running = second.part("#clocks").await.text().await;
    assert_eq!(running.matches("Due 2026-06-12 07:50").count(), 2, "one clock for each: {running}");

    second.open(&format!("{case}/notices")).await;
    let form = second.form("Draft").await;
    form.tick_value("kind", "authority_notification").await;
    form.choose("Language", "English").await;
    form.choose("To which authority", "Information Commissioner").await.press("Draft").await;
    second.see("Information Commissioner's Office (ICO)").await;
    second.see_not("Commission Nationale").await;
    second.no_complaints().await;
    app.close().await;
}

async fn a_contract_sets_a_clock(dpo: &Chromium) {
    dpo.open("/admin/rules").await;
    dpo.follow("Add a clock of your own").await;
    let form = dpo.form("Add the clock").await;
    form.fill("What is to be done", "Notice to the customer").await;
    form.fill("Contract and clause", "Master agreement, clause 14.2").await;
    form.fill("To whom", "Northwind").await;
    form.choose("It runs from", "became aware").await;
    form.fill("How many", "24").await.choose("Of what", "hours").await;
    form.press("Add the clock").await;
    dpo.see("Master agreement, clause 14.2").await;
    dpo.no_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_are_corrected_and_run_for_each_authority_with_scripts() {
    two_people_and_two_authorities(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_are_corrected_and_run_for_each_authority_without_scripts() {
    two_people_and_two_authorities(Scripts::Off).await;
}
