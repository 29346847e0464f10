//! Mails that were not tried, because an earlier one to their address came back; and the words about what came back.

use super::{super::incidents::frame::can, page::Around};
use crate::{
    components::{Form, TextArea, Time, button::ButtonKind},
    prelude::*,
};
use domain::{access::Action, bounce::Bounce, view::Receipt};

/// Each waits for somebody who knows better, or tells the person in another way.
pub(super) fn section(around: &Around<'_>) -> AnyView {
    let view = around.view;
    if view.suppressed.is_empty() {
        return ().written();
    }
    let may = can(&view.case, Action::DecideHeld);
    let cards: Vec<_> = view.suppressed.iter().map(|receipt| one(around, receipt, may)).collect();
    let more = view.tally.suppressed.saturating_sub(view.suppressed.len() as u64);
    let more = (more > 0).then(|| view! { <p class="hint">{format!("And {more} more after these.")}</p> });
    view! {
        <section id="suppressed">
            <h3>"Not tried"</h3>
            <p>
                "An earlier notice to these addresses came back, because they don’t exist. These people have not been told: tell \
                 them in another way, or send the mail all the same if you know that the address is good."
            </p>
            {cards}
            {more}
        </section>
    }
    .written()
}

fn one(around: &Around<'_>, receipt: &Receipt, may: bool) -> AnyView {
    let (action, state) = (format!("{}/mails/{}/try", around.address(), receipt.id), around.state.clone());
    let (recipient, reply) = (receipt.recipient.clone(), receipt.reply.clone());
    let form = may.then(|| {
        let open = state.of(&action).is_some();
        view! {
            <details open=open>
                <summary>"Send it all the same"</summary>
                <Form action=action state=state submit="Send it" kind=ButtonKind::Plain>
                    <TextArea name="reason" label="Why the address is good" required=true rows=2 />
                </Form>
            </details>
        }
    });
    view! {
        <div class="card">
            <p><strong>{recipient}</strong></p>
            <p class="hint said">{reply}</p>
            {form}
        </div>
    }
    .written()
}

/// Why a mail came back, and when.
pub(super) fn came_back(bounce: &Bounce) -> AnyView {
    let Bounce { at, status, diagnosis } = bounce;
    let status = if status.is_empty() { String::new() } else { format!(" ({status})") };
    let said = if diagnosis.is_empty() { "no reason given".to_owned() } else { diagnosis.clone() };
    view! { <span class="hint">"came back "<Time at=*at />{status}": "<span class="said">{said}</span></span> }
        .written()
}
