use super::*;
use siaga112::base::limits;
use siaga112::base::phone::Number;
use siaga112::desk::callback::{Callback, CallbackResult};

const DIAN: &str = "084001010014";

fn number(digits: &str) -> Number {
    digits.parse().unwrap()
}

fn dial(digits: &str) -> Order {
    let number = digits.into();
    Order::Dial { number, line: None }
}

fn close(digits: &str, result: CallbackResult) -> Order {
    Order::CloseCallback {
        number: number(digits),
        result,
        note: None,
    }
}

impl Centre {
    /// Rings and gives up.
    fn gives_up(&mut self, digits: &str) -> CallId {
        let call = self.rings("L1", digits);
        self.seconds(9);
        self.ends(call);
        call
    }

    fn tasks(&self) -> Vec<&Callback> {
        self.desk.callbacks().all().collect()
    }

    fn open_now(&self) -> usize {
        self.desk.board_calls().count()
    }
}

#[test]
fn several_calls_of_one_number_that_nobody_answered_are_one_task() {
    let mut centre = Centre::open();
    let first = centre.gives_up(DIAN);
    let rang = centre.now.wall;
    centre.gives_up("084001010015");
    centre.seconds(60);
    let again = centre.gives_up("+62 840-0101-0014");
    let [task, other] = centre.tasks()[..] else {
        panic!("{:?}", centre.tasks());
    };
    assert_eq!((&task.number, task.count), (&number(DIAN), 2));
    assert_eq!(task.calls, [first, again]);
    assert!(task.first.at < rang && rang < task.newest.at);
    assert_eq!((&other.number, other.count), (&number("084001010015"), 1));
}

#[test]
fn who_cannot_be_called_back_makes_no_task() {
    let mut centre = Centre::open();
    for raw in ["", DIAN] {
        let mut caller = caller(raw);
        caller.presentation = Presentation::Withheld;
        let waiting = false;
        let call = centre.tell("L1", LineNews::Rang { caller, waiting });
        centre.ends(call.unwrap());
    }
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    centre.ends(call);
    let ours = centre.ask("rina", dial("110")).unwrap().call.unwrap();
    centre.ends(ours);
    assert_eq!(centre.tasks(), [] as [&Callback; 0]);
}

#[test]
fn a_number_that_becomes_known_late_is_called_back_too() {
    let mut centre = Centre::open();
    let caller_unknown = Caller::unknown();
    let (caller, waiting) = (caller_unknown, false);
    let call = centre.tell("L1", LineNews::Rang { caller, waiting });
    let call = call.unwrap();
    centre.ends(call);
    assert_eq!(centre.tasks().len(), 0);
    let caller = super::caller(DIAN);
    centre.tell("L1", LineNews::Identified { call, caller });
    assert_eq!(centre.tasks()[0].calls, [call]);
}

#[test]
fn dialling_counts_a_try_and_tells_whether_the_far_end_answered() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.gives_up(DIAN);
    for answers in [false, true] {
        centre.seconds(30);
        let call = centre.ask("rina", dial(DIAN)).unwrap().call.unwrap();
        if answers {
            centre.tell("L1", LineNews::Answered { call });
        }
        centre.ends(call);
    }
    centre.ask("rina", dial("110")).unwrap();
    let [task] = centre.tasks()[..] else {
        panic!("{:?}", centre.tasks());
    };
    let tries = task.tries.iter().map(|t| (t.by.clone(), t.answered));
    let rina = Some(user("rina"));
    assert_eq!(
        tries.collect::<Vec<_>>(),
        [(rina.clone(), false), (rina, true)]
    );
    assert!(task.tries[0].at.at < task.tries[1].at.at);
}

#[test]
fn two_tries_that_nobody_answers_leave_the_task_to_the_operator() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.gives_up(DIAN);
    for _ in 0..2 {
        let ours = centre.ask("rina", dial(DIAN)).unwrap().call.unwrap();
        centre.ends(ours);
    }
    assert_eq!(centre.tasks()[0].tries.len(), 2);
    let order = Order::CloseCallback {
        number: number(DIAN),
        result: CallbackResult::NoAnswer,
        note: Some(" dua kali ".into()),
    };
    let decision = centre.ask("rina", order).unwrap();
    assert_eq!(
        decision.facts,
        [Fact::CallbackClosed {
            number: number(DIAN),
            calls: vec![call],
            by: Some(user("rina")),
            result: CallbackResult::NoAnswer,
            note: Some("dua kali".into()),
        }]
    );
    assert_eq!(centre.tasks().len(), 0);
}

