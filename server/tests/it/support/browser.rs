//! Asking as a browser does, or as a program with a token.

use super::{
    Who,
    html::{self, Form},
};
use reqwest::{
    Client, Method, RequestBuilder,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use std::sync::{Arc, Mutex};

/// A browser, or a program. It follows no redirect by itself.
#[derive(Clone)]
pub(crate) struct Browser {
    http: Client,
    pub(crate) origin: String,
    pub(crate) who: Option<Who>,
    /// The session's cookie as the browser keeps it: `name=value`.
    cookie: Arc<Mutex<Option<String>>>,
    /// The page that is open, as the browser tells where a form was sent from.
    open: Arc<Mutex<Option<String>>>,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The body as text, as far as it is text.
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new(origin: &str) -> Self {
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .user_agent("Test browser 1.0")
            .build()
            .unwrap();
        Self {
            http,
            origin: origin.to_owned(),
            who: None,
            cookie: Arc::default(),
            open: Arc::default(),
            token: None,
        }
    }

    /// A program with a bearer token.
    pub(crate) fn program(origin: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(origin) }
    }

    /// The same browser, asking another desk.
    pub(crate) fn at(&self, origin: &str) -> Self {
        let cookie = Arc::new(Mutex::new(self.cookie()));
        Self { origin: origin.to_owned(), cookie, open: Arc::default(), ..self.clone() }
    }

    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub(crate) fn forget_cookie(&self) {
        *self.cookie.lock().unwrap() = None;
    }

    /// Uses a cookie, as `name=value`.
    pub(crate) fn keep_cookie(&self, cookie: &str) {
        *self.cookie.lock().unwrap() = Some(cookie.to_owned());
    }

    pub(crate) fn id(&self) -> String {
        self.who.as_ref().unwrap().id.to_string()
    }

    /// A request with what a browser adds, not yet sent.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.origin));
        if let Some(token) = &self.token {
            return request.bearer_auth(token);
        }
        if let Some(cookie) = self.cookie() {
            request = request.header("cookie", cookie);
        }
        if method == Method::GET {
            request
                .header("sec-fetch-site", "none")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-dest", "document")
        } else {
            if let Some(open) = self.open.lock().unwrap().as_ref() {
                request = request.header("referer", format!("{}{open}", self.origin));
            }
            request.header("sec-fetch-site", "same-origin").header("origin", &self.origin)
        }
    }

    /// The same browser, with `who` at it.
    pub(crate) fn of(self, who: &Who) -> Self {
        Self { who: Some(who.clone()), ..self }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for set in headers.get_all("set-cookie") {
            let cookie = set.to_str().unwrap().split(';').next().unwrap();
            let ended = cookie.ends_with('=');
            *self.cookie.lock().unwrap() = (!ended).then(|| cookie.to_owned());
        }
        let bytes = answer.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, headers, bytes, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text);
        *self.open.lock().unwrap() = Some(path.to_owned());
        answer
    }

    /// Posts exactly these fields.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// Posts a form with a file.
    pub(crate) async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, Vec<u8>),
    ) -> Answer {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let (field, name, bytes) = file;
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        self.send(self.request(Method::POST, path).multipart(form.part(field.to_owned(), part))).await
    }

    /// Opens the page at `from`, fills in its form that posts to `action` and sends it: everything that
    /// isn't filled in goes along as the page has it, hidden fields included.
    pub(crate) async fn fill_in(&self, from: &str, action: &str, typed: &[(&str, &str)]) -> Answer {
        let form = self.page(from).await.form(action);
        self.send_form(&form, typed).await
    }

    /// Fills in a form of a page that is open already.
    pub(crate) async fn send_form(&self, form: &Form, typed: &[(&str, &str)]) -> Answer {
        let fields = form.filled(typed);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(&form.action, &pairs).await
    }

    /// Like [`Self::fill_in`]; it must be taken. Answers where it leads to.
    pub(crate) async fn does(&self, from: &str, action: &str, typed: &[(&str, &str)]) -> String {
        let answer = self.fill_in(from, action, typed).await;
        assert_eq!(answer.status, 303, "POST {action} {typed:?}: {}", answer.words());
        answer.location()
    }

    /// A call of the API with a JSON body.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request = request.header(name, HeaderValue::from_str(value).unwrap());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// Where it leads to.
    pub(crate) fn location(&self) -> String {
        self.header("location").to_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|why| panic!("no JSON ({why}): {} {}", self.status, self.text))
    }

    pub(crate) fn forms(&self) -> Vec<Form> {
        html::forms(&self.text)
    }

    /// The form that posts to `action`; it must be there.
    pub(crate) fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        let actions: Vec<String> = forms.iter().map(|f| f.action.clone()).collect();
        let found = forms.into_iter().find(|f| f.action == action);
        found.unwrap_or_else(|| panic!("no form posts to {action}; there are {actions:?}"))
    }

    /// What a person reads, in one line.
    pub(crate) fn words(&self) -> String {
        html::words(&self.text)
    }

    pub(crate) fn says(&self, words: &str) -> bool {
        self.words().contains(words)
    }

    /// The error beside a field: what the elements say that its `aria-describedby` names as errors.
    pub(crate) fn error_beside(&self, action: &str, field: &str) -> String {
        let forms = self.forms().into_iter().filter(|f| f.action == action);
        let ids: Vec<String> =
            forms.flat_map(|f| f.fields).filter(|f| f.name == field).map(|f| f.described_by).collect();
        let mut errors: Vec<String> = ids
            .iter()
            .flat_map(|ids| ids.split_whitespace())
            .filter(|id| id.ends_with("-error"))
            .map(|id| html::words_of(&self.text, id))
            .collect();
        errors.dedup();
        errors.join(" ")
    }

    /// The body with everything masked that differs from one answer to the next.
    pub(crate) fn masked(&self) -> String {
        let mut text = self.text.clone();
        if let Some(nonce) = self.nonce() {
            text = text.replace(&nonce, "NONCE");
        }
        text
    }

    /// The headers, sorted, with everything masked that differs from one answer to the next.
    pub(crate) fn masked_headers(&self) -> Vec<String> {
        let nonce = self.nonce().unwrap_or_else(|| "no nonce".to_owned());
        let mut lines: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| name.as_str() != "date")
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap().replace(&nonce, "NONCE")))
            .collect();
        lines.sort();
        lines
    }

    /// The nonce of the content security policy.
    pub(crate) fn nonce(&self) -> Option<String> {
        let policy = self.header("content-security-policy");
        let (_, rest) = policy.split_once("'nonce-")?;
        rest.split('\'').next().map(str::to_owned)
    }
}
