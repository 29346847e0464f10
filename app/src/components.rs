//! The parts that pages are made of. All are plain HTML; none is sent to the browser as code.

pub mod badge;
pub mod banner;
pub mod button;
pub mod case;
pub mod choice;
pub mod clock;
pub mod field;
pub mod form;
pub mod navigation;
pub mod table;
pub mod text;
pub mod textarea;

pub use badge::{Badge, Kind, Tone, badge};
pub use banner::{Banner, Empty, ErrorPage};
pub use button::{Button, ButtonKind, LinkButton, PostButton};
pub use case::CaseHeader;
pub use choice::{Choices, Offer, Radios, Select, offers};
pub use clock::{Clock, Time, Undelayed, lateness, left};
pub use field::{FileField, Hidden, PasswordField, TextField, TimeField};
pub use form::{Form, Group};
pub use navigation::{PAGE_SIZE, Pagination, Tab, Tabs};
pub use table::{DefinitionList, Row, Table};
pub use text::{Digest, Markdown, Person, Reference};
pub use textarea::{Draft, Live, TextArea};
