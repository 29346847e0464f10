//! What was done and seen, hour by hour.

use super::{
    super::{
        cast::Who,
        script::{Act, Aware, Minute},
    },
    END, HOUR, START,
};

/// From the declaration until the logs are safe.
pub(super) fn first_hours() -> Vec<(Minute, Who, Act)> {
    use Act::{Done, Entry, Give, Member, Playbook, Step, Task};
    use Who::{Dpo, Lead, Responder};
    vec![
        (-148, Lead, Playbook("customer-api-enumerated")),
        (-146, Lead, Member(Responder)),
        (-145, Lead, Give("take-the-lead", Lead)),
        (-144, Lead, Give("confirm-enumeration", Responder)),
        (-143, Lead, Give("preserve-logs", Responder)),
        (
            -142,
            Lead,
            Entry(
                START + 38,
                "gateway-2 raises an alarm: outbound volume ten times the usual. It goes to a mailbox that nobody is reading.",
            ),
        ),
        (
            -140,
            Lead,
            Entry(
                -190,
                "A customer calls: after changing a number in the address of the app's request she saw a stranger's address.",
            ),
        ),
        (
            -138,
            Lead,
            Entry(
                -165,
                "Customer care passes the call on to the technical team, which connects it with the alarm of hours before.",
            ),
        ),
        (-132, Lead, Step("take-the-lead")),
        (
            -131,
            Lead,
            Task(
                "save",
                "Save the logs of gateway, application and identity provider from 30 days back",
                Some(Responder),
                -30,
            ),
        ),
        (-118, Lead, Member(Dpo)),
        (
            -117,
            Lead,
            Entry(
                -120,
                "Telephone call to the data protection officer: suspected, not certain. Next call at the latest in two hours.",
            ),
        ),
        (-116, Lead, Step("call-the-dpo")),
        (
            -96,
            Responder,
            Entry(
                START,
                "First request of the walk that returned a foreign record (customer 104200), from 203.0.113.57 as acct-88213.",
            ),
        ),
        (
            -94,
            Responder,
            Entry(END, "Last one. In between, the numbers rise without gaps, two a second, by a script."),
        ),
        (-62, Responder, Done("save")),
    ]
}

/// From the first foreign record that somebody saw to the statement of when that was.
pub(super) fn becoming_aware(place: &str) -> Vec<(Minute, Who, Act)> {
    use Act::{Entry, Step};
    use Who::{Dpo, Lead, Responder};
    let ground = || Some(("gateway-2-access.log", place.to_owned()));
    vec![
        (
            4,
            Responder,
            Entry(
                0,
                "With two test accounts: one reads the other's record through the API. Records of other people were returned.",
            ),
        ),
        (6, Responder, Step("confirm-enumeration")),
        (9, Responder, Step("preserve-logs")),
        (
            41,
            Dpo,
            Act::Aware(Aware {
                at: 22,
                judged_by: "Clara Weiss, data protection officer",
                why: "When the result of the query over the log reached me.",
                correction: "",
                ground: ground(),
            }),
        ),
        (
            58,
            Dpo,
            Act::Aware(Aware {
                at: 0,
                judged_by: "Clara Weiss, data protection officer",
                why: "Tomasz Veld saw a foreign record in an answer, and he acts for the controller; my own reading of the query came later. \
                  Considered and not taken: the first alarm (volume says nothing of whose records) and the customer's call (not yet checked).",
                correction: "I had taken the moment at which the result reached me. What a colleague knows, the controller knows.",
                ground: ground(),
            }),
        ),
        (59, Lead, Act::Agree("Agreed. The earlier moment is the honest one.")),
        (60, Dpo, Step("record-awareness")),
    ]
}

/// Closing the door, and looking for others.
pub(super) fn containment() -> Vec<(Minute, Who, Act)> {
    use Act::{Done, Entry, Give, Phase, Skip, Step, Task};
    use Who::{Communications, Dpo, Lead, Responder};
    vec![
        (112, Lead, Phase("containment")),
        (
            114,
            Lead,
            Entry(22, "The route is switched off at the gateway: /v2/customers/{number} answers 503."),
        ),
        (115, Lead, Step("close-the-endpoint")),
        (
            117,
            Responder,
            Entry(
                31,
                "acct-88213 is suspended; its sessions, refresh tokens and remembered devices are revoked. An old token is refused.",
            ),
        ),
        (118, Responder, Step("block-the-actor")),
        (
            120,
            Responder,
            Entry(
                64,
                "The gateway now compares the number in the path with the customer in the token. The route is open again with the check.",
            ),
        ),
        (
            125,
            Responder,
            Task(
                "owner",
                "Find out whether the owner of acct-88213 is a victim as well",
                Some(Responder),
                8 * HOUR,
            ),
        ),
        (
            170,
            Responder,
            Entry(
                160,
                "The account was opened four days before with a throwaway address and had no second factor. Its owner is no customer.",
            ),
        ),
        (171, Responder, Done("owner")),
        (172, Responder, Step("find-the-actor")),
        (
            195,
            Responder,
            Entry(
                185,
                "Of 61 routes with an identifier, two older ones answer without the check: /v1/customers and the export. Nobody had used them for this.",
            ),
        ),
        (197, Responder, Entry(190, "Both older routes are switched off.")),
        (198, Responder, Step("check-sibling-endpoints")),
        (205, Lead, Act::Member(Communications)),
        (230, Lead, Step("limit-rates")),
        (
            236,
            Lead,
            Skip(
                "secure-the-edge",
                "The provider of the edge already blocks this pattern for all its customers; the check at the gateway is ours.",
            ),
        ),
        (
            300,
            Responder,
            Entry(
                290,
                "The walk is tried again with test accounts against every route: 404 throughout. Four hours of logs show no foreign record.",
            ),
        ),
        (302, Responder, Step("prove-containment")),
        (304, Lead, Give("force-password-resets", Responder)),
        (
            305,
            Lead,
            Task("reset", "Force new passwords for the accounts that were read", Some(Responder), 24 * HOUR),
        ),
        (
            306,
            Lead,
            Task(
                "care",
                "Tell the telephone desk what customers may ask and what to answer",
                Some(Communications),
                36 * HOUR,
            ),
        ),
        (308, Lead, Task("police", "Decide whether to report to the police", Some(Dpo), 30 * HOUR)),
        (310, Lead, Task("before", "Describe which measures were in place before", Some(Lead), 40 * HOUR)),
    ]
}

