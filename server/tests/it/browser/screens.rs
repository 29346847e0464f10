//! Pictures of every page: light, dark, on a telephone and on paper. `cargo xtask screens` asks for them.

use super::{
    driver::{Chromium, Scripts},
    site::{Filled, Stop},
};
use crate::support::TestApp;
use data_encoding::BASE64;
use domain::access::Role;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Pictures are cut off below, for a page that is longer than this.
const LONGEST: f64 = 9_000.0;

struct Camera {
    folder: PathBuf,
    browser: Chromium,
}

impl Camera {
    fn write(&self, name: &str, kind: &str, bytes: &[u8]) {
        std::fs::write(self.folder.join(format!("{name}.{kind}")), bytes).unwrap();
    }

    fn decoded(value: &Value) -> Vec<u8> {
        BASE64.decode(value["data"].as_str().unwrap().as_bytes()).unwrap()
    }

    async fn picture(&self, name: &str, kind: &str, width: u32) {
        self.browser.width(width).await;
        let metrics = self.browser.devtools("Page.getLayoutMetrics", json!({})).await;
        let height = metrics["cssContentSize"]["height"].as_f64().unwrap().clamp(600.0, LONGEST);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let asked = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let taken = self.browser.devtools("Page.captureScreenshot", asked).await;
        self.write(name, &format!("{kind}.png"), &Self::decoded(&taken));
    }

    /// The page that is open, in all four ways.
    async fn all(&self, name: &str) {
        self.browser.scheme("light").await;
        self.picture(name, "light", 1280).await;
        self.picture(name, "narrow", 390).await;
        self.browser.scheme("dark").await;
        self.picture(name, "dark", 1280).await;
        self.browser.scheme("light").await;
        let asked = json!({ "printBackground": false, "paperWidth": 8.27, "paperHeight": 11.69 });
        let printed = self.browser.devtools("Page.printToPDF", asked).await;
        self.write(name, "print.pdf", &Self::decoded(&printed));
        self.as_picture(&self.folder.join(format!("{name}.print.pdf")));
    }

    /// The first pages of a PDF as pictures, where poppler is on this machine; the PDF stays.
    fn as_picture(&self, pdf: &Path) {
        let picture = pdf.with_extension("");
        let _ = Command::new("pdftoppm").args(["-png", "-r", "60", "-l", "3"]).arg(pdf).arg(picture).status();
    }

    async fn stop(&self, number: usize, stop: &Stop) {
        self.browser.open(&stop.path).await;
        self.all(&format!("{number:02}{}", named(stop.route))).await;
    }
}

/// `/incidents/{id}/facts` as `-incidents-id-facts`.
fn named(route: &str) -> String {
    route.replace(['{', '}'], "").replace('/', "-").trim_end_matches('-').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes pictures for people to look at; `cargo xtask screens` runs it"]
async fn every_page_is_pictured() {
    let folder =
        PathBuf::from(std::env::var_os("BREACHDESK_SCREENS").expect("BREACHDESK_SCREENS names the folder"));
    std::fs::create_dir_all(&folder).unwrap();
    empty_desk(&folder).await;
    let mut filled = Filled::new().await;
    let mut number = 10;
    for (who, stops) in &filled.tours {
        let browser = Chromium::start(&filled.app.origin, Scripts::On).await;
        let camera = Camera { folder: folder.clone(), browser };
        if number == 10 {
            for stop in &filled.doors {
                number += 1;
                camera.stop(number, stop).await;
            }
        }
        camera.browser.enter_with(&who.email, &who.password).await;
        for stop in stops {
            number += 1;
            camera.stop(number, stop).await;
        }
    }
    filled.app.stop().await;
}

/// A desk on its first day: the set-up, lists with nothing in them, a refused form, a page that isn't there.
async fn empty_desk(folder: &Path) {
    let mut app = TestApp::new().await;
    let browser = Chromium::start(&app.origin, Scripts::On).await;
    let camera = Camera { folder: folder.to_owned(), browser };
    let address = server::run::set_up_address(&app.services, &app.origin).await.unwrap().unwrap();
    camera.browser.open(address.strip_prefix(&app.origin).unwrap()).await;
    camera.all("00-set-up").await;
    let lead = app.account(Role::Lead).await;
    camera.browser.enter(&lead.email).await;
    let pages = [
        "/",
        "/inbox",
        "/incidents",
        "/tasks",
        "/notices",
        "/register",
        "/search?q=nothing",
        "/no-such-page",
    ];
    for (number, path) in pages.into_iter().enumerate() {
        camera.browser.open(path).await;
        camera
            .all(&format!("0{}-empty{}", number + 1, path.split('?').next().unwrap().replace('/', "-")))
            .await;
    }
    camera.browser.open("/incidents/new").await;
    camera.browser.press("Declare the incident").await;
    camera.all("09-refused").await;
    app.stop().await;
}
