//! Claiming a fresh box.

use siaga112::base::time::Wall;
use siaga112::http::setup;

use super::office::{Office, PASSWORD};
use super::wire::Answer;

impl Office {
    /// Claims the box as `adi`, as a test that does not care how.
    pub fn claim(&self) {
        let code = setup::renew(self.folder.path(), self.clock.now().wall).unwrap();
        let answer = self.try_claim(&code, PASSWORD, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    fn try_claim(&self, code: &str, password: &str, again: &str) -> Answer {
        let fields = [
            ("code", code),
            ("name", "Adi"),
            ("user", "adi"),
            ("password", password),
            ("again", again),
        ];
        self.nobody().form("/setup", &fields)
    }
}

#[test]
fn a_fresh_box_shows_the_way_and_only_the_code_from_the_console_claims_it() {
    let office = Office::fresh();
    let login = office.nobody().get("/login");
    assert_eq!(
        (login.status, login.header("location")),
        (303, Some("/setup"))
    );
    assert_eq!(office.nobody().get("/setup").status, 200);
    let code = setup::renew(office.folder.path(), office.clock.now().wall).unwrap();
    let wrong = office.try_claim("AAAA-AAAA", PASSWORD, PASSWORD);
    assert_eq!(wrong.status, 403);
    assert!(
        wrong.text().contains("sisa 4 percobaan"),
        "{}",
        wrong.text()
    );
    let claimed = office.try_claim(&code, PASSWORD, PASSWORD);
    assert_eq!(
        (claimed.status, claimed.header("location")),
        (303, Some("/"))
    );
    let mut admin = office.nobody();
    admin.keep(&claimed);
    assert_eq!(admin.get("/api/v1/session").json()["role"], "admin");
    assert!(
        !office.folder.path().join("setup-code").exists(),
        "single use"
    );
}

#[test]
fn a_claimed_box_takes_no_code() {
    let office = Office::open();
    let code = setup::renew(office.folder.path(), office.clock.now().wall).unwrap();
    assert_eq!(office.try_claim(&code, PASSWORD, PASSWORD).status, 409);
    let page = office.nobody().get("/setup");
    assert_eq!(
        (page.status, page.header("location")),
        (303, Some("/login"))
    );
    assert_eq!(office.handle.reader().users().unwrap().len(), 6);
}

#[test]
fn a_bad_password_costs_no_guess_and_five_bad_codes_spend_the_code() {
    let office = Office::fresh();
    let code = setup::renew(office.folder.path(), office.clock.now().wall).unwrap();
    for _ in 0..6 {
        assert_eq!(office.try_claim(&code, "pendek", "pendek").status, 422);
        assert_eq!(
            office.try_claim(&code, PASSWORD, "lain sama sekali").status,
            422
        );
    }
    for _ in 0..5 {
        assert_eq!(
            office.try_claim("ZZZZ-ZZZZ", PASSWORD, PASSWORD).status,
            403
        );
    }
    let spent = office.try_claim(&code, PASSWORD, PASSWORD);
    assert_eq!(spent.status, 403);
    assert!(spent.text().contains("siaga112 setup-code"));
    assert!(office.handle.reader().users().unwrap().is_empty());
}

#[test]
fn an_old_code_is_no_code() {
    let office = Office::fresh();
    let half_an_hour_ago = Wall(office.clock.now().wall.0 - 30 * 60_000);
    let code = setup::renew(office.folder.path(), half_an_hour_ago).unwrap();
    assert_eq!(office.try_claim(&code, PASSWORD, PASSWORD).status, 403);
}
