//! Evidence: taken in while it arrives, given out in a sandbox.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Ids, Nothing},
        problem::{FieldProblem, Problem},
        route::{ApiRoute, answered, download, get, post, upload},
    },
    ListOut,
};
use app::visit::Visit;
use axum::{
    body::{Body, Bytes},
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    evidence::{Evidence, EvidenceInput},
    id::{EvidenceId, IncidentId},
    incident::ReasonInput,
    notice::hex,
    view::{Added, EvidenceList},
};
use futures_util::{Stream, StreamExt, TryStreamExt};
use http_body_util::LengthLimitError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Ctx, Error, Idempotency, Result, evidence::Upload};
use sha2::{Digest, Sha256};
use tokio_util::io::ReaderStream;

/// How long a single text part of a form may be, in bytes.
const PART_MAX: usize = 16 * 1024;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/incidents/{incident}/evidence",
            "listEvidence",
            "The evidence, the newest first",
            A::ReadIncident,
            list,
        ),
        upload::<Asked<UploadQuery>, Created<Added>, _, _>(
            "/incidents/{incident}/evidence",
            "addEvidence",
            "Take a file in, as the body itself with its description in the address, or as multipart/form-data with the file last",
            A::AddEvidence,
            take,
        ),
        get(
            "/incidents/{incident}/evidence/{evidence}",
            "readEvidence",
            "One item, without its content",
            A::ReadIncident,
            read,
        ),
        download(
            "/incidents/{incident}/evidence/{evidence}/content",
            "downloadEvidence",
            "The content of an item; the reading is journaled",
            Some(A::ReadEvidence),
            content,
        ),
        post(
            "/incidents/{incident}/evidence/{evidence}/verify",
            "verifyEvidence",
            "Read the content through again and compare it with its digest",
            A::VerifyEvidence,
            verify,
        ),
        post(
            "/incidents/{incident}/evidence/{evidence}/withdraw",
            "withdrawEvidence",
            "Take a mistaken upload's content away; the record stays with the reason",
            A::WithdrawEvidence,
            withdraw,
        ),
    ]
}

/// The file's name and what is said about it, where the body is the file itself.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    /// The file's name as its owner calls it.
    #[serde(default)]
    name: String,
    /// Who collected it.
    #[serde(default)]
    collected_by: String,
    /// RFC 3339, or a local time in the zone of the token's owner.
    #[serde(default)]
    collected_at: String,
    /// Where it comes from: a host, a mailbox, a person.
    #[serde(default)]
    source: String,
    /// How it was taken; may be empty.
    #[serde(default)]
    method: String,
    /// `true` where it is counsel's privileged.
    #[serde(default)]
    privileged: String,
}

impl UploadQuery {
    fn description(&self) -> EvidenceInput {
        let Self { name: _, collected_by, collected_at, source, method, privileged } = self;
        let (collected_by, collected_at) = (collected_by.clone(), collected_at.clone());
        let (source, method, privileged) = (source.clone(), method.clone(), privileged.clone());
        EvidenceInput { collected_by, collected_at, source, method, privileged }
    }

    fn set(&mut self, part: &str, text: String) -> std::result::Result<(), Problem> {
        let field = match part {
            "name" => &mut self.name,
            "collected_by" => &mut self.collected_by,
            "collected_at" => &mut self.collected_at,
            "source" => &mut self.source,
            "method" => &mut self.method,
            "privileged" => &mut self.privileged,
            other => {
                let message = "There is no such part here. The parts are name, collected_by, collected_at, source, method, privileged and file.";
                return Err(Problem::fields(
                    "unknown_field",
                    vec![FieldProblem::new(other, "unknown_field", message)],
                ));
            }
        };
        *field = text;
        Ok(())
    }
}

/// Whether the content still has its digest.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Verified")]
struct VerifiedOut {
    ok: bool,
}

/// An upload on its way: what the answer's parts are made from.
struct Taking {
    visit: Visit,
    ctx: Ctx,
    incident: IncidentId,
    /// Where a key is given: the digest of the request so far, and the key.
    once: Option<(Sha256, String)>,
}

/// Why an upload ended early: the rules, or what came over the wire.
enum Ended {
    Services(Error),
    Wire(Problem),
}

impl From<Error> for Ended {
    fn from(why: Error) -> Self {
        Self::Services(why)
    }
}

impl From<Problem> for Ended {
    fn from(why: Problem) -> Self {
        Self::Wire(why)
    }
}

async fn take(Ids(incident): Ids<IncidentId>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let taking = match taking(&parts, incident) {
        Ok(taking) => taking,
        Err(problem) => return problem.into_response(),
    };
    let asked_by = taking.ctx.request;
    match taking.taken(parts, body).await {
        Ok(added) => {
            let at = format!("/incidents/{incident}/evidence/{}", added.id);
            answered(asked_by, Ok(Created(added, at)))
        }
        Err(Ended::Services(why)) => answered::<Done>(asked_by, Err(why)),
        Err(Ended::Wire(problem)) => problem.into_response(),
    }
}

fn taking(parts: &Parts, incident: IncidentId) -> std::result::Result<Taking, Problem> {
    let visit = call::visit(parts)?;
    let ctx = call::ctx(&visit, &parts.headers)?;
    let once = call::idempotency_key(&parts.headers)?.map(|key| (call::request_hash(parts), key));
    Ok(Taking { visit, ctx, incident, once })
}