/// The count is made exact, and the causes begin to go.
pub(super) fn second_day(place: &str) -> Vec<(Minute, Who, Act)> {
    use Act::{Done, Entry, Give, Leave, Note, Phase, Step, Task, Wait};
    use Who::{Communications, Dpo, Lead, Responder};
    let mut acts = vec![
        (9 * HOUR, Lead, Phase("eradication")),
        (
            9 * HOUR + 5,
            Lead,
            Task(
                "again",
                "Repeat the count of the people from the saved log, by somebody else",
                Some(Lead),
                22 * HOUR,
            ),
        ),
        (
            17 * HOUR,
            Responder,
            Entry(
                16 * HOUR + 30,
                "The release that dropped the check is found: a rewrite of the router, live since 19 days. Before it nothing can have left this way.",
            ),
        ),
        (17 * HOUR + 4, Responder, Act::Step("find-the-window")),
        (
            18 * HOUR,
            Responder,
            Entry(
                17 * HOUR + 50,
                "Traffic between gateway and application runs without encryption in the internal network. It stays so until the certificates are rolled out.",
            ),
        ),
        (20 * HOUR + 2, Lead, Done("again")),
        (20 * HOUR + 6, Lead, Note("How the people were counted", COUNTED)),
    ];
    acts.extend(super::answers::counted(place));
    acts.extend([
        (20 * HOUR + 30, Responder, Step("count-the-people")),
        (21 * HOUR, Dpo, Step("find-the-countries")),
        (21 * HOUR + 2, Dpo, Step("settle-the-lead-authority")),
        (21 * HOUR + 10, Dpo, Note("Why the Merrow office leads", LEADS)),
        (21 * HOUR + 12, Dpo, Step("judge-the-protection")),
        (21 * HOUR + 14, Dpo, Step("weigh-the-risk")),
        (21 * HOUR + 16, Dpo, Give("notify-the-authority", Dpo)),
        (21 * HOUR + 18, Lead, Give("communicate-to-people", Communications)),
        (21 * HOUR + 20, Lead, Leave("harden-the-cloud", "These systems run in our own computing centre.")),
        (
            21 * HOUR + 22,
            Communications,
            Wait("prepare-support-and-press", "the telephone service that covers the evenings"),
        ),
    ]);
    acts
}

/// The last hours before now.
pub(super) fn today() -> Vec<(Minute, Who, Act)> {
    use Act::{Entry, Note, Task};
    use Who::{Communications, Lead, Responder};
    vec![
        (
            27 * HOUR,
            Lead,
            Entry(
                26 * HOUR + 45,
                "Every route with an identifier gets its check from the router itself; a route without one no longer starts.",
            ),
        ),
        (
            28 * HOUR + 20,
            Communications,
            Entry(
                28 * HOUR,
                "Two customers forward a message in our name that names their customer number. Customer care warns on the site.",
            ),
        ),
        (29 * HOUR, Responder, Note("Call with the gateway team", CALL)),
        (
            29 * HOUR + 30,
            Lead,
            Task(
                "outside",
                "Have every route with an identifier tested by a second team",
                Some(Responder),
                5 * 24 * HOUR,
            ),
        ),
        (
            30 * HOUR,
            Responder,
            Entry(29 * HOUR + 50, "2,140 of the accounts that were read have a new password."),
        ),
        (
            31 * HOUR,
            Lead,
            Task(
                "approve",
                "Approve the notification once the number of people in it is brought up to date",
                None,
                60 * HOUR,
            ),
        ),
    ]
}

const COUNTED: &str = "\
The number in every notice comes from `gateway-2-access.log`, not from the size of the table.

1. Lines of `acct-88213` with an answer of 200: **4,812**.
2. Different customer numbers among them: **4,812**. The account's own number is not among them.
3. Jonas repeated it from the saved file and came to the same number.

About every eighth number belongs to nobody and was answered with 404.";

const LEADS: &str = "\
The decisions about the shop's customer data are made in Port Merrow; the team in Berlin runs the systems and decides nothing about purposes. \
So the main establishment is in Ireland (Art. 4(16)), and the Merrow Data Protection Office leads (Art. 56).

Customers in Germany and France are substantially affected. The notification names them with their numbers.";

const CALL: &str = "\
- The threshold of the volume alarm stays; it now **wakes somebody**.
- A new alarm: more than 50 different customer numbers for one account within an hour.
- Open: who owns `/v1` until it is gone?";
