use super::*;
use siaga112::desk::Secret;
use siaga112::desk::order::{OfficeOrder, UserRecord};

fn add(name: &str, role: Role) -> Order {
    Order::Office(OfficeOrder::AddUser {
        user: user(name),
        name: format!("Petugas {name}"),
        role,
        password_hash: "$argon2id$x".into(),
    })
}

fn claim(name: &str) -> Order {
    Order::Office(OfficeOrder::Claim {
        user: user(name),
        name: "Kepala Seksi".into(),
        password_hash: "$argon2id$x".into(),
    })
}

fn office(order: OfficeOrder) -> Order {
    Order::Office(order)
}

fn claimed() -> Centre {
    let mut centre = Centre::open();
    centre.ask("sari", claim("sari")).unwrap();
    centre
}

#[test]
fn a_fresh_box_is_claimed_once() {
    let mut centre = Centre::open();
    let decision = centre.ask("sari", claim("sari")).unwrap();
    assert_eq!(
        decision.secrets,
        [Secret::User(UserRecord {
            user: user("sari"),
            name: "Kepala Seksi".into(),
            role: Role::Admin,
            password_hash: "$argon2id$x".into(),
            disabled: false,
            pin_hash: None,
        })]
    );
    assert_eq!(centre.desk.role_of(&user("sari")), Some(Role::Admin));
    assert_eq!(
        centre.ask("maling", claim("maling")),
        Err(Refusal::AlreadyExists)
    );
    // No hash is ever part of a fact.
    let facts = serde_json::to_string(
        &centre
            .journal
            .iter()
            .map(|e| e.fact.clone())
            .collect::<Vec<_>>(),
    );
    assert!(!facts.unwrap().contains("argon2"));
}

#[test]
fn only_an_admin_changes_the_roster() {
    let mut centre = claimed();
    let needs = Role::Admin;
    for role in [Role::Operator, Role::Supervisor, Role::Auditor] {
        assert_eq!(
            centre.ask_as("rina", role, add("budi", Role::Operator)),
            Err(Refusal::NotAllowed { needs })
        );
    }
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    assert_eq!(
        centre.ask_as("sari", Role::Admin, add("rina", Role::Operator)),
        Err(Refusal::AlreadyExists)
    );
}

#[test]
fn ones_own_password_is_ones_own() {
    let mut centre = claimed();
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    let password_hash = String::from("$argon2id$y");
    let order = office(OfficeOrder::SetPassword {
        user: user("rina"),
        password_hash: password_hash.clone(),
    });
    let needs = Role::Admin;
    assert_eq!(
        centre.ask_as("budi", Role::Supervisor, order.clone()),
        Err(Refusal::NotAllowed { needs })
    );
    let decision = centre.ask("rina", order).unwrap();
    let user = user("rina");
    assert_eq!(
        decision.secrets,
        [
            Secret::Password {
                user: user.clone(),
                password_hash
            },
            Secret::EndSessions(user)
        ]
    );
}

#[test]
fn the_last_admin_can_be_neither_disabled_nor_demoted() {
    let mut centre = claimed();
    let disable = |name: &str| office(OfficeOrder::switch_user(user(name), true));
    let demote = office(OfficeOrder::ChangeUser {
        user: user("sari"),
        name: Some("Sari".into()),
        role: Some(Role::Supervisor),
        disabled: None,
    });
    let both = office(OfficeOrder::ChangeUser {
        user: user("sari"),
        name: Some("Sari".into()),
        role: None,
        disabled: Some(true),
    });
    for order in [disable("sari"), demote.clone(), both] {
        assert_eq!(
            centre.ask_as("sari", Role::Admin, order),
            Err(Refusal::LastAdmin)
        );
    }
    centre
        .ask_as("sari", Role::Admin, add("joko", Role::Admin))
        .unwrap();
    centre.ask_as("joko", Role::Admin, disable("sari")).unwrap();
    // A disabled admin does not count.
    assert_eq!(
        centre.ask_as("joko", Role::Admin, disable("joko")),
        Err(Refusal::LastAdmin)
    );
    // Demoting one who is disabled already takes nobody away.
    centre.ask_as("joko", Role::Admin, demote).unwrap();
    assert_eq!(centre.desk.role_of(&user("sari")), None);
}

#[test]
fn who_is_disabled_loses_sessions_and_seat_but_the_caller_stays() {
    let mut centre = claimed();
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let user = user("rina");
    let order = office(OfficeOrder::switch_user(user.clone(), true));
    let decision = centre.ask_as("sari", Role::Admin, order.clone()).unwrap();
    assert!(decision.secrets.contains(&Secret::EndSessions(user)));
    assert_eq!(centre.desk.seats(), []);
    assert_eq!(centre.call(call).state, CallState::Held);
    // What was still on its way from that browser is refused.
    let needs = Role::Operator;
    assert_eq!(
        centre.ask("rina", Order::Answer { call }),
        Err(Refusal::NotAllowed { needs })
    );
    // Again: nothing to do.
    let again = centre.ask_as("sari", Role::Admin, order).unwrap();
    assert_eq!((again.facts.len(), again.secrets.len()), (0, 0));
}

