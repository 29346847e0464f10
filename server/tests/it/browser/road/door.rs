//! The first half hour: the set-up address, accounts, the organisation, the relay.

use super::{APPROVER, DPO, LEAD, Walk, sign_in};
use crate::{browser::driver::Chromium, support::app::PASSWORD};

impl Walk {
    /// Whether scripts run is what the story is told for, so it is looked at.
    async fn scripts_are_as_asked(&self) {
        for browser in [&self.first, &self.second] {
            browser.open("/about").await;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            assert_eq!(browser.has("html[data-islands=ready]").await, self.scripts());
        }
    }

    pub(super) async fn set_up(&self) {
        let admin = &self.first;
        admin.open("/").await;
        admin.see("Nobody has an account yet").await;
        let address =
            server::run::set_up_address(&self.app.services, &self.app.origin).await.unwrap().unwrap();
        let path = address.strip_prefix(&self.app.origin).unwrap();
        admin.open(path).await;
        let form = admin.form("Make the account").await;
        form.fill("E-mail address", "iris@controller.test").await.fill("Name", "Iris Boss").await;
        form.fill("Time zone", "Europe/Berlin").await.fill("Password", PASSWORD).await;
        form.fill("Password, again", "something else entirely").await.press("Make the account").await;
        // Refused: the same page, what was typed is still there, secrets aside.
        admin.only_refused_with(422).await;
        let form = admin.form("Make the account").await;
        assert_eq!(form.value("Name").await, "Iris Boss");
        assert_eq!(form.value("Password").await, "");
        form.fill("Password", PASSWORD)
            .await
            .fill("Password, again", PASSWORD)
            .await
            .press("Make the account")
            .await;
        admin.see("Your account is ready").await;
        admin.open(path).await;
        admin.see("No longer good").await;
        admin.only_refused_with(404).await;
        admin.open("/sign-in").await;
        sign_in(admin, "iris@controller.test").await;
        admin.see("Is everything ready?").await;
        admin.see("nothing leaves this machine until a relay is set").await;
    }

    pub(super) async fn accounts(&self) {
        let admin = &self.first;
        for (name, email, role, browser) in [
            ("Mara Lind", LEAD, "incident lead", &self.second),
            ("Dana Petrov", DPO, "data protection officer", &self.second),
            ("Alex Counsel", APPROVER, "approver", &self.second),
        ] {
            admin.open("/admin/accounts").await;
            let form = admin.form("Make the account").await;
            form.fill("Name", name).await.fill("E-mail address", email).await.choose("Role", role).await;
            form.fill("Time zone", "Europe/Berlin").await.press("Make the account").await;
            let address = admin.part(".only-now code").await.text().await;
            admin.no_complaints().await;
            set_password(browser, address.strip_prefix(&self.app.origin).unwrap(), name).await;
        }
    }

    pub(super) async fn organisation(&self) {
        let admin = &self.first;
        admin.open("/admin/organisation").await;
        let form = admin.form("Save the profile").await;
        form.fill("Controller", "Controller Ltd").await;
        form.fill("How to reach the controller", "Quay 4, 20457 Hamburg").await;
        form.fill("Data protection officer", "Dana Petrov").await;
        form.fill("How to reach the data protection officer", DPO).await;
        form.fill("Contact point for questions", "privacy@controller.test").await;
        form.fill("Competent supervisory authority", "Authority of the harbour").await;
        form.fill("The authority's time zone", "Europe/Dublin").await;
        form.tick("English").await.press("Save the profile").await;
        assert_eq!(admin.form("Save the profile").await.value("Controller").await, "Controller Ltd");
    }

    pub(super) async fn relay(&self) {
        let admin = &self.first;
        admin.open("/admin/mail").await;
        admin.see("Nothing leaves yet").await;
        let form = admin.form("Save the relay").await;
        form.fill("Host", "127.0.0.1").await.fill("Port", &self.sink.port.to_string()).await;
        form.choose("Protection", "none")
            .await
            .fill("Sender's name", "Controller Ltd, data protection")
            .await;
        form.fill("Sender's address", "privacy@controller.test").await.press("Save the relay").await;
        admin.see("Mail leaves through 127.0.0.1").await;
        admin.see_not("nothing leaves this machine").await;
        admin
            .form("Send a test mail")
            .await
            .fill("To", "iris@controller.test")
            .await
            .press("Send a test mail")
            .await;
        admin.see("on its way").await;
        self.app.run_jobs().await;
        admin.open("/admin/mail").await;
        admin.see("handed over to 127.0.0.1").await;
        let got = self.sink.recipients();
        assert!(got.contains(&"iris@controller.test".to_owned()), "{got:?}");
        admin.no_complaints().await;
    }

    pub(super) async fn people_come_in(&self) {
        self.first.press("Sign out").await;
        self.first.see("Sign in").await;
        self.first.open("/incidents").await;
        assert_eq!(self.first.path().await, "/sign-in?next=/incidents");
        sign_in(&self.first, LEAD).await;
        assert_eq!(self.first.path().await, "/incidents");
        self.second.open("/sign-in").await;
        sign_in(&self.second, DPO).await;
        self.scripts_are_as_asked().await;
        self.first.no_complaints().await;
        self.second.no_complaints().await;
    }
}

/// The owner of a new account follows the one-time address in their own browser.
async fn set_password(browser: &Chromium, path: &str, name: &str) {
    browser.open(path).await;
    browser.see(name).await;
    let form = browser.form("Set the password").await;
    form.fill("New password", PASSWORD).await.fill("New password, again", PASSWORD).await;
    form.press("Set the password").await;
    browser.see("Your new password is set").await;
    browser.no_complaints().await;
}
