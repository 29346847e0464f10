//! The statements of the further kinds. The law lists the contents of the public communication alone;
//! what the others say, they say as far as it is known.

use super::{StatementSpec, optional, required};

pub(super) const PUBLIC_NOTICE: &[StatementSpec] = &[
    required("subject", "", &["ctrl.name"]),
    required("greeting", "Art. 34(3)(c)", &["ctrl.name"]),
    required("people", "Art. 34(3)(c)", &["people.categories"]),
    required("nature", "Art. 34(2)", &["nature.text"]),
    required("timeline", "Art. 34(2)", &["time.start", "time.end"]),
    required("data", "Art. 34(2)", &["data.types", "data.text", "nature.unintelligible"]),
    required("consequences", "Art. 34(2) and 33(3)(c)", &["cons.impact"]),
    required("measures", "Art. 34(2) and 33(3)(d)", &["after.text"]),
    required("advice", "Art. 34(2), recital 86", &["advice.self_protection"]),
    required("contact", "Art. 34(2) and 33(3)(b)", &["info.contact", "dpo.name", "dpo.contact"]),
    optional("updates", "Art. 34(2)", &[]),
    required("closing", "", &["ctrl.name"]),
];

pub(super) const HOLDING_STATEMENT: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("measures", "", &[]),
    optional("updates", "", &[]),
    required("contact", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const PRESS_STATEMENT: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("nature", "", &[]),
    required("timeline", "", &[]),
    required("people", "", &[]),
    required("data", "", &[]),
    required("measures", "", &[]),
    required("advice", "", &[]),
    required("questions", "", &[]),
    required("contact", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const WORKS_COUNCIL_OR_BOARD: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("nature", "", &[]),
    required("timeline", "", &[]),
    required("people", "", &[]),
    required("data", "", &[]),
    required("risk", "", &[]),
    required("measures", "", &[]),
    optional("updates", "", &[]),
    required("contact", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const INSURER: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("nature", "", &[]),
    required("timeline", "", &[]),
    required("data", "", &[]),
    required("measures", "", &[]),
    required("loss", "", &[]),
    required("others", "", &[]),
    optional("updates", "", &[]),
    required("contact", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const PARTNERS: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("nature", "", &[]),
    required("timeline", "", &[]),
    required("measures", "", &[]),
    required("request", "", &[]),
    required("contact", "", &[]),
    optional("updates", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const STAFF: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "", &[]),
    required("nature", "", &[]),
    required("measures", "", &[]),
    required("request", "", &[]),
    required("contact", "", &[]),
    optional("updates", "", &[]),
    optional("closing", "", &[]),
];

pub(super) const PROCESSOR_INSTRUCTION: &[StatementSpec] = &[
    required("subject", "", &[]),
    required("greeting", "Art. 28(3)(f)", &[]),
    required("nature", "", &[]),
    required("timeline", "", &[]),
    required("request", "Art. 33(2) and 28(3)(f)", &[]),
    required("instructions", "Art. 28(3)(a)", &[]),
    required("contact", "", &[]),
    optional("closing", "", &[]),
];
