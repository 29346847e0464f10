//! `cargo xtask screens`: pictures of every page of the worked example, for people to look at.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{command, islands, machine, progress, styles, workspace};

/// The test that takes the pictures; it is left out of every other run.
const CAMERA: &str = "browser::screens::every_page_is_pictured";

/// Builds the site, fills a desk of its own with the worked example and writes each page to `target/screens`:
/// light, dark, 390 pixels wide and as it is printed.
///
/// # Errors
/// When there is no Chromium, or something does not build.
pub(crate) fn run() -> Result<()> {
    let (Some(chromium), Some(chromedriver)) = (machine::chromium(), machine::chromedriver()) else {
        bail!(
            "this needs Chromium; on Debian: sudo apt-get install --yes chromium chromium-driver poppler-utils"
        );
    };
    progress::step("islands", || islands::build(islands::Effort::Remembered))?;
    progress::step("styles", styles::build)?;
    let folder = workspace::target().join("screens");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    progress::step("pictures", || {
        let mut camera = command::cargo("test");
        camera.args(["--package", "server", "--test", "it", "--", "--ignored", "--exact", CAMERA]);
        camera.env("BREACHDESK_SCREENS", &folder);
        camera.env("BREACHDESK_CHROMIUM", chromium).env("BREACHDESK_CHROMEDRIVER", chromedriver);
        command::run(&mut camera)
    })?;
    if command::find("pdftoppm").is_none() {
        progress::note("printed pages stay PDFs: pdftoppm (poppler-utils) is not here");
    }
    let count = fs::read_dir(&folder)?.count();
    progress::note(format!("{count} files in {}", folder.display()));
    Ok(())
}
