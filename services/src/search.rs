//! Finding things by their words.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{
        micros,
        search::{Eyes, Found, find},
    },
};
use domain::{
    access::{Action, Object, Permit, Role, permits},
    text::LINE_MAX,
    view::Hit,
};

/// So many are shown.
const MOST: u64 = 50;
/// Characters shown around what was found.
const AROUND: usize = 140;

impl Services {
    /// The newest things that hold every word of `words` and that the asker may see.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn search(&self, ctx: &Ctx, words: &str) -> Result<Vec<Hit>> {
        let person = ctx.person()?;
        self.permit(ctx, Action::Search, Object::System)?;
        let words: String = words.chars().filter(|c| !c.is_control()).take(LINE_MAX).collect();
        let eyes = Eyes {
            account: person.account.to_string(),
            all_unrestricted: person.role.sees_unrestricted(),
            alerts: permits(&ctx.actor, Action::ReadAlerts, Object::Alert, ctx.now) == Permit::Granted,
            no_incidents: person.role == Role::Auditor,
            now: micros(ctx.now),
        };
        let found = find(&self.reader, &words, &eyes, MOST).await?;
        Ok(found.into_iter().map(|f| hit(f, &words)).collect())
    }
}

fn hit(found: Found, words: &str) -> Hit {
    let case = format!("/incidents/{}", found.incident_id);
    let path = match found.kind.as_str() {
        "alert" => format!("/inbox/{}", found.target),
        "entry" => format!("{case}/timeline#{}", found.target),
        "task" => format!("{case}#{}", found.target),
        "note" => format!("{case}/notes/{}", found.target),
        "question" => format!("/questions/{}", found.target),
        "evidence" => format!("{case}/evidence#{}", found.target),
        _ => case,
    };
    Hit {
        title: found.title,
        excerpt: excerpt(&found.body, words),
        kind: found.kind,
        reference: found.reference,
        path,
    }
}

/// The part of a text around the first word that was looked for.
fn excerpt(body: &str, words: &str) -> String {
    let lower = body.to_lowercase();
    let at = words.split_whitespace().find_map(|w| lower.find(&w.to_lowercase())).unwrap_or(0);
    let start = body.char_indices().map(|(i, _)| i).take_while(|i| *i + AROUND / 2 <= at).last().unwrap_or(0);
    let part: String = body.get(start..).unwrap_or(body).chars().take(AROUND).collect();
    let before = if start > 0 { "… " } else { "" };
    let after = if body.len() > start + part.len() { " …" } else { "" };
    format!("{before}{}{after}", part.split_whitespace().collect::<Vec<_>>().join(" "))
}