impl Taking {
    async fn taken(mut self, parts: Parts, body: Body) -> std::result::Result<Added, Ended> {
        let mut said: UploadQuery = call::query(&parts)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
            let mut upload = self.begun(&said).await?;
            self.fill(&mut upload, body.into_data_stream().map_err(|why| ended(&why))).await?;
            return self.kept(upload, &said.name).await;
        }
        let form = Multipart::from_request(Request::from_parts(parts, body), &()).await;
        let mut form = form.map_err(|_| malformed("This isn't a form with a boundary."))?;
        while let Some(part) = form.next_field().await.map_err(|why| broken(&why))? {
            let name = part.name().unwrap_or_default().to_owned();
            if name != "file" {
                let text = text(&name, part).await?;
                self.hash(format!("{name}={text}\n").as_bytes());
                said.set(&name, text)?;
                continue;
            }
            if said.name.is_empty() {
                said.name = part.file_name().unwrap_or_default().to_owned();
                self.hash(format!("name={}\n", said.name).as_bytes());
            }
            let mut upload = self.begun(&said).await?;
            self.fill(&mut upload, part.map_err(|why| broken(&why))).await?;
            if let Some(late) = form.next_field().await.map_err(|why| broken(&why))? {
                let message =
                    "The file comes last: whatever is said about it is checked before its first byte.";
                return Err(field(late.name().unwrap_or_default(), "after_the_file", message).into());
            }
            return self.kept(upload, &said.name).await;
        }
        // Whether the asker may add evidence here is decided before what is missing is said.
        self.begun(&said).await?;
        Err(field("file", "required", "The file is missing: it is the part called file, and it comes last.")
            .into())
    }

    fn hash(&mut self, bytes: &[u8]) {
        if let Some((hash, _)) = &mut self.once {
            hash.update(bytes);
        }
    }

    async fn begun(&self, said: &UploadQuery) -> Result<Upload> {
        self.visit.services.begin_evidence(&self.ctx, self.incident, &said.description()).await
    }

    async fn fill(
        &mut self,
        upload: &mut Upload,
        mut content: impl Stream<Item = std::result::Result<Bytes, Problem>> + Unpin,
    ) -> std::result::Result<(), Ended> {
        while let Some(bytes) = content.next().await {
            let bytes = bytes?;
            self.hash(&bytes);
            upload.write(&bytes).await?;
        }
        Ok(())
    }

    async fn kept(self, upload: Upload, name: &str) -> std::result::Result<Added, Ended> {
        let Self { visit, mut ctx, incident: _, once } = self;
        ctx.idempotency = once.map(|(hash, key)| Idempotency { key, request_digest: hex(&hash.finalize()) });
        Ok(visit.services.finish_evidence(&ctx, upload, name).await?)
    }
}

fn field(name: &str, code: &'static str, message: &str) -> Problem {
    Problem::fields("invalid", vec![FieldProblem::new(name, code, message)])
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_multipart", detail)
}

/// Why a body ended early.
fn ended(why: &(dyn std::error::Error + 'static)) -> Problem {
    let mut causes = std::iter::successors(Some(why), |why| why.source());
    if causes.any(|why| why.is::<LengthLimitError>()) { too_large() } else { cut_short() }
}

/// Why a form ended early.
fn broken(why: &MultipartError) -> Problem {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { cut_short() }
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "This is larger than is taken. Nothing was kept.",
    )
}

fn cut_short() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "cut_short",
        "The upload ended before it was complete. Nothing was kept.",
    )
}

/// A short text part.
async fn text(name: &str, mut part: Field<'_>) -> std::result::Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = part.chunk().await.map_err(|why| broken(&why))? {
        bytes.extend_from_slice(&more);
        if bytes.len() > PART_MAX {
            return Err(field(name, "too_long", "This is longer than the 16 KiB that are taken here."));
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed("A text part isn't UTF-8."))
}

async fn list(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<Evidence>>> {
    let EvidenceList { case: _, items } = call.services.evidence(&call.ctx, id).await?;
    Ok(Shown(ListOut::whole(items)))
}

async fn read(call: Call<Nothing>, (id, evidence): (IncidentId, EvidenceId)) -> Result<Tagged<Evidence>> {
    let list = call.services.evidence(&call.ctx, id).await?;
    let found = list.items.into_iter().find(|e| e.id == evidence).ok_or(Error::NotFound)?;
    let revision = found.revision;
    Ok(Tagged(found, revision))
}

async fn content(Ids((id, evidence)): Ids<(IncidentId, EvidenceId)>, call: Call<Nothing>) -> Response {
    match call.services.read_evidence(&call.ctx, id, evidence).await {
        Ok((evidence, file)) => {
            let body = Body::from_stream(ReaderStream::with_capacity(file, 64 * 1024));
            (sandboxed(&evidence), body).into_response()
        }
        Err(why) => answered::<Done>(call.ctx.request, Err(why)),
    }
}

/// Whatever the content is, it is handed over as a file and never shown.
fn sandboxed(evidence: &Evidence) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(evidence.size));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name =
        format!("attachment; filename*=UTF-8''{}", app::visit::encode(&evidence.name).replace('/', "%2F"));
    let name = HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    headers
}

async fn verify(call: Call<Nothing>, (id, evidence): (IncidentId, EvidenceId)) -> Result<Shown<VerifiedOut>> {
    let ok = call.services.verify_evidence(&call.ctx, id, evidence).await?;
    Ok(Shown(VerifiedOut { ok }))
}

async fn withdraw(call: Call<Given<ReasonInput>>, (id, evidence): (IncidentId, EvidenceId)) -> Result<Done> {
    call.services.withdraw_evidence(&call.ctx, id, evidence, &call.input.0).await.map(|()| Done)
}
