//! The properties of the specification, by object.

/// What stands in a property.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    TextOrNull,
    Time,
    Identifier,
    Flag,
    /// 0 to 100.
    Percent,
    Milliseconds,
    Object,
    /// An object of steps, or by mistake a list of them.
    Workflow,
    List(&'static Kind),
    /// Kept and not looked at.
    Any,
}

/// One property.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Its absence is a notice here; what nobody could do without is an error where it is used.
    pub(super) required: bool,
}

const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: false }
}

const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, required: true }
}

const TEXTS: Kind = Kind::List(&Kind::Text);
const IDENTIFIERS: Kind = Kind::List(&Kind::Identifier);
const OBJECTS: Kind = Kind::List(&Kind::Object);

/// 3.1.
pub(super) const PLAYBOOK: &[Property] = &[
    must("type", Kind::Text),
    must("spec_version", Kind::Text),
    must("id", Kind::Identifier),
    must("name", Kind::Text),
    may("description", Kind::Text),
    may("playbook_types", TEXTS),
    may("playbook_activities", TEXTS),
    may("playbook_processing_summary", Kind::Object),
    must("created_by", Kind::Identifier),
    must("created", Kind::Time),
    must("modified", Kind::Time),
    may("revoked", Kind::Flag),
    may("valid_from", Kind::Time),
    may("valid_until", Kind::Time),
    may("derived_from", IDENTIFIERS),
    may("related_to", IDENTIFIERS),
    may("priority", Kind::Percent),
    may("severity", Kind::Percent),
    may("impact", Kind::Percent),
    may("industry_sectors", TEXTS),
    may("labels", TEXTS),
    may("external_references", OBJECTS),
    may("markings", IDENTIFIERS),
    may("playbook_variables", Kind::Object),
    // An identifier here is looked at where it leads.
    may("workflow_start", Kind::Text),
    may("workflow_exception", Kind::Text),
    may("workflow", Kind::Workflow),
    may("playbook_extensions", Kind::Object),
    may("authentication_info_definitions", Kind::Object),
    may("agent_definitions", Kind::Object),
    may("target_definitions", Kind::Object),
    may("extension_definitions", Kind::Object),
    may("data_marking_definitions", Kind::Object),
    may("signatures", OBJECTS),
];

/// 4.1.
pub(super) const STEP: &[Property] = &[
    must("type", Kind::Text),
    may("name", Kind::Text),
    may("description", Kind::Text),
    may("external_references", OBJECTS),
    may("delay", Kind::Milliseconds),
    may("timeout", Kind::Milliseconds),
    may("step_variables", Kind::Object),
    may("owner", Kind::Identifier),
    may("on_completion", Kind::Text),
    may("on_success", Kind::Text),
    may("on_failure", Kind::Text),
    may("step_extensions", Kind::Object),
];

/// 4.3 to 4.10: what each type of step has besides.
pub(super) const STEPS: &[(&str, &[Property])] = &[
    ("start", &[]),
    ("end", &[]),
    (
        "action",
        &[
            must("commands", OBJECTS),
            must("agent", Kind::Text),
            may("targets", TEXTS),
            may("in_args", TEXTS),
            may("out_args", TEXTS),
        ],
    ),
    (
        "playbook-action",
        &[
            may("playbook_id", Kind::Identifier),
            may("playbook_version", Kind::Time),
            may("in_args", TEXTS),
            may("out_args", TEXTS),
        ],
    ),
    ("parallel", &[may("next_steps", TEXTS)]),
    (
        "if-condition",
        &[must("condition", Kind::Text), may("on_true", Kind::Text), may("on_false", Kind::Text)],
    ),
    ("while-condition", &[must("condition", Kind::Text), may("on_true", Kind::Text)]),
    ("switch-condition", &[must("switch", Kind::Text), may("cases", Kind::Object)]),
];

