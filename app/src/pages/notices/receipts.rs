//! What became of each mail, in words that claim no more than is known.

use super::{
    super::{incidents::frame::can, proof},
    page::Around,
    suppressed, tally_words,
};
use crate::{
    cells,
    components::{
        Badge, Banner, Digest, Form, Kind, PostButton, Row, Table, TextArea, Time, Tone, button::ButtonKind,
    },
    prelude::*,
};
use domain::{
    access::Action,
    delivery::{DeliveryState, Pace},
    notice::stage::Stage,
    text::Choice,
    view::{Paused, Receipt},
};

/// How the desk names its folder where a relay would stand.
const FOLDER: &str = "folder";

pub(super) fn section(around: &Around<'_>) -> AnyView {
    let view = around.view;
    if view.tally.total == 0 {
        return ().written();
    }
    let again = (view.notice.stage == Stage::Sending).then(|| {
        let href = format!("{}#mails", around.address());
        let done = view
            .done_at
            .map(|at| view! { <p>"At the pace so far the last one leaves "<Time at=at />"."</p> });
        view! {
            <p>"Mails are on their way. "<a href=href>"Look again"</a></p>
            {done}
            <p class="hint">{pace(view.pace)}</p>
        }
    });
    let folder = view.receipts.iter().filter(|r| r.state == DeliveryState::Accepted && in_folder(r)).count();
    let folder = (folder > 0).then(|| {
        let words = if folder == 1 { "1 mail was".to_owned() } else { format!("{folder} mails were") };
        view! {
            <Banner tone=Tone::Attention>
                {words}" written to a folder of this machine, because no relay is set. Nobody has got them, and no clock is met by \
                 them. Set a relay, then draft the notice anew."
            </Banner>
        }
    });
    let shown = view.receipts.len() as u64;
    let mails = view.tally.total.saturating_sub(view.tally.otherwise);
    let rest = (shown < mails).then(|| {
        let words = format!("These are the first {shown} of {mails}.");
        view! { <p class="hint">{words}</p> }
    });
    let every = format!("{}/mails", around.address());
    view! {
        <section id="mails">
            <h2>"Receipts"</h2>
            <p>{tally_words(view.tally)}"."</p>
            <p class="hint">"“Accepted by the relay” means that a mail server took responsibility. It doesn’t say that the mail was delivered or read."</p>
            {again}
            {folder}
            {paused(around)}
            {held(around)}
            {suppressed::section(around)}
            {rest}
            {table(&view.receipts)}
            <p><a href=every>"Every mail, by its state"</a></p>
            {proof::offer(
                format!("{}/proof", around.address()),
                "Proof of this notice",
                "An archive with the text as it was approved and sent, the facts under it, the approval, every receipt and the \
                 journal. Whoever gets it can check it without this program; how is written in it.",
            )}
        </section>
    }
    .written()
}

/// While no relay is set, mails end in a folder of this machine and nobody gets them.
fn in_folder(receipt: &Receipt) -> bool {
    receipt.relay == FOLDER
}

/// What became of these mails.
pub(super) fn table(receipts: &[Receipt]) -> AnyView {
    let heads =
        vec!["Recipient", "State", "The relay’s words", "Message-ID", "Handed over", "SHA-256 of the mail"];
    let rows = receipts.iter().map(row).collect();
    view! { <Table caption="What became of each mail" heads=heads rows=rows /> }.written()
}

/// What holds mails up by intention.
fn pace(pace: Pace) -> String {
    let a_second = |rate: Option<f64>, to: &str| match rate {
        Some(rate) => format!("at most {rate} a second to {to}"),
        None => format!("no limit a second to {to}"),
    };
    format!(
        "Up to {} at once, {}, {}. Whoever runs this desk sets this.",
        pace.connections,
        a_second(pace.per_second, "the relay"),
        a_second(pace.domain_per_second, "one recipient’s domain")
    )
}

/// Whether its mails are paused, and the way to pause them or to go on.
fn paused(around: &Around<'_>) -> AnyView {
    if around.notice().stage != Stage::Sending {
        return ().written();
    }
    let may = can(&around.view.case, Action::PauseSending);
    if let Some(Paused { at, why }) = &around.view.paused {
        let (action, why, at) = (format!("{}/resume", around.address()), why.clone(), *at);
        let button = may.then(|| view! { <PostButton action=action label="Go on sending" /> });
        return view! {
            <Banner tone=Tone::Attention>
                "Paused "<Time at=at />": "<span class="said">{why}</span>" No further mail is begun. "{button}
            </Banner>
        }
        .written();
    }
    if !may {
        return ().written();
    }
    let (action, state) = (format!("{}/pause", around.address()), around.state.clone());
    let open = state.of(&action).is_some();
    view! {
        <details class="card" open=open>
            <summary>"Pause the sending"</summary>
            <p class="hint">"Mails that are being handed over come to their end; no further one is begun until somebody goes on."</p>
            <Form action=action state=state submit="Pause" kind=ButtonKind::Plain>
                <TextArea name="reason" label="Why" required=true rows=2 />
            </Form>
        </details>
    }
    .written()
}

