//! What the organisation decides about clocks: rules, clocks of its own, reminders and lead times.

use crate::{
    Services, boxed,
    clocks::House,
    ctx::Ctx,
    error::{Error, Result},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object, Permit, permits},
    clock::{
        rule::{
            Rule,
            own::{OwnClock, OwnClockInput},
        },
        settings::{ClockSettings, ClockSettingsInput, RuleSwitchInput},
    },
    event::{Event, clocks::ClockEvent},
    refusal::Refusal,
    text::Choice,
    view::{
        Added,
        clocks::{OwnClockLine, RuleLine, RulesPage},
    },
};
use sea_orm::DatabaseTransaction;

/// The settings, by their own revision or by that of one of the clocks of its own, or by none.
enum OfHouse {
    Settings,
    Anything,
    Own(String),
}

struct LoadedHouse {
    house: House,
    revision: Option<i64>,
}

impl Target for OfHouse {
    type Loaded = LoadedHouse;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedHouse> {
        let house = House::load(tx, &ctx.calendars).await?;
        let revision = match self {
            Self::Settings => Some(house.revision),
            Self::Anything => None,
            Self::Own(code) => Some(own(&house, code)?.revision),
        };
        Ok(LoadedHouse { house, revision })
    }
    fn object(_: &LoadedHouse) -> Object {
        Object::System
    }
    fn revision(loaded: &LoadedHouse) -> Option<i64> {
        loaded.revision
    }
}

fn own<'h>(house: &'h House, code: &str) -> Result<&'h OwnClock> {
    house.own.iter().find(|own| own.code == code).ok_or(Error::NotFound)
}

fn running(own: &OwnClock) -> Result<()> {
    if own.retired_at.is_some() {
        return Err(Refusal::state("retired", "This clock was retired. Make a new one.").into());
    }
    Ok(())
}

/// The settings after a change, under their next revision.
fn saved(house: &House, settings: ClockSettings, what: &'static str) -> Event {
    Event::Clock(ClockEvent::SettingsSaved { settings, revision: house.revision + 1, what })
}

fn line(house: &House, rule: &Rule, ctx: &Ctx) -> Option<RuleLine> {
    let today = house.today(ctx.now);
    let version = rule.current(today)?;
    let stages = version.stages.iter().map(|stage| {
        let limit = if stage.wording.is_empty() { stage.within.to_string() } else { stage.wording.clone() };
        format!("{}: {limit}, from: {}", stage.title, stage.trigger.label())
    });
    Some(RuleLine {
        code: rule.code.clone(),
        regime: rule.regime.clone(),
        title: rule.title.clone(),
        scope: rule.scope.clone(),
        origin: rule.origin,
        offer: rule.offer(today),
        status: version.status,
        confidence: version.confidence,
        source: version.source.clone(),
        threshold: version.threshold.clone(),
        stages: stages.collect(),
        notes: version.notes.clone(),
        on: house.settings.rules.contains(&rule.code),
    })
}

