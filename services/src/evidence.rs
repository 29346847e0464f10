//! Evidence: taken in, read, verified, withdrawn.

use crate::{
    Services,
    blobs::Incoming,
    boxed,
    case::{EvidenceTarget, IncidentTarget, access_of},
    ctx::Ctx,
    error::{Error, Result},
    store::{rows, tables},
    write::Change,
};
use domain::{
    access::Action,
    event::Event,
    evidence::{Description, Evidence, EvidenceInput, shown_name},
    id::{EvidenceId, IncidentId},
    incident::{ReasonInput, open},
    journal::{Draft, Stream},
    view::{Added, EvidenceList},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use tokio::fs::File;

/// An upload that may be written: access was decided and the description is in order.
pub struct Upload {
    id: EvidenceId,
    incident: IncidentId,
    description: Description,
    content: Incoming,
}

impl Upload {
    /// Takes the next bytes of the content.
    ///
    /// # Errors
    /// More than the largest allowed, or the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.content.write(bytes).await
    }
}

impl Services {
    /// Begins an upload: decides about access and checks the description before the first byte.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the description can't be taken.
    #[boxed]
    pub async fn begin_evidence(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &EvidenceInput,
    ) -> Result<Upload> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        if !case.may(Action::AddEvidence) {
            return Err(Error::Forbidden);
        }
        open(&case.incident)?;
        let description = input.parse(ctx.zone(), ctx.now)?;
        let id = EvidenceId::from_bits(ctx.fresh.bits());
        Ok(Upload { id, incident, description, content: self.blobs.begin(&id.to_string()).await? })
    }

    /// Ends an upload: the content is made durable, then recorded.
    ///
    /// # Errors
    /// The disk refuses, or access was lost meanwhile.
    #[boxed]
    pub async fn finish_evidence(&self, ctx: &Ctx, upload: Upload, file_name: &str) -> Result<Added> {
        let by = ctx.person()?.account;
        let Upload { id, incident, description, content } = upload;
        let _alone = self.contents.lock().await;
        let stored = content.keep().await?;
        self.write(ctx, Action::AddEvidence, IncidentTarget(incident), move |loaded| {
            open(&loaded.incident)?;
            let evidence = Evidence {
                id,
                incident,
                name: shown_name(file_name),
                size: i64::try_from(stored.size).unwrap_or(i64::MAX),
                sha256: stored.sha256,
                collected_by: description.collected_by,
                collected_at: description.collected_at,
                source: description.source,
                method: description.method,
                uploaded_at: ctx.now,
                uploaded_by: by,
                withdrawn_at: None,
                withdrawn_reason: String::new(),
                verified_at: None,
                verified_ok: None,
                privileged: description.privileged,
                revision: 1,
            };
            Ok(Change::new(vec![Event::EvidenceAdded(evidence)], Added { id: id.to_string() }))
        })
        .await
    }

    /// The evidence of an incident, the newest first.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn evidence(&self, ctx: &Ctx, incident: IncidentId) -> Result<EvidenceList> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let items = self.evidence_seen(&incident.to_string(), case.privileged).await?;
        Ok(EvidenceList { case, items })
    }

    /// The evidence that an answer may rest on: nothing that is counsel's privileged.
    pub(crate) async fn evidence_of(&self, incident: &str) -> Result<Vec<Evidence>> {
        self.evidence_seen(incident, false).await
    }

    async fn evidence_seen(&self, incident: &str, privileged: bool) -> Result<Vec<Evidence>> {
        use tables::evidence::Column as C;
        let mut query = tables::evidence::Entity::find().filter(C::IncidentId.eq(incident));
        if !privileged {
            query = query.filter(C::Privileged.eq(false));
        }
        let found = query.order_by_desc(C::UploadedAt).all(&self.reader).await?;
        found.iter().map(rows::evidence).collect()
    }

    /// Opens a content for download. The read is journaled.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, or withdrawn.
    #[boxed]
    pub async fn read_evidence(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EvidenceId,
    ) -> Result<(Evidence, File)> {
        let evidence = self.evidence_item(ctx, incident, id, Action::ReadEvidence).await?;
        evidence.present()?;
        let draft = Draft::new(Stream::Incident(incident), "evidence_read", id)
            .with("sha256", evidence.sha256.as_str());
        self.append(ctx, draft).await?;
        let file = self.blobs.read(&evidence.sha256).await?;
        Ok((evidence, file))
    }

    async fn evidence_item(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EvidenceId,
        action: Action,
    ) -> Result<Evidence> {
        let row = tables::evidence::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let case = tables::incidents::Entity::find_by_id(row.incident_id.clone())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let access = access_of(&self.reader, ctx, &case).await?;
        let access = if row.privileged { access.privileged() } else { access };
        self.permit(ctx, action, access)?;
        let evidence = rows::evidence(&row)?;
        if evidence.incident == incident { Ok(evidence) } else { Err(Error::NotFound) }
    }

    /// Reads a content through again and records whether it still has its digest.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, or withdrawn.
    #[boxed]
    pub async fn verify_evidence(&self, ctx: &Ctx, incident: IncidentId, id: EvidenceId) -> Result<bool> {
        let evidence = self.evidence_item(ctx, incident, id, Action::VerifyEvidence).await?;
        evidence.present()?;
        let ok = self.blobs.verify(&evidence.sha256).await?;
        self.write(ctx, Action::VerifyEvidence, EvidenceTarget(incident, id), move |(_, item)| {
            Ok(Change::new(vec![Event::EvidenceVerified(item.verified(ok, ctx.now)?)], ok))
        })
        .await
    }

    /// Takes a mistaken upload's content away; the record stays with the reason. The content goes only
    /// if no other record holds the same digest.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, withdrawn before, closed, or no reason.
    #[boxed]
    pub async fn withdraw_evidence(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EvidenceId,
        input: &ReasonInput,
    ) -> Result<()> {
        let _alone = self.contents.lock().await;
        let sha256 = self
            .write(ctx, Action::WithdrawEvidence, EvidenceTarget(incident, id), |(loaded, item)| {
                open(&loaded.incident)?;
                let withdrawn = item.withdraw(input.parse()?, ctx.now)?;
                let sha256 = withdrawn.sha256.clone();
                Ok(Change::new(vec![Event::EvidenceWithdrawn(withdrawn)], sha256))
            })
            .await?;
        use tables::evidence::Column as C;
        let others = tables::evidence::Entity::find()
            .filter(C::Sha256.eq(sha256.as_str()))
            .filter(C::WithdrawnAt.is_null())
            .count(&self.writer)
            .await?;
        if others == 0 {
            self.blobs.remove(&sha256).await?;
        }
        Ok(())
    }

    /// Removes what a crash left half-written.
    ///
    /// # Errors
    /// The folder can't be read.
    #[boxed]
    pub async fn sweep_uploads(&self) -> Result<usize> {
        self.blobs.sweep(self.now()).await
    }

    /// Checks every content that should be there. Returns the ids of those that fail.
    ///
    /// # Errors
    /// The folder or the database can't be read.
    #[boxed]
    pub async fn check_evidence(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        for row in tables::evidence::Entity::find()
            .filter(tables::evidence::Column::WithdrawnAt.is_null())
            .all(&self.reader)
            .await?
        {
            if !self.blobs.verify(&row.sha256).await? {
                wrong.push(row.id);
            }
        }
        Ok(wrong)
    }
}
