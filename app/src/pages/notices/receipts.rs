//! What became of each mail, in words that claim no more than is known.

use super::{page::Around, tally_words};
use crate::{
    cells,
    components::{Badge, Banner, Digest, Kind, Row, Table, Time, Tone},
    prelude::*,
};
use domain::{notice::stage::Stage, view::Receipt};

/// How the desk names its folder where a relay would stand.
const FOLDER: &str = "folder";

pub(super) fn section(around: &Around<'_>) -> AnyView {
    let view = around.view;
    if view.receipts.is_empty() {
        return ().written();
    }
    let again = (view.notice.stage == Stage::Sending).then(|| {
        let href = format!("{}#mails", around.address());
        view! { <p>"Mails are on their way. "<a href=href>"Look again"</a></p> }
    });
    let folder = view.receipts.iter().filter(|r| r.state == "accepted" && in_folder(r)).count();
    let folder = (folder > 0).then(|| {
        let words = if folder == 1 { "1 mail was".to_owned() } else { format!("{folder} mails were") };
        view! {
            <Banner tone=Tone::Attention>
                {words}" written to a folder of this machine, because no relay is set. Nobody has got them, and no clock is met by \
                 them. Set a relay, then draft the notice anew."
            </Banner>
        }
    });
    let heads =
        vec!["Recipient", "State", "The relay’s words", "Message-ID", "Handed over", "SHA-256 of the mail"];
    let rows = view.receipts.iter().map(row).collect();
    view! {
        <section id="mails">
            <h2>"Receipts"</h2>
            <p>{tally_words(view.tally)}"."</p>
            <p class="hint">"“Accepted by the relay” means that a mail server took responsibility. It doesn’t say that the mail was delivered or read."</p>
            {again}
            {folder}
            <Table caption="What became of each mail" heads=heads rows=rows />
        </section>
    }
    .written()
}

/// While no relay is set, mails end in a folder of this machine and nobody gets them.
fn in_folder(receipt: &Receipt) -> bool {
    receipt.relay == FOLDER
}

fn row(receipt: &Receipt) -> Row {
    let (code, words) = match receipt.state.as_str() {
        "accepted" if in_folder(receipt) => ("soon", "written to a folder, not sent"),
        "queued" => ("running", "waiting"),
        "deferred" => ("soon", "to be tried again"),
        "leased" | "attempting" => ("running", "being handed over"),
        "accepted" => ("met", "accepted by the relay"),
        "rejected" => ("overdue", "rejected"),
        "cancelled" => ("", "cancelled before it left"),
        other => ("", other),
    };
    let next = receipt
        .next_at
        .filter(|_| receipt.state == "deferred")
        .map(|at| view! { <span class="hint">"next try "<Time at=at /></span> });
    let tries = (receipt.attempts > 1)
        .then(|| view! { <span class="hint">{format!("{} tries", receipt.attempts)}</span> });
    let unsure = (receipt.uncertain > 0).then(|| {
        view! { <span class="hint">"The desk stopped in the middle of a hand-over: this person may get the same mail twice."</span> }
    });
    let reply = if receipt.relay.is_empty() {
        receipt.reply.clone()
    } else {
        format!("{} ({})", receipt.reply, receipt.relay)
    };
    Row::new(cells![
        receipt.recipient.clone(),
        view! { <span class="row"><Badge kind=Kind::Lateness code=code label=words />{tries}{next}{unsure}</span> },
        view! { <span class="said">{reply}</span> },
        view! { <code class="said">{receipt.message_id.clone()}</code> },
        receipt.accepted_at.map(|at| view! { <Time at=at /> }),
        receipt.sent_sha256.clone().map(|sha256| view! { <Digest sha256=sha256 /> }),
    ])
}