#[test]
fn closing_settles_the_calls_of_the_number_and_leaves_their_class_open() {
    let mut centre = Centre::open();
    let calls = [centre.gives_up(DIAN), centre.gives_up(DIAN)];
    let other = centre.gives_up("084001010015");
    assert_eq!(centre.desk.today(centre.now).unclassified, 3);
    let result = CallbackResult::ReachedOther;
    centre.ask("rina", close(DIAN, result)).unwrap();
    for call in calls {
        let row = centre.row(call);
        assert!(row.abandoned && row.class.is_none());
        assert_eq!(row.called_back, Some(result));
    }
    let open: Vec<CallId> = centre.desk.board_calls().map(|call| call.id).collect();
    assert_eq!(open, [other]);
    let today = centre.desk.today(centre.now);
    assert_eq!((today.unclassified, today.abandoned), (1, 3));
    // It may still be said what it was, and taken back, without coming up again.
    let order = classify(calls[0], Class::Ghost);
    centre.ask("rina", order).unwrap();
    centre.ask("rina", Order::Undo { call: calls[0] }).unwrap();
    assert_eq!(centre.open_now(), 1);
}

#[test]
fn a_number_that_rings_again_and_is_talked_to_needs_no_call_back() {
    let mut centre = Centre::open();
    let before = centre.gives_up(DIAN);
    centre.ready("rina");
    let again = centre.rings("L1", DIAN);
    centre.ask("rina", Order::Answer { call: again }).unwrap();
    assert_eq!(centre.tasks().len(), 1, "nobody talks yet");
    centre.tell("L1", LineNews::Answered { call: again });
    assert_eq!(centre.tasks().len(), 0);
    let merged = Fact::CallbackClosed {
        number: number(DIAN),
        calls: vec![before],
        by: None,
        result: CallbackResult::Merged,
        note: None,
    };
    assert_eq!(
        centre.journal.last().map(|entry| &entry.fact),
        Some(&merged)
    );
    assert_eq!(centre.row(before).called_back, Some(CallbackResult::Merged));
    // If it gives up once more, that is a new task.
    centre.ends(again);
    let third = centre.gives_up(DIAN);
    assert_eq!(centre.tasks()[0].calls, [third]);
}

#[test]
fn only_what_waits_can_be_closed_and_never_as_merged() {
    let mut centre = Centre::open();
    let result = CallbackResult::DeadNumber;
    let refused = centre.ask("rina", close(DIAN, result));
    assert_eq!(refused, Err(Refusal::NoSuchCallback));
    centre.gives_up(DIAN);
    let needs = Role::Operator;
    assert_eq!(
        centre.ask_as("audi", Role::Auditor, close(DIAN, result)),
        Err(Refusal::NotAllowed { needs })
    );
    let merged = centre.ask("rina", close(DIAN, CallbackResult::Merged));
    assert!(matches!(
        merged,
        Err(Refusal::BadField {
            field: "result",
            ..
        })
    ));
    centre.ask("rina", close(DIAN, result)).unwrap();
    let again = centre.ask("rina", close(DIAN, result));
    assert_eq!(again, Err(Refusal::NoSuchCallback));
}

#[test]
fn what_is_to_be_called_back_outlives_a_power_cut() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.gives_up(DIAN);
    let ours = centre.ask("rina", dial(DIAN)).unwrap().call.unwrap();
    centre.power_cut();
    assert_eq!(centre.tasks()[0].tries[0].call, ours);
    let snapshot = centre.desk.snapshot();
    let restored = Desk::restore(policy(), &snapshot).unwrap();
    assert_eq!(restored.callbacks(), centre.desk.callbacks());
    // A call that the line does not have any more was given up as well.
    let lost = centre.rings("L2", "084001010015");
    centre.power_cut();
    centre.seconds(121);
    assert_eq!(centre.row(lost).ended_by, Some(EndedBy::Restart));
    assert_eq!(centre.tasks()[1].calls, [lost]);
}

#[test]
fn a_day_of_giving_up_fills_no_memory() {
    let mut centre = Centre::open();
    let numbers = limits::CALLBACKS_LEN_MAX + 3;
    for n in 0..numbers {
        centre.gives_up(&format!("0840010{n:05}"));
    }
    for _ in 0..2 * limits::CALLBACK_CALLS_MAX {
        centre.gives_up("084001000200");
    }
    let callbacks = centre.desk.callbacks();
    assert_eq!(callbacks.all().len(), limits::CALLBACKS_LEN_MAX);
    assert_eq!(callbacks.given_up(), 3);
    let task = callbacks.all().find(|t| t.number == number("084001000200"));
    let task = task.unwrap();
    assert_eq!(task.calls.len(), limits::CALLBACK_CALLS_MAX);
    assert_eq!(task.count, 1 + 2 * limits::CALLBACK_CALLS_MAX as u64);
    // Those that were told only as a number are settled with the others.
    let before = centre.open_now();
    let result = CallbackResult::DoNotCall;
    centre.ask("rina", close("084001000200", result)).unwrap();
    assert_eq!(before - centre.open_now(), 101);
}
