//! Writing own texts: begun, saved statement by statement, published by somebody else, retired.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    render::notice::{allowed, built_in_digest},
    store::texts::versions,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{Event, texts::TextEvent},
    id::TextId,
    incident::ReasonInput,
    notice::{
        check::name,
        own_text::{
            OwnText,
            version::{OwnTextInput, TextVersion},
        },
        template::{self, Language, NoticeKind, StatementSpec},
    },
    playbook::edition::{EditionState, Said},
    refusal::{FieldError, Refusal},
    text::Checks,
    view::Added,
};
use sea_orm::DatabaseTransaction;

type Of = (NoticeKind, Language);

/// What is wrong with a text although it can be read: a statement that the law asks for could come out empty.
pub(super) fn may_be_empty(spec: &StatementSpec, text: &OwnText) -> Option<String> {
    let asked = spec.required && (!spec.article.is_empty() || spec.code == "subject");
    (asked && !text.always_says()).then(|| {
        let why = match spec.article {
            "" => "A notice has a subject".to_owned(),
            article => format!("{article} asks for this"),
        };
        format!(
            "{why}, and with some answers this text would say nothing. Write words outside of the blocks, or say what stands there instead with {{{{^the.field}}}}."
        )
    })
}

/// Every version of a kind in a language: no revision was seen of them.
struct ToBegin(Of);

impl Target for ToBegin {
    type Loaded = Vec<TextVersion>;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        versions(tx, self.0).await
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// The version in this state, with the one that is published.
struct ToChange(Of, EditionState);

/// What a version that somebody else gave up or published meanwhile is answered with: what was typed stays in sight.
fn there(version: Option<&TextVersion>) -> Result<&TextVersion> {
    let message = "There is no such version of these texts any more: somebody published it, gave it up or retired it meanwhile.";
    Ok(version.ok_or_else(|| Refusal::state("no_version", message))?)
}

impl Target for ToChange {
    type Loaded = (Option<TextVersion>, Option<TextVersion>);
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        let all = versions(tx, self.0).await?;
        let of = |state| all.iter().find(|version| version.state == state).cloned();
        Ok((of(self.1), of(EditionState::Published)))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision((version, _): &Self::Loaded) -> Option<i64> {
        version.as_ref().map(|version| version.revision)
    }
}

fn change(event: TextEvent) -> Change<()> {
    Change::new(vec![Event::Text(event)], ())
}

impl Services {
    /// Begins the next version of the organisation's own texts of a kind in a language, with those that are published.
    ///
    /// # Errors
    /// Not allowed, or a draft of it is being written already.
    #[boxed]
    pub async fn begin_texts(&self, ctx: &Ctx, kind: NoticeKind, language: Language) -> Result<Added> {
        let by = ctx.person()?.account;
        let id = TextId::from_bits(ctx.fresh.bits());
        self.write(ctx, Action::BeginTexts, ToBegin((kind, language)), |all| {
            if all.iter().any(|version| version.state == EditionState::Draft) {
                let message = "There is a draft of these texts already. Go on with that one.";
                return Err(Refusal::state("has_draft", message).into());
            }
            let newest = all.iter().map(|version| version.version).max().unwrap_or(0);
            let from = all.iter().find(|version| version.state == EditionState::Published);
            let begun =
                TextVersion::begin(id, (kind, language), newest.saturating_add(1), from, (by, ctx.now));
            Ok(Change::new(vec![Event::Text(TextEvent::Drafted(begun))], Added { id: id.to_string() }))
        })
        .await
    }

