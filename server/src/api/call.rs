//! What comes in: who asks, which revision they have seen, and the body as a typed input.

use super::problem::{FieldProblem, Problem, pointer};
use app::visit::Visit;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use services::{Ctx, Error, Idempotency, Services};
use sha2::{Digest, Sha256};

/// The header that makes sending a request twice one act.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// How long such a key may be, in bytes.
pub const KEY_MAX: usize = 255;
/// The last page that can be asked for.
pub const PAGE_MAX: u64 = 1_000_000;

/// One call: what a verb needs, and its input.
pub struct Call<I> {
    pub services: Services,
    pub ctx: Ctx,
    pub input: I,
}

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// There is none.
    Nowhere,
    Query,
    Body,
}

/// Something that a call can take.
pub trait Takes: Sized + Send + 'static {
    const FROM: From;
    /// Its schema, where there is something to describe.
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema>;
    /// Reads it.
    ///
    /// # Errors
    /// Says what can't be taken.
    fn read(parts: &Parts, body: &[u8]) -> Result<Self, Problem>;
}

/// A reading without parameters, or a change that needs no words.
pub struct Nothing;

impl Takes for Nothing {
    const FROM: From = From::Nowhere;
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
    fn read(parts: &Parts, body: &[u8]) -> Result<Self, Problem> {
        if !body.is_empty() {
            is_json(&parts.headers)?;
            let extra = object(body)?;
            known(extra.keys(), |_| false)?;
        }
        Ok(Self)
    }
}

/// A JSON body: the action's input, as in the form of the same name.
pub struct Given<T>(pub T);

impl<T: Default + Serialize + DeserializeOwned + JsonSchema + Send + 'static> Takes for Given<T> {
    const FROM: From = From::Body;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
    fn read(parts: &Parts, body: &[u8]) -> Result<Self, Problem> {
        is_json(&parts.headers)?;
        typed(object(body)?).map(Self)
    }
}

/// Parameters of the address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send + 'static> Takes for Asked<T> {
    const FROM: From = From::Query;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(T::json_schema(generator))
    }
    fn read(parts: &Parts, _: &[u8]) -> Result<Self, Problem> {
        query(parts).map(Self)
    }
}

/// Reads the parameters of an address.
///
/// # Errors
/// One that isn't known here, or can't be read.
pub fn query<T: DeserializeOwned>(parts: &Parts) -> Result<T, Problem> {
    Query::<T>::try_from_uri(&parts.uri).map(|Query(found)| found).map_err(|why| {
        let why = why.body_text();
        let why = why.rsplit_once("query string: ").map_or(why.as_str(), |(_, why)| why);
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_parameter",
            format!("A parameter of the address can't be taken: {why}."),
        )
    })
}

/// Which page of a list.
///
/// # Errors
/// Pages are counted from 1.
pub fn page(page: Option<u64>) -> Result<u64, Error> {
    match page.unwrap_or(1) {
        page @ 1..=PAGE_MAX => Ok(page),
        _ => {
            let message = format!("Pages are counted from 1 to {PAGE_MAX}.");
            Err(domain::refusal::Refusal::field("page", "out_of_range", message).into())
        }
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "The body must be JSON, with Content-Type: application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail))
}

fn object(body: &[u8]) -> Result<serde_json::Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => {
            let error = FieldProblem {
                pointer: String::new(),
                code: "wrong_type",
                message: "An object is expected.".to_owned(),
            };
            Err(Problem::fields("invalid", vec![error]))
        }
        Err(why) => {
            let at = format!("The body isn't JSON: line {}, column {}.", why.line(), why.column());
            Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_json", at))
        }
    }
}

fn known<'a>(
    names: impl Iterator<Item = &'a String>,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    let message = "There is no such field here. Remove it; the OpenAPI document names those that there are.";
    let unknown: Vec<FieldProblem> = names
        .filter(|name| !is_known(name))
        .map(|name| FieldProblem::new(name, "unknown_field", message))
        .collect();
    if unknown.is_empty() { Ok(()) } else { Err(Problem::fields("unknown_field", unknown)) }
}

/// The input of these fields. One that isn't given is empty, as in a form: whether that can be taken is
/// decided after it was decided whether the asker may do this at all.
fn typed<T: Default + Serialize + DeserializeOwned>(
    given: serde_json::Map<String, Value>,
) -> Result<T, Problem> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(T::default()) else {
        return Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "This input can't be described.",
        ));
    };
    known(given.keys(), |name| fields.contains_key(name))?;
    fields.extend(given);
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|why| {
        use serde_path_to_error::Segment;
        let names: Vec<String> = why
            .path()
            .iter()
            .map(|part| match part {
                Segment::Seq { index } => index.to_string(),
                Segment::Map { key } => key.clone(),
                Segment::Enum { variant } => variant.clone(),
                Segment::Unknown => String::new(),
            })
            .collect();
        let error = FieldProblem {
            pointer: pointer(names.iter().map(String::as_str)),
            code: "wrong_type",
            message: format!("This has another type than is expected: {}.", why.inner()),
        };
        Problem::fields("invalid", vec![error])
    })
}

