//! Recipients of communications: files of them, the list, and how long what is known of them is kept.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Ids, Nothing},
        route::{ApiRoute, answered, download, get, post, put},
    },
    ListOut, PageQuery,
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    delivery::RecipientList,
    id::{AccountId, NoticeId, RecipientFileId},
    incident::ReasonInput,
    recipient::{
        Channel, FILE_MAX, FindInput, Wrong,
        columns::MappingInput,
        file::{FileState, RecipientFile, TakeInput},
        keeping::{RecipientSettings, RecipientSettingsInput},
        list::Counts,
        otherwise::{ToldInput, Way},
        own_language::{Asking, OwnLanguageInput},
    },
    refusal::Refusal,
    view::{
        Added,
        recipients::{
            FilePage, FoundRecipient, Informed, Keeping, ListedPerson, OpenedList, OtherPerson, PreviewRow,
            RecipientsPage, Version,
        },
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Error, Result};

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/notices/{notice}/recipients",
            "readRecipients",
            "How many are told how, the files they came in, and how long they are kept",
            A::ReadIncident,
            read,
        ),
        ApiRoute {
            // A file in base64, and what stands around it.
            least_bytes: FILE_MAX / 3 * 4 + (1 << 20),
            ..post(
                "/notices/{notice}/recipient-files",
                "readRecipientFile",
                "Read a file of recipients, CSV or XLSX; nothing counts until it is taken over",
                A::ImportRecipients,
                file_in,
            )
        },
        get(
            "/notices/{notice}/recipient-files/{file}",
            "showRecipientFile",
            "The first rows of a file as they would be read, or those that were not taken; journaled",
            A::ReadRecipients,
            file,
        ),
        put(
            "/notices/{notice}/recipient-files/{file}/columns",
            "mapRecipientFile",
            "Say which column is what",
            A::ImportRecipients,
            columns,
        ),
        post(
            "/notices/{notice}/recipient-files/{file}/take",
            "takeRecipientFile",
            "Add the rows of a file to the list",
            A::EditNotice,
            take,
        ),
        post(
            "/notices/{notice}/recipient-files/{file}/drop",
            "dropRecipientFile",
            "Drop a file that waits",
            A::ImportRecipients,
            drop_it,
        ),
        download(
            "/notices/{notice}/recipient-files/{file}/wrong",
            "exportWrongRecipients",
            "The rows that were not taken, as a CSV to be mended and read in again; journaled",
            Some(A::ReadRecipients),
            wrong,
        ),
        get(
            "/notices/{notice}/recipients/list",
            "openRecipients",
            "The people of the list; who opens it is journaled",
            A::ReadRecipients,
            list,
        ),
        post(
            "/notices/{notice}/recipients/find",
            "findRecipient",
            "Whether somebody is among the recipients, and what became of the mail; journaled",
            A::ReadRecipients,
            find,
        ),
        post(
            "/notices/{notice}/recipients/own-language",
            "draftInTheirLanguage",
            "Draft the same communication in another language and move the people who ask for it to its list",
            A::EditNotice,
            own_language,
        ),
        post(
            "/notices/{notice}/recipients/purge",
            "purgeRecipients",
            "Remove what is known of the people before its date",
            A::PurgeRecipients,
            purge,
        ),
        get(
            "/notices/{notice}/recipients/otherwise",
            "listToldOtherwise",
            "The people who are told by letter or telephone, or whom no mail has reached; journaled",
            A::ReadRecipients,
            otherwise,
        ),
        post(
            "/notices/{notice}/recipients/otherwise",
            "tellOtherwise",
            "Say what came of telling somebody by letter or telephone",
            A::TellOtherwise,
            tell,
        ),
        download(
            "/notices/{notice}/recipients/otherwise/letters",
            "exportLetters",
            "Names and addresses of those who get a letter, as a CSV for a printer; journaled",
            Some(A::ReadRecipients),
            letters,
        ),
        get(
            "/retention/recipients",
            "readRecipientSettings",
            "After how many days lists of recipients are removed",
            A::ReadOrganisation,
            settings,
        ),
        put(
            "/retention/recipients",
            "saveRecipientSettings",
            "Say after how many days lists of recipients are removed",
            A::ConfigureRetention,
            save_settings,
        ),
    ]
}

/// A file of recipients: as text, or as base64 of its bytes.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RecipientFileInput {
    /// As its owner calls it.
    #[serde(default)]
    name: String,
    /// CSV, with the headings in its first row.
    #[serde(default)]
    text: String,
    /// CSV in UTF-8 or XLSX, at most 64 MiB before it was encoded; then `text` is empty.
    #[serde(default)]
    base64: String,
}

