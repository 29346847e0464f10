//! Saving what happened. Exhaustive over [`Event`], as the journal is.

use super::{micros, rows, rows::fresh, search, search::Doc, tables, to_json};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    awareness::Adoption,
    event::{Event, LinkFor},
    id::{AccountId, EntryId, IncidentId},
    incident::Incident,
    text::Choice,
    work::entry::Entry,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

/// Saves one event's new state. Changes are saved only over the revision before.
pub(crate) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &Event) -> Result<()> {
    match event {
        Event::AccountCreated(_)
        | Event::AccountChanged { .. }
        | Event::PasswordSet { .. }
        | Event::LinkIssued { .. }
        | Event::LinkUsed { .. }
        | Event::SessionStarted { .. }
        | Event::SessionEnded { .. }
        | Event::SessionsEnded { .. }
        | Event::TokenCreated { .. }
        | Event::TokenRevoked { .. }
        | Event::OrganisationSaved { .. }
        | Event::TestMailAsked { .. }
        | Event::MailSaved { .. } => of_system(tx, ctx, event).await,
        Event::AlertReceived(alert) => {
            insert::<tables::alerts::Entity>(tx, fresh(rows::alert_row(alert))).await?;
            let doc = Doc {
                target: alert.id.to_string(),
                incident: String::new(),
                kind: "alert",
                title: &alert.title,
                body: &alert.body,
            };
            search::index(tx, &doc).await
        }
        Event::AlertDismissed(alert) | Event::AlertDeclared(alert) => {
            let at = Condition::all()
                .add(tables::alerts::Column::Id.eq(alert.id.to_string()))
                .add(tables::alerts::Column::Revision.eq(alert.revision - 1));
            replace::<tables::alerts::Entity>(tx, fresh(rows::alert_row(alert)), at).await
        }
        Event::IncidentDeclared(incident) => {
            let row = rows::incident_row(incident);
            search::index(tx, &search::incident(&row)).await?;
            insert::<tables::incidents::Entity>(tx, fresh(row)).await?;
            version(tx, incident).await?;
            member(tx, ctx, incident.id, incident.lead, None).await?;
            // A clock starts with what is recorded: of a new incident, only what stands in its head.
            if incident.first_hint_at.is_some() || incident.detected_at.is_some() {
                super::clocks::recompute(tx, ctx, incident.id).await?;
            }
            tell(tx, ctx, incident.id, format!("Declared as {}.", incident.reference)).await
        }
        Event::IncidentEdited(incident) => {
            head(tx, incident).await?;
            // First hint and detection stand in the head.
            super::clocks::recompute(tx, ctx, incident.id).await
        }
        Event::PhaseMoved { incident, from, reason } => {
            head(tx, incident).await?;
            tell(
                tx,
                ctx,
                incident.id,
                with_reason(format!("Phase moved from {from} to {}", incident.phase), reason),
            )
            .await
        }
        Event::IncidentClosed { incident, reason } => {
            head(tx, incident).await?;
            super::clocks::recompute(tx, ctx, incident.id).await?;
            let outcome = incident.outcome.map(Choice::label).unwrap_or_default();
            tell(tx, ctx, incident.id, with_reason(format!("Closed as {outcome}"), reason)).await
        }
        Event::IncidentReopened { incident, reason } => {
            head(tx, incident).await?;
            super::clocks::recompute(tx, ctx, incident.id).await?;
            tell(tx, ctx, incident.id, with_reason("Reopened".to_owned(), reason)).await
        }
        Event::RestrictionSet { incident, reason } => {
            head(tx, incident).await?;
            let what = if incident.restricted { "Restricted to its members" } else { "Restriction lifted" };
            tell(tx, ctx, incident.id, with_reason(what.to_owned(), reason)).await
        }
        Event::MemberAdded { incident, account } => {
            member(tx, ctx, *incident, *account, None).await?;
            tell(tx, ctx, *incident, "A member was added.".to_owned()).await
        }
        Event::MemberRemoved { incident, account } => {
            tables::members::Entity::delete_by_id((account.to_string(), incident.to_string()))
                .exec(tx)
                .await?;
            tell(tx, ctx, *incident, "A member was removed.".to_owned()).await
        }
        Event::GlassBroken { incident, account, until, reason } => {
            member(tx, ctx, *incident, *account, Some(micros(*until))).await?;
            tell(
                tx,
                ctx,
                *incident,
                with_reason("Glass broken: opened to somebody who isn't a member".to_owned(), reason),
            )
            .await
        }
        Event::EntryAdded(_)
        | Event::EntryEdited(_)
        | Event::EntryWithdrawn(_)
        | Event::TaskAdded(_)
        | Event::TaskChanged { .. }
        | Event::NoteAdded(_)
        | Event::NoteEdited(_)
        | Event::EvidenceAdded(_)
        | Event::EvidenceWithdrawn(_)
        | Event::EvidenceVerified(_)
        | Event::RunStarted(_)
        | Event::StepChanged { .. }
        | Event::ItemAdded { .. }
        | Event::ItemChanged { .. } => super::items::of_work(tx, ctx, event).await,
        Event::FactRecorded { incident, fact } => super::items::fact(tx, ctx, *incident, fact).await,
        Event::AwarenessRecorded(awareness) => {
            let row = fresh(rows::clocks::awareness_row(awareness));
            insert::<tables::awareness::Entity>(tx, row).await?;
            super::clocks::recompute(tx, ctx, awareness.incident).await?;
            let due = domain::clock::due_of(awareness.aware_at);
            let what = match (awareness.adoption, due) {
                (Adoption::Waiting, _) => {
                    "Correction of awareness recorded; a second person confirms or declines it.".to_owned()
                }
                (_, Some(due)) => {
                    let due = domain::moment::show(due, domain::moment::Zone::UTC);
                    format!("Awareness recorded; the notification to the authority is due at {due}.")
                }
                (_, None) => "Awareness recorded; it lies before the GDPR applied, so its clock doesn't run."
                    .to_owned(),
            };
            tell(tx, ctx, awareness.incident, what).await
        }
        Event::Library(event) => super::library::apply(tx, event).await,
        Event::Text(event) => super::texts::apply(tx, event).await,
        Event::Assessment(event) => super::assessments::apply(tx, ctx, event).await,
        Event::Followed(event) => super::runs::apply(tx, ctx, event).await,
        Event::Clock(event) => super::clocks::apply(tx, ctx, event).await,
        Event::Correspondence(event) => super::correspondence::apply(tx, ctx, event).await,
        Event::Decision(event) => super::decisions::apply(tx, ctx, event).await,
        Event::Delivery(event) => super::deliveries::apply(tx, ctx, event).await,
        Event::Recipient(event) => super::recipients::apply(tx, ctx, event).await,
        Event::Register(event) => super::register::apply(tx, ctx, event).await,
        Event::Review(event) => super::review::apply(tx, event).await,
        Event::Party(event) => super::parties::apply(tx, ctx, event).await,
        Event::NoticeDrafted(notice) => {
            insert::<tables::notices::Entity>(tx, fresh(rows::notice_row(notice)?)).await?;
            super::review::keep_version(tx, ctx, notice, "drafted").await
        }
        Event::NoticeChanged { notice, what } => {
            super::items::notice(tx, notice).await?;
            match *what {
                "cancelled" => {
                    super::boxes::cancel(tx, notice.id).await?;
                    super::recipients::ended(tx, ctx, notice).await
                }
                // Whoever types recipients does without the list.
                "recipients" => super::recipients::drop_list(tx, notice.id).await,
                "statement" | "refreshed" => super::review::keep_version(tx, ctx, notice, what).await,
                _ => Ok(()),
            }
        }
        Event::NoticeVoided { notice, key } => {
            super::items::notice(tx, notice).await?;
            let label =
                domain::fact::catalogue::catalogue().get(key).map_or(key.as_str(), |d| d.label.as_str());
            let words = format!("{}: back to draft, because the answer to “{label}” changed.", notice.kind);
            tell(tx, ctx, notice.incident, words).await
        }
        Event::NoticeApproved { notice, .. } => {
            super::items::notice(tx, notice).await?;
            tell(tx, ctx, notice.incident, format!("{}: approved.", notice.kind)).await
        }
        Event::NoticeSent { notice, content, mails, message_domain } => {
            super::items::notice(tx, notice).await?;
            super::boxes::release(tx, ctx, (notice, message_domain), content, mails).await?;
            tell(
                tx,
                ctx,
                notice.incident,
                format!("{}: released to {} recipient(s).", notice.kind, notice.people()),
            )
            .await
        }
        Event::NoticeSettled(notice) => {
            super::items::notice(tx, notice).await?;
            super::recipients::ended(tx, ctx, notice).await?;
            // What a relay took meets a clock, and what came back doesn't any more.
            super::clocks::recompute(tx, ctx, notice.incident).await?;
            tell(tx, ctx, notice.incident, format!("{}: {}.", notice.kind, notice.stage)).await
        }
    }
}