    /// Writes the own text of one statement into the draft. Empty, the statement is the built-in one again.
    ///
    /// # Errors
    /// Not allowed, no draft, no such statement, stale, or the text can't be read: where, and what would be right.
    #[boxed]
    pub async fn write_text(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        code: &str,
        input: &OwnTextInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ToChange((kind, language), EditionState::Draft);
        self.write(ctx, Action::EditTexts, target, |(draft, _)| {
            let draft = there(draft.as_ref())?;
            let spec = template::statement(kind, code).ok_or(Error::NotFound)?;
            let mut checks = Checks::new();
            let text = checks.optional_body("text", &input.text);
            if code == "subject" && text.as_ref().is_some_and(|text| text.contains('\n')) {
                checks.push(FieldError::new("text", "one_line", "The subject is one line."));
            }
            let Some(text) = text.filter(|_| checks.is_clean()) else { return Err(checks.refusal().into()) };
            let text = (!text.trim().is_empty()).then_some(text);
            if let Some(text) = &text {
                let read = OwnText::parse(text, &allowed(kind)).map_err(|error| error.refusal())?;
                if let Some(message) = may_be_empty(spec, &read) {
                    return Err(Refusal::field("text", "may_be_empty", message).into());
                }
            }
            let digest = built_in_digest((kind, language), code);
            Ok(change(TextEvent::Saved(draft.written(code, text, digest, (by, ctx.now))?)))
        })
        .await
    }

    /// Gives the draft up.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or no reason.
    #[boxed]
    pub async fn discard_texts(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ToChange((kind, language), EditionState::Draft);
        self.write(ctx, Action::EditTexts, target, |(draft, _)| {
            let draft = there(draft.as_ref())?;
            let said = Said { at: ctx.now, by, reason: input.parse()? };
            Ok(change(TextEvent::Ended(draft.discard(said)?)))
        })
        .await
    }

    /// Publishes the draft, as somebody who wrote none of it. From now on new drafts of notices are worded by it;
    /// notices that there are don't change by themselves.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, the asker wrote a part of it, nothing was written, or a text can't be read.
    #[boxed]
    pub async fn publish_texts(&self, ctx: &Ctx, kind: NoticeKind, language: Language) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ToChange((kind, language), EditionState::Draft);
        self.write(ctx, Action::PublishTexts, target, |(draft, before)| {
            let draft = there(draft.as_ref())?;
            let published = draft.publish(by, ctx.now)?;
            for (code, text) in &draft.statements {
                // The law may ask for more, and the program know less, than when it was written.
                let spec = template::statement(kind, code);
                let read = OwnText::parse(text, &allowed(kind)).map_err(|error| error.message);
                let wrong = match (spec, read) {
                    (Some(spec), Ok(read)) => may_be_empty(spec, &read),
                    (Some(_), Err(message)) => Some(message),
                    (None, _) => Some("This kind of notice has no such statement any more.".to_owned()),
                };
                if let Some(message) = wrong {
                    let message = format!("“{}” can’t be published: {message}", name(kind, code));
                    return Err(Refusal::state("has_errors", message).into());
                }
            }
            let mut events = Vec::new();
            if let Some(before) = before {
                let reason = format!("Version {} took its place.", published.version);
                let said = Said { at: ctx.now, by, reason };
                events.push(Event::Text(TextEvent::Ended(before.ended(EditionState::Superseded, said))));
            }
            events.push(Event::Text(TextEvent::Published(published)));
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Sends the draft back with what should be changed.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or no reason.
    #[boxed]
    pub async fn decline_texts(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ToChange((kind, language), EditionState::Draft);
        self.write(ctx, Action::PublishTexts, target, |(draft, _)| {
            let draft = there(draft.as_ref())?;
            let said = Said { at: ctx.now, by, reason: input.parse()? };
            Ok(change(TextEvent::Declined(draft.decline(said)?)))
        })
        .await
    }

    /// Withdraws the published version: new drafts are worded by the built-in texts again.
    ///
    /// # Errors
    /// Not allowed, none is published, stale, or no reason.
    #[boxed]
    pub async fn retire_texts(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ToChange((kind, language), EditionState::Published);
        self.write(ctx, Action::PublishTexts, target, |(published, _)| {
            let published = there(published.as_ref())?;
            let said = Said { at: ctx.now, by, reason: input.parse()? };
            Ok(change(TextEvent::Ended(published.ended(EditionState::Retired, said))))
        })
        .await
    }
}
