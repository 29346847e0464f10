//! Own texts of notices, at every place.

use super::Maker;
use domain::{
    access::Role,
    notice::{
        own_text::version::OwnTextInput,
        template::{Language, NoticeKind},
    },
    text::Choice,
};
use services::Ctx;
use std::collections::BTreeMap;

impl Maker<'_> {
    /// Own texts with a published version and the draft of the next.
    pub(super) async fn texts(&self, tag: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead, dpo) = (self.services(), self.by(Role::Lead), self.by(Role::Dpo));
        // Each place needs another one.
        let kind = match tag {
            "own" => NoticeKind::Insurer,
            "open" => NoticeKind::Partners,
            _ => NoticeKind::Staff,
        };
        for text in ["Yours,\n{{organisation}}", "Kind regards,\n{{organisation}}"] {
            let text = OwnTextInput { text: text.to_owned() };
            services.begin_texts(&lead, kind, Language::En).await.unwrap();
            let seen = |ctx: &Ctx, revision| Ctx { seen: Some(revision), ..ctx.clone() };
            services.write_text(&seen(&lead, 1), kind, Language::En, "closing", &text).await.unwrap();
            if text.text.starts_with("Yours") {
                services.publish_texts(&seen(&dpo, 2), kind, Language::En).await.unwrap();
            }
        }
        let named = [
            ("kind", kind.code()),
            ("language", "en"),
            ("unwritten", "de"),
            ("text_statement", "closing"),
            ("text_version", "1"),
        ];
        ids.extend(named.map(|(name, id)| (name, id.to_owned())));
    }
}
