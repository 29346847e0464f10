//! What goes out: the shapes that an answer can have, each with its status.

use super::call::etag;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::view::register::Exported;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// Something that a call can answer.
pub trait Answer: Send + 'static {
    const STATUS: StatusCode;
    /// Carries the ETag that a change must give back.
    const TAGGED: bool = false;
    /// Says where the new thing is.
    const LOCATED: bool = false;
    /// Its schema, where it has a body.
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema>;
    fn respond(self) -> Response;
}

/// It was done; there is nothing more to say.
pub struct Done;

impl Answer for Done {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
    fn respond(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// What was asked for.
pub struct Shown<T>(pub T);

impl<T: Serialize + JsonSchema + Send + 'static> Answer for Shown<T> {
    const STATUS: StatusCode = StatusCode::OK;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
    fn respond(self) -> Response {
        Json(self.0).into_response()
    }
}

/// What was asked for, with its revision.
pub struct Tagged<T>(pub T, pub i64);

impl<T: Serialize + JsonSchema + Send + 'static> Answer for Tagged<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const TAGGED: bool = true;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
    fn respond(self) -> Response {
        ([(header::ETAG, etag(self.1))], Json(self.0)).into_response()
    }
}

/// Something new, and where it is: a path below `/api/v1`.
pub struct Created<T>(pub T, pub String);

impl<T: Serialize + JsonSchema + Send + 'static> Answer for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    const LOCATED: bool = true;
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
    fn respond(self) -> Response {
        (StatusCode::CREATED, [(header::LOCATION, format!("{}{}", super::BASE, self.1))], Json(self.0))
            .into_response()
    }
}

/// A file, to be saved and never shown.
impl Answer for Exported {
    const STATUS: StatusCode = StatusCode::OK;
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
    fn respond(self) -> Response {
        let name = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", self.name));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(self.media_type)),
            (header::CONTENT_DISPOSITION, name.unwrap_or_else(|_| HeaderValue::from_static("attachment"))),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (headers, self.body).into_response()
    }
}
