//! Requests that are refused before anybody looks at them: for another host, or from another site.

use super::is_unsafe;
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The address under which people know this desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://desk.example.org`, without a slash at the end.
    pub origin: String,
    /// `desk.example.org` or `127.0.0.1:7272`, as in the Host header.
    pub host: String,
    pub secure: bool,
}

impl PublicUrl {
    /// Reads `http://host[:port]` or `https://host[:port]`.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, host) =
            text.split_once("://").ok_or("public_url must begin with http:// or https://")?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            other => return Err(format!("public_url can't use {other}://")),
        };
        if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
            return Err(
                "public_url is only scheme, host and port, such as https://desk.example.org".to_owned()
            );
        }
        let host = host.to_ascii_lowercase();
        Ok(Self { origin: format!("{scheme}://{host}"), host, secure })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

/// Another Host is led to the right one on GET, and refused otherwise.
pub fn host(public: &PublicUrl, request: &Request<Body>) -> Option<Response> {
    let given = text(request.headers(), "host")
        .or_else(|| request.uri().authority().map(|a| a.as_str()))
        .unwrap_or_default();
    if given.eq_ignore_ascii_case(&public.host) {
        return None;
    }
    if request.method() == Method::GET {
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        return Some(
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{}{path}", public.origin))])
                .into_response(),
        );
    }
    Some((StatusCode::MISDIRECTED_REQUEST, format!("This desk is at {}.\n", public.origin)).into_response())
}

/// One rule for every unsafe method: the browser says that the request comes from our own pages
/// (Fetch-Metadata), or, where it can't say that, the Origin is ours. The API stands without: its one
/// credential is a bearer token, which no browser adds by itself. A page is fetched from another site
/// only by going there.
pub fn cross_site(public: &PublicUrl, request: &Request<Body>) -> Option<Response> {
    let headers = request.headers();
    let site = text(headers, "sec-fetch-site");
    let refused = || {
        Some(
            (StatusCode::FORBIDDEN, "This request came from another site and was refused.\n").into_response(),
        )
    };
    if !is_unsafe(request.method()) {
        let navigates = text(headers, "sec-fetch-mode") == Some("navigate")
            && text(headers, "sec-fetch-dest") == Some("document");
        return if site == Some("cross-site") && !navigates { refused() } else { None };
    }
    if request.uri().path().starts_with("/api/") {
        return None;
    }
    match (site, text(headers, "origin")) {
        (Some("same-origin"), _) => None,
        (Some(_), _) => refused(),
        (None, Some(origin)) if origin.eq_ignore_ascii_case(&public.origin) => None,
        (None, _) => refused(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
        let mut builder = Request::builder().method(method).uri(path).header("host", "desk.test");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Body::empty()).unwrap()
    }

    #[test]
    fn unsafe_requests_come_from_our_own_pages_only() {
        let public = PublicUrl::parse("https://desk.test").unwrap();
        let post =
            |headers: &[(&str, &str)]| cross_site(&public, &request("POST", "/incidents", headers)).is_none();
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("origin", "https://desk.test")]));
        for refused in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", "https://desk.test")],
            &[("sec-fetch-site", "none")],
            &[("origin", "null")],
            &[("origin", "https://desk.test:444")],
            &[("origin", "http://desk.test")],
            &[("origin", "https://desk.test.evil.test")],
            &[("authorization", "Bearer x")],
        ] {
            assert!(!post(refused), "{refused:?}");
        }
        let api = request("POST", "/api/v1/alerts", &[("authorization", "Bearer x")]);
        assert!(cross_site(&public, &api).is_none());
        // Without a token it is refused further in, as a program expects it: 401.
        assert!(cross_site(&public, &request("POST", "/api/v1/alerts", &[])).is_none());
    }

    #[test]
    fn other_hosts_are_led_here_or_refused() {
        let public = PublicUrl::parse("https://other.test").unwrap();
        let get = host(&public, &request("GET", "/a?b=c", &[])).unwrap();
        assert_eq!(get.status(), StatusCode::PERMANENT_REDIRECT);
        assert_eq!(get.headers()["location"], "https://other.test/a?b=c");
        let post = host(&public, &request("POST", "/a", &[])).unwrap();
        assert_eq!(post.status(), StatusCode::MISDIRECTED_REQUEST);
    }

    #[test]
    fn public_urls() {
        assert!(PublicUrl::parse("https://desk.example.org/").is_ok());
        for bad in ["desk.example.org", "ftp://x", "https://", "https://a/b", "https://u@a"] {
            assert!(PublicUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
