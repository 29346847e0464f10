//! Notices: drafted from facts, approved by a second person, released by a later act.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    facts::Recording,
    outbox::message_id,
    render::{self, notice::without_fields},
    sheets,
    store::{self, rows, tables},
    texts::{Published, ToDraft},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    clock::GDPR_33,
    delivery::{OnUncertain, RecipientList, time_left},
    event::{Event, Outgoing},
    fact::sheet::Sheet,
    id::{AccountId, CasePartyId, DeliveryId, IncidentId, NoticeId},
    incident::{ReasonInput, open},
    moment::Zone,
    notice::{
        ApproveInput, ChangesInput, Content, DraftInput, NewDraft, Notice, RECIPIENTS_MAX, RecipientsInput,
        Statement, StatementInput,
        check::ease,
        holder,
        stage::Stage,
        template::{self, NoticeKind},
    },
    party::{Party, in_case::CaseParty},
    recipient::merge,
    refusal::Refusal,
    text::{Checks, Choice},
    view::{Added, Listed, NoticePage, NoticeRow, NoticesTab, PAGE, StatementView},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use std::{borrow::Cow, collections::BTreeMap};

mod addressed;
mod checked;
mod comments;
mod list;
pub(crate) mod people;
mod shown;
mod versions;
mod wording;

pub(crate) use addressed::words_for;
pub(crate) use versions::redline;
pub(crate) use wording::worded;

use checked::Looked;

/// A notice with the sheet it rests on.
pub(crate) struct NoticeTarget(pub NoticeId);

pub(crate) struct LoadedNotice {
    loaded: Loaded,
    notice: Notice,
    sheet: Sheet,
    zone: Zone,
    parties: Vec<(CaseParty, Party)>,
    /// The fields that may be filled in for each person.
    fields: Vec<String>,
    /// The organisation's own text of its kind in its language.
    own: Option<Published>,
}

impl Target for NoticeTarget {
    type Loaded = LoadedNotice;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedNotice> {
        let row =
            tables::notices::Entity::find_by_id(self.0.to_string()).one(tx).await?.ok_or(Error::NotFound)?;
        let notice = rows::notice(&row)?;
        let loaded = crate::case::load(tx, ctx, notice.incident).await?;
        let house = House::load(tx, &ctx.calendars).await?;
        let grounds = Grounds::load(tx, &loaded.incident).await?;
        let sheet = sheets::of_notice(tx, ctx, &loaded.incident, &house, &grounds, &notice).await?;
        let zone = grounds.calendar_of(&house, &ctx.calendars, notice.authority).zone();
        let fields = people::fields(tx, &notice).await?;
        let own = Published::load(tx, (notice.kind, notice.language)).await?;
        Ok(LoadedNotice { loaded, notice, sheet, zone, parties: grounds.parties, fields, own })
    }
    fn object(loaded: &LoadedNotice) -> Object {
        loaded.loaded.access
    }
    fn revision(loaded: &LoadedNotice) -> Option<i64> {
        Some(loaded.notice.revision)
    }
}

