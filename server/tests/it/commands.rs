//! What an operator does at the machine's command line, with the real binary.

use crate::support::{
    Browser,
    app::PASSWORD,
    process::{Serving, add_lead, command, lead_at, run, run_with_input, said},
};
use tempfile::tempdir;

#[test]
fn the_schema_is_brought_up_to_date_twice() {
    let folder = tempdir().unwrap();
    for _ in 0..2 {
        let done = run(folder.path(), &["migrate"]);
        assert!(done.status.success(), "{}", said(&done));
        assert!(said(&done).contains("has this version's schema (SQLite 3."), "{}", said(&done));
    }
}

#[test]
fn a_doctor_finds_nothing_wrong_in_new_data_and_says_what_is_wrong_otherwise() {
    let folder = tempdir().unwrap();
    let done = run(folder.path(), &["doctor"]);
    assert!(done.status.success() && !said(&done).contains("WRONG"), "{}", said(&done));
    for words in [
        "address: http://127.0.0.1:7272",
        "database: SQLite 3.",
        "database pages",
        "journal: ",
        "mail: written to ",
    ] {
        assert!(said(&done).contains(words), "{words}: {}", said(&done));
    }
    let open =
        command(folder.path(), &["doctor"]).env("BREACHDESK__LISTEN", "0.0.0.0:7272").output().unwrap();
    assert!(!open.status.success(), "{}", said(&open));
    assert!(
        said(&open).contains("WRONG address") && said(&open).contains("Set tls.certificate"),
        "{}",
        said(&open)
    );
    let ruined = tempdir().unwrap();
    std::fs::write(
        ruined.path().join("breachdesk.db"),
        "no database at all, but long enough to be taken for one".repeat(100),
    )
    .unwrap();
    let done = run(ruined.path(), &["doctor"]);
    assert!(!done.status.success() && said(&done).contains("WRONG data"), "{}", said(&done));
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, "[limits]\nform_byte = 3\n").unwrap();
    let config = file.display().to_string();
    let done = run(folder.path(), &["--config", &config, "migrate"]);
    assert!(!done.status.success() && said(&done).contains("form_byte"), "{}", said(&done));
    let done =
        command(folder.path(), &["migrate"]).env("BREACHDESK__LISTENS", "127.0.0.1:1").output().unwrap();
    assert!(!done.status.success() && said(&done).contains("listens"), "{}", said(&done));
}

#[tokio::test]
async fn an_account_is_made_with_a_password_or_with_a_one_time_address() {
    let folder = tempdir().unwrap();
    add_lead(folder.path());
    let again = run_with_input(
        folder.path(),
        &[
            "user",
            "add",
            "--email",
            "LEAD@controller.test",
            "--name",
            "L. Lead",
            "--role",
            "queen",
            "--zone",
            "Mars/Olympus",
            "--password-stdin",
        ],
        "short\n",
    );
    assert!(!again.status.success(), "{}", said(&again));
    let asked = [
        "user",
        "add",
        "--email",
        "dpo@controller.test",
        "--name",
        "D. Officer",
        "--role",
        "dpo",
        "--zone",
        "Europe/Berlin",
    ];
    let done = run(folder.path(), &asked);
    assert!(done.status.success(), "{}", said(&done));
    let address = said(&done).split_whitespace().find(|w| w.contains("/password/")).unwrap().to_owned();
    let path = address.strip_prefix("http://127.0.0.1:7272").unwrap().to_owned();
    let twice = run(folder.path(), &asked);
    assert!(!twice.status.success() && said(&twice).contains("--email"), "{}", said(&twice));

    let serving = Serving::start(folder.path(), &[]);
    lead_at(&serving.origin).await;
    let browser = Browser::new(&serving.origin);
    let secret = "a wholly different set of words";
    assert_eq!(
        browser.does(&path, &path, &[("password", secret), ("repeat", secret)]).await,
        "/sign-in?done=password"
    );
    assert_eq!(browser.get(&path).await.status, 404, "it works once");
    let door = browser.post("/sign-in", &[("email", "dpo@controller.test"), ("password", secret)]).await;
    assert_eq!(door.status, 303);
    serving.stop();
}

