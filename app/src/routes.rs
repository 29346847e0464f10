//! Every page and every form, once: the router and the access matrix are both made from this list.

use crate::pages;
use axum::{
    handler::Handler,
    routing::{MethodRouter, on},
};
use axum::{http::Method, routing::MethodFilter};

/// Who gets as far as the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anybody: the sign-in itself, the one-time addresses.
    Open,
    /// Only somebody who is signed in; everybody else is led to the sign-in.
    SignedIn,
}

/// One route.
pub struct PageRoute {
    pub method: Method,
    /// As axum writes it: `/incidents/{id}`.
    pub path: &'static str,
    pub door: Door,
    /// Takes as many bytes as a piece of evidence may have, instead of a form's.
    pub uploads: bool,
    pub handler: MethodRouter,
}

/// A page.
pub fn get<H, T>(path: &'static str, handler: H) -> PageRoute
where
    H: Handler<T, ()>,
    T: 'static,
{
    PageRoute {
        method: Method::GET,
        path,
        door: Door::SignedIn,
        uploads: false,
        handler: on(MethodFilter::GET, handler),
    }
}

/// A form.
pub fn post<H, T>(path: &'static str, handler: H) -> PageRoute
where
    H: Handler<T, ()>,
    T: 'static,
{
    PageRoute {
        method: Method::POST,
        path,
        door: Door::SignedIn,
        uploads: false,
        handler: on(MethodFilter::POST, handler),
    }
}

impl PageRoute {
    /// Open to anybody.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.door = Door::Open;
        self
    }

    /// Takes a file.
    #[must_use]
    pub fn uploads(mut self) -> Self {
        self.uploads = true;
        self
    }
}

/// All of them.
#[must_use]
pub fn routes() -> Vec<PageRoute> {
    pages::routes()
}