pub(super) fn with_reason(what: String, reason: &str) -> String {
    if reason.is_empty() { format!("{what}.") } else { format!("{what}: {reason}") }
}

pub(super) async fn insert<E: EntityTrait>(tx: &DatabaseTransaction, row: E::ActiveModel) -> Result<()> {
    E::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves over exactly one row, or finds that somebody was faster.
pub(super) async fn replace<E: EntityTrait>(
    tx: &DatabaseTransaction,
    row: E::ActiveModel,
    at: Condition,
) -> Result<()> {
    let done = E::update_many().set(row).filter(at).exec(tx).await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { current: 0 }) }
}

async fn head(tx: &DatabaseTransaction, incident: &Incident) -> Result<()> {
    let row = rows::incident_row(incident);
    search::index(tx, &search::incident(&row)).await?;
    version(tx, incident).await?;
    let at = Condition::all()
        .add(tables::incidents::Column::Id.eq(row.id.clone()))
        .add(tables::incidents::Column::Revision.eq(incident.revision - 1));
    replace::<tables::incidents::Entity>(tx, fresh(row), at).await
}

/// What of the head was overwritten is asked for later: how things stood at an hour.
async fn version(tx: &DatabaseTransaction, incident: &Incident) -> Result<()> {
    let row = tables::incident_versions::Model {
        incident_id: incident.id.to_string(),
        revision: incident.revision,
        recorded_at: micros(incident.updated_at),
        first_hint_at: incident.first_hint_at.map(micros),
        detected_at: incident.detected_at.map(micros),
    };
    insert::<tables::incident_versions::Entity>(tx, fresh(row)).await
}

