//! A route of the API, with everything there is to know about it. The router, the OpenAPI document and
//! the access matrix are all made from the same list of them.

use super::{
    answer::Answer,
    call::{Call, From, Ids, Takes},
    problem::Problem,
};
use app::routes::Door;
use axum::{
    handler::Handler,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use domain::access::Action;
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use services::Error;

/// Describes a type to the OpenAPI document.
pub type Describe = fn(&mut SchemaGenerator) -> Option<Schema>;

/// What a successful answer looks like.
#[derive(Clone, Copy)]
pub struct Answers {
    pub status: StatusCode,
    pub schema: Describe,
    /// Carries an ETag.
    pub tagged: bool,
    /// Carries a Location.
    pub located: bool,
    /// The body is a file's content and no JSON.
    pub file: bool,
}

/// One operation.
pub struct ApiRoute {
    pub method: Method,
    /// From the root, as axum and OpenAPI write it: `/api/v1/incidents/{incident}`.
    pub path: String,
    /// Unique and stable: `declareIncident`.
    pub operation: &'static str,
    pub summary: &'static str,
    /// What it does, for permission, scope and revision; none for what is nobody's.
    pub action: Option<Action>,
    pub door: Door,
    pub from: From,
    pub input: Describe,
    pub answers: Answers,
    /// Changes something, so it leaves an entry in the journal.
    pub mutates: bool,
    /// Takes as many bytes as a piece of evidence may have.
    pub uploads: bool,
    /// Takes so many bytes, even where a body may have fewer otherwise.
    pub least_bytes: u64,
    pub handler: MethodRouter,
}

impl ApiRoute {
    /// For anybody whose token is good, whatever its role and scopes.
    #[must_use]
    pub fn anybody(mut self) -> Self {
        self.action = None;
        self
    }

    /// Must say which revision was seen.
    #[must_use]
    pub fn needs_revision(&self) -> bool {
        self.mutates && self.action.is_some_and(Action::needs_revision)
    }

    /// Reads a body, whether it changes something or only answers.
    #[must_use]
    pub fn reads_body(&self) -> bool {
        self.method != Method::GET
    }

    /// Names something in its path that may not exist.
    #[must_use]
    pub fn names_something(&self) -> bool {
        self.path.contains('{')
    }
}

fn no_schema(_: &mut SchemaGenerator) -> Option<Schema> {
    None
}

fn described<O: Answer>() -> Answers {
    Answers { status: O::STATUS, schema: O::schema, tagged: O::TAGGED, located: O::LOCATED, file: false }
}

/// An answer, or why there is none. What went wrong inside is logged here and goes no further.
pub fn answered<O: Answer>(request: domain::id::RequestId, done: Result<O, Error>) -> Response {
    match done {
        Ok(answer) => answer.respond(),
        Err(why) => {
            let problem = Problem::from(&why);
            if problem.status().is_server_error() {
                tracing::error!(%request, error = %why, "the API can't answer");
            }
            problem.into_response()
        }
    }
}

fn route<I, P, O, F, Fut>(
    method: Method,
    path: &str,
    about: (&'static str, &'static str),
    action: Action,
    handler: F,
) -> ApiRoute
where
    I: Takes,
    P: DeserializeOwned + Send + 'static,
    O: Answer,
    F: Fn(Call<I>, P) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<O, Error>> + Send + 'static,
{
    let mutates = method != Method::GET;
    let wrapped = move |Ids(ids): Ids<P>, call: Call<I>| {
        let request = call.ctx.request;
        let done = handler(call, ids);
        async move { answered(request, done.await) }
    };
    ApiRoute {
        handler: on(filter(&method), wrapped),
        method,
        path: format!("{}{path}", super::BASE),
        operation: about.0,
        summary: about.1,
        action: Some(action),
        door: Door::SignedIn,
        from: I::FROM,
        input: I::schema,
        answers: described::<O>(),
        mutates,
        uploads: false,
        least_bytes: 0,
    }
}

fn filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET)
}

/// One function for each method.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident;)+) => {$(
        $(#[$doc])*
        pub fn $name<I, P, O, F, Fut>(
            path: &str,
            operation: &'static str,
            summary: &'static str,
            action: Action,
            handler: F,
        ) -> ApiRoute
        where
            I: Takes,
            P: DeserializeOwned + Send + 'static,
            O: Answer,
            F: Fn(Call<I>, P) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<O, Error>> + Send + 'static,
        {
            route(Method::$method, path, (operation, summary), action, handler)
        }
    )+};
}

methods! {
    /// A reading.
    get GET;
    /// An addition, or an act.
    post POST;
    /// A thing said anew.
    put PUT;
    /// Something taken out.
    delete DELETE;
}

/// A file that comes in. The handler reads the request itself, part by part.
pub fn upload<I: Takes, O: Answer, H: Handler<T, ()>, T: 'static>(
    path: &str,
    operation: &'static str,
    summary: &'static str,
    action: Action,
    handler: H,
) -> ApiRoute {
    ApiRoute {
        method: Method::POST,
        path: format!("{}{path}", super::BASE),
        operation,
        summary,
        action: Some(action),
        door: Door::SignedIn,
        from: From::Query,
        input: I::schema,
        answers: described::<O>(),
        mutates: true,
        uploads: true,
        least_bytes: 0,
        handler: on(MethodFilter::POST, handler),
    }
}

/// A file that goes out.
pub fn download<H: Handler<T, ()>, T: 'static>(
    path: &str,
    operation: &'static str,
    summary: &'static str,
    action: Option<Action>,
    handler: H,
) -> ApiRoute {
    ApiRoute {
        method: Method::GET,
        path: format!("{}{path}", super::BASE),
        operation,
        summary,
        action,
        door: if action.is_some() { Door::SignedIn } else { Door::Open },
        from: From::Nowhere,
        input: no_schema,
        answers: Answers {
            status: StatusCode::OK,
            schema: no_schema,
            tagged: false,
            located: false,
            file: true,
        },
        mutates: false,
        uploads: false,
        least_bytes: 0,
        handler: on(MethodFilter::GET, handler),
    }
}