impl RecipientFileInput {
    fn bytes(self) -> Result<Vec<u8>> {
        if self.base64.is_empty() {
            return Ok(self.text.into_bytes());
        }
        if !self.text.is_empty() {
            let message = "Give the file as text or as base64, and not as both.";
            return Err(Refusal::field("base64", "one_of_two", message).into());
        }
        data_encoding::BASE64.decode(self.base64.trim().as_bytes()).map_err(|_| {
            Refusal::field("base64", "not_base64", "This isn't base64 (RFC 4648, section 4).").into()
        })
    }
}

/// Which column is what, by numbers from 1; empty for none.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecipientColumns")]
struct ColumnsOut {
    email: String,
    name: String,
    reference: String,
    language: String,
    channel: String,
    telephone: String,
    postal: Vec<String>,
    fields: Vec<String>,
}

impl From<MappingInput> for ColumnsOut {
    fn from(columns: MappingInput) -> Self {
        let MappingInput { email, name, reference, language, channel, telephone, postal, fields } = columns;
        Self { email, name, reference, language, channel, telephone, postal, fields }
    }
}

/// A file that was read in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecipientFile")]
struct FileOut {
    id: RecipientFileId,
    name: String,
    state: FileState,
    headings: Vec<String>,
    /// Rows below the headings that aren't empty.
    rows: u64,
    /// SHA-256 of the file, lower-case hexadecimal.
    sha256: String,
    columns: ColumnsOut,
    /// What became of its rows; all 0 until it was taken over.
    counts: Counts,
    /// What a taking over names: the file and its columns.
    digest: String,
    read_at: DateTime<Utc>,
    read_by: AccountId,
    taken_at: Option<DateTime<Utc>>,
}

impl From<&RecipientFile> for FileOut {
    fn from(file: &RecipientFile) -> Self {
        Self {
            id: file.id,
            name: file.name.clone(),
            state: file.state,
            headings: file.headings.clone(),
            rows: file.rows,
            sha256: file.sha256.clone(),
            columns: ColumnsOut::from(MappingInput::from(&file.mapping)),
            counts: file.counts,
            digest: file.digest(),
            read_at: file.read_at,
            read_by: file.read_by,
            taken_at: file.taken_at,
        }
    }
}

/// Which people.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OtherwiseQuery {
    /// Those who get a letter, unless another part of the list is asked for.
    way: Option<Way>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// How many are told how.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecipientsByChannel")]
struct ByChannelOut {
    channel: Channel,
    people: u64,
}

/// The recipients of a communication, without their names.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recipients")]
struct RecipientsOut {
    people: u64,
    /// The long list; empty where the recipients were typed in.
    list: RecipientList,
    channels: Vec<ByChannelOut>,
    /// How many ask for which language. Who asks for none isn't counted.
    languages: Vec<Asking>,
    /// The communications that share one list with this, each for those who ask for its language.
    versions: Vec<Version>,
    /// The last files, the newest first.
    files: Vec<FileOut>,
    keeping: Keeping,
    informed: Informed,
}

impl From<RecipientsPage> for RecipientsOut {
    fn from(page: RecipientsPage) -> Self {
        let RecipientsPage { case: _, notice, channels, languages, versions, files, keeping, informed } =
            page;
        let channels = channels.into_iter().map(|(channel, people)| ByChannelOut { channel, people });
        Self {
            people: notice.people(),
            list: notice.list,
            channels: channels.collect(),
            languages,
            versions,
            files: files.iter().map(FileOut::from).collect(),
            keeping,
            informed,
        }
    }
}

/// A row that was not taken.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WrongRow")]
struct WrongOut {
    /// Its line in the file, from 1.
    line: u64,
    cells: Vec<String>,
    faults: Vec<domain::recipient::Fault>,
}

impl From<Wrong> for WrongOut {
    fn from(wrong: Wrong) -> Self {
        Self { line: wrong.row.line, cells: wrong.row.cells, faults: wrong.faults }
    }
}

/// A file with its first rows.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecipientFilePage")]
struct FilePageOut {
    file: FileOut,
    /// The first rows of a file that waits, as they would be read.
    preview: Vec<PreviewRow>,
    /// The first rows that were not taken, of a file that was taken over.
    wrong: Vec<WrongOut>,
}

impl From<FilePage> for FilePageOut {
    fn from(page: FilePage) -> Self {
        let FilePage { case: _, notice: _, file, preview, wrong } = page;
        let wrong = wrong.into_iter().map(WrongOut::from).collect();
        Self { file: FileOut::from(&file), preview, wrong }
    }
}

