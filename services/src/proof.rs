//! Packs of proof: what was sent, and everything that a stranger needs to check it.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    notices, outbox,
    store::{self, tables},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    correspondence::question::QuestionState,
    csv,
    id::{AccountId, IncidentId, NoticeId},
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    notice::{Notice, hex},
    proof::{self, Act, By, Ground, MANIFEST, NoticeProof, README},
    refusal::Refusal,
    view::{NoticePage, People, register::Exported},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// So many rows are read at once.
const ROWS: u64 = 1_000;

/// The archive as it grows. Its entries carry no times, so the same files make the same bytes.
struct Pack {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    manifest: String,
    open: Option<(String, Sha256)>,
    files: usize,
}

impl Pack {
    fn new() -> Self {
        let zip = ZipWriter::new(Cursor::new(Vec::new()));
        Self { zip, manifest: String::new(), open: None, files: 0 }
    }

    /// Begins a file, which what is written next goes into.
    fn begin(&mut self, name: String) -> Result<()> {
        self.end();
        self.zip.start_file(name.as_str(), SimpleFileOptions::default()).map_err(archive)?;
        self.open = Some((name, Sha256::new()));
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.write_bytes(text.as_bytes())
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.zip.write_all(bytes).map_err(Error::File)?;
        if let Some((_, digest)) = &mut self.open {
            digest.update(bytes);
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some((name, digest)) = self.open.take() {
            self.manifest.push_str(&proof::line(&hex(&digest.finalize()), &name));
            self.files += 1;
        }
    }

    fn add(&mut self, name: impl Into<String>, text: &str) -> Result<()> {
        self.begin(name.into())?;
        self.write(text)
    }

    fn add_json(&mut self, name: impl Into<String>, value: &impl serde::Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
        self.add(name, &text)
    }

    /// The archive, and how many files are in it.
    fn finish(mut self) -> Result<(Vec<u8>, usize)> {
        self.add(README, proof::readme())?;
        self.end();
        let manifest = std::mem::take(&mut self.manifest);
        self.add(MANIFEST, &manifest)?;
        let files = self.files + 1;
        Ok((self.zip.finish().map_err(archive)?.into_inner(), files))
    }
}

fn archive(why: zip::result::ZipError) -> Error {
    Error::File(why.into())
}

fn by(people: &People, account: AccountId) -> By {
    By { account: account.to_string(), name: people.name(account).to_owned() }
}

fn about(page: &NoticePage, removed_at: Option<DateTime<Utc>>) -> NoticeProof {
    let (notice, people) = (&page.notice, &page.case.people);
    let act = |at: Option<_>, who: Option<AccountId>| Some(Act { at: rfc3339(at?), by: by(people, who?) });
    NoticeProof {
        id: notice.id,
        kind: notice.kind,
        language: notice.language,
        authority: notice.authority,
        controller: notice.controller,
        subject: page.subject.clone(),
        drafted: Act { at: rfc3339(notice.created_at), by: by(people, notice.created_by) },
        authors: notice.authors.iter().map(|id| by(people, *id)).collect(),
        approved_digest: notice.approved_digest.clone(),
        approved: act(notice.approved_at, notice.approved_by),
        released: act(notice.sent_at, notice.sent_by),
        first_accepted_at: notice.first_accepted_at.map(rfc3339),
        mails: page.tally,
        recipients_removed_at: removed_at.map(rfc3339),
        statements: page.statements.iter().map(|s| Ground::of(s, notice)).collect(),
    }
}

/// What an archive may be called.
fn plain(reference: &str) -> String {
    reference.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

impl Services {
    /// The proof of one notice that was released: an archive that holds its text, its ground, its approval, its
    /// receipts and the journals that name them. Its digest stays in the journal of the case.
    ///
    /// # Errors
    /// Hidden, unknown, or not released yet.
    #[boxed]
    pub async fn notice_proof(&self, ctx: &Ctx, id: NoticeId) -> Result<Exported> {
        let page = self.notice(ctx, id).await?;
        let incident = page.notice.incident;
        self.case(ctx, incident, Action::ExportProof).await?;
        if page.notice.sent_at.is_none() {
            let words = "Nothing was sent yet, so there is nothing to prove. The proof is there once sending was released.";
            return Err(Refusal::state("not_released", words).into());
        }
        let mut pack = Pack::new();
        self.pack_notice(&mut pack, &page).await?;
        self.pack_journal(&mut pack, "journal.jsonl", Stream::Incident(incident)).await?;
        let name = format!("proof-{}-{}.zip", plain(&page.case.incident.reference), id);
        self.handed_over(ctx, incident, pack, name, id.to_string()).await
    }

    /// The proof of a whole case: its record, its evidence by digest, every notice that was released, and its journal.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn incident_proof(&self, ctx: &Ctx, incident: IncidentId) -> Result<Exported> {
        let case = self.case(ctx, incident, Action::ExportProof).await?;
        let mut pack = Pack::new();
        match self.export_record(ctx, incident, "json").await {
            Ok(record) => pack.add("record.json", record.text())?,
            // What is known to be no breach has no record.
            Err(Error::NotFound) => {}
            Err(why) => return Err(why),
        }
        let mut evidence =
            csv::row(&["id", "name", "bytes", "sha256", "collected_at", "withdrawn_at"].map(str::to_owned));
        for item in self.evidence_of(&incident.to_string()).await? {
            evidence.push_str(&csv::row(&[
                item.id.to_string(),
                item.name,
                item.size.to_string(),
                item.sha256,
                rfc3339(item.collected_at),
                item.withdrawn_at.map(rfc3339).unwrap_or_default(),
            ]));
        }
        pack.add("evidence.csv", &evidence)?;
        let questions = store::correspondence::questions(&self.reader, &incident.to_string()).await?;
        if !questions.is_empty() {
            pack.add_json("questions.json", &questions)?;
        }
        for question in questions.iter().filter(|q| q.state == QuestionState::Answered) {
            pack.add(format!("answers/{}.txt", question.id), &question.answer.text)?;
        }
        for id in self.released_notices(incident).await? {
            let page = self.notice(ctx, id).await?;
            self.pack_notice(&mut pack, &page).await?;
        }
        self.pack_journal(&mut pack, "journal.jsonl", Stream::Incident(incident)).await?;
        let name = format!("proof-{}.zip", plain(&case.incident.reference));
        self.handed_over(ctx, incident, pack, name, incident.to_string()).await
    }

    /// The archive with its entry in the journal of the case.
    async fn handed_over(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        pack: Pack,
        name: String,
        of: String,
    ) -> Result<Exported> {
        let (body, count) = pack.finish()?;
        let digest = hex(&Sha256::digest(&body));
        let draft = Draft::new(Stream::Incident(incident), "proof_exported", of)
            .with("files", count as u64)
            .with("digest", digest.as_str());
        self.append(ctx, draft).await?;
        Ok(Exported { name, media_type: "application/zip", body, count, digest })
    }

    async fn released_notices(&self, incident: IncidentId) -> Result<Vec<NoticeId>> {
        use tables::notices::Column as N;
        let ids: Vec<String> = tables::notices::Entity::find()
            .select_only()
            .column(N::Id)
            .filter(N::IncidentId.eq(incident.to_string()))
            .filter(N::SentAt.is_not_null())
            .order_by_asc(N::CreatedAt)
            .into_tuple()
            .all(&self.reader)
            .await?;
        ids.iter().map(|id| store::id(id)).collect()
    }

    async fn pack_notice(&self, pack: &mut Pack, page: &NoticePage) -> Result<()> {
        let notice: &Notice = &page.notice;
        let folder = format!("notices/{}", notice.id);
        let delivery =
            tables::deliveries::Entity::find_by_id(notice.id.to_string()).one(&self.reader).await?;
        let removed_at = store::instant_opt(delivery.and_then(|delivery| delivery.purged_at))?;
        pack.add_json(format!("{folder}/notice.json"), &about(page, removed_at))?;
        let approved = notices::content(notice).canonical();
        // What is approved can't be changed. Were it, the archive would prove what nobody approved.
        let is_approved = notice.approved_digest.as_deref().is_none_or(|digest| digest == hash(&approved));
        // Typed addresses were a part of it: once they are removed by their date, its digest is what remains.
        let lost_addresses = removed_at.is_some() && !notice.recipients.is_empty();
        if is_approved {
            pack.add(format!("{folder}/approved.json"), &approved)?;
        } else if !lost_addresses {
            return Err(Error::corrupt("approved notice", &notice.id.to_string()));
        }
        let sending = tables::sendings::Entity::find_by_id(notice.id.to_string()).one(&self.reader).await?;
        if let Some(sending) = sending {
            pack.add(format!("{folder}/notice.txt"), &sending.text)?;
            pack.add(format!("{folder}/notice.html"), &sending.html)?;
        }
        self.pack_receipts(pack, notice, format!("{folder}/receipts.csv")).await?;
        self.pack_mails(pack, notice, &folder).await?;
        self.pack_journal(pack, &format!("{folder}/deliveries.jsonl"), Stream::Deliveries(notice.id)).await
    }

    async fn pack_receipts(&self, pack: &mut Pack, notice: &Notice, name: String) -> Result<()> {
        use tables::outbox::Column as C;
        pack.begin(name)?;
        pack.write(&proof::receipts_head())?;
        let mut after = String::new();
        loop {
            let part = tables::outbox::Entity::find()
                .filter(C::NoticeId.eq(notice.id.to_string()))
                .filter(C::Id.gt(after.as_str()))
                .order_by_asc(C::Id)
                .limit(ROWS)
                .all(&self.reader)
                .await?;
            let Some(last) = part.last() else { return Ok(()) };
            after.clone_from(&last.id);
            for row in &part {
                pack.write(&proof::receipt(notice.kind, &outbox::receipt(&self.key, row)?))?;
            }
        }
    }

    /// The bytes of each mail to a typed recipient, in the order of the receipts.
    async fn pack_mails(&self, pack: &mut Pack, notice: &Notice, folder: &str) -> Result<()> {
        use tables::{outbox::Column as O, sent_mails::Column as S};
        let its = tables::outbox::Entity::find()
            .select_only()
            .column(O::Id)
            .filter(O::NoticeId.eq(notice.id.to_string()))
            .into_query();
        // Of a long list none is kept, and of typed recipients there are few.
        let kept = tables::sent_mails::Entity::find()
            .filter(S::DeliveryId.in_subquery(its))
            .order_by_asc(S::DeliveryId)
            .order_by_asc(S::Sha256)
            .all(&self.reader)
            .await?;
        for (n, mail) in (1..).zip(&kept) {
            let bad = || Error::corrupt("bytes of a mail", &mail.delivery_id);
            let bytes = data_encoding::BASE64.decode(mail.bytes.as_bytes()).map_err(|_| bad())?;
            if hex(&Sha256::digest(&bytes)) != mail.sha256 {
                return Err(bad());
            }
            pack.begin(format!("{folder}/mails/{n}.eml"))?;
            pack.write_bytes(&bytes)?;
        }
        Ok(())
    }

    async fn pack_journal(&self, pack: &mut Pack, name: &str, stream: Stream) -> Result<()> {
        use tables::journal::Column as J;
        pack.begin(name.to_owned())?;
        let mut from = 0;
        loop {
            let part = tables::journal::Entity::find()
                .filter(J::Stream.eq(stream.to_string()))
                .filter(J::Seq.gt(from))
                .order_by_asc(J::Seq)
                .limit(ROWS)
                .all(&self.reader)
                .await?;
            let Some(last) = part.last() else { return Ok(()) };
            from = last.seq;
            for row in &part {
                pack.write(&row.line)?;
                pack.write("\n")?;
            }
        }
    }
}
