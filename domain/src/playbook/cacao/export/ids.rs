//! Identifiers, worked out from names: the same playbook always has the same.

use crate::{playbook::format::StepRole, text::Choice};
use sha1::{Digest, Sha1};
use std::fmt::Write;

/// The extension that holds what is ours. It never changes.
pub(in crate::playbook::cacao) const EXTENSION: &str =
    "extension-definition--3b8a0d8e-4c5f-5d0a-9b61-6f0f4f1a7c25";

/// Our namespace (RFC 9562, 6.6). That of the specification is only for ids made from name and types (10.10),
/// and ours stay the same when a title is mended.
const NAMESPACE: [u8; 16] =
    [0x6d, 0x1f, 0x0c, 0x52, 0x7a, 0x34, 0x4b, 0x0e, 0x9c, 0x1d, 0x52, 0xe3, 0x8b, 0x70, 0x4a, 0xf6];

/// The id of a playbook of ours with this id.
pub(in crate::playbook::cacao) fn playbook_id(id: &str) -> String {
    derived("playbook", id, 5)
}

/// Whoever wrote the playbooks of Breachdesk.
pub(super) fn author() -> String {
    derived("identity", "Breachdesk", 5)
}

pub(super) fn agent(role: StepRole) -> String {
    derived("group", role.code(), 5)
}

/// The key of a step. The specification asks for version 4 here (10.10): its form, without chance.
pub(super) fn named(kind: &str, playbook: &str, name: &str) -> String {
    derived(kind, &format!("{playbook} {name}"), 4)
}

/// An identifier made from a name (RFC 9562, 5.5).
pub(super) fn derived(kind: &str, name: &str, version: u8) -> String {
    let digest = Sha1::new()
        .chain_update(NAMESPACE)
        .chain_update(kind)
        .chain_update([0])
        .chain_update(name)
        .finalize();
    let mut out = format!("{kind}--");
    for (n, byte) in digest.iter().take(16).enumerate() {
        let byte = match n {
            6 => (byte & 0x0f) | (version << 4),
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        if matches!(n, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}
