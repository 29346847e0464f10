//! The evidence of the main incident.

use super::super::{
    cast::Who,
    script::{Act, Exhibit, Minute},
};

/// What was saved in the first hours.
pub(super) fn saved(log: String) -> Vec<(Minute, Who, Act)> {
    use Who::{Lead, Responder};
    vec![
        (
            -60,
            Responder,
            Act::Evidence(Exhibit {
                name: "gateway-2-access.log",
                content: log,
                collected_by: "Tomasz Veld",
                collected: -75,
                source: "gateway-2, /var/log/gateway/access.log",
                method: "Copied after rotation was stopped. UTC; the clock was right to the second. Bodies are not logged.",
            }),
        ),
        (
            -41,
            Responder,
            Act::Evidence(Exhibit {
                name: "route-customers.conf",
                content: CONFIGURATION.to_owned(),
                collected_by: "Tomasz Veld",
                collected: -50,
                source: "gateway-2, configuration as it was live",
                method: "Exported by the gateway's own tool before anything was changed.",
            }),
        ),
        (
            -12,
            Responder,
            Act::Evidence(Exhibit {
                name: "answer-of-a-test-account.json",
                content: ANSWER.to_owned(),
                collected_by: "Tomasz Veld",
                collected: -20,
                source: "GET /v2/customers/900001, a test account",
                method: "Called with the test account's own token, in the version that was live at the time.",
            }),
        ),
        (
            -2,
            Lead,
            Act::Evidence(Exhibit {
                name: "statement-of-the-service-owner.txt",
                content: STATEMENT.to_owned(),
                collected_by: "Jonas Adeyemi",
                collected: -8,
                source: "The owner of the customer API, in writing",
                method: "By e-mail, copied without change.",
            }),
        ),
    ]
}

const CONFIGURATION: &str = "\
# gateway-2, as it was live when the incident was declared
route customers_v2 {
    match   GET /v2/customers/{number}
    forward http://customers.internal:8080      # plain text inside the house
    require token                               # any customer's token
    # compare {number} with token.customer      # lost when the router was rewritten
    limit   600/min per address
}
";

const ANSWER: &str = r#"{
  "number": 900001,
  "name": "Test Account",
  "email": "test-account@example.org",
  "password_hash": "$2b$08$invented.for.the.worked.example.only.not.a.real.hash",
  "postal_address": null,
  "newsletter": false,
  "created": "2024-02-11"
}
"#;

const STATEMENT: &str = "\
The route got its check from the old router. When the router was rewritten, the check was to move into the service and
did not. The tests used one account only, so they could not notice. The password hash was in the answer because the
mobile app of 2021 needed it for a migration; nothing has used it since.
";