impl Services {
    /// Every rule, every clock of the organisation's own, and the settings.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn rules_page(&self, ctx: &Ctx) -> Result<RulesPage> {
        self.permit(ctx, Action::ReadOrganisation, Object::System)?;
        let house = House::load(&self.reader, &ctx.calendars).await?;
        let own = house.own.iter().map(|own| OwnClockLine {
            code: own.code.clone(),
            input: own.input.clone(),
            revision: own.revision,
            retired_at: own.retired_at,
            on: own.retired_at.is_none() && house.settings.rules.contains(&own.code),
        });
        let may = permits(&ctx.actor, Action::ConfigureClocks, Object::System, ctx.now);
        Ok(RulesPage {
            rules: house.rules().filter_map(|rule| line(&house, rule, ctx)).collect(),
            own: own.collect(),
            revision: house.revision,
            calendars: ctx.calendars.all().map(|c| (c.code().to_owned(), c.name().to_owned())).collect(),
            calendar_source: ctx.calendars.source().to_owned(),
            may_change: may == Permit::Granted,
            settings: house.settings,
        })
    }

    /// Saves when people are reminded, and how long each step is given.
    ///
    /// # Errors
    /// Not allowed, stale, or the input can't be taken.
    #[boxed]
    pub async fn save_clock_settings(&self, ctx: &Ctx, input: &ClockSettingsInput) -> Result<()> {
        self.write(ctx, Action::ConfigureClocks, OfHouse::Settings, |loaded| {
            let settings = input.parse(&loaded.house.settings, &ctx.calendars)?;
            Ok(Change::new(vec![saved(&loaded.house, settings, "settings")], ()))
        })
        .await
    }

    /// Switches a rule on for every case of the organisation, or off.
    ///
    /// # Errors
    /// Not allowed, no such rule, no change, dormant, or unverified and not accepted.
    #[boxed]
    pub async fn switch_rule(&self, ctx: &Ctx, code: &str, input: &RuleSwitchInput) -> Result<()> {
        self.write(ctx, Action::SwitchRules, OfHouse::Anything, |loaded| {
            let house = &loaded.house;
            let rule = house.rule(code).ok_or(Error::NotFound)?;
            let on = input.parse(rule, house.today(ctx.now))?;
            if house.settings.rules.contains(&rule.code) == on {
                return Err(Refusal::state("no_change", "It already is so.").into());
            }
            let what = if on { "rule_on" } else { "rule_off" };
            Ok(Change::new(vec![saved(house, house.settings.with_rule(&rule.code, on), what)], ()))
        })
        .await
    }

    /// Makes a clock of the organisation's own, such as a customer's contract. It is switched on for every case.
    ///
    /// # Errors
    /// Not allowed, or the input can't be taken.
    #[boxed]
    pub async fn create_own_clock(&self, ctx: &Ctx, input: &OwnClockInput) -> Result<Added> {
        let code = format!("own_{}", domain::id::TriggerId::from_bits(ctx.fresh.bits()));
        self.write(ctx, Action::SwitchRules, OfHouse::Anything, |loaded| {
            input.parse(&code, &ctx.calendars)?;
            let own = OwnClock {
                code: code.clone(),
                input: input.clone(),
                created_at: ctx.now,
                retired_at: None,
                revision: 1,
            };
            let on = loaded.house.settings.with_rule(&code, true);
            let events =
                vec![Event::Clock(ClockEvent::OwnClockSaved(own)), saved(&loaded.house, on, "rule_on")];
            Ok(Change::new(events, Added { id: code.clone() }))
        })
        .await
    }

    /// Changes a clock of the organisation's own. Every case follows at once.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, retired, or the input can't be taken.
    #[boxed]
    pub async fn edit_own_clock(&self, ctx: &Ctx, code: &str, input: &OwnClockInput) -> Result<()> {
        self.write(ctx, Action::ConfigureClocks, OfHouse::Own(code.to_owned()), |loaded| {
            let was = own(&loaded.house, code)?;
            running(was)?;
            input.parse(code, &ctx.calendars)?;
            let changed = OwnClock { input: input.clone(), revision: was.revision + 1, ..was.clone() };
            Ok(Change::new(vec![Event::Clock(ClockEvent::OwnClockSaved(changed))], ()))
        })
        .await
    }

    /// Retires a clock of the organisation's own: it runs in no case any more.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, or retired already.
    #[boxed]
    pub async fn retire_own_clock(&self, ctx: &Ctx, code: &str) -> Result<()> {
        self.write(ctx, Action::ConfigureClocks, OfHouse::Own(code.to_owned()), |loaded| {
            let was = own(&loaded.house, code)?;
            running(was)?;
            let retired = OwnClock { retired_at: Some(ctx.now), revision: was.revision + 1, ..was.clone() };
            let off = loaded.house.settings.with_rule(code, false);
            let events =
                vec![Event::Clock(ClockEvent::OwnClockSaved(retired)), saved(&loaded.house, off, "rule_off")];
            Ok(Change::new(events, ()))
        })
        .await
    }
}
