//! Which room may depend on what. `deny.toml` says the same to cargo-deny, where that is installed.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command;

/// What each room may know of the others.
const KNOWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("migrations", &[]),
    ("services", &["domain", "migrations"]),
    ("app", &["domain", "services"]),
    ("server", &["domain", "services", "app"]),
    ("xtask", &[]),
];

/// Crates that belong to some rooms only. A `*` at the end stands for any ending.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("sea-orm*", &["services", "migrations"]),
    ("sea-query*", &["services", "migrations"]),
    ("sqlx*", &["services", "migrations"]),
    ("lettre", &["server"]),
    ("clap", &["server"]),
    ("config", &["server"]),
    ("leptos*", &["app", "server"]),
    ("askama*", &["services"]),
    ("object_store", &["services"]),
    ("rand*", &["services"]),
    ("getrandom", &["services"]),
    ("uuid", &["services"]),
];

/// All that `domain` is made of. The list is the proof that it does no IO and has neither clock nor chance.
const DOMAIN: &[&str] = &[
    "chrono",
    "chrono-tz",
    "data-encoding",
    "insta",
    "jsonschema",
    "proptest",
    "schemars",
    "serde",
    "serde_json",
    "sha1",
    "sha2",
    "thiserror",
    "toml",
];

/// Features of chrono that ask the machine what time it is.
const CLOCK_FEATURES: &[&str] = &["clock", "now", "default", "wasmbind"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    features: Vec<String>,
    uses_default_features: bool,
}

/// Every dependency, also of tests and build scripts, that is in a room it doesn't belong to.
pub(crate) fn check(locked: bool) -> Result<Vec<String>> {
    let mut command = command::cargo("metadata");
    command.args(["--format-version", "1", "--no-deps"]);
    if locked {
        // Without `--no-deps` this would resolve; a separate call is what notices a stale lock file.
        command::read(command::cargo("metadata").args(["--format-version", "1", "--locked"]))?;
    }
    let metadata: Metadata =
        serde_json::from_str(&command::read(&mut command)?).context("cargo metadata is unreadable")?;
    Ok(metadata.packages.iter().flat_map(of_room).collect())
}

fn of_room(room: &Package) -> Vec<String> {
    let Some((_, known)) = KNOWS.iter().find(|(name, _)| *name == room.name) else {
        return vec![format!("{}: a room that xtask/src/rules/rooms.rs doesn't know", room.name)];
    };
    let complaints = room.dependencies.iter().filter_map(|dependency| {
        let name = dependency.name.as_str();
        let is_room = KNOWS.iter().any(|(room, _)| *room == name);
        let says = if is_room && !known.contains(&name) {
            "may not depend on the room".to_owned()
        } else if let Some((_, rooms)) =
            KEPT_IN.iter().find(|(kept, rooms)| is_named(name, kept) && !rooms.contains(&room.name.as_str()))
        {
            format!("may not depend on a crate kept in {}:", rooms.join(" and "))
        } else if room.name == "domain" && !DOMAIN.contains(&name) {
            "does no IO and has a short list of dependencies; not on it is".to_owned()
        } else if room.name == "domain" && asks_the_time(dependency) {
            "has no clock; it must not ask for one in the features of".to_owned()
        } else {
            return None;
        };
        Some(format!("{}/Cargo.toml: {} {says} `{name}`", room.name, room.name))
    });
    complaints.collect()
}

fn is_named(name: &str, kept: &str) -> bool {
    match kept.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == kept,
    }
}

fn asks_the_time(dependency: &Dependency) -> bool {
    dependency.name == "chrono"
        && (dependency.uses_default_features
            || dependency.features.iter().any(|feature| CLOCK_FEATURES.contains(&feature.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str, dependencies: &[&str]) -> Package {
        let dependencies = dependencies.iter().map(|name| Dependency {
            name: (*name).to_owned(),
            features: Vec::new(),
            uses_default_features: false,
        });
        Package { name: name.to_owned(), dependencies: dependencies.collect() }
    }

    #[test]
    fn crates_stay_in_their_rooms() {
        assert_eq!(
            of_room(&room("services", &["domain", "migrations", "sea-orm", "askama", "rand"])),
            [""; 0]
        );
        assert_eq!(
            of_room(&room("server", &["domain", "services", "app", "leptos", "lettre", "sea-orm", "askama"])),
            [
                "server/Cargo.toml: server may not depend on a crate kept in services and migrations: `sea-orm`",
                "server/Cargo.toml: server may not depend on a crate kept in services: `askama`",
            ]
        );
        assert_eq!(of_room(&room("app", &["leptos_router", "sqlx-core"])).len(), 1);
    }

    #[test]
    fn rooms_know_only_those_below() {
        assert_eq!(
            of_room(&room("services", &["domain", "app"])),
            ["services/Cargo.toml: services may not depend on the room `app`"]
        );
        assert_eq!(of_room(&room("attic", &[])).len(), 1);
    }

    #[test]
    fn domain_has_a_short_list_and_no_clock() {
        assert_eq!(of_room(&room("domain", &["chrono", "serde"])), [""; 0]);
        assert_eq!(of_room(&room("domain", &["tokio"])).len(), 1);
        let mut clock = room("domain", &["chrono"]);
        for dependency in &mut clock.dependencies {
            dependency.features.push("clock".to_owned());
        }
        assert_eq!(
            of_room(&clock),
            ["domain/Cargo.toml: domain has no clock; it must not ask for one in the features of `chrono`"]
        );
    }
}
