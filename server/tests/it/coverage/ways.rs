//! How every route is asked: which ids its path takes, which page shows its form and what is typed there.
//! A route that is missing here, or that is here and no longer exists, fails a test.

mod incidents;
mod questions;

use super::world::{Asker, Place};
use crate::support::{
    TestApp,
    html::{Field, Form},
};
use domain::access::Role;
use std::sync::LazyLock;

/// A route of the site.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Names of path parameters whose id isn't the usual one.
    ids: &'static [(&'static str, &'static str)],
    /// The page that shows the form, with names of ids in braces; empty where no page does.
    pub(crate) from: &'static str,
    /// Who sees the form.
    pub(crate) sees: Role,
    /// What is typed, so that it is taken. Ids may stand in braces.
    pub(crate) typed: &'static [(&'static str, &'static str)],
    pub(crate) leaves: Leaves,
}

/// What a form leaves behind when it is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// At least one entry in the journal.
    Entry,
    /// None, for this reason.
    Nothing(&'static str),
}

const fn page(path: &'static str) -> Way {
    Way {
        method: "GET",
        path,
        ids: &[],
        from: "",
        sees: Role::Lead,
        typed: &[],
        leaves: Leaves::Nothing("it is a reading"),
    }
}

const fn form(
    path: &'static str,
    from: &'static str,
    sees: Role,
    typed: &'static [(&'static str, &'static str)],
) -> Way {
    Way { method: "POST", path, ids: &[], from, sees, typed, leaves: Leaves::Entry }
}

impl Way {
    const fn with(mut self, ids: &'static [(&'static str, &'static str)]) -> Self {
        self.ids = ids;
        self
    }

    const fn leaves_nothing(mut self, why: &'static str) -> Self {
        self.leaves = Leaves::Nothing(why);
        self
    }

    /// Whether it is asked about an incident, or something in one.
    pub(crate) fn is_of_an_incident(&self) -> bool {
        ["/incidents/{id}", "/notices/{notice}", "/questions/{question}", "/register/{incident}"]
            .iter()
            .any(|p| self.path.starts_with(p))
    }

    pub(crate) fn is_upload(&self) -> bool {
        const UPLOADS: [&str; 3] =
            ["/incidents/{id}/evidence", "/playbooks/import", "/notices/{notice}/recipients/files"];
        self.method == "POST" && UPLOADS.contains(&self.path)
    }

    /// The file that goes along.
    pub(crate) fn file(&self) -> (&'static str, &'static str, Vec<u8>) {
        match self.path {
            "/notices/{notice}/recipients/files" => {
                ("file", "people.csv", b"email,name\nnew@people.test,N. New\n".to_vec())
            }
            "/playbooks/import" => ("file", "theirs.json", super::world::theirs().into_bytes()),
            _ => ("file", "a.log", b"one line".to_vec()),
        }
    }

    /// Its path with ids of a place.
    pub(crate) fn at(&self, place: &Place, asker: &Asker) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                Some(name) => path.push_str(&self.id(name, place, asker)),
                None => path.push_str(part),
            }
        }
        path
    }

    fn id(&self, name: &str, place: &Place, asker: &Asker) -> String {
        let usual = match name {
            "id" if self.path.starts_with("/incidents/") => "incident",
            "id" if self.path.starts_with("/admin/accounts/") || name == "account" => "outsider",
            "id" => "playbook",
            "account" => "member",
            "party" if self.path.starts_with("/incidents/") => "case_party",
            "key" if self.path.contains("/parties/") => "of_controller",
            "party" => "book_party",
            "code" => "statement",
            "notice" => "draft",
            "mail" => "held_mail",
            "session" => return asker.session.clone(),
            "token" => return asker.token.clone(),
            "feed" => return asker.feed.clone(),
            other => other,
        };
        let name = self.ids.iter().find(|(n, _)| *n == name).map_or(usual, |(_, id)| *id);
        place.id(name).to_owned()
    }

    /// The page with its form, at a place.
    pub(crate) fn page_at(&self, place: &Place) -> String {
        braces(self.from, place)
    }

    /// What is typed, at a place.
    pub(crate) fn typed_at(&self, place: &Place) -> Vec<(String, String)> {
        self.typed.iter().map(|(name, value)| ((*name).to_owned(), braces(value, place))).collect()
    }

    /// The form as somebody who sees it gets it. Where no page shows it, what is typed, with a revision that
    /// a thing nobody has changed yet has.
    pub(crate) async fn form_at(&self, app: &TestApp, place: &Place, seer: &Asker) -> Form {
        let action = self.at(place, seer);
        if !self.from.is_empty() {
            let shown = seer.browser.at(&app.origin).get(&self.page_at(place)).await;
            let forms: Vec<Form> = shown.forms().into_iter().filter(|f| f.action == action).collect();
            // Several buttons and a form may do the same thing: the one with the fields is meant.
            let has_all = |f: &&Form| {
                self.typed.iter().all(|(name, _)| f.fields.iter().any(|field| field.name == *name))
            };
            if let Some(form) = forms.iter().find(has_all) {
                return form.clone();
            }
        }
        let mut fields: Vec<Field> = self.typed.iter().map(|(name, _)| plain(name, "text", "")).collect();
        fields.push(plain("revision", "hidden", "1"));
        Form { action, fields }
    }
}

