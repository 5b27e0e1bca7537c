use super::*;
use siaga112::base::limits;
use siaga112::desk::fact::OfficeChange;
use siaga112::desk::keys::Keys;
use siaga112::desk::order::OfficeOrder;

fn keys(pairs: &[(&str, &str)]) -> Keys {
    let own = |(action, chord): &(&str, &str)| ((*action).to_owned(), (*chord).to_owned());
    pairs.iter().map(own).collect()
}

fn set(keys: Keys) -> Order {
    Order::Office(OfficeOrder::SetKeys { keys })
}

/// An office whose admin is Sari and whose operator is Rina.
fn staffed() -> Centre {
    let mut centre = Centre::open();
    let password_hash = String::from("$x");
    let claim = OfficeOrder::Claim {
        user: user("sari"),
        name: "Sari".into(),
        password_hash: password_hash.clone(),
    };
    let add = OfficeOrder::AddUser {
        user: user("rina"),
        name: "Rina".into(),
        role: Role::Operator,
        password_hash,
    };
    for order in [claim, add] {
        let order = Order::Office(order);
        centre.ask_as("sari", Role::Admin, order).unwrap();
    }
    centre
}

#[test]
fn a_person_has_the_own_keys_on_every_desk_and_after_a_power_cut() {
    let mut centre = staffed();
    let own = keys(&[("answer", "F8"), ("ghost", "F2")]);
    let decision = centre.ask("rina", set(own.clone())).unwrap();
    let (by, user_name) = (user("rina"), user("rina"));
    let change = OfficeChange::KeysSet {
        user: user_name,
        keys: own.clone(),
    };
    assert_eq!(decision.facts, [Fact::OfficeChanged { by, change }]);
    assert_eq!(centre.ask("rina", set(own.clone())).unwrap().facts, []);
    centre.power_cut();
    let restored = Desk::restore(policy(), &centre.desk.snapshot()).unwrap();
    assert_eq!(restored.keys().of(&user("rina")), Some(&own));
    assert_eq!(restored.keys().of(&user("sari")), None);
    // None at all are the defaults again.
    centre.ask("rina", set(Keys::new())).unwrap();
    assert_eq!(centre.desk.keys().of(&user("rina")), None);
    assert_eq!(centre.ask("rina", set(Keys::new())).unwrap().facts, []);
}

#[test]
fn only_people_who_work_here_have_keys_and_words_have_limits() {
    let mut centre = staffed();
    let own = keys(&[("answer", "F8")]);
    let needs = Role::Operator;
    assert_eq!(
        centre.ask_as("rina", Role::Auditor, set(own.clone())),
        Err(Refusal::NotAllowed { needs })
    );
    let program = centre.ask("token:peta", set(own));
    assert_eq!(program, Err(Refusal::NoSuchName));
    let long = "a".repeat(limits::KEY_CHARS_MAX + 1);
    for bad in [
        keys(&[("answer", "")]),
        keys(&[("answer", " F2")]),
        keys(&[("answer", "F2\u{7}")]),
        keys(&[("", "F2")]),
        keys(&[(&long, "F2")]),
        (0..=limits::KEYS_LEN_MAX)
            .map(|n| (n.to_string(), n.to_string()))
            .collect(),
    ] {
        let refused = centre.ask("rina", set(bad.clone()));
        let field = "keys";
        assert!(
            matches!(refused, Err(Refusal::BadField { field: f, .. }) if f == field),
            "{bad:?}"
        );
    }
}
