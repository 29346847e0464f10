//! What a person does with a page: reads it, fills it in, presses its buttons.

use super::driver::Chromium;
use crate::support::app::PASSWORD;
use std::{path::Path, time::Duration};
use thirtyfour::{By, WebElement};

/// How long a story waits for something to appear before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page, or a part of it.
pub struct Part<'a> {
    browser: &'a Chromium,
    pub element: WebElement,
}

impl Chromium {
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.origin)).await.unwrap();
    }

    /// Signs in at the door as one of the tests' own people.
    pub async fn enter(&self, email: &str) {
        self.enter_with(email, PASSWORD).await;
    }

    pub async fn enter_with(&self, email: &str, password: &str) {
        self.open("/sign-in").await;
        self.form("Sign in")
            .await
            .fill("E-mail address", email)
            .await
            .fill("Password", password)
            .await
            .press("Sign in")
            .await;
        self.see("Sign out").await;
    }

    /// The islands of the page are at work.
    pub async fn hydrated(&self) {
        let begun = tokio::time::Instant::now();
        while !self.has("html[data-islands=ready]").await {
            assert!(
                begun.elapsed() < PATIENCE,
                "no islands at {}: {:#?}",
                self.path().await,
                self.complaints().await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Path and query of the page that is open.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
        format!("{}{query}", url.path())
    }

    pub async fn page(&self) -> Part<'_> {
        self.part("html").await
    }

    /// The part of the page that a CSS selector finds.
    pub async fn part(&self, css: &str) -> Part<'_> {
        let found = self.driver.find(By::Css(css)).await;
        let Ok(element) = found else { panic!("no {css} at {}:\n{}", self.path().await, self.words().await) };
        Part { browser: self, element }
    }

    pub async fn has(&self, css: &str) -> bool {
        !self.driver.find_all(By::Css(css)).await.unwrap().is_empty()
    }

    /// Everything that can be read on the page.
    pub async fn words(&self) -> String {
        match self.driver.find(By::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The page says this, or will in a moment.
    pub async fn see(&self, words: &str) {
        let begun = tokio::time::Instant::now();
        loop {
            let text = self.words().await;
            if text.contains(words) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{:?} isn't said at {}:\n{text}", words, self.path().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn see_not(&self, words: &str) {
        let text = self.words().await;
        assert!(!text.contains(words), "{words:?} is said at {}:\n{text}", self.path().await);
    }

    /// The form whose button says this.
    pub async fn form(&self, submit: &str) -> Part<'_> {
        self.page().await.form(submit).await
    }

    pub async fn press(&self, label: &str) {
        self.page().await.press(label).await;
    }

    pub async fn follow(&self, label: &str) {
        self.page().await.follow(label).await;
    }

    pub async fn unfold(&self, summary: &str) {
        self.page().await.unfold(summary).await;
    }

    /// Waits until another page than that of `before` is there.
    pub async fn turned(&self, before: WebElement) {
        let begun = tokio::time::Instant::now();
        // An element of a page that is gone can't be asked any more.
        while before.tag_name().await.is_ok() {
            assert!(
                begun.elapsed() < PATIENCE,
                "nothing happened at {}:\n{}",
                self.path().await,
                self.words().await
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    pub async fn root(&self) -> WebElement {
        self.driver.find(By::Css("html")).await.unwrap()
    }
}

/// A string for XPath; ours have no double quotes.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text}");
    format!("\"{text}\"")
}

impl<'a> Part<'a> {
    async fn find_all(&self, xpath: &str) -> Vec<WebElement> {
        self.element.find_all(By::XPath(xpath)).await.unwrap()
    }

    /// Exactly one, whatever it is.
    async fn one(&self, what: &str, xpath: &str) -> WebElement {
        let mut found = self.find_all(xpath).await;
        if found.len() != 1 {
            let text = self.element.text().await.unwrap_or_default();
            panic!("{} times {what} at {}:\n{text}", found.len(), self.browser.path().await);
        }
        found.remove(0)
    }

    pub async fn text(&self) -> String {
        self.element.text().await.unwrap()
    }

    /// The form inside whose button says this.
    pub async fn form(&self, submit: &str) -> Part<'a> {
        let xpath = format!(".//form[.//button[normalize-space(.)={}]]", quoted(submit));
        Part { browser: self.browser, element: self.one(&format!("a form to {submit:?}"), &xpath).await }
    }

    /// The control with this label, "(optional)" aside.
    async fn control(&self, label: &str) -> WebElement {
        let l = quoted(label);
        let xpath = format!(".//label[normalize-space(text()[1])={l} or normalize-space(.)={l}]");
        let found = self.one(&format!("the field {label:?}"), &xpath).await;
        let id = found.attr("for").await.unwrap().unwrap();
        self.browser.driver.find(By::Id(id)).await.unwrap()
    }

    /// Types into a field, instead of what stands in it.
    pub async fn fill(&self, label: &str, text: &str) -> &Self {
        let control = self.control(label).await;
        control.clear().await.unwrap();
        control.send_keys(text).await.unwrap();
        self
    }

    /// What stands in a field.
    pub async fn value(&self, label: &str) -> String {
        self.control(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Gives a file to a file field.
    pub async fn attach(&self, label: &str, file: &Path) -> &Self {
        self.control(label).await.send_keys(file.to_string_lossy().into_owned()).await.unwrap();
        self
    }

    /// Chooses from a list; the option begins with `option`.
    pub async fn choose(&self, label: &str, option: &str) -> &Self {
        let list = self.control(label).await;
        let xpath = format!(".//option[starts-with(normalize-space(.), {})]", quoted(option));
        let found = list.find(By::XPath(&xpath)).await;
        found.unwrap_or_else(|_| panic!("{label:?} doesn't offer {option:?}")).click().await.unwrap();
        self
    }

    /// Ticks a box or a radio button whose words begin with `words`.
    pub async fn tick(&self, words: &str) -> &Self {
        let xpath = format!(
            ".//label[contains(@class, 'choice')][starts-with(normalize-space(.), {})]",
            quoted(words)
        );
        let label = self.one(&format!("the choice {words:?}"), &xpath).await;
        let input = label.find(By::Css("input")).await.unwrap();
        if !input.is_selected().await.unwrap() {
            self.click(input).await;
        }
        self
    }

    /// Ticks the box or radio button of this name that stands for `value`.
    pub async fn tick_value(&self, name: &str, value: &str) -> &Self {
        let found = self.element.find(By::Css(format!("input[name='{name}'][value='{value}']"))).await;
        let input = found.unwrap_or_else(|_| panic!("{name:?} doesn't offer {value:?}"));
        if !input.is_selected().await.unwrap() {
            self.click(input).await;
        }
        self
    }

    /// Presses a button that leads to another page.
    pub async fn press(&self, label: &str) {
        let before = self.browser.root().await;
        self.click(self.button(label).await).await;
        self.browser.turned(before).await;
    }

    /// Clicks on what a person would have scrolled to first: the head of an incident stays above its pages.
    async fn click(&self, element: WebElement) {
        let centre = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.browser.driver.execute(centre, vec![element.to_json().unwrap()]).await.unwrap();
        element.click().await.unwrap();
    }

    async fn button(&self, label: &str) -> WebElement {
        let l = quoted(label);
        let exactly = format!(".//button[normalize-space(.)={l}]");
        // Some have words after the label, for those who don't see where the button stands.
        let beginning = format!(".//button[starts-with(normalize-space(.), concat({l}, ' '))]");
        let xpath = if self.find_all(&exactly).await.is_empty() { beginning } else { exactly };
        self.one(&format!("the button {label:?}"), &xpath).await
    }

    pub async fn has_button(&self, label: &str) -> bool {
        let l = quoted(label);
        !self
            .find_all(&format!(
                ".//button[normalize-space(.)={l} or starts-with(normalize-space(.), concat({l}, ' '))]"
            ))
            .await
            .is_empty()
    }

    /// Follows the first link that says this, "with a count" aside.
    pub async fn follow(&self, label: &str) {
        let l = quoted(label);
        let xpath =
            format!(".//a[normalize-space(.)={l} or starts-with(normalize-space(.), concat({l}, ' '))]");
        let found = self.find_all(&xpath).await;
        let mut seen = None;
        for link in found {
            if link.is_displayed().await.unwrap() {
                seen = Some(link);
                break;
            }
        }
        let Some(link) = seen else {
            panic!("no link {label:?} at {}:\n{}", self.browser.path().await, self.text().await)
        };
        let before = self.browser.root().await;
        self.click(link).await;
        self.browser.turned(before).await;
    }

    /// Opens this very part, which can be folded.
    pub async fn open_here(&self) {
        if self.element.attr("open").await.unwrap().is_none() {
            self.click(self.element.find(By::Css("summary")).await.unwrap()).await;
        }
    }

    /// Opens what is folded away in this part.
    pub async fn unfold(&self, summary: &str) {
        let xpath = format!(".//details[summary[starts-with(normalize-space(.), {})]]", quoted(summary));
        let details = self.one(&format!("{summary:?} to unfold"), &xpath).await;
        if details.attr("open").await.unwrap().is_none() {
            self.click(details.find(By::Css("summary")).await.unwrap()).await;
        }
    }
}