/// The ETag of a thing at `revision`.
#[must_use]
pub fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

fn seen(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let mut given = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let digits = value.to_str().ok().and_then(|v| v.trim().strip_prefix('"')?.strip_suffix('"'));
    let revision = digits.filter(|d| d.bytes().all(|b| b.is_ascii_digit())).and_then(|d| d.parse().ok());
    match (revision, given.next()) {
        (Some(revision), None) => Ok(Some(revision)),
        _ => {
            let detail =
                "If-Match takes exactly one ETag as it was given, such as \"3\", neither weak nor \"*\".";
            Err(Problem::new(StatusCode::BAD_REQUEST, "bad_if_match", detail))
        }
    }
}

/// The key that makes sending this twice one act, where one is given.
///
/// # Errors
/// It is empty, too long, or has other characters than visible ASCII.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > KEY_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = format!("An Idempotency-Key has 1 to {KEY_MAX} visible ASCII characters.");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_idempotency_key", detail));
    }
    Ok(Some(key.to_owned()))
}

/// The beginning of a request's digest: SHA-256 over method, address and body.
#[must_use]
pub fn request_hash(parts: &Parts) -> Sha256 {
    let address = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    Sha256::new()
        .chain_update(parts.method.as_str())
        .chain_update(b"\n")
        .chain_update(address)
        .chain_update(b"\n")
}

/// The visit that the edge has put there.
///
/// # Errors
/// Nobody has: the route isn't behind the edge.
pub fn visit(parts: &Parts) -> Result<Visit, Problem> {
    let missing =
        || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.");
    parts.extensions.get::<Visit>().cloned().ok_or_else(missing)
}

/// The visit's context with the revision that was seen.
///
/// # Errors
/// If-Match can't be read.
pub fn ctx(visit: &Visit, headers: &HeaderMap) -> Result<Ctx, Problem> {
    Ok(Ctx { seen: seen(headers)?, ..visit.ctx.clone() })
}

impl<S: Send + Sync, I: Takes> FromRequest<S> for Call<I> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let visit = visit(&parts)?;
        let mut ctx = ctx(&visit, &parts.headers)?;
        let body = if parts.method == Method::GET || parts.method == Method::HEAD {
            Bytes::new()
        } else {
            // With what stands beside the body: there is the limit that was set for this route.
            let mut request = Request::new(body);
            request.extensions_mut().clone_from(&parts.extensions);
            Bytes::from_request(request, state).await.map_err(|why| match why.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too_large",
                    "The body is larger than is taken.",
                ),
                _ => Problem::new(
                    StatusCode::BAD_REQUEST,
                    "cut_short",
                    "The body ended before it was complete.",
                ),
            })?
        };
        let input = I::read(&parts, &body)?;
        if let Some(key) = idempotency_key(&parts.headers)? {
            let digest = request_hash(&parts).chain_update(&body).finalize();
            ctx.idempotency = Some(Idempotency { key, request_digest: domain::notice::hex(&digest) });
        }
        Ok(Self { services: visit.services, ctx, input })
    }
}

/// The names in the path. A text that is no name of anything is not found, like a name of nothing.
pub struct Ids<P>(pub P);

impl<S: Send + Sync, P: DeserializeOwned + Send> FromRequestParts<S> for Ids<P> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<P>::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use domain::{account::organisation::OrganisationInput, incident::EditIncidentInput};

    fn refused<T>(json: &str) -> Vec<(String, String)>
    where
        T: Default + Serialize + DeserializeOwned,
    {
        let problem = object(json.as_bytes()).and_then(typed::<T>).err().unwrap();
        problem.errors.into_iter().map(|e| (e.pointer, e.code.to_owned())).collect()
    }

    #[test]
    fn every_unknown_field_is_named() {
        let mut found = refused::<EditIncidentInput>(r#"{"title":"a","colour":"red","a/b":1}"#);
        found.sort();
        let names: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(names, ["/a~1b", "/colour"]);
        assert!(found.iter().all(|(_, code)| code == "unknown_field"));
    }

    #[test]
    fn a_wrong_type_is_found_where_it_is() {
        let found = refused::<OrganisationInput>(r#"{"languages":["en",7]}"#);
        assert_eq!(found, [("/languages/1".to_owned(), "wrong_type".to_owned())]);
        assert_eq!(refused::<EditIncidentInput>(r#"{"title":null}"#)[0].0, "/title");
        assert_eq!(refused::<EditIncidentInput>("[]")[0].0, "");
    }

    #[test]
    fn what_is_not_given_is_empty() {
        let input: EditIncidentInput = typed(object(b"{}").unwrap()).unwrap();
        assert_eq!(input.title, "");
    }

    #[test]
    fn only_one_strong_etag_is_a_revision() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
            seen(&headers)
        };
        assert_eq!(with("\"12\""), Ok(Some(12)));
        assert_eq!(seen(&HeaderMap::new()), Ok(None));
        for bad in ["12", "W/\"12\"", "*", "\"\"", "\"-1\"", "\"1\", \"2\"", "\"99999999999999999999\""] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }
}
