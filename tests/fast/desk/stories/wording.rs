use super::*;
use siaga112::base::lang::Lang;
use siaga112::base::limits;
use siaga112::desk::fact::OfficeChange;
use siaga112::desk::order::OfficeOrder;
use siaga112::desk::wording::Wording;

fn set(key: Wording, text: &str) -> Order {
    Order::Office(OfficeOrder::SetWording {
        language: Lang::Id,
        key,
        text: text.into(),
    })
}

fn restore(key: Wording) -> Order {
    let language = Lang::Id;
    Order::Office(OfficeOrder::RestoreWording { language, key })
}

impl Centre {
    fn said(&self, key: Wording) -> Option<&str> {
        let own = self.desk.own_wordings().get(Lang::Id, key);
        own.map(|own| &*own.text)
    }

    fn sari(&mut self, order: Order) -> Vec<Fact> {
        let decision = self.ask_as("sari", Role::Supervisor, order);
        decision.unwrap().facts
    }
}

#[test]
fn what_operators_say_is_the_supervisors() {
    let mut centre = Centre::open();
    for order in [set(Wording::Opening, "Halo."), restore(Wording::Opening)] {
        for role in [Role::Auditor, Role::Operator] {
            let needs = Role::Supervisor;
            let refused = centre.ask_as("rina", role, order.clone());
            assert_eq!(refused, Err(Refusal::NotAllowed { needs }));
        }
    }
    centre
        .ask_as("adi", Role::Admin, set(Wording::Opening, "Halo."))
        .unwrap();
    assert_eq!(centre.said(Wording::Opening), Some("Halo."));
}

#[test]
fn the_journal_holds_every_version_whole() {
    let mut centre = Centre::open();
    let text = "Polisi 110\r\nPLN 123 ";
    let facts = centre.sari(set(Wording::Referrals, text));
    let was_set = OfficeChange::WordingSet {
        language: Lang::Id,
        key: Wording::Referrals,
        text: "Polisi 110\nPLN 123".into(),
    };
    let (by, change) = (user("sari"), was_set);
    assert_eq!(facts, [Fact::OfficeChanged { by, change }]);
    assert_eq!(centre.sari(set(Wording::Referrals, text)), []);
    centre.sari(set(Wording::Referrals, "Polisi 110"));
    assert_eq!(centre.said(Wording::Referrals), Some("Polisi 110"));
    assert_eq!(centre.said(Wording::Opening), None);
    centre.sari(restore(Wording::Referrals));
    assert_eq!(centre.said(Wording::Referrals), None);
    assert_eq!(centre.sari(restore(Wording::Referrals)), []);
    assert_eq!(centre.count("office.changed"), 3);
}

#[test]
fn who_wrote_it_and_when_is_known_after_a_power_cut_too() {
    let mut centre = Centre::open();
    centre.sari(set(Wording::Child, "Dik, panggil ibu."));
    let wrote = centre.now.wall;
    centre.seconds(60);
    centre.power_cut();
    let restored = Desk::restore(policy(), &centre.desk.snapshot()).unwrap();
    for desk in [&centre.desk, &restored] {
        let own = desk.own_wordings().get(Lang::Id, Wording::Child).unwrap();
        assert_eq!((own.by.as_str(), own.at.at), ("sari", wrote));
    }
}

#[test]
fn what_cannot_be_read_out_is_refused() {
    let mut centre = Centre::open();
    let long = "a".repeat(limits::WORDING_CHARS_MAX + 1);
    for bad in ["", " \n ", &long, "Halo\u{7}", "Halo\tPak", "\u{1b}[2J"] {
        let refused = centre.ask_as("sari", Role::Supervisor, set(Wording::Prank, bad));
        let field = "text";
        assert!(
            matches!(refused, Err(Refusal::BadField { field: f, .. }) if f == field),
            "{bad:?}"
        );
    }
    let most = "é".repeat(limits::WORDING_CHARS_MAX);
    centre.sari(set(Wording::Prank, &most));
}
