//! How the retailer closes its letters to customers in its own words, and a draft that waits for a reader.

use super::cast::{Cast, Who};
use chrono::{DateTime, Duration, Utc};
use domain::notice::{
    own_text::version::OwnTextInput,
    template::{Language, NoticeKind},
};
use services::{Ctx, Error, Services};

const KIND: NoticeKind = NoticeKind::Partners;

const CLOSING: &str = "With kind regards,\n{{organisation}}";

/// A thought that nobody else has read yet.
const UPDATES: &str = "We write again as soon as we know more. Please don’t forward this message to customers; they hear from us themselves.";

/// Written, read and published, and begun anew.
pub(super) async fn write(services: &Services, cast: &Cast, at: DateTime<Utc>) -> Result<(), Error> {
    let lead = cast.by(services, Who::Lead, at)?;
    say(services, &lead, "closing", CLOSING).await?;
    let dpo = cast.by(services, Who::Dpo, at + Duration::hours(3))?;
    let seen = revision(services, &dpo).await?;
    services.publish_texts(&Ctx { seen, ..dpo }, KIND, Language::En).await?;
    let later = cast.by(services, Who::Lead, at + Duration::days(9))?;
    say(services, &later, "updates", UPDATES).await
}

async fn say(services: &Services, ctx: &Ctx, code: &str, text: &str) -> Result<(), Error> {
    services.begin_texts(ctx, KIND, Language::En).await?;
    let seen = revision(services, ctx).await?;
    let input = OwnTextInput { text: text.to_owned() };
    services.write_text(&Ctx { seen, ..ctx.clone() }, KIND, Language::En, code, &input).await
}

async fn revision(services: &Services, ctx: &Ctx) -> Result<Option<i64>, Error> {
    Ok(services.own_texts(ctx, KIND, Language::En).await?.draft.map(|draft| draft.revision))
}