fn plain(name: &str, kind: &str, value: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: kind.to_owned(),
        value: value.to_owned(),
        chosen: true,
        ..Field::default()
    }
}

fn braces(text: &str, place: &Place) -> String {
    let mut out = text.to_owned();
    for (name, id) in &place.ids {
        out = out.replace(&format!("{{{name}}}"), id);
    }
    out
}

use Role::{Administrator as Admin, Approver, Dpo, Lead};

const BECAUSE: &[(&str, &str)] = &[("reason", "It was agreed so.")];

/// A mail that waits for a decision, and its notice.
const HELD: &[(&str, &str)] = &[("notice", "sending"), ("mail", "held_mail")];
const UNTRIED: &[(&str, &str)] = &[("notice", "untried"), ("mail", "untried_mail")];

/// A communication with a list, and a file of it that waits.
const LISTED: &[(&str, &str)] = &[("notice", "communication"), ("file", "recipient_file")];

/// A file of which rows were wrong.
const MENDED: &[(&str, &str)] = &[("notice", "communication"), ("file", "mended_file")];

/// Every page and every form.
pub(crate) static WAYS: LazyLock<Vec<Way>> =
    LazyLock::new(|| [REST, incidents::OF_INCIDENTS, questions::OF_QUESTIONS].concat());

