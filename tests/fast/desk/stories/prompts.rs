use super::*;
use siaga112::base::lang::Lang;
use siaga112::base::prompt::Prompt;
use siaga112::desk::fact::OfficeChange;
use siaga112::desk::order::OfficeOrder;

fn set(name: Prompt, language: Lang, digit: &str) -> Order {
    Order::Office(OfficeOrder::SetPrompt {
        language,
        name,
        sha256: digit.repeat(64),
        duration_ms: 5_000,
    })
}

fn restore(name: Prompt, language: Lang) -> Order {
    Order::Office(OfficeOrder::RestorePrompt { language, name })
}

/// Language, name and the first digit of the hash of every recording.
fn played(centre: &Centre) -> Vec<(Lang, Prompt, char)> {
    let own = centre.desk.own_prompts().iter();
    own.map(|own| (own.language, own.name, own.sha256.chars().next().unwrap()))
        .collect()
}

#[test]
fn what_callers_hear_is_the_supervisors() {
    let mut centre = Centre::open();
    for order in [
        set(Prompt::Queue, Lang::Id, "a"),
        restore(Prompt::Queue, Lang::Id),
    ] {
        for role in [Role::Auditor, Role::Operator] {
            let needs = Role::Supervisor;
            assert_eq!(
                centre.ask_as("rina", role, order.clone()),
                Err(Refusal::NotAllowed { needs })
            );
        }
    }
    for (role, digit) in [(Role::Supervisor, "5"), (Role::Admin, "a")] {
        let order = set(Prompt::Queue, Lang::Id, digit);
        centre.ask_as("sari", role, order).unwrap();
    }
    assert_eq!(played(&centre), [(Lang::Id, Prompt::Queue, 'a')]);
}

#[test]
fn a_recording_replaces_the_one_before_and_is_taken_back() {
    let mut centre = Centre::open();
    let mut ask = |order| {
        let decision = centre.ask_as("sari", Role::Supervisor, order).unwrap();
        let changes = decision.facts.into_iter().map(|fact| match fact {
            Fact::OfficeChanged { change, .. } => change,
            other => panic!("{other:?}"),
        });
        (changes.collect::<Vec<_>>(), played(&centre))
    };
    let (changes, _) = ask(set(Prompt::Hold, Lang::Id, "a"));
    let was_set = OfficeChange::PromptSet {
        language: Lang::Id,
        name: Prompt::Hold,
        sha256: "a".repeat(64),
        duration_ms: 5_000,
    };
    assert_eq!(changes, [was_set]);
    // Again: it is so already.
    assert_eq!(ask(set(Prompt::Hold, Lang::Id, "a")).0, []);
    ask(set(Prompt::Queue, Lang::En, "b"));
    let (_, now) = ask(set(Prompt::Hold, Lang::Id, "c"));
    let (hold, queue) = ((Lang::Id, Prompt::Hold), (Lang::En, Prompt::Queue));
    assert_eq!(now, [(hold.0, hold.1, 'c'), (queue.0, queue.1, 'b')]);
    let (changes, now) = ask(restore(Prompt::Hold, Lang::Id));
    assert!(matches!(changes[..], [OfficeChange::PromptRestored { .. }]));
    assert_eq!(now, [(queue.0, queue.1, 'b')]);
    assert_eq!(ask(restore(Prompt::Hold, Lang::Id)).0, []);
}

#[test]
fn who_brought_a_recording_and_when_is_known_after_a_power_cut_too() {
    let mut centre = Centre::open();
    let order = set(Prompt::Silent, Lang::Id, "a");
    centre.ask_as("sari", Role::Supervisor, order).unwrap();
    let brought = centre.now.wall;
    centre.seconds(60);
    centre.power_cut();
    let snapshot = centre.desk.snapshot();
    let restored = Desk::restore(policy(), &snapshot).unwrap();
    for desk in [&centre.desk, &restored] {
        let [own] = desk.own_prompts() else {
            panic!("{:?}", desk.own_prompts());
        };
        assert_eq!((own.by.as_str(), own.at.at), ("sari", brought));
        assert_eq!(own.duration_ms, 5_000);
    }
}

#[test]
fn a_snapshot_from_before_there_were_recordings_is_taken_in() {
    let mut centre = Centre::open();
    let before = String::from_utf8(centre.desk.snapshot()).unwrap();
    assert!(!before.contains("prompts"), "{before}");
    let old = Desk::restore(policy(), before.as_bytes()).unwrap();
    assert_eq!(old.own_prompts(), []);
    let order = set(Prompt::Queue, Lang::Id, "a");
    centre.ask_as("sari", Role::Supervisor, order).unwrap();
    let after = String::from_utf8(centre.desk.snapshot()).unwrap();
    assert!(after.contains("prompts"), "{after}");
}

#[test]
fn what_could_not_be_the_name_of_a_file_is_refused() {
    let mut centre = Centre::open();
    let order = |sha256: &str, duration_ms| {
        Order::Office(OfficeOrder::SetPrompt {
            language: Lang::Id,
            name: Prompt::Queue,
            sha256: sha256.to_owned(),
            duration_ms,
        })
    };
    let good = "a".repeat(64);
    let long = "a".repeat(65);
    let path = format!("../../etc/passwd{}", "a".repeat(48));
    for bad in ["", "a", &long, &path, &"A".repeat(64), &"é".repeat(32)] {
        let refused = centre.ask_as("sari", Role::Supervisor, order(bad, 5_000));
        let field = "sha256";
        assert!(
            matches!(refused, Err(Refusal::BadField { field: f, .. }) if f == field),
            "{bad}"
        );
    }
    for bad in [0, 30_001, u64::MAX] {
        let refused = centre.ask_as("sari", Role::Supervisor, order(&good, bad));
        let field = "duration_ms";
        assert!(
            matches!(refused, Err(Refusal::BadField { field: f, .. }) if f == field),
            "{bad}"
        );
    }
    assert_eq!(centre.desk.own_prompts(), []);
}