async fn read(call: Call<Nothing>, id: NoticeId) -> Result<Shown<RecipientsOut>> {
    call.services.recipients(&call.ctx, id).await.map(RecipientsOut::from).map(Shown)
}

async fn file_in(call: Call<Given<RecipientFileInput>>, id: NoticeId) -> Result<Created<Added>> {
    // Who may not do this is told nothing about the file.
    call.services.may_read_recipients_in(&call.ctx, id).await?;
    let Given(mut input) = call.input;
    let name = std::mem::take(&mut input.name);
    let given = if input.base64.is_empty() { "text" } else { "base64" };
    let added = call.services.read_recipients(&call.ctx, id, &name, input.bytes()?).await;
    let added = added.map_err(|why| of_field(why, given))?;
    let at = format!("/notices/{id}/recipient-files/{}", added.id);
    Ok(Created(added, at))
}

/// What is wrong with the file is said of the field that it came in.
fn of_field(why: Error, given: &str) -> Error {
    match why {
        Error::Refused(Refusal::Invalid(mut errors)) => {
            for error in errors.iter_mut().filter(|error| error.field == "file") {
                error.field = given.to_owned();
            }
            Refusal::Invalid(errors).into()
        }
        other => other,
    }
}

async fn file(call: Call<Nothing>, (id, file): (NoticeId, RecipientFileId)) -> Result<Shown<FilePageOut>> {
    call.services.recipient_file(&call.ctx, id, file).await.map(FilePageOut::from).map(Shown)
}

async fn columns(call: Call<Given<MappingInput>>, (id, file): (NoticeId, RecipientFileId)) -> Result<Done> {
    call.services.map_recipients(&call.ctx, id, file, &call.input.0).await.map(|()| Done)
}

async fn take(
    call: Call<Given<TakeInput>>,
    (id, file): (NoticeId, RecipientFileId),
) -> Result<Shown<Counts>> {
    call.services.take_recipients(&call.ctx, id, file, &call.input.0).await.map(Shown)
}

async fn drop_it(call: Call<Nothing>, (id, file): (NoticeId, RecipientFileId)) -> Result<Done> {
    call.services.drop_recipients(&call.ctx, id, file).await.map(|()| Done)
}

async fn wrong(Ids((id, file)): Ids<(NoticeId, RecipientFileId)>, call: Call<Nothing>) -> Response {
    answered(call.ctx.request, call.services.wrong_recipients(&call.ctx, id, file).await)
}

async fn list(call: Call<Asked<PageQuery>>, id: NoticeId) -> Result<Shown<ListOut<ListedPerson>>> {
    let page = call::page(call.input.0.page)?;
    let OpenedList { people, .. } = call.services.open_recipients(&call.ctx, id, page).await?;
    Ok(Shown(ListOut::page(people)))
}

async fn find(call: Call<Given<FindInput>>, id: NoticeId) -> Result<Shown<FoundRecipient>> {
    call.services.find_recipient(&call.ctx, id, &call.input.0).await.map(Shown)
}

async fn own_language(call: Call<Given<OwnLanguageInput>>, id: NoticeId) -> Result<Created<Added>> {
    let added = call.services.draft_in_their_language(&call.ctx, id, &call.input.0).await?;
    let at = format!("/notices/{}", added.id);
    Ok(Created(added, at))
}

async fn purge(call: Call<Given<ReasonInput>>, id: NoticeId) -> Result<Done> {
    call.services.purge_recipients(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn otherwise(call: Call<Asked<OtherwiseQuery>>, id: NoticeId) -> Result<Shown<ListOut<OtherPerson>>> {
    let Asked(OtherwiseQuery { way, page }) = call.input;
    let (way, page) = (way.unwrap_or(Way::Letter), call::page(page)?);
    let found = call.services.otherwise(&call.ctx, id, way, page).await?;
    Ok(Shown(ListOut::page(found.people)))
}

async fn tell(call: Call<Given<ToldInput>>, id: NoticeId) -> Result<Done> {
    call.services.tell_otherwise(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn letters(Ids(id): Ids<NoticeId>, call: Call<Nothing>) -> Response {
    answered(call.ctx.request, call.services.export_letters(&call.ctx, id).await)
}

async fn settings(call: Call<Nothing>, (): ()) -> Result<Tagged<RecipientSettings>> {
    let (settings, revision) = call.services.recipient_settings(&call.ctx).await?;
    Ok(Tagged(settings, revision))
}

async fn save_settings(call: Call<Given<RecipientSettingsInput>>, (): ()) -> Result<Done> {
    call.services.save_recipient_settings(&call.ctx, &call.input.0).await.map(|()| Done)
}
