//! Where the statements of notices come from.

use crate::{
    error::{Error, Result},
    render,
    texts::Published,
};
use domain::{
    fact::sheet::Sheet,
    id::AccountId,
    moment::Zone,
    notice::{
        Statement,
        template::{Language, NoticeKind},
    },
};

/// A statement as the built-in text words it, or where `own` has a text of it, as the organisation does.
pub(crate) fn worded(
    (kind, language): (NoticeKind, Language),
    own: Option<&Published>,
    code: &str,
    sheet: &Sheet,
    zone: Zone,
    by: AccountId,
) -> Result<Statement> {
    let (rendered, wording) = match own.and_then(|own| own.wording(kind, code)) {
        Some((text, wording)) => {
            let rendered = render::notice::own_statement((kind, language), code, text, sheet, zone);
            (rendered, Some(wording))
        }
        None => (render::notice::statement(kind, language, code, sheet, zone), None),
    };
    let rendered = rendered.map_err(|why| Error::Template(why.to_string()))?;
    Ok(Statement {
        code: code.to_owned(),
        text: rendered.text,
        reads: rendered.reads,
        own_words: false,
        judgement: false,
        kept: None,
        wording,
        written_by: by,
    })
}
