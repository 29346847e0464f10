//! Own texts as pages and programs see them.

use super::{Published, editing::may_be_empty};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    notices::{redline, worded},
    render::notice::{allowed, assemble, built_in_digest, sample, without_fields},
    sheets,
    store::{self, tables},
};
use domain::{
    access::{Action, Object, Permit, permits},
    fact::catalogue::catalogue,
    id::{AccountId, IncidentId},
    notice::{
        check::name,
        kind::Addressees,
        own_text::{BUILT_IN, ORGANISATION, OwnText, version::TextVersion},
        template::{self, Language, NoticeKind, StatementSpec},
    },
    playbook::edition::EditionState,
    refusal::Refusal,
    text::Choice,
    view::{
        review::Redline,
        texts::{
            PreviewStatement, TextDifference, TextField, TextFinding, TextPage, TextPreview, TextRow,
            TextStatement, TextVersionRow, TextsPage,
        },
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many incidents are offered for a preview.
const INCIDENTS: u64 = 50;

fn label(key: &str) -> String {
    catalogue().get(key).map_or_else(|| key.to_owned(), |entry| entry.label.clone())
}

/// What is to be looked at in an own text.
fn findings(version: &TextVersion, spec: &StatementSpec, text: &str) -> Vec<TextFinding> {
    let finding = |code: &str, must, words| TextFinding {
        code: code.to_owned(),
        must,
        article: spec.article.to_owned(),
        words,
    };
    let mut found = Vec::new();
    match OwnText::parse(text, &allowed(version.kind)) {
        Err(error) => {
            let words = format!(
                "Line {}: {} Until it is mended, the built-in text stands here.",
                error.line, error.message
            );
            found.push(finding(error.code, true, words));
        }
        Ok(read) => {
            found.extend(may_be_empty(spec, &read).map(|words| finding("may_be_empty", true, words)));
            let lacks = read.lacks(spec);
            if !lacks.is_empty() {
                let labels: Vec<String> = lacks.iter().map(|key| format!("“{}”", label(key))).collect();
                let words = format!(
                    "It doesn’t show {}. See that it says this by itself, or put in {{{{built_in}}}}.",
                    labels.join(", ")
                );
                found.push(finding("lacks", false, words));
            }
        }
    }
    let now = built_in_digest((version.kind, version.language), spec.code);
    if version.built_in.get(spec.code).is_some_and(|then| *then != now) {
        let words = "The built-in text has changed since this was written. Compare it, and save this text again when it still is what you want.";
        found.push(finding("built_in_changed", false, words.to_owned()));
    }
    found
}

fn statements(of: (NoticeKind, Language), version: Option<&TextVersion>) -> Result<Vec<TextStatement>> {
    let statement = |spec: &StatementSpec| {
        let own = version.and_then(|version| version.statements.get(spec.code).map(|text| (version, text)));
        let sample = sample(of, spec.code).map_err(|why| Error::Template(why.to_string()))?;
        Ok(TextStatement {
            code: spec.code.to_owned(),
            name: name(of.0, spec.code),
            article: spec.article.to_owned(),
            required: spec.required,
            sample,
            own: own.map(|(_, text)| text.clone()),
            findings: own.map(|(version, text)| findings(version, spec, text)).unwrap_or_default(),
        })
    };
    template::statements(of.0).iter().map(statement).collect()
}

/// What may stand in a text, with what each means.
fn fields(kind: NoticeKind) -> Vec<TextField> {
    let field = |field: &str, means: &str| TextField { field: field.to_owned(), means: means.to_owned() };
    let mut fields = vec![
        field(BUILT_IN, "The built-in text of the statement, as it would be."),
        field(ORGANISATION, "The name of your organisation."),
    ];
    let allowed = allowed(kind);
    if allowed.merges {
        fields.push(field("name|customer", "The name of each recipient, or what stands behind the bar."));
        fields.push(field("reference|", "What you call each recipient, or what you write behind the bar."));
    }
    let entries = catalogue().entries().iter().filter(|entry| allowed.keys.contains(entry.key.as_str()));
    fields.extend(entries.map(|entry| field(&entry.key, &entry.label)));
    fields
}

fn differs(kind: NoticeKind, from: Option<&TextVersion>, to: &TextVersion) -> Vec<Redline> {
    let text = |version: Option<&TextVersion>, code: &str| {
        version.and_then(|version| version.statements.get(code).cloned()).unwrap_or_default()
    };
    let redlines = template::statements(kind).iter().filter_map(|spec| {
        let (old, new) = (text(from, spec.code), text(Some(to), spec.code));
        let (code, name) = (spec.code.to_owned(), name(kind, spec.code));
        (old != new).then(|| Redline { code, name, pieces: redline(&old, &new) })
    });
    redlines.collect()
}

impl Services {
    fn may_with_texts(&self, ctx: &Ctx, action: Action) -> bool {
        permits(&ctx.actor, action, Object::System, ctx.now) == Permit::Granted
    }

    /// Which kinds and languages have own texts, and which have a draft.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn notice_texts(&self, ctx: &Ctx) -> Result<TextsPage> {
        self.permit(ctx, Action::ReadTexts, Object::System)?;
        let live = store::texts::live(&self.reader).await?;
        let languages = Language::beginning_with(&self.organisation().await?.0.languages);
        let mut rows = Vec::new();
        for kind in NoticeKind::ALL {
            for language in &languages {
                let of = |state| {
                    live.iter().find(|t| t.kind == *kind && t.language == *language && t.state == state)
                };
                let published = of(EditionState::Published);
                let attention = published.is_some_and(|version| {
                    let specs = template::statements(*kind).iter();
                    let own = specs.filter_map(|spec| Some((spec, version.statements.get(spec.code)?)));
                    own.flat_map(|(spec, text)| findings(version, spec, text)).any(|f| f.code != "lacks")
                });
                rows.push(TextRow {
                    kind: *kind,
                    language: *language,
                    published: published.map(|version| version.version),
                    draft: of(EditionState::Draft).map(|version| version.version),
                    attention,
                });
            }
        }
        Ok(TextsPage { rows, languages, may_edit: self.may_with_texts(ctx, Action::BeginTexts) })
    }

    /// The texts of a kind in a language: the draft where there is one, or else what is published.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn own_texts(&self, ctx: &Ctx, kind: NoticeKind, language: Language) -> Result<TextPage> {
        self.permit(ctx, Action::ReadTexts, Object::System)?;
        let all = store::texts::versions(&self.reader, (kind, language)).await?;
        let of = |state| all.iter().find(|version| version.state == state);
        let (draft, published) = (of(EditionState::Draft), of(EditionState::Published));
        let me = ctx.actor.person().map(|person| person.account);
        Ok(TextPage {
            kind,
            language,
            published: published.map(TextVersionRow::from),
            draft: draft.map(TextVersionRow::from),
            statements: statements((kind, language), draft.or(published))?,
            fields: fields(kind),
            versions: all.iter().map(TextVersionRow::from).collect(),
            incidents: self.to_preview_with(ctx).await?,
            people: self.people().await?,
            may_edit: self.may_with_texts(ctx, Action::EditTexts),
            may_publish: self.may_with_texts(ctx, Action::PublishTexts),
            is_mine: me.is_some_and(|me| draft.is_some_and(|draft| draft.authors.contains(&me))),
        })
    }

    /// The incidents that the asker sees, open ones alone, the newest first.
    async fn to_preview_with(&self, ctx: &Ctx) -> Result<Vec<(IncidentId, String)>> {
        use tables::incidents::Column as I;
        let found = tables::incidents::Entity::find()
            .filter(self.visible(ctx, false)?)
            .filter(I::ClosedAt.is_null())
            .order_by_desc(I::DeclaredAt)
            .limit(INCIDENTS)
            .all(&self.reader)
            .await?;
        let shown = |row: &tables::incidents::Model| {
            Ok((store::id(&row.id)?, format!("{} {}", row.reference, row.title)))
        };
        found.iter().map(shown).collect()
    }

    /// How a notice would read in a case that the asker sees, with the draft where there is one, or else with what is
    /// published. Nothing is kept.
    ///
    /// # Errors
    /// Not allowed, the incident is hidden or unknown, or a notice to a controller has no controller there.
    #[boxed]
    pub async fn preview_texts(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        incident: IncidentId,
    ) -> Result<TextPreview> {
        self.permit(ctx, Action::ReadTexts, Object::System)?;
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let all = store::texts::versions(&self.reader, (kind, language)).await?;
        let of = |state| all.iter().find(|version| version.state == state);
        let own = of(EditionState::Draft).or_else(|| of(EditionState::Published)).map(Published::of);
        let controller = grounds.parties.iter().map(|(party, _)| party).find(|party| party.is_controller());
        let sheet = match (kind.spec().to, controller) {
            (Addressees::Controller, None) => {
                let message = "No controller takes part in this case. Choose another one.";
                return Err(Refusal::state("no_controllers", message).into());
            }
            (Addressees::Controller, Some(party)) => {
                sheets::of_controller(&self.reader, &case.incident, &grounds, party.id).await?
            }
            _ => sheets::of(&self.reader, ctx, &case.incident, &house, &grounds, None).await?,
        };
        let zone = grounds.calendar_of(&house, &ctx.calendars, None).zone();
        let nobody = AccountId::from_bits([0; 16]);
        let mut shown = Vec::new();
        for spec in template::statements(kind) {
            let said = worded((kind, language), own.as_ref(), spec.code, &sheet, zone, nobody)?;
            let wording = said.wording.as_ref();
            let merges = wording.is_none() && kind == NoticeKind::SubjectCommunication;
            let text = if merges { without_fields(&said.text) } else { said.text };
            shown.push(PreviewStatement {
                code: spec.code.to_owned(),
                name: name(kind, spec.code),
                text,
                own: wording.is_some(),
                lacks: wording.map(|w| w.lacks.iter().map(|key| label(key)).collect()).unwrap_or_default(),
            });
        }
        let words: Vec<(&str, &str)> = shown.iter().map(|s| (s.code.as_str(), s.text.as_str())).collect();
        let assembled = assemble(kind, language, &words);
        Ok(TextPreview {
            kind,
            language,
            version: own.map(|own| own.version),
            incident,
            reference: case.incident.reference.to_string(),
            title: case.incident.title.clone(),
            statements: shown,
            subject: assembled.subject,
            text: assembled.text,
            html: assembled.html,
        })
    }

    /// How a version differs from the one before it that was published; the first from nothing.
    ///
    /// # Errors
    /// Not allowed, or there is no such version.
    #[boxed]
    pub async fn texts_version(
        &self,
        ctx: &Ctx,
        kind: NoticeKind,
        language: Language,
        version: u32,
    ) -> Result<TextDifference> {
        self.permit(ctx, Action::ReadTexts, Object::System)?;
        let all = store::texts::versions(&self.reader, (kind, language)).await?;
        let to = all.iter().find(|one| one.version == version).ok_or(Error::NotFound)?;
        let from = all.iter().find(|one| one.version < version && one.published.is_some());
        Ok(TextDifference {
            kind,
            language,
            from: from.map(TextVersionRow::from),
            to: TextVersionRow::from(to),
            redlines: differs(kind, from, to),
            people: self.people().await?,
        })
    }
}