async fn member(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    incident: IncidentId,
    account: AccountId,
    until: Option<i64>,
) -> Result<()> {
    let case = tables::incidents::Entity::find_by_id(incident.to_string()).one(tx).await?;
    let row = tables::members::Model {
        account_id: account.to_string(),
        incident_id: incident.to_string(),
        added_at: micros(ctx.now),
        added_by: ctx.actor.name(),
        until,
        declared_at: case.ok_or(Error::NotFound)?.declared_at,
    };
    let mut conflict =
        OnConflict::columns([tables::members::Column::AccountId, tables::members::Column::IncidentId]);
    tables::members::Entity::insert(fresh(row))
        .on_conflict(conflict.update_columns([tables::members::Column::Until]).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Puts an entry of the desk's own into the timeline.
pub(super) async fn tell(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    incident: IncidentId,
    text: String,
) -> Result<()> {
    let by = ctx.actor.person().map(|p| p.account);
    let entry = Entry::system(EntryId::from_bits(ctx.fresh.bits()), incident, text, by, ctx.now);
    insert::<tables::entries::Entity>(tx, fresh(rows::entry_row(&entry))).await
}

async fn of_system(tx: &DatabaseTransaction, ctx: &Ctx, event: &Event) -> Result<()> {
    match event {
        Event::AccountCreated(a) => {
            let row = tables::accounts::Model {
                id: a.id.to_string(),
                email: a.email.clone(),
                name: a.name.clone(),
                role: a.role.code().to_owned(),
                zone: a.zone.name().to_owned(),
                password_hash: None,
                disabled_at: None,
                created_at: micros(a.created_at),
                revision: a.revision,
            };
            insert::<tables::accounts::Entity>(tx, fresh(row)).await
        }
        Event::AccountChanged { account: a, .. } => {
            use tables::accounts::Column as C;
            tables::accounts::Entity::update_many()
                .col_expr(C::Name, Expr::val(a.name.as_str()))
                .col_expr(C::Role, Expr::val(a.role.code()))
                .col_expr(C::Zone, Expr::val(a.zone.name()))
                .col_expr(C::DisabledAt, Expr::val(a.disabled_at.map(micros)))
                .col_expr(C::Revision, Expr::val(a.revision))
                .filter(C::Id.eq(a.id.to_string()).and(C::Revision.eq(a.revision - 1)))
                .exec(tx)
                .await
                .map_err(Error::from)
                .and_then(
                    |done| if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { current: 0 }) },
                )
        }
        Event::PasswordSet { account, hash, .. } => {
            use tables::accounts::Column as C;
            tables::accounts::Entity::update_many()
                .col_expr(C::PasswordHash, Expr::val(hash.0.as_str()))
                .filter(C::Id.eq(account.to_string()))
                .exec(tx)
                .await?;
            // Whatever other one-time address is still about is no way in any more.
            use tables::links::Column as L;
            tables::links::Entity::update_many()
                .col_expr(L::UsedAt, Expr::val(micros(ctx.now)))
                .filter(L::AccountId.eq(account.to_string()).and(L::UsedAt.is_null()))
                .exec(tx)
                .await?;
            Ok(())
        }
        Event::LinkIssued { purpose, digest, expires_at } => {
            let account_id = match purpose {
                LinkFor::SetUp => None,
                LinkFor::Password(account) => Some(account.to_string()),
            };
            let row = tables::links::Model {
                digest: digest.clone(),
                account_id,
                expires_at: micros(*expires_at),
                used_at: None,
            };
            insert::<tables::links::Entity>(tx, fresh(row)).await
        }
        Event::LinkUsed { digest } => {
            use tables::links::Column as C;
            let done = tables::links::Entity::update_many()
                .col_expr(C::UsedAt, Expr::val(micros(ctx.now)))
                .filter(C::Digest.eq(digest.as_str()).and(C::UsedAt.is_null()))
                .exec(tx)
                .await?;
            if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
        }
        Event::SessionStarted { session, account, digest, expires_at, agent } => {
            let row = tables::sessions::Model {
                digest: digest.clone(),
                id: session.to_string(),
                account_id: account.to_string(),
                agent: agent.clone(),
                created_at: micros(ctx.now),
                seen_at: micros(ctx.now),
                expires_at: micros(*expires_at),
            };
            insert::<tables::sessions::Entity>(tx, fresh(row)).await
        }
        Event::SessionEnded { account, session } => {
            use tables::sessions::Column as C;
            let which = C::Id.eq(session.to_string()).and(C::AccountId.eq(account.to_string()));
            tables::sessions::Entity::delete_many().filter(which).exec(tx).await?;
            Ok(())
        }
        Event::SessionsEnded { account, except } => {
            use tables::sessions::Column as C;
            let mut which = Condition::all().add(C::AccountId.eq(account.to_string()));
            if let Some(kept) = except {
                which = which.add(C::Id.ne(kept.to_string()));
            }
            tables::sessions::Entity::delete_many().filter(which).exec(tx).await?;
            Ok(())
        }
        Event::TokenCreated { token, digest } => {
            let scopes: Vec<&str> = token.scopes.iter().map(|s| s.code()).collect();
            let row = tables::api_tokens::Model {
                id: token.id.to_string(),
                digest: digest.clone(),
                account_id: token.account.to_string(),
                name: token.name.clone(),
                scopes: scopes.join(" "),
                created_at: micros(token.created_at),
                expires_at: micros(token.expires_at),
                revoked_at: None,
            };
            insert::<tables::api_tokens::Entity>(tx, fresh(row)).await
        }
        Event::TokenRevoked { account, token, at } => {
            use tables::api_tokens::Column as C;
            let which = C::Id.eq(token.to_string()).and(C::AccountId.eq(account.to_string()));
            tables::api_tokens::Entity::update_many()
                .col_expr(C::RevokedAt, Expr::val(micros(*at)))
                .filter(which)
                .exec(tx)
                .await?;
            Ok(())
        }
        Event::OrganisationSaved { organisation, revision } => {
            setting(tx, "organisation", to_json(organisation)?, *revision).await?;
            // The competent authority's zone decides which day it is.
            super::clocks::recompute_all(tx, ctx).await
        }
        Event::MailSaved { settings, sealed_password, revision } => {
            setting(tx, "mail", to_json(settings)?, *revision).await?;
            match sealed_password {
                Some(sealed) => setting(tx, "mail_password", sealed.0.clone(), *revision).await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

pub(crate) async fn setting(tx: &DatabaseTransaction, name: &str, body: String, revision: i64) -> Result<()> {
    use tables::settings::Column as C;
    let row = tables::settings::Model { name: name.to_owned(), body, revision };
    tables::settings::Entity::insert(fresh(row))
        .on_conflict(OnConflict::column(C::Name).update_columns([C::Body, C::Revision]).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
