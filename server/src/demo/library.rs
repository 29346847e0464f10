//! A playbook that the retailer has adapted after its own mishap, and the next version that waits for a reader.

use super::cast::{Cast, Who};
use chrono::{DateTime, Duration, Utc};
use domain::playbook::writing::{BeginInput, TextInput};
use services::{Ctx, Error, Services};

const PLAYBOOK: &str = "misdirected-message";

/// What the letters taught them.
const LEARNED: &str = r#"
[[step]]
id = "stop-the-print-shop"
phase = "notification"
title = "Have the print shop stop the batch and look at the next ones"
role = "lead"
why = "Our letters are folded and posted by Paper & Fold. A shifted address list goes through every batch that was made from it."
how = '''
1. Call the shift desk of the print shop and name the batch; ask for it to be stopped, also if it is on the lorry.
2. Ask which other batches were made from the same list, and have the first, the middle and the last letter of each looked at.
3. Write down who was told, when, and what they found.
'''
due = "2 h after declared"
evidence = "The print shop's answer, with the numbers of the batches."
"#;

/// A thought that nobody else has read yet.
const REMARK: &str =
    "4. Ask for the list as it was printed, not as it was sent to them: the two have differed before.\n'''";

/// Adapted, read and published, and begun anew.
pub(super) async fn adapt(services: &Services, cast: &Cast, at: DateTime<Utc>) -> Result<(), Error> {
    let lead = cast.by(services, Who::Lead, at)?;
    begin(services, &lead).await?;
    save(services, &lead, |source| format!("{source}{LEARNED}")).await?;
    let dpo = cast.by(services, Who::Dpo, at + Duration::hours(20))?;
    let seen = revision(services, &dpo).await?;
    services.publish_playbook(&Ctx { seen: Some(seen), ..dpo }, PLAYBOOK).await?;

    let later = cast.by(services, Who::Lead, at + Duration::days(25))?;
    begin(services, &later).await?;
    let remark = |source: String| match source.rsplit_once("'''") {
        Some((before, after)) => format!("{before}{REMARK}{after}"),
        None => source,
    };
    save(services, &later, remark).await
}

async fn begin(services: &Services, ctx: &Ctx) -> Result<(), Error> {
    let input = BeginInput { playbook: String::new(), copy_of: PLAYBOOK.to_owned() };
    services.begin_playbook(ctx, &input).await.map(|_| ())
}

async fn revision(services: &Services, ctx: &Ctx) -> Result<i64, Error> {
    Ok(services.playbook_draft(ctx, PLAYBOOK, None).await?.draft.revision)
}

async fn save(services: &Services, ctx: &Ctx, edit: impl FnOnce(String) -> String) -> Result<(), Error> {
    let draft = services.playbook_draft(ctx, PLAYBOOK, None).await?;
    let input = TextInput { source: edit(draft.source) };
    services.save_playbook(&Ctx { seen: Some(draft.draft.revision), ..ctx.clone() }, PLAYBOOK, &input).await
}
