//! What is asked for when reading.

use crate::support::{Said, engines::story};
use domain::access::Role;

story!(what_is_looked_for_is_never_an_instruction, |desk| {
    let lead = desk.person(Role::Lead).await;
    desk.declared_by(&lead, "O'Neil's “parcel” 100% a_b back\\slash Größe straße").await;
    for words in ["o'neil", "parcel", "100", "größe", "GRÖẞE", "große", "stra", "back", "\"parcel\"", "slash"]
    {
        assert_eq!(desk.search(&desk.by(&lead), words).await.unwrap().len(), 1, "{words}");
    }
    for words in [
        "",
        " ",
        "'",
        "\"",
        "\\",
        "''",
        "' OR '1'='1",
        "*",
        "a*",
        ":*",
        "&",
        "|",
        "!",
        "!x",
        "(",
        ")",
        "<->",
        "NEAR(",
        "AND",
        "OR NOT",
        "title:x",
        "-parcel x",
        "^x",
        "{x}",
        "+",
        "\0",
        "\u{202e}",
        "%",
        "_",
        "🦊",
        "日本",
        "'; DROP TABLE journal; --",
        "a:b:c",
        "\\'",
        "'''",
        "\"\"\"",
    ] {
        let found = desk.search(&desk.by(&lead), words).await;
        assert_eq!(found.said(), "ok", "{words:?}");
    }
    assert!(desk.search(&desk.by(&lead), &"x ".repeat(10_000)).await.is_ok());
    desk.journaled().await;
});

story!(a_page_beyond_the_last_is_empty, |desk| {
    let lead = desk.person(Role::Lead).await;
    let mut made = Vec::new();
    for n in 0..120 {
        made.push(desk.declared_by(&lead, &format!("Page {n}")).await);
    }
    let mut listed = Vec::new();
    for page in [0, 1, 2, 3, 4, 1 << 40, u64::MAX] {
        let found = desk.incidents(&desk.by(&lead), false, page).await.unwrap();
        assert_eq!((found.total, found.pages()), (120, 3));
        if (1..=3).contains(&page) {
            listed.extend(found.items.iter().map(|i| i.id));
        } else if page != 0 {
            assert_eq!(found.items.len(), 0);
        }
    }
    made.sort();
    listed.sort();
    assert_eq!(listed, made, "each once, though all were declared at the same moment");
});
