//! Every page of a filled desk, found by following links as people do.

use crate::support::{Browser, TestApp};
use app::routes::{Door, routes};
use axum::http::Method;
use server::demo::SignIn;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A page to look at.
#[derive(Debug, Clone)]
pub struct Stop {
    pub route: &'static str,
    pub path: String,
}

/// A desk with the worked example in it, and its pages by who sees them.
pub struct Filled {
    pub app: TestApp,
    pub tours: Vec<(SignIn, Vec<Stop>)>,
    /// Open to anybody: sign-in and one-time addresses.
    pub doors: Vec<Stop>,
}

/// Downloads, not pages.
const NO_PAGES: [&str; 9] = [
    "/incidents/{id}/evidence/{evidence}/content",
    "/register/export",
    "/register/{incident}/export",
    "/playbooks/{id}/export",
    "/incidents/{id}/filings/{submission}/text",
    "/incidents/{id}/proof",
    "/notices/{notice}/proof",
    "/notices/{notice}/recipients/files/{file}/wrong",
    "/notices/{notice}/recipients/otherwise/csv",
];

impl Filled {
    /// Fills a desk and finds its pages. Every page there is must be reached by somebody.
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let mut people = server::demo::prepare(&app.services).await.unwrap();
        // Whoever sees most goes first.
        people.sort_by_key(|p| {
            (!p.role.contains("officer"), !p.role.contains("administrator"), p.role.clone())
        });
        let mut missing: BTreeSet<&str> = routes()
            .iter()
            .filter(|r| r.method == Method::GET && r.door == Door::SignedIn)
            .map(|r| r.path)
            .collect();
        missing.retain(|path| !NO_PAGES.contains(path));
        let mut tours = Vec::new();
        for who in people {
            let browser = app.stranger();
            let answer =
                browser.post("/sign-in", &[("email", &who.email), ("password", &who.password)]).await;
            assert_eq!(answer.status, 303, "{}", answer.text);
            let mut stops = Vec::new();
            for (route, paths) in found(&browser).await {
                // The same page looks different to different people only where it is their own.
                let new = missing.remove(route) || matches!(route, "/" | "/tasks");
                stops.extend(paths.into_iter().filter(|_| new).map(|path| Stop { route, path }));
            }
            tours.push((who, stops));
        }
        assert_eq!(missing, BTreeSet::new(), "no link leads to these pages");
        let doors = doors(&app).await;
        Self { app, tours, doors }
    }
}

async fn doors(app: &TestApp) -> Vec<Stop> {
    let accounts = app.services.accounts(&app.operator()).await.unwrap();
    let secret = app.services.reset_password(&app.operator(), accounts.first().unwrap().id).await.unwrap();
    vec![
        Stop { route: "/sign-in", path: "/sign-in".to_owned() },
        Stop { route: "/password/{secret}", path: format!("/password/{secret}") },
        Stop { route: "/set-up/{secret}", path: "/set-up/used-long-ago".to_owned() },
        Stop { route: "/acknowledge/{secret}", path: "/acknowledge/expired-long-ago".to_owned() },
    ]
}

/// What can be reached from the desk by links and by its search, a few addresses for each route.
async fn found(browser: &Browser) -> BTreeMap<&'static str, Vec<String>> {
    let patterns: Vec<&'static str> =
        routes().iter().filter(|r| r.method == Method::GET).map(|r| r.path).collect();
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut seen, mut queue) =
        (BTreeSet::new(), VecDeque::from(["/", "/search?q=customer"].map(str::to_owned)));
    while let Some(path) = queue.pop_front() {
        let Some(route) = matching(&patterns, &path) else { continue };
        let known = found.entry(route).or_default();
        // One for most pages; three of an incident's or a notice's own, which differ by where they stand.
        let enough = if matches!(route, "/incidents/{id}" | "/notices/{notice}") { 3 } else { 1 };
        if NO_PAGES.contains(&route) || known.len() >= enough {
            continue;
        }
        let answer = browser.get(&path).await;
        if answer.status != 200 {
            continue;
        }
        known.push(path);
        for part in answer.text.split("href=\"").skip(1) {
            let link = part.split('"').next().unwrap_or_default().replace("&amp;", "&");
            let link = link.split(['#', '?']).next().unwrap_or_default().to_owned();
            if link.starts_with('/') && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    found
}

/// The route that a path belongs to; words before placeholders, as the router has it.
fn matching(patterns: &[&'static str], path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |pattern: &&&str| {
        let (p, q): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        p.len() == q.len() && p.iter().zip(&q).all(|(p, q)| p == q || (p.starts_with('{') && !q.is_empty()))
    };
    patterns.iter().filter(fits).min_by_key(|p| p.matches('{').count()).copied()
}