#[test]
fn a_changed_user_keeps_the_password_and_gets_new_sessions_with_a_new_role() {
    let mut centre = claimed();
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    let change = |role| {
        office(OfficeOrder::ChangeUser {
            user: user("rina"),
            name: Some("Rina W.".into()),
            role: Some(role),
            disabled: None,
        })
    };
    let decision = centre
        .ask_as("sari", Role::Admin, change(Role::Supervisor))
        .unwrap();
    let row = Secret::UserIs {
        user: user("rina"),
        name: "Rina W.".into(),
        role: Role::Supervisor,
        disabled: false,
    };
    assert_eq!(decision.secrets, [row, Secret::EndSessions(user("rina"))]);
    let again = centre
        .ask_as("sari", Role::Admin, change(Role::Supervisor))
        .unwrap();
    assert_eq!(again.facts, []);
}

#[test]
fn one_change_of_name_role_and_access_is_one_decision() {
    let mut centre = claimed();
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    let change = |name: Option<&str>, role, disabled| {
        office(OfficeOrder::ChangeUser {
            user: user("rina"),
            name: name.map(str::to_owned),
            role,
            disabled,
        })
    };
    let all = change(Some("Rina W."), Some(Role::Supervisor), Some(true));
    let decision = centre.ask_as("sari", Role::Admin, all).unwrap();
    let row = |disabled| Secret::UserIs {
        user: user("rina"),
        name: "Rina W.".into(),
        role: Role::Supervisor,
        disabled,
    };
    assert_eq!(decision.facts.len(), 2);
    assert_eq!(
        decision.secrets,
        [row(true), Secret::EndSessions(user("rina"))]
    );
    // What is not named stays.
    let back = centre.ask_as("sari", Role::Admin, change(None, None, Some(false)));
    assert_eq!(back.unwrap().secrets, [row(false)]);
    let nothing = centre.ask_as("sari", Role::Admin, change(None, None, None));
    assert_eq!(nothing.unwrap().facts, []);
}

#[test]
fn tokens_are_added_and_revoked() {
    let mut centre = claimed();
    let token = String::from("provinsi");
    let order = office(OfficeOrder::AddToken {
        token: token.clone(),
        role: Role::Auditor,
        hash: "ab".repeat(32),
    });
    centre.ask_as("sari", Role::Admin, order.clone()).unwrap();
    assert_eq!(
        centre.ask_as("sari", Role::Admin, order),
        Err(Refusal::AlreadyExists)
    );
    // Programs and people share their names in the journal.
    assert_eq!(
        centre.ask_as("sari", Role::Admin, add("provinsi", Role::Operator)),
        Err(Refusal::AlreadyExists)
    );
    let revoke = |token: &str| {
        office(OfficeOrder::RevokeToken {
            token: token.into(),
        })
    };
    let decision = centre
        .ask_as("sari", Role::Admin, revoke("provinsi"))
        .unwrap();
    assert_eq!(decision.secrets, [Secret::TokenRevoked { name: token }]);
    assert_eq!(
        centre
            .ask_as("sari", Role::Admin, revoke("provinsi"))
            .unwrap()
            .facts,
        []
    );
    assert_eq!(
        centre.ask_as("sari", Role::Admin, revoke("pusat")),
        Err(Refusal::NoSuchName)
    );
}

#[test]
fn names_that_cannot_be_typed_or_printed_are_refused() {
    let mut centre = claimed();
    let long = "r".repeat(33);
    for name in [
        "", "r", "-rina", "Rina", "rina w", "rina\n", "r/na", "rina@x", "riña", &*long,
    ] {
        let refused = centre.ask_as("sari", Role::Admin, add(name, Role::Operator));
        assert!(
            matches!(refused, Err(Refusal::BadField { field: "user", .. })),
            "{name:?}"
        );
    }
    for called in ["", " ", "Rina\nAdmin", &*"r".repeat(101)] {
        let order = office(OfficeOrder::AddUser {
            user: user("rina"),
            name: called.into(),
            role: Role::Operator,
            password_hash: "$argon2id$x".into(),
        });
        let refused = centre.ask_as("sari", Role::Admin, order);
        assert!(
            matches!(refused, Err(Refusal::BadField { field: "name", .. })),
            "{called:?}"
        );
    }
    let empty_hash = office(OfficeOrder::SetPassword {
        user: user("sari"),
        password_hash: String::new(),
    });
    assert!(centre.ask_as("sari", Role::Admin, empty_hash).is_err());
}

#[test]
fn a_pin_is_ones_own_and_no_admins() {
    let mut centre = claimed();
    centre
        .ask_as("sari", Role::Admin, add("rina", Role::Operator))
        .unwrap();
    let pin_hash = Some(String::from("$argon2id$p"));
    let set = |pin_hash: &Option<String>| {
        let pin_hash = pin_hash.clone();
        office(OfficeOrder::SetPin { pin_hash })
    };
    let decision = centre.ask("rina", set(&pin_hash)).unwrap();
    let row = |pin_hash: &Option<String>| Secret::Pin {
        user: user("rina"),
        pin_hash: pin_hash.clone(),
    };
    // Whoever chooses one stays logged in.
    assert_eq!(decision.secrets, [row(&pin_hash)]);
    assert!(!format!("{:?}", decision.facts).contains("argon2"));
    let decision = centre.ask("rina", set(&None)).unwrap();
    assert_eq!(decision.secrets, [row(&None)]);
    let needs = Role::Operator;
    for (name, role) in [("sari", Role::Admin), ("rina", Role::Auditor)] {
        assert_eq!(
            centre.ask_as(name, role, set(&pin_hash)),
            Err(Refusal::NotAllowed { needs })
        );
    }
    let nobody = centre.ask("token:peta", set(&pin_hash));
    assert_eq!(nobody, Err(Refusal::NoSuchName));
    assert!(centre.ask("rina", set(&Some(String::new()))).is_err());
}
