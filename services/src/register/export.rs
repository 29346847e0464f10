//! Handing the register over: a file for an inspection, and the entry that says so.

use super::record::{Around, asker};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{rows, tables},
};
use domain::{
    access::{Action, Object},
    fact::Value,
    id::IncidentId,
    incident::Incident,
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    refusal::Refusal,
    register::{
        FilterInput,
        export::{Format, Head, RECORDS_MAX, Writing},
    },
    text::{Checks, Choice},
    view::register::Exported,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many records are loaded at once.
const BATCH: usize = 200;

/// The form that is asked for.
fn form(format: &str) -> Result<Format> {
    let mut c = Checks::new();
    c.choice("format", format).ok_or_else(|| c.refusal().into())
}

impl Services {
    /// The records that the filter asks for as a file, the oldest first. It leaves an entry in the system's journal.
    ///
    /// # Errors
    /// Not allowed, the filter or the format can't be taken, or there are more than 10,000 records.
    #[boxed]
    pub async fn export_register(&self, ctx: &Ctx, input: &FilterInput, format: &str) -> Result<Exported> {
        use tables::incidents::Column as I;
        self.permit(ctx, Action::ReadRegister, Object::System)?;
        let (house, settings) = self.register_house(ctx).await?;
        let zone = house.home.zone();
        let (filter, format) = both(input.parse(zone).map_err(Into::into), form(format))?;
        let query = self.records_asked(ctx, &filter, settings)?;
        let total = query.clone().count(&self.reader).await?;
        if total > RECORDS_MAX {
            let message = format!(
                "These are {total} records; at most {RECORDS_MAX} are handed over at once. Choose a shorter period."
            );
            return Err(Refusal::field("to", "too_many", message).into());
        }
        let ids = query.select_only().column(I::Id).order_by_asc(I::DeclaredAt).order_by_asc(I::Id);
        let ids: Vec<String> = ids.into_tuple().all(&self.reader).await?;
        let people = self.people().await?;
        let around = Around { house: &house, settings, people: &people };
        let head = Head {
            made_at: ctx.now,
            made_by: asker(ctx),
            organisation: self.controller().await?,
            zone: zone.name().to_owned(),
            filter: input.said().into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
        };
        let mut writing = Writing::begin(format, &head);
        for batch in ids.chunks(BATCH) {
            let found = tables::incidents::Entity::find().filter(I::Id.is_in(batch));
            let found = found.order_by_asc(I::DeclaredAt).order_by_asc(I::Id).all(&self.reader).await?;
            let incidents = found.iter().map(rows::incident).collect::<Result<Vec<Incident>>>()?;
            for record in self.records(ctx, &around, &incidents).await? {
                writing.add(&record);
            }
        }
        let (body, count) = writing.finish();
        let digest = hash(&body);
        let edge = |at: Option<_>| at.map(rfc3339).unwrap_or_default();
        let draft = Draft::new(Stream::System, "register_exported", "register")
            .with("from", edge(filter.from))
            .with("until", edge(filter.until))
            .with("filter", filtered(&head))
            .with("format", format.code())
            .with("count", count as u64)
            .with("digest", digest.as_str());
        self.append(ctx, draft).await?;
        let day = |edge: &str| if edge.trim().is_empty() { "all".to_owned() } else { plain(edge.trim()) };
        let name = format!("register-{}-{}.{}", day(&input.from), day(&input.to), format.code());
        Ok(Exported { name, media_type: format.media_type(), body: body.into_bytes(), count, digest })
    }

    /// One record as a file. It leaves an entry in the case's journal.
    ///
    /// # Errors
    /// Hidden, unknown, known to be no breach, or the format can't be taken.
    #[boxed]
    pub async fn export_record(&self, ctx: &Ctx, incident: IncidentId, format: &str) -> Result<Exported> {
        let page = self.record(ctx, incident).await?;
        let format = form(format)?;
        let head = Head {
            made_at: ctx.now,
            made_by: page.made_by,
            organisation: page.record.organisation.clone(),
            zone: page.zone.to_owned(),
            filter: Vec::new(),
        };
        let mut writing = Writing::begin(format, &head);
        writing.add(&page.record);
        let (body, count) = writing.finish();
        let digest = hash(&body);
        let draft = Draft::new(Stream::Incident(incident), "record_exported", incident)
            .with("format", format.code())
            .with("digest", digest.as_str());
        self.append(ctx, draft).await?;
        let name = format!("record-{}.{}", plain(&page.record.reference), format.code());
        Ok(Exported { name, media_type: format.media_type(), body: body.into_bytes(), count, digest })
    }

    /// The organisation by the name in its profile; empty while nobody has given it.
    async fn controller(&self) -> Result<String> {
        use tables::facts::Column as F;
        let found = tables::facts::Entity::find()
            .filter(F::IncidentId.eq(""))
            .filter(F::Key.eq("ctrl.name"))
            .filter(F::SupersededAt.is_null())
            .one(&self.reader)
            .await?;
        let fact = found.as_ref().map(rows::fact).transpose()?;
        Ok(match fact.and_then(|fact| fact.value) {
            Some(Value::Text(name)) => name,
            _ => String::new(),
        })
    }
}

/// Both values, with what is wrong with both where both are.
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    use crate::error::Error::Refused;
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Refused(Refusal::Invalid(mut errors))), Err(Refused(Refusal::Invalid(more)))) => {
            errors.extend(more);
            Err(Refusal::Invalid(errors).into())
        }
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

/// The filter as the journal names it: the codes, and of what was typed only the digest.
fn filtered(head: &Head) -> String {
    let part = |(name, value): &(&'static str, String)| match *name {
        "from" | "to" => None,
        "q" => Some(format!("q={}", hash(value))),
        name => Some(format!("{name}={value}")),
    };
    head.filter.iter().filter_map(part).collect::<Vec<_>>().join(" ")
}

/// A text as part of a file's name.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect()
}