/// 5.
pub(super) const COMMAND: &[Property] = &[
    must("type", Kind::Text),
    may("description", Kind::Text),
    may("version", Kind::Text),
    may("playbook_activity", Kind::Text),
    may("external_references", OBJECTS),
    may("command", Kind::Text),
    may("command_b64", Kind::Text),
    may("headers", Kind::Object),
    may("content", Kind::Text),
    may("content_b64", Kind::Text),
];

pub(super) const COMMAND_TYPES: &[&str] = &[
    "manual",
    "bash",
    "powershell",
    "ssh",
    "caldera-cmd",
    "http-api",
    "openc2-http",
    "elastic",
    "jupyter",
    "kestrel",
    "sigma",
    "yara",
];

/// 7.1.
pub(super) const AGENT_TYPES: &[&str] = &[
    "group",
    "individual",
    "organization",
    "location",
    "sector",
    "http-api",
    "linux",
    "ssh",
    "net-address",
    "security-category",
];

/// 10.18.
pub(super) const VARIABLE: &[Property] = &[
    must("type", Kind::Text),
    may("description", Kind::Text),
    may("value", Kind::TextOrNull),
    may("constant", Kind::Flag),
    may("external", Kind::Flag),
];

const AGENT: &[Property] = &[
    must("type", Kind::Text),
    must("name", Kind::Text),
    may("description", Kind::Text),
    may("location", Kind::Any),
    may("agent_target_extensions", Kind::Object),
    may("contact", Kind::Object),
    may("logical", TEXTS),
    may("sector", Kind::Text),
    may("address", Kind::Object),
    may("port", Kind::Any),
    may("authentication_info", Kind::Text),
    may("category", TEXTS),
];

const AUTHENTICATION: &[Property] = &[
    must("type", Kind::Text),
    may("name", Kind::Text),
    may("description", Kind::Text),
    may("authentication_info_extensions", Kind::Object),
    may("user_id", Kind::Text),
    may("username", Kind::Text),
    may("oauth_header", Kind::Text),
    may("password", Kind::Text),
    may("token", Kind::Text),
    may("kms", Kind::Flag),
    may("kms_key_identifier", Kind::Text),
];

const EXTENSION: &[Property] = &[
    must("type", Kind::Text),
    must("name", Kind::Text),
    may("description", Kind::Text),
    must("created_by", Kind::Identifier),
    must("schema", Kind::Text),
    must("version", Kind::Text),
    may("external_references", OBJECTS),
];

/// 9. Information exchange policies have fields of their own, all texts; they are kept.
const MARKING: &[Property] = &[
    must("type", Kind::Text),
    may("id", Kind::Identifier),
    may("spec_version", Kind::Text),
    must("created_by", Kind::Identifier),
    must("created", Kind::Time),
    may("name", Kind::Text),
    may("description", Kind::Text),
    may("revoked", Kind::Flag),
    may("valid_from", Kind::Time),
    may("valid_until", Kind::Time),
    may("labels", TEXTS),
    may("external_references", OBJECTS),
    may("marking_extensions", Kind::Object),
    may("statement", Kind::Text),
    may("tlpv2_level", Kind::Text),
    may("tlp_level", Kind::Text),
    may("iep_version", Kind::Text),
    may("start_date", Kind::Text),
    may("end_date", Kind::Any),
    may("encrypt_in_transit", Kind::Text),
    may("permitted_actions", Kind::Text),
    may("affected_party_notifications", Kind::Text),
    may("tlp", Kind::Text),
    may("attribution", Kind::Text),
    may("unmodified_resale", Kind::Text),
];

/// The dictionaries of definitions, and what is in each.
pub(super) const DEFINITIONS: &[(&str, &[Property])] = &[
    ("authentication_info_definitions", AUTHENTICATION),
    ("agent_definitions", AGENT),
    ("target_definitions", AGENT),
    ("extension_definitions", EXTENSION),
    ("data_marking_definitions", MARKING),
];
