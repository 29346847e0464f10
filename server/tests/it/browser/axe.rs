//! Every page of a filled desk, as axe-core sees it, and on a telephone.

use super::{
    driver::{Chromium, Scripts, wanted},
    site::{Filled, Stop},
};
use crate::support::machine;
use serde_json::{Value, json};
use std::{fmt::Write, time::Duration};

/// What axe-core is asked, in the page: what it finds serious or critical, in words.
const ASK: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'], preload: false }).then(found => done(
        found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').flatMap(v =>
            v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${(n.any[0] || n.all[0] || n.none[0] || {}).message}`))
    ), why => done([String(why)]));";

/// What makes a page wider than a telephone; what scrolls inside something else doesn't.
const WIDER: &str = "
    const within = e => { for (let at = e.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') return true; } return false; };
    const wider = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 391 && !within(e));
    return document.documentElement.scrollWidth > 390 ? wider.slice(-3).map(e => e.outerHTML.slice(0, 160)) : [];";

struct Look {
    browser: Chromium,
    axe: Option<String>,
    found: String,
}

impl Look {
    async fn at(&mut self, stop: &Stop) {
        self.browser.open(&stop.path).await;
        if let Some(axe) = self.axe.clone() {
            self.browser.driver.execute(axe, Vec::new()).await.unwrap();
            for scheme in ["light", "dark"] {
                self.browser.scheme(scheme).await;
                let found = self.browser.driver.execute_async(ASK, Vec::new()).await.unwrap().json().clone();
                for line in found.as_array().unwrap() {
                    writeln!(self.found, "{} ({scheme}): {}", stop.route, line.as_str().unwrap_or_default())
                        .unwrap();
                }
            }
        }
        self.browser.width(390).await;
        if let Value::Array(wider) = self.browser.evaluate(WIDER).await {
            for element in wider {
                writeln!(self.found, "{} is wider than a telephone: {element}", stop.route).unwrap();
            }
        }
        self.browser.width(1280).await;
    }
}

/// axe-core, where it is on this machine; left out only where the command says so, and never in CI.
fn axe() -> Option<String> {
    if !machine::has("axe") {
        return None;
    }
    let Some(file) = std::env::var_os("BREACHDESK_AXE") else {
        assert!(!machine::is_ci(), "axe-core is named by BREACHDESK_AXE; `cargo xtask test` fetches it");
        eprintln!("left out: axe-core is named by BREACHDESK_AXE; `cargo xtask test` fetches it");
        return None;
    };
    Some(std::fs::read_to_string(file).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody() {
    if !wanted() {
        return;
    }
    let mut filled = Filled::new().await;
    let mut found = String::new();
    for (who, stops) in &filled.tours {
        let browser = Chromium::start(&filled.app.origin, Scripts::On).await;
        browser.driver.set_script_timeout(Duration::from_secs(60)).await.unwrap();
        let mut look = Look { browser, axe: axe(), found: String::new() };
        if who.role.contains("officer") {
            for stop in &filled.doors {
                look.at(stop).await;
            }
            let _ = look.browser.complaints().await;
        }
        look.browser.enter_with(&who.email, &who.password).await;
        for stop in stops {
            look.at(stop).await;
        }
        look.browser.no_complaints().await;
        found.push_str(&look.found);
    }
    filled.app.stop().await;
    assert!(found.is_empty(), "\n{found}");
}

/// axe-core does find what is wrong: a page of ours with something spoilt.
#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_page_is_found() {
    let (true, Some(axe)) = (wanted(), axe()) else { return };
    let mut app = crate::support::TestApp::new().await;
    let browser = Chromium::start(&app.origin, Scripts::On).await;
    browser.open("/sign-in").await;
    browser
        .evaluate(
            "document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ddd'",
        )
        .await;
    browser.driver.execute(axe, Vec::new()).await.unwrap();
    let found = browser.driver.execute_async(ASK, Vec::new()).await.unwrap().json().to_string();
    assert!(found.contains("label: ") && found.contains("color-contrast: "), "{found}");
    app.stop().await;
}

impl Chromium {
    /// Light or dark, as the system would have it. Without motion: colours on their way from one to the other
    /// belong to neither.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await;
    }

    /// A window that is so many pixels wide.
    pub async fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }
}