const REST: &[Way] = &[
    // The door.
    page("/sign-in"),
    form(
        "/sign-in",
        "/sign-in",
        Lead,
        &[("email", "nobody@controller.test"), ("password", "wrong"), ("next", "")],
    ),
    form("/sign-out", "/", Lead, &[]),
    page("/set-up/{secret}").with(&[("secret", "incident")]),
    form("/set-up/{secret}", "", Lead, &[("email", "a@controller.test")]).with(&[("secret", "incident")]),
    page("/password/{secret}").with(&[("secret", "incident")]),
    form(
        "/password/{secret}",
        "",
        Lead,
        &[("password", "new words for the door"), ("repeat", "new words for the door")],
    )
    .with(&[("secret", "incident")]),
    page("/acknowledge/{secret}").with(&[("secret", "incident")]),
    form("/acknowledge/{secret}", "", Lead, &[]).with(&[("secret", "incident")]),
    page("/feeds/{secret}").with(&[("secret", "incident")]),
    // Lists and what belongs to nobody.
    page("/"),
    page("/wall"),
    page("/about"),
    page("/search"),
    page("/tasks"),
    page("/register"),
    page("/register/export"),
    page("/register/{incident}"),
    page("/register/{incident}/export"),
    page("/incidents/{id}/proof"),
    form(
        "/register/{incident}/review-date",
        "/register/{incident}",
        Lead,
        &[("review_on", "2040-01-31"), ("reason", "The limitation runs.")],
    ),
    form("/register/{incident}/hold", "/register/{bare}", Lead, BECAUSE).with(&[("incident", "bare")]),
    form("/register/{incident}/hold/lift", "/register/{incident}", Lead, BECAUSE),
    page("/playbooks"),
    page("/playbooks/{id}"),
    page("/playbooks/new"),
    form("/playbooks/new", "/playbooks/new", Lead, &[("playbook", "stolen-van"), ("copy_of", "ransomware")]),
    page("/playbooks/import"),
    form("/playbooks/import", "/playbooks/import", Lead, &[("playbook", "theirs")]),
    form("/playbooks/{id}/retire", "/playbooks/{playbook}", Lead, BECAUSE),
    form("/playbooks/{id}/offer", "/playbooks/{off_playbook}", Lead, BECAUSE).with(&[("id", "off_playbook")]),
    page("/playbooks/{id}/draft").with(&[("id", "own_playbook")]),
    form(
        "/playbooks/{id}/draft",
        "/playbooks/{own_playbook}/draft",
        Lead,
        &[("source", "title = \"Begun\"")],
    )
    .with(&[("id", "own_playbook")]),
    form("/playbooks/{id}/draft/check", "", Lead, &[("source", "title = \"Begun\"")])
        .with(&[("id", "own_playbook")])
        .leaves_nothing("it is a check, and nothing of it is kept"),
    form("/playbooks/{id}/draft/base", "/playbooks/{own_playbook}/draft", Lead, &[])
        .with(&[("id", "own_playbook")]),
    form("/playbooks/{id}/draft/publish", "/playbooks/{own_playbook}/draft", Dpo, &[])
        .with(&[("id", "own_playbook")]),
    form("/playbooks/{id}/draft/decline", "/playbooks/{own_playbook}/draft", Dpo, BECAUSE)
        .with(&[("id", "own_playbook")]),
    form("/playbooks/{id}/draft/discard", "/playbooks/{own_playbook}/draft", Lead, BECAUSE)
        .with(&[("id", "own_playbook")]),
    page("/playbooks/{id}/versions/{version}").with(&[("id", "own_playbook")]),
    page("/playbooks/{id}/difference").with(&[("id", "own_playbook")]),
    page("/playbooks/{id}/try"),
    page("/playbooks/{id}/export"),
    page("/notices"),
    page("/break-glass"),
    form(
        "/break-glass",
        "/break-glass",
        Dpo,
        &[("reference", "{glass}"), ("reason", "Nobody can be reached.")],
    ),
    form("/drafts", "", Lead, &[("key", "note:{incident}:new"), ("text", "begun"), ("base_revision", "0")])
        .leaves_nothing("a draft is nobody's word yet; saving it is journaled"),
    // The inbox.
    page("/inbox"),
    page("/inbox/new"),
    form("/inbox/new", "/inbox/new", Lead, &[("title", "Something odd")]),
    page("/inbox/{alert}"),
    form("/inbox/{alert}/dismiss", "/inbox/{alert}", Lead, BECAUSE),
    form("/inbox/{alert}/declare", "/inbox/{alert}", Lead, &[("title", "From an alert")]),
    // The address book.
    page("/parties"),
    page("/parties/new"),
    form("/parties", "/parties/new", Lead, &[("name", "Example Hosting"), ("kind", "processor")]),
    page("/parties/{party}"),
    form("/parties/{party}", "/parties/{book_party}", Lead, &[("name", "Another name")]),
    form("/parties/{party}/retire", "/parties/{book_party}", Lead, BECAUSE),
    // Notices.
    page("/texts"),
    page("/texts/{kind}/{language}"),
    form("/texts/{kind}/{language}/begin", "/texts/{kind}/{unwritten}", Lead, &[])
        .with(&[("language", "unwritten")]),
    form(
        "/texts/{kind}/{language}/statements/{code}",
        "/texts/{kind}/{language}",
        Lead,
        &[("text", "Yours sincerely, {{organisation}}")],
    )
    .with(&[("code", "text_statement")]),
    form("/texts/{kind}/{language}/publish", "/texts/{kind}/{language}", Dpo, &[]),
    form("/texts/{kind}/{language}/decline", "/texts/{kind}/{language}", Dpo, BECAUSE),
    form("/texts/{kind}/{language}/discard", "/texts/{kind}/{language}", Lead, BECAUSE),
    form("/texts/{kind}/{language}/retire", "/texts/{kind}/{language}", Dpo, BECAUSE),
    page("/texts/{kind}/{language}/preview"),
    page("/texts/{kind}/{language}/versions/{version}").with(&[("version", "text_version")]),
    page("/notices/{notice}"),
    form("/notices/{notice}/statements/{code}", "/notices/{draft}", Lead, &[("text", "In our own words.")]),
    form("/notices/{notice}/statements/{code}/refresh", "/notices/{stale}", Lead, &[])
        .with(&[("notice", "stale")]),
    form("/notices/{notice}/statements/{code}/keep", "/notices/{stale}", Lead, BECAUSE)
        .with(&[("notice", "stale")]),
    page("/notices/{notice}/versions"),
    form(
        "/notices/{notice}/comments",
        "/notices/{draft}",
        Lead,
        &[("text", "Say what the post will look like.")],
    ),
    form("/notices/{notice}/comments/{comment}/resolve", "/notices/{draft}", Lead, &[]),
    form("/notices/{notice}/refresh", "/notices/{stale}", Lead, &[]).with(&[("notice", "stale")]),
    form(
        "/notices/{notice}/recipients",
        "/notices/{draft}",
        Lead,
        &[("recipients", "desk@authority.test"), ("confirm", "desk@authority.test")],
    ),
    form("/notices/{notice}/submit", "/notices/{draft}", Lead, &[]),
    form("/notices/{notice}/changes", "/notices/{review}", Approver, &[("remark", "Say it more plainly.")])
        .with(&[("notice", "review")]),
    form("/notices/{notice}/approve", "/notices/{review}", Approver, &[]).with(&[("notice", "review")]),
    form("/notices/{notice}/send", "/notices/{approved}", Lead, &[]).with(&[("notice", "approved")]),
    form("/notices/{notice}/cancel", "/notices/{draft}", Lead, BECAUSE),
    form("/notices/{notice}/pause", "/notices/{sending}", Lead, BECAUSE).with(&[("notice", "sending")]),
    form("/notices/{notice}/resume", "/notices/{paused}", Lead, &[]).with(&[("notice", "paused")]),
    page("/notices/{notice}/recipients").with(LISTED),
    form("/notices/{notice}/recipients/files", "/notices/{communication}/recipients", Lead, &[]).with(LISTED),
    page("/notices/{notice}/recipients/files/{file}").with(LISTED),
    form(
        "/notices/{notice}/recipients/files/{file}/columns",
        "/notices/{communication}/recipients/files/{recipient_file}",
        Lead,
        &[("email", "1"), ("name", "2")],
    )
    .with(LISTED),
    form(
        "/notices/{notice}/recipients/files/{file}/take",
        "/notices/{communication}/recipients/files/{recipient_file}",
        Lead,
        &[],
    )
    .with(LISTED),
    form(
        "/notices/{notice}/recipients/files/{file}/drop",
        "/notices/{communication}/recipients/files/{recipient_file}",
        Lead,
        &[],
    )
    .with(LISTED),
    page("/notices/{notice}/recipients/files/{file}/wrong").with(MENDED),
    page("/notices/{notice}/recipients/list").with(LISTED),
    form(
        "/notices/{notice}/recipients/find",
        "/notices/{communication}/recipients",
        Lead,
        &[("asked", "ada@people.test")],
    )
    .with(LISTED),
    form(
        "/notices/{notice}/recipients/own-language",
        "/notices/{communication}/recipients",
        Lead,
        &[("language", "fr")],
    )
    .with(LISTED),
    form("/notices/{notice}/recipients/purge", "/notices/{told}/recipients", Lead, BECAUSE)
        .with(&[("notice", "told")]),
    page("/notices/{notice}/recipients/otherwise").with(&[("notice", "told")]),
    form(
        "/notices/{notice}/recipients/otherwise",
        "",
        Lead,
        &[("digest", "{unreached}"), ("outcome", "done")],
    )
    .with(&[("notice", "told")]),
    page("/notices/{notice}/recipients/otherwise/letters").with(&[("notice", "told")]),
    page("/notices/{notice}/recipients/otherwise/csv").with(&[("notice", "told")]),
    page("/notices/{notice}/mails"),
    page("/notices/{notice}/proof"),
    form("/notices/{notice}/mails/{mail}/release", "/notices/{sending}", Lead, &[]).with(HELD),
    form("/notices/{notice}/mails/{mail}/drop", "/notices/{sending}", Lead, BECAUSE).with(HELD),
    form("/notices/{notice}/mails/{mail}/try", "/notices/{untried}", Lead, BECAUSE).with(UNTRIED),
    // What everybody manages for themselves.
    page("/account"),
    form("/account/profile", "/account", Lead, &[("name", "Another Name"), ("zone", "Europe/Berlin")]),
    form(
        "/account/password",
        "/account",
        Lead,
        &[
            ("current", crate::support::app::PASSWORD),
            ("password", "other words for the same door"),
            ("repeat", "other words for the same door"),
        ],
    ),
    form("/account/sessions/{session}/end", "/account", Lead, &[]),
    form("/account/sessions/end-others", "/account", Lead, &[]),
    form(
        "/account/tokens",
        "/account",
        Lead,
        &[("name", "sender of alerts"), ("scopes", "alerts"), ("days", "30")],
    ),
    form("/account/tokens/{token}/revoke", "/account", Lead, &[]),
    form("/account/feeds", "/account", Lead, &[]),
    form("/account/feeds/{feed}/revoke", "/account", Lead, &[]),
    // Running the desk.
    page("/admin"),
    page("/admin/accounts"),
    form(
        "/admin/accounts",
        "/admin/accounts",
        Admin,
        &[("email", "new@controller.test"), ("name", "N. New"), ("role", "reader"), ("zone", "UTC")],
    ),
    page("/admin/accounts/{id}"),
    form("/admin/accounts/{id}/role", "/admin/accounts/{outsider}", Admin, &[("role", "reader")]),
    form("/admin/accounts/{id}/disable", "/admin/accounts/{outsider}", Admin, &[]),
    form("/admin/accounts/{id}/enable", "/admin/accounts/{disabled}", Admin, &[]).with(&[("id", "disabled")]),
    form("/admin/accounts/{id}/password", "/admin/accounts/{outsider}", Admin, &[]),
    page("/admin/organisation"),
    form(
        "/admin/organisation",
        "/admin/organisation",
        Admin,
        &[("controller", "Harbour Parcel Ltd"), ("languages", "en")],
    ),
    page("/admin/retention"),
    form("/admin/retention", "/admin/retention", Admin, &[("years", "7")]),
    form("/admin/retention/recipients", "/admin/retention", Admin, &[("days", "30")]),
    page("/admin/rules"),
    form(
        "/admin/rules/settings",
        "/admin/rules",
        Admin,
        &[("marks", "50% 6h overdue"), ("soon_hours", "6"), ("draft_hours", "10")],
    ),
    form("/admin/rules/switch/{rule}", "/admin/rules", Admin, &[("to", "on")]),
    form(
        "/admin/rules/own",
        "/admin/rules/own/new",
        Admin,
        &[
            ("title", "Notice to the insurer"),
            ("source", "Policy 7, clause 9"),
            ("recipient", "Example Insurance"),
            ("trigger", "first_hint"),
            ("amount", "48"),
            ("unit", "hours"),
        ],
    ),
    page("/admin/rules/own/{clock}").with(&[("clock", "own_clock")]),
    form(
        "/admin/rules/own/{clock}",
        "/admin/rules/own/{own_clock}",
        Admin,
        &[("title", "Notice to the customer"), ("amount", "36")],
    )
    .with(&[("clock", "own_clock")]),
    form("/admin/rules/own/{clock}/retire", "/admin/rules", Admin, &[]).with(&[("clock", "own_clock")]),
    page("/admin/mail"),
    form(
        "/admin/mail",
        "/admin/mail",
        Admin,
        &[("host", "smtp.controller.test"), ("from_address", "desk@controller.test")],
    ),
    form("/admin/mail/test", "/admin/mail", Admin, &[("to", "somebody@controller.test")])
        .leaves_nothing("a test mail changes nothing but the list of test mails"),
    page("/admin/journal"),
];