#[tokio::test]
async fn the_first_start_prints_the_way_to_the_first_account_and_the_second_does_not() {
    let folder = tempdir().unwrap();
    let mut serving = Serving::start(folder.path(), &[]);
    let line = serving.until_it_says("/set-up/");
    let path = line.trim().strip_prefix(&serving.origin).unwrap().to_owned();
    let browser = Browser::new(&serving.origin);
    assert!(browser.page("/sign-in").await.says("Nobody has an account yet"));
    let typed = [
        ("email", "admin@controller.test"),
        ("name", "A. Admin"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    assert_eq!(browser.does(&path, &path, &typed).await, "/sign-in?done=account");
    assert_eq!(browser.get(&path).await.status, 404, "it works once");
    let door = browser.post("/sign-in", &[("email", "admin@controller.test"), ("password", PASSWORD)]).await;
    assert_eq!(door.status, 303);
    serving.stop();
    let serving = Serving::start(folder.path(), &[]);
    assert!(!Browser::new(&serving.origin).page("/sign-in").await.says("Nobody has an account yet"));
    serving.stop();
}

#[test]
fn one_data_folder_is_served_by_one_process() {
    let folder = tempdir().unwrap();
    let serving = Serving::start(folder.path(), &[]);
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success() && said(&second).contains("serves from"), "{}", said(&second));
    // Commands work beside it.
    assert!(run(folder.path(), &["doctor"]).status.success());
    assert!(run(folder.path(), &["journal", "verify"]).status.success());
    serving.kill();
    // A process that was killed leaves no lock behind.
    Serving::start(folder.path(), &[]).stop();
}

#[tokio::test]
async fn a_backup_is_whole_and_comes_back() {
    let folder = tempdir().unwrap();
    let (data, backup, back) =
        (folder.path().join("data"), folder.path().join("backup"), folder.path().join("back"));
    let to = backup.display().to_string();
    add_lead(&data);
    let serving = Serving::start(&data, &[]);
    let lead = lead_at(&serving.origin).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "Kept in the backup")]).await;
    // While it serves.
    let done = run(&data, &["backup", &to]);
    assert!(done.status.success(), "{}", said(&done));
    let heads = said(&run(&data, &["journal", "heads"]));
    assert!(heads.lines().count() >= 2, "{heads}");
    let later = lead.does("/incidents/new", "/incidents", &[("title", "After the backup")]).await;
    serving.stop();
    let twice = run(&data, &["backup", &to]);
    assert!(!twice.status.success() && said(&twice).contains("exists already"), "{}", said(&twice));

    let whole = run(&back, &["restore", &to, "--verify-only"]);
    assert!(whole.status.success() && !back.exists(), "{}", said(&whole));
    let done = run(&back, &["restore", &to]);
    assert!(done.status.success(), "{}", said(&done));
    assert!(!run(&back, &["restore", &to]).status.success(), "data are never overwritten");
    assert_eq!(said(&run(&back, &["journal", "heads"])), heads);
    assert!(run(&back, &["doctor"]).status.success());
    let serving = Serving::start(&back, &[]);
    let lead = lead_at(&serving.origin).await;
    assert!(lead.page(&case).await.says("Kept in the backup"));
    assert_eq!(lead.get(&later).await.status, 404);
    serving.stop();

    let database = backup.join("breachdesk.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    let changed = run(&folder.path().join("other"), &["restore", &to]);
    assert!(
        !changed.status.success() && said(&changed).contains("breachdesk.db: was changed"),
        "{}",
        said(&changed)
    );
    assert!(!folder.path().join("other").join("breachdesk.db").exists());
}

#[test]
fn a_journal_that_was_cut_shows_against_heads_kept_outside() {
    let folder = tempdir().unwrap();
    let (long, short, kept) =
        (folder.path().join("long"), folder.path().join("short"), folder.path().join("heads"));
    add_lead(&long);
    assert!(run(&short, &["migrate"]).status.success());
    let heads = run(&long, &["journal", "heads"]);
    std::fs::write(&kept, &heads.stdout).unwrap();
    let file = kept.display().to_string();
    let good = run(&long, &["journal", "verify", "--heads", &file]);
    assert!(good.status.success() && said(&good).contains("The journal holds"), "{}", said(&good));
    let cut = run(&short, &["journal", "verify", "--heads", &file]);
    assert!(!cut.status.success() && said(&cut).contains("is missing; it was there"), "{}", said(&cut));
    let other = String::from_utf8(heads.stdout).unwrap().replace(char::is_whitespace, " ").trim().to_owned();
    let forged = other
        .char_indices()
        .map(|(i, c)| if i + 1 == other.len() { if c == '0' { '1' } else { '0' } } else { c });
    std::fs::write(&kept, forged.collect::<String>()).unwrap();
    let another = run(&long, &["journal", "verify", "--heads", &file]);
    assert!(
        !another.status.success() && said(&another).contains("is another than the one that was kept"),
        "{}",
        said(&another)
    );
}
