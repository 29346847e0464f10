//! Which playbooks are offered: the organisation's published ones over those that come with the program.

use crate::{
    error::{Error, Result},
    store::{self, tables},
};
use domain::{
    playbook::{
        self, Playbook,
        edition::{Place, PlaceState, PlaybookOrigin},
    },
    work::run::Run,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// So many texts of the organisation's own are kept read.
const KEPT: usize = 512;

/// Those that come with the program, to be shared with what was read here.
static BUILT_IN: LazyLock<Vec<Arc<Playbook>>> =
    LazyLock::new(|| playbook::library().iter().cloned().map(Arc::new).collect());

/// The playbook with this id that comes with the program.
pub(crate) fn built_in(id: &str) -> Option<&'static Arc<Playbook>> {
    BUILT_IN.iter().find(|p| p.id == id)
}

/// Texts that were read, by their digest: reading one takes longer than all queries of a page.
#[derive(Debug, Clone, Default)]
pub struct Readings(Arc<Mutex<BTreeMap<String, Arc<Playbook>>>>);

impl Readings {
    fn known(&self, digest: &str) -> Option<Arc<Playbook>> {
        let same = |p: &&Arc<Playbook>| p.digest() == digest;
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned();
        BUILT_IN.iter().find(same).cloned().or_else(kept)
    }

    /// The playbook with this text, which was read without an error before it was stored.
    ///
    /// # Errors
    /// It can't be read any more.
    fn read(&self, id: &str, digest: &str, source: &str) -> Result<Arc<Playbook>> {
        if let Some(known) = self.known(digest) {
            return Ok(known);
        }
        let read = Playbook::parse(&format!("{id}.toml"), source);
        let read = Arc::new(read.map_err(|_| Error::corrupt("playbook", id))?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(digest.to_owned(), read.clone());
        Ok(read)
    }

    /// The playbook of a run, in the version with which it began.
    pub(crate) fn followed(&self, run: &Run) -> Result<Arc<Playbook>> {
        self.read(&run.playbook, &run.digest, &run.source)
    }
}

/// What is offered now. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// In the order in which they are offered: as those that come with the program, then the organisation's
    /// other ones by title.
    offered: Vec<Arc<Playbook>>,
    /// The ids of those that another one calls.
    called: BTreeSet<String>,
    places: BTreeMap<String, Place>,
    /// Published ones that this version of the program can't read any more.
    unreadable: Vec<String>,
}

impl Shelf {
    /// As the organisation has it: one query, and one more where a published text wasn't read before.
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, readings: &Readings) -> Result<Self> {
        use tables::playbook_editions::Column as E;
        let places = store::library::places(db).await?;
        let own = || places.values().filter(|place| place.state == PlaceState::Own);
        let unread = own().filter(|place| readings.known(&place.digest).is_none());
        let unread: Vec<String> = unread.filter_map(|place| Some(place.edition?.to_string())).collect();
        if !unread.is_empty() {
            let texts: Vec<(String, String, String)> = tables::playbook_editions::Entity::find()
                .select_only()
                .columns([E::Playbook, E::Digest, E::Source])
                .filter(E::Id.is_in(unread))
                .into_tuple()
                .all(db)
                .await?;
            for (id, digest, source) in &texts {
                if let Err(why) = readings.read(id, digest, source) {
                    tracing::error!(playbook = %id, error = %why, "a published playbook can't be read");
                }
            }
        }
        let mut read: BTreeMap<&str, Arc<Playbook>> =
            own().filter_map(|p| Some((p.playbook.as_str(), readings.known(&p.digest)?))).collect();
        let unreadable = own().filter(|p| !read.contains_key(p.playbook.as_str()));
        let unreadable: Vec<String> = unreadable.map(|p| p.playbook.clone()).collect();
        let is_off = |id: &str| places.get(id).is_some_and(|place| place.state == PlaceState::Off);
        let mut offered: Vec<Arc<Playbook>> = Vec::new();
        for shipped in BUILT_IN.iter().filter(|p| !is_off(&p.id)) {
            offered.push(read.remove(shipped.id.as_str()).unwrap_or_else(|| shipped.clone()));
        }
        let mut others: Vec<Arc<Playbook>> = read.into_values().collect();
        others.sort_by(|a, b| a.title.cmp(&b.title));
        offered.extend(others);
        let called = offered.iter().flat_map(|p| p.calls()).map(str::to_owned).collect();
        Ok(Self { offered, called, places, unreadable })
    }

    /// Every playbook that is offered.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Playbook>> {
        self.offered.iter()
    }

    /// The playbook with this id, where it is offered.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Arc<Playbook>> {
        self.offered.iter().find(|p| p.id == id)
    }

    /// Whether another one that is offered calls the one with this id.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.called.contains(id)
    }

    /// The playbook with this id that comes with the program, whatever is offered.
    #[must_use]
    pub fn built_in(&self, id: &str) -> Option<&Arc<Playbook>> {
        built_in(id)
    }

    /// Where the version that is offered comes from.
    #[must_use]
    pub fn origin(&self, id: &str) -> PlaybookOrigin {
        match self.places.get(id) {
            Some(place) if place.state == PlaceState::Own && !self.unreadable.iter().any(|p| p == id) => {
                PlaybookOrigin::Own
            }
            _ => PlaybookOrigin::BuiltIn,
        }
    }

    /// What the organisation decided about each playbook that it decided about.
    pub(crate) fn places(&self) -> &BTreeMap<String, Place> {
        &self.places
    }

    /// Published ones that this version of the program can't read any more.
    pub(crate) fn unreadable(&self) -> &[String] {
        &self.unreadable
    }
}
