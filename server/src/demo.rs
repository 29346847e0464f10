//! The worked example, made through the same verbs as everything else: an online retailer whose customer
//! API answers without checking whose record it is.
//!
//! Everybody and everything in it is invented, and no address in it can receive mail (RFC 2606).

mod cast;
mod customer_api;
mod earlier;
mod library;
mod log;
mod script;
#[cfg(test)]
mod tests;
mod texts;

use cast::{Cast, Who};
use chrono::{Duration, SubsecRound, Timelike};
use domain::{access::Actor, account::password::NewPasswordInput, refusal::Refusal};
use futures_util::future::try_join_all;
use services::{Error, Services};

/// So long ago the controller became aware of the main incident: some 40 of the 72 hours are left.
const AWARE_AGO: Duration = Duration::minutes(31 * 60 + 48);

/// A sign-in that is printed at start.
pub struct SignIn {
    pub role: String,
    pub email: String,
    pub password: String,
}

/// Makes the worked example in empty data, or gives its people fresh passwords.
///
/// # Errors
/// The data hold something else than the example.
pub async fn prepare(services: &Services) -> Result<Vec<SignIn>, Error> {
    lay_out(services).await?;
    sign_ins(services).await
}

/// Makes the worked example in empty data. Where it is already, nothing is changed.
///
/// # Errors
/// The data hold something else than the example.
pub async fn lay_out(services: &Services) -> Result<(), Error> {
    if services.account_count().await? == 0 {
        return make(services).await;
    }
    let accounts = services.accounts(&services.ctx(teller())).await?;
    // The last account is made when everything else is there, so a start that was cut short shows.
    if Who::ALL.iter().all(|who| accounts.iter().any(|a| a.email == who.email())) {
        return Ok(());
    }
    let message = "These data don't hold the worked example, or only a part of it. \
                   Start it in a folder of its own: breachdesk serve --demo --data DIR.";
    Err(Refusal::state("not_the_example", message).into())
}

/// Gives one person of each role a fresh password.
///
/// This is the slow part of a start, because a password is dear to hash; it may run while the site listens.
///
/// # Errors
/// The data can't be read or written.
pub async fn sign_ins(services: &Services) -> Result<Vec<SignIn>, Error> {
    let ctx = services.ctx(teller());
    let accounts = services.accounts(&ctx).await?;
    let printed = Who::PRINTED.iter().filter_map(|who| accounts.iter().find(|a| a.email == who.email()));
    let fresh = printed.filter(|account| account.disabled_at.is_none()).map(|account| {
        let ctx = ctx.clone();
        async move {
            let password = password(&ctx.fresh.secret());
            let link = services.reset_password(&ctx, account.id).await?;
            let input = NewPasswordInput { password: password.clone(), repeat: password.clone() };
            services.set_password_by_link(&services.ctx(Actor::Nobody), &link, &input).await?;
            Ok::<_, Error>(SignIn { role: account.role.to_string(), email: account.email.clone(), password })
        }
    });
    try_join_all(fresh).await
}

async fn make(services: &Services) -> Result<(), Error> {
    let now = services.now();
    let aware = now.trunc_subsecs(0) - Duration::seconds(i64::from(now.second())) - AWARE_AGO;
    let cast = Cast::assemble(services, aware - Duration::days(120)).await?;
    earlier::misdirected_letters(services, &cast, aware - Duration::days(41)).await?;
    library::adapt(services, &cast, aware - Duration::days(29)).await?;
    texts::write(services, &cast, aware - Duration::days(24)).await?;
    earlier::false_alarm(services, &cast, aware - Duration::days(19)).await?;
    earlier::restricted(services, &cast, aware - Duration::days(8)).await?;
    customer_api::make(services, &cast, aware).await?;
    cast.complete(services, now).await
}

/// Who tells the story, where nobody in it acts.
fn teller() -> Actor {
    Actor::Job("example")
}

/// Twenty characters of a secret in groups of five: 100 bits that can be read out and typed.
fn password(secret: &str) -> String {
    let mut out = String::new();
    for (n, c) in secret.chars().take(20).enumerate() {
        if n > 0 && n % 5 == 0 {
            out.push('-');
        }
        out.push(c);
    }
    out
}
