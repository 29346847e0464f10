//! Which incidents the register has, as a condition in SQL.

use crate::{
    Services,
    ctx::Ctx,
    error::Result,
    store::{self, micros, tables},
};
use domain::{
    access::Actor,
    incident::Outcome,
    register::{CaseState, Filter, Keeping, Notified, Punctuality, RiskFound, retention::RetentionSettings},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use tables::{
    incidents::Column as I, legal_holds::Column as H, register_rows::Column as R, review_dates::Column as D,
};

/// How a case ended that the register hasn't got.
pub(super) const NO_BREACH: [Outcome; 2] = [Outcome::FalseAlarm, Outcome::IncidentWithoutPersonalData];

impl Services {
    /// The incidents of the register that the asker may audit and the filter asks for. Whoever sits at the machine
    /// itself sees all.
    pub(super) fn records_asked(
        &self,
        ctx: &Ctx,
        filter: &Filter,
        settings: RetentionSettings,
    ) -> Result<Select<tables::incidents::Entity>> {
        let seen = match ctx.actor {
            Actor::Operator(_) => Condition::all(),
            _ => self.visible(ctx, true)?,
        };
        let mut all = Condition::all().add(seen).add(
            Condition::any().add(I::Outcome.is_null()).add(I::Outcome.is_not_in(NO_BREACH.map(Choice::code))),
        );
        if let Some(from) = filter.from {
            all = all.add(I::DeclaredAt.gte(micros(from)));
        }
        if let Some(until) = filter.until {
            all = all.add(I::DeclaredAt.lt(micros(until)));
        }
        if let Some(state) = filter.state {
            all = all.add(match state {
                CaseState::Open => I::ClosedAt.is_null(),
                CaseState::Closed => I::ClosedAt.is_not_null(),
                phase => I::Phase.eq(phase.code()),
            });
        }
        if let Some(notified) = filter.notified {
            let told = listed(R::NotifiedAt.is_not_null());
            all = all.add(if notified == Notified::Yes { told } else { told.not() });
        }
        if let Some(late) = filter.late {
            let by_now = Func::coalesce([Expr::col(R::NotifiedAt), Expr::val(micros(ctx.now))]);
            all = all.add(match late {
                Punctuality::Late => listed(Expr::col(R::DueAt).lt(by_now)),
                Punctuality::InTime => listed(Expr::col(R::NotifiedAt).lte(Expr::col(R::DueAt))),
            });
        }
        if let Some(risk) = filter.risk {
            all = all.add(match risk {
                RiskFound::Open => listed(R::Risk.is_not_null()).not(),
                found => listed(R::Risk.eq(found.code())),
            });
        }
        if let Some(keeping) = filter.keeping {
            let held = held();
            all = match keeping {
                Keeping::Held => all.add(held),
                Keeping::Due => all.add(I::ClosedAt.is_not_null()).add(held.not()).add(come(ctx, settings)),
            };
        }
        if !filter.words.is_empty() {
            let escaped = store::lowered(&self.reader, &filter.words)
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let like = |column: I| {
                Expr::expr(Func::lower(Expr::col((tables::incidents::Entity, column))))
                    .like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
            };
            all = all.add(Condition::any().add(like(I::Reference)).add(like(I::Title)));
        }
        Ok(tables::incidents::Entity::find().filter(all))
    }
}

/// Whether the incident's row holds this.
fn listed(what: Expr) -> Expr {
    let of_it =
        Expr::col((tables::register_rows::Entity, R::IncidentId)).equals((tables::incidents::Entity, I::Id));
    let row = tables::register_rows::Entity::find().select_only().column(R::IncidentId);
    Expr::exists(row.filter(of_it).filter(what).into_query())
}

/// Whether a legal hold stands.
fn held() -> Expr {
    let of_it =
        Expr::col((tables::legal_holds::Entity, H::IncidentId)).equals((tables::incidents::Entity, I::Id));
    let hold = tables::legal_holds::Entity::find().select_only().column(H::IncidentId);
    Expr::exists(hold.filter(of_it).filter(H::LiftedAt.is_null()).into_query())
}

/// Whether the record's own date has come, or without one that of the organisation's years.
fn come(ctx: &Ctx, settings: RetentionSettings) -> Condition {
    let own = |what: Expr| {
        let of_it = Expr::col((tables::review_dates::Entity, D::IncidentId))
            .equals((tables::incidents::Entity, I::Id));
        let date = tables::review_dates::Entity::find().select_only().column(D::IncidentId);
        Expr::exists(date.filter(of_it).filter(what).into_query())
    };
    let mut any = Condition::any().add(own(D::ReviewAt.lte(micros(ctx.now))));
    if let Some(closed_by) = settings.closed_by(ctx.now) {
        let by_years = Condition::all()
            .add(I::ClosedAt.lte(micros(closed_by)))
            .add(own(D::ReviewAt.is_not_null()).not());
        any = any.add(by_years);
    }
    any
}
