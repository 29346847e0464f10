//! A statement with its ground, as a page shows it.

use super::versions::redline;
use crate::{error::Result, texts::Published};
use domain::{
    fact::{
        Fact,
        catalogue::catalogue,
        sheet::{Sheet, words},
    },
    moment::Zone,
    notice::{Kept, Notice, Read, Statement, template},
    view::{KeptWords, StatementView, UnderFact},
};

pub(super) fn statement(
    (notice, own): (&Notice, Option<&Published>),
    statement: &Statement,
    sheet: &Sheet,
    old: &[Fact],
    (zone, in_notice): (Zone, Zone),
) -> Result<StatementView> {
    let spec = template::statement(notice.kind, &statement.code);
    let label = |key: &str| catalogue().get(key).map_or_else(|| key.to_owned(), |d| d.label.clone());
    let under: Vec<UnderFact> =
        statement.reads.iter().filter_map(|read| under(notice, read, sheet, old, zone, &label)).collect();
    let missing = spec.map(|s| s.missing(sheet)).unwrap_or_default();
    let stale = statement.reads.iter().any(|r| sheet.get(&r.key).map(|f| f.id) != r.fact);
    // What the template would say now, where that is another. Own words are a person's to change.
    let mut changed = Vec::new();
    if stale && !statement.own_words && notice.stage.is_editable() {
        let (kind, by) = ((notice.kind, notice.language), statement.written_by);
        let now = super::worded(kind, own, &statement.code, sheet, in_notice, by)?;
        if now.text != statement.text {
            changed = redline(&statement.text, &now.text);
        }
    }
    Ok(StatementView {
        code: statement.code.clone(),
        heading: template::heading(notice.kind, &statement.code, template::Language::En).to_owned(),
        article: spec.map(|s| s.article.to_owned()).unwrap_or_default(),
        text: statement.text.clone(),
        own_words: statement.own_words,
        judgement: statement.judgement,
        wording: statement.wording.as_ref().map(|wording| wording.version),
        kept: statement.kept.as_ref().map(|kept| self::kept(notice, kept, old, zone)),
        written_by: statement.written_by,
        stale,
        redline: changed,
        missing: missing.into_iter().map(|key| (key.to_owned(), label(key))).collect(),
        under,
    })
}

fn kept(notice: &Notice, kept: &Kept, old: &[Fact], zone: Zone) -> KeptWords {
    let over = kept.over.iter().map(|read| {
        let label = catalogue().get(&read.key).map_or_else(|| read.key.clone(), |d| d.label.clone());
        let then = read.fact.and_then(|id| old.iter().find(|fact| fact.id == id));
        let before = match (then, read.fact) {
            (Some(fact), _) => words::answer(fact, notice.language, zone),
            (None, Some(_)) => "another answer".to_owned(),
            (None, None) => "no answer yet".to_owned(),
        };
        (label, before)
    });
    KeptWords { reason: kept.reason.clone(), by: kept.by, at: kept.at, over: over.collect() }
}

/// A fact under a statement: as it was read, and as it is now where that is another. A question that
/// nobody has answered and that still has no answer is no ground.
fn under(
    notice: &Notice,
    read: &Read,
    sheet: &Sheet,
    old: &[Fact],
    zone: Zone,
    label: &dyn Fn(&str) -> String,
) -> Option<UnderFact> {
    let now = sheet.get(&read.key);
    let is_stale = now.map(|f| f.id) != read.fact;
    if now.is_none() && read.fact.is_none() {
        return None;
    }
    let then = read.fact.and_then(|id| old.iter().find(|f| f.id == id)).or(if is_stale { None } else { now });
    let say = |fact: &Fact| words::answer(fact, notice.language, zone);
    let evidence = then.or(now).and_then(|f| f.ground.as_ref());
    Some(UnderFact {
        key: read.key.clone(),
        label: label(&read.key),
        shown: then.map(say).unwrap_or_else(|| "no answer yet".to_owned()),
        now_shown: is_stale.then(|| now.map(say).unwrap_or_else(|| "no answer".to_owned())),
        evidence: evidence.map(|g| (g.evidence.to_string(), g.sha256.clone())),
    })
}