/// The exact content of a notice as it is.
pub(crate) fn content(notice: &Notice) -> Content {
    let merged = notice.merged_fields();
    let words = notice.statements.iter().map(|s| {
        let built_in = !s.own_words && s.wording.is_none() && !merged.is_empty();
        let text =
            if built_in { Cow::Owned(without_fields(&s.text)) } else { Cow::Borrowed(s.text.as_str()) };
        (s.code.as_str(), text)
    });
    let words: Vec<(&str, Cow<'_, str>)> = words.collect();
    let statements: Vec<(&str, &str)> = words.iter().map(|(code, text)| (*code, text.as_ref())).collect();
    let assembled = render::notice::assemble(notice.kind, notice.language, &statements);
    Content {
        kind: notice.kind,
        language: notice.language,
        subject: assembled.subject,
        text: assembled.text,
        html: assembled.html,
        attachments: Vec::new(),
        recipients: notice.recipients.clone(),
        list: notice.list.clone(),
        merge: domain::journal::hash(&merged.join("\n")),
    }
}

/// Of a long list a page shows no more than the beginning.
fn most_receipts(notice: &Notice) -> u64 {
    if notice.list.is_empty() { RECIPIENTS_MAX as u64 } else { PAGE }
}

impl Recording {
    /// The controllers that take part in the case, each with what the address book says.
    pub(crate) fn controllers(&self) -> impl Iterator<Item = &(CaseParty, Party)> {
        self.grounds.parties.iter().filter(|(party, _)| party.is_controller())
    }

    /// A draft from the facts as they are. One to a controller has the address that the address book gives.
    pub(crate) fn drafted(
        &self,
        ctx: &Ctx,
        (id, by): (NoticeId, AccountId),
        draft: NewDraft,
        own: Option<&Published>,
    ) -> Result<Notice> {
        let NewDraft { kind, language, authority, controller } = draft;
        let (grounds, house) = (&self.grounds, &self.house);
        let sheet = match controller {
            Some(controller) => self.sheet_for(&[], controller),
            None => self.sheet_with(ctx, &[], grounds.awareness(), authority),
        };
        let zone = grounds.calendar_of(house, &ctx.calendars, authority).zone();
        let statements = template::statements(kind)
            .iter()
            .map(|spec| worded((kind, language), own, spec.code, &sheet, zone, by))
            .collect::<Result<Vec<_>>>()?;
        let to = self.controllers().find(|(party, _)| Some(party.id) == controller);
        let address = to.filter(|(_, book)| book.can_be_mailed()).map(|(_, book)| book.email.clone());
        Ok(Notice {
            id,
            incident: self.loaded.incident.id,
            kind,
            language,
            authority,
            controller,
            stage: Stage::Draft,
            statements,
            recipients: address.into_iter().collect(),
            list: RecipientList::default(),
            on_uncertain: OnUncertain::Resend,
            authors: vec![by],
            created_at: ctx.now,
            created_by: by,
            remark: String::new(),
            submitted_at: None,
            approved_digest: None,
            approved_at: None,
            approved_by: None,
            sent_at: None,
            sent_by: None,
            first_accepted_at: None,
            revision: 1,
        })
    }
}

impl Services {
    /// Drafts a notice from the facts as they are.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn draft_notice(&self, ctx: &Ctx, incident: IncidentId, input: &DraftInput) -> Result<Added> {
        let (id, by) = (NoticeId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::DraftNotice, ToDraft::of(incident, input), |(recording, own)| {
            open(&recording.loaded.incident)?;
            let controllers: Vec<CasePartyId> = recording.controllers().map(|(party, _)| party.id).collect();
            let draft = input.parse(&recording.grounds.authorities, &controllers)?;
            if draft.kind == NoticeKind::AuthorityWithdrawal {
                recording.grounds.may_withdraw(draft.authority)?;
            }
            let notice = recording.drafted(ctx, (id, by), draft, own.as_ref())?;
            Ok(Change::new(vec![Event::NoticeDrafted(notice)], Added { id: id.to_string() }))
        })
        .await
    }

    async fn change(
        &self,
        ctx: &Ctx,
        action: Action,
        id: NoticeId,
        what: &'static str,
        decide: impl FnOnce(&LoadedNotice, AccountId) -> Result<Notice> + Send,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, action, NoticeTarget(id), |loaded| {
            open(&loaded.loaded.incident)?;
            let notice = decide(loaded, by)?;
            Ok(Change::new(vec![Event::NoticeChanged { notice, what }], ()))
        })
        .await
    }

    /// Writes one statement in own words, or goes back to the template with an empty text.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, on its way, no such statement, or the text can't be taken.
    #[boxed]
    pub async fn edit_statement(
        &self,
        ctx: &Ctx,
        id: NoticeId,
        code: &str,
        input: &StatementInput,
    ) -> Result<()> {
        self.change(ctx, Action::EditNotice, id, "statement", |loaded, by| {
            let notice = &loaded.notice;
            if template::statement(notice.kind, code).is_none() {
                return Err(Error::NotFound);
            }
            let own = input.parse(code)?;
            // Own words rest on what the built-in text reads: that knows what the law asks for there.
            let under = loaded.own.as_ref().filter(|_| own.is_none());
            let kind = (notice.kind, notice.language);
            let mut statement = worded(kind, under, code, &loaded.sheet, loaded.zone, by)?;
            if let Some((text, judgement)) = own {
                if notice.takes_a_list().is_ok() {
                    merge::fields(&text, &loaded.fields)?;
                }
                statement = Statement { text, own_words: true, judgement, ..statement };
            }
            Ok(notice.with_statements(vec![statement], by)?)
        })
        .await
    }

    /// Looks at one statement again, or at every stale one: the template's words are made anew, own words are kept
    /// and rest on the facts as they are now.
    ///
    /// # Errors
    /// Hidden, not allowed, stale revision, on its way, or no such statement.
    #[boxed]
    pub async fn refresh_statements(&self, ctx: &Ctx, id: NoticeId, code: Option<&str>) -> Result<()> {
        self.change(ctx, Action::EditNotice, id, "refreshed", |loaded, by| {
            let notice = &loaded.notice;
            let stale = notice.stale(&loaded.sheet);
            let chosen: Vec<&Statement> = match code {
                Some(code) => notice.statements.iter().filter(|s| s.code == code).collect(),
                None => notice.statements.iter().filter(|s| stale.contains(&s.code)).collect(),
            };
            if chosen.is_empty() {
                return Err(Refusal::state(
                    "nothing_stale",
                    "No statement rests on a fact that has changed.",
                )
                .into());
            }
            let statements = chosen
                .into_iter()
                .map(|old| {
                    let kind = (notice.kind, notice.language);
                    let own = loaded.own.as_ref().filter(|_| !old.own_words);
                    let new = worded(kind, own, &old.code, &loaded.sheet, loaded.zone, by)?;
                    Ok(if old.own_words {
                        let (text, judgement) = (old.text.clone(), old.judgement);
                        Statement { text, own_words: true, judgement, ..new }
                    } else {
                        new
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(notice.with_statements(statements, by)?)
        })
        .await
    }

    /// Says who gets it.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, on its way, or an address can't be taken.
    #[boxed]
    pub async fn set_recipients(&self, ctx: &Ctx, id: NoticeId, input: &RecipientsInput) -> Result<()> {
        self.change(ctx, Action::EditNotice, id, "recipients", |loaded, by| {
            let recipients = input.parse(loaded.notice.kind)?;
            let notice = loaded.notice.with_recipients(recipients, by)?;
            addressed::recipients(&notice, &loaded.parties)?;
            Ok(notice)
        })
        .await
    }

    /// Gives it to a second person.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, not a draft, or something was found that must be mended.
    #[boxed]
    pub async fn submit_notice(&self, ctx: &Ctx, id: NoticeId) -> Result<()> {
        self.write(ctx, Action::SubmitNotice, Looked(id, self.key.clone()), |(loaded, beside)| {
            open(&loaded.loaded.incident)?;
            addressed::only_to_it(&loaded.notice, &content(&loaded.notice), &loaded.parties)?;
            let notice = loaded.notice.submit(&loaded.findings(beside), ctx.now)?;
            Ok(Change::new(vec![Event::NoticeChanged { notice, what: "submitted" }], ()))
        })
        .await
    }

    /// Sends it back to its authors.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, not in review, or no remark.
    #[boxed]
    pub async fn request_changes(&self, ctx: &Ctx, id: NoticeId, input: &ChangesInput) -> Result<()> {
        self.change(ctx, Action::RequestChanges, id, "changes_requested", |loaded, _| {
            let mut checks = Checks::new();
            let remark = checks.reason("remark", &input.remark).ok_or_else(|| checks.refusal())?;
            Ok(loaded.notice.request_changes(remark)?)
        })
        .await
    }

    /// Approves exactly the content whose digest was read.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, not in review, own work, or the content is another by now.
    #[boxed]
    pub async fn approve_notice(&self, ctx: &Ctx, id: NoticeId, input: &ApproveInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::ApproveNotice, Looked(id, self.key.clone()), |(loaded, beside)| {
            open(&loaded.loaded.incident)?;
            let content = content(&loaded.notice);
            addressed::only_to_it(&loaded.notice, &content, &loaded.parties)?;
            let digest = content.digest();
            let found = loaded.findings(beside);
            let on_uncertain = input.on_uncertain()?;
            let seen = input.digest.trim();
            let notice = loaded.notice.approve(by, seen, &digest, on_uncertain, &found, ctx.now)?;
            Ok(Change::new(vec![Event::NoticeApproved { notice, digest }], ()))
        })
        .await
    }

    /// Releases an approved notice: one mail for each recipient goes into the outbox in this commit.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, not approved, or the content isn't the approved one.
    #[boxed]
    pub async fn send_notice(&self, ctx: &Ctx, id: NoticeId) -> Result<()> {
        let by = ctx.person()?.account;
        let message_domain = self.message_domain().await?;
        self.write(ctx, Action::SendNotice, Looked(id, self.key.clone()), |(loaded, beside)| {
            open(&loaded.loaded.incident)?;
            let content = content(&loaded.notice);
            addressed::only_to_it(&loaded.notice, &content, &loaded.parties)?;
            let found = loaded.findings(beside);
            let notice = loaded.notice.send(by, &content.digest(), &found, ctx.now)?;
            let mails = notice
                .recipients
                .iter()
                .map(|recipient| {
                    let message_id =
                        message_id(&self.key, (id, notice.revision), recipient, &message_domain)?;
                    let mail = DeliveryId::from_bits(ctx.fresh.bits());
                    Ok(Outgoing { id: mail, recipient: recipient.clone(), message_id })
                })
                .collect::<Result<_>>()?;
            Ok(Change::new(vec![Event::NoticeSent { notice, content, mails, message_domain }], ()))
        })
        .await
    }

    /// Gives it up; what has not left yet will not.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, settled, or no reason.
    #[boxed]
    pub async fn cancel_notice(&self, ctx: &Ctx, id: NoticeId, input: &ReasonInput) -> Result<()> {
        self.change(ctx, Action::CancelNotice, id, "cancelled", |loaded, _| {
            Ok(loaded.notice.cancel(input.parse()?)?)
        })
        .await
    }

    /// The notices of one incident.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn notices_of(&self, ctx: &Ctx, incident: IncidentId) -> Result<NoticesTab> {
        use tables::notices::Column as N;
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let found = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(incident.to_string()))
            .order_by_desc(N::CreatedAt)
            .all(&self.reader)
            .await?;
        let notices = self.notice_rows(&found).await?;
        let languages = self.organisation().await?.0.languages;
        let authorities = store::clocks::authorities(&self.reader, &incident.to_string()).await?;
        let authorities = authorities.into_iter().filter(|a| a.withdrawn_at.is_none()).collect();
        let parties = store::parties::of_case(&self.reader, &incident.to_string()).await?;
        let controllers = parties.into_iter().filter(|(party, _)| party.is_controller());
        let controllers = controllers.map(|(party, book)| (party.id, book.name)).collect();
        Ok(NoticesTab { case, notices, languages, authorities, controllers })
    }

    /// A page of the notices of every incident that the asker may see.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn notices(&self, ctx: &Ctx, stage: Option<Stage>, page: u64) -> Result<Listed<NoticeRow>> {
        use tables::notices::Column as N;
        self.permit(ctx, Action::ReadIncidents, Object::System)?;
        let seen = self.in_visible(ctx, (tables::notices::Entity, N::IncidentId), false)?;
        let mut query = tables::notices::Entity::find().filter(seen).order_by_desc(N::CreatedAt);
        if let Some(stage) = stage {
            query = query.filter(N::Stage.eq(stage.code()));
        }
        let found = self.paged(query, page, |row| Ok(row.clone())).await?;
        Ok(Listed { items: self.notice_rows(&found.items).await?, total: found.total, page: found.page })
    }

    pub(crate) async fn notice_rows(&self, found: &[tables::notices::Model]) -> Result<Vec<NoticeRow>> {
        use tables::clock_rows::Column as K;
        let heads = self.heads(found.iter().map(|n| n.incident_id.as_str()).collect()).await?;
        let cases: Vec<&str> = found.iter().map(|n| n.incident_id.as_str()).collect();
        let clocks =
            tables::clock_rows::Entity::find().filter(K::IncidentId.is_in(cases)).all(&self.reader).await?;
        let named: Vec<&str> = found.iter().filter_map(|n| n.authority_id.as_deref()).collect();
        let named = match named.is_empty() {
            true => Vec::new(),
            false => {
                let of_these = tables::case_authorities::Column::Id.is_in(named);
                tables::case_authorities::Entity::find().filter(of_these).all(&self.reader).await?
            }
        };
        let controllers = self.controllers_of(found).await?;
        let tallies = self.tallies(found.iter().map(|n| n.id.as_str()).collect()).await?;
        let mut out = Vec::new();
        for row in found {
            let Some(head) = heads.iter().find(|h| h.id == row.incident_id) else { continue };
            let notice = rows::notice(row)?;
            let to = row.controller_id.as_ref().and_then(|id| controllers.get(id));
            let of_contract = to.and_then(|book| book.clock.as_deref());
            let its = |c: &&tables::clock_rows::Model| {
                if c.incident_id == row.incident_id && notice.kind == NoticeKind::ControllerNotice {
                    return Some(c.rule.as_str()) == of_contract;
                }
                let authority = notice.authority.map(|a| a.to_string()).unwrap_or_default();
                c.incident_id == row.incident_id
                    && !c.ours
                    && notice.kind == NoticeKind::AuthorityNotification
                    && if notice.authority.is_some() { c.recipient == authority } else { c.rule == GDPR_33.0 }
            };
            let due = clocks.iter().filter(its).min_by_key(|c| c.due_at);
            let authority = row.authority_id.as_ref().and_then(|id| named.iter().find(|a| a.id == *id));
            out.push(NoticeRow {
                id: notice.id,
                incident: notice.incident,
                reference: head.reference.clone(),
                incident_title: head.title.clone(),
                kind: notice.kind,
                language: notice.language,
                authority: authority.map(|a| a.name.clone()),
                controller: to.map(|book| book.name.clone()),
                stage: notice.stage,
                with: holder::with(&notice).map(|(with, _)| with),
                waits_since: holder::with(&notice).and_then(|(_, since)| since),
                created_at: notice.created_at,
                due_at: store::instant_opt(due.map(|d| d.due_at))?,
                tally: tallies.get(&row.id).copied().unwrap_or_default(),
            });
        }
        Ok(out)
    }

    /// What the address book says about the controllers that notices go to, by the id of the party of the case.
    async fn controllers_of(
        &self,
        found: &[tables::notices::Model],
    ) -> Result<BTreeMap<String, tables::parties::Model>> {
        use tables::{case_parties::Column as C, parties::Column as P};
        let ids: Vec<&str> = found.iter().filter_map(|n| n.controller_id.as_deref()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let here = tables::case_parties::Entity::find().filter(C::Id.is_in(ids)).all(&self.reader).await?;
        let book = tables::parties::Entity::find()
            .filter(P::Id.is_in(here.iter().map(|p| p.party_id.as_str())))
            .all(&self.reader)
            .await?;
        let said = here.into_iter().filter_map(|party| {
            let book = book.iter().find(|book| book.id == party.party_id)?;
            Some((party.id, book.clone()))
        });
        Ok(said.collect())
    }

    /// One notice with everything under it.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn notice(&self, ctx: &Ctx, id: NoticeId) -> Result<NoticePage> {
        let row = tables::notices::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let notice = rows::notice(&row)?;
        let (case, grounds, house) =
            self.case_with_clocks(ctx, notice.incident, Action::ReadIncident).await?;
        let sheet = sheets::of_notice(&self.reader, ctx, &case.incident, &house, &grounds, &notice).await?;
        let to = notice.controller.and_then(|id| grounds.parties.iter().find(|(party, _)| party.id == id));
        let controller = to.map(|(_, book)| book.name.clone());
        let zone = grounds.calendar_of(&house, &ctx.calendars, notice.authority).zone();
        let old = checked::facts_read(&self.reader, &notice.statements).await?;
        let own = Published::load(&self.reader, (notice.kind, notice.language)).await?;
        let statements = notice
            .statements
            .iter()
            .map(|s| shown::statement((&notice, own.as_ref()), s, &sheet, &old, (ctx.zone(), zone)))
            .collect::<Result<Vec<StatementView>>>()?;
        let written = store::review::versions(&self.reader, id).await?;
        let written_at = written.first().map_or(notice.created_at, |version| version.saved_at);
        let holder = holder::holder(&notice, &case, written_at);
        let due_at = match holder {
            Some(_) => self.notice_rows(std::slice::from_ref(&row)).await?.first().and_then(|row| row.due_at),
            None => None,
        };
        let comments = store::review::comments(&self.reader, &row.id).await?;
        let findings = self.findings(&notice, &sheet, zone).await?;
        let ease = ease::of(&notice);
        let content = content(&notice);
        let digest = content.digest();
        let tally = self.tallies(vec![row.id.as_str()]).await?.get(&row.id).copied().unwrap_or_default();
        let receipts = self.receipts(&row.id, most_receipts(&notice)).await?;
        let paused = self.paused(&row.id).await?;
        let left = notice.sent_at.and_then(|at| time_left(&tally, ctx.now - at));
        let done_at = left.filter(|_| paused.is_none()).map(|left| ctx.now + left);
        let held = if tally.held > 0 { self.held(&row.id).await? } else { Vec::new() };
        let suppressed = if tally.suppressed > 0 { self.suppressed(&row.id).await? } else { Vec::new() };
        Ok(NoticePage {
            case,
            notice,
            controller,
            statements,
            findings,
            ease,
            comments,
            holder,
            due_at,
            subject: content.subject,
            text: content.text,
            html: content.html,
            digest,
            tally,
            receipts,
            held,
            suppressed,
            paused,
            pace: self.pace,
            done_at,
        })
    }
}