/// Mails of which nobody knows whether they were taken: each waits for a person.
fn held(around: &Around<'_>) -> AnyView {
    let view = around.view;
    if view.held.is_empty() {
        return ().written();
    }
    let may = can(&view.case, Action::DecideHeld);
    let cards: Vec<_> = view.held.iter().map(|receipt| held_one(around, receipt, may)).collect();
    let more = view.tally.held.saturating_sub(view.held.len() as u64);
    let more = (more > 0).then(|| view! { <p class="hint">{format!("And {more} more after these.")}</p> });
    view! {
        <section id="held">
            <h3>"Held for a decision"</h3>
            <p>
                "Nobody knows whether the relay took these mails: the answer was lost. Ask whoever runs the relay, then send each \
                 again or let it be. Sent again, a person may get the same mail twice; let be, a person may have got none."
            </p>
            {cards}
            {more}
        </section>
    }
    .written()
}

fn held_one(around: &Around<'_>, receipt: &Receipt, may: bool) -> AnyView {
    let base = format!("{}/mails/{}", around.address(), receipt.id);
    let (recipient, reply) = (receipt.recipient.clone(), receipt.reply.clone());
    let acts = may.then(|| {
        let (again, action, state) =
            (format!("{base}/release"), format!("{base}/drop"), around.state.clone());
        let open = state.of(&action).is_some();
        view! {
            <PostButton action=again label="Send it again" about=recipient.clone() />
            <details open=open>
                <summary>"Let it be"</summary>
                <Form action=action state=state submit="Don’t send it again" kind=ButtonKind::Plain>
                    <TextArea name="reason" label="Why" required=true rows=2 />
                </Form>
            </details>
        }
    });
    view! {
        <div class="card">
            <p><strong>{recipient}</strong>" "<code class="said">{receipt.message_id.clone()}</code></p>
            <p class="hint said">{reply}</p>
            {acts}
        </div>
    }
    .written()
}

fn row(receipt: &Receipt) -> Row {
    use DeliveryState as S;
    let code = match receipt.state {
        S::Accepted if in_folder(receipt) => "soon",
        S::Queued | S::Leased | S::Attempting => "running",
        S::Deferred | S::Held => "soon",
        S::Accepted => "met",
        S::Rejected | S::Bounced | S::Invalid | S::Expired | S::Suppressed => "overdue",
        S::Cancelled => "",
    };
    let words = match receipt.state {
        S::Accepted if in_folder(receipt) => "written to a folder, not sent",
        state => state.label(),
    };
    let next = receipt
        .next_at
        .filter(|_| receipt.state == DeliveryState::Deferred)
        .map(|at| view! { <span class="hint">"next try "<Time at=at /></span> });
    let tries = (receipt.attempts > 1)
        .then(|| view! { <span class="hint">{format!("{} tries", receipt.attempts)}</span> });
    let unsure = (receipt.uncertain > 0).then(|| {
        let words = match receipt.state {
            S::Held | S::Cancelled => {
                "The answer to a hand-over was lost: this person may have got it or not."
            }
            _ => "The answer to a hand-over was lost: this person may get the same mail twice.",
        };
        view! { <span class="hint">{words}</span> }
    });
    let back = receipt.bounce.as_ref().map(suppressed::came_back);
    let insisted = receipt.insisted_at.map(|at| {
        view! { <span class="hint">"sent although an earlier mail came back: decided "<Time at=at /></span> }
    });
    let reply = if receipt.relay.is_empty() {
        receipt.reply.clone()
    } else {
        format!("{} ({})", receipt.reply, receipt.relay)
    };
    Row::new(cells![
        receipt.recipient.clone(),
        view! { <span class="row"><Badge kind=Kind::Lateness code=code label=words />{tries}{next}{unsure}{back}{insisted}</span> },
        view! { <span class="said">{reply}</span> },
        view! { <code class="said">{receipt.message_id.clone()}</code> },
        receipt.accepted_at.map(|at| view! { <Time at=at /> }),
        receipt.sent_sha256.clone().map(|sha256| view! { <Digest sha256=sha256 /> }),
    ])
}
