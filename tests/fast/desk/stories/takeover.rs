use super::*;
use siaga112::base::sound::SoundTrouble;
use siaga112::desk::sound::SoundNews;

fn take_over(call: CallId) -> Order {
    Order::TakeOver { call }
}

impl Centre {
    fn sound(&mut self, call: CallId, trouble: Option<SoundTrouble>) {
        let decision = self.desk.sound_news(SoundNews::Trouble { call, trouble });
        self.carry_out(decision);
    }
}

#[test]
fn a_claim_that_the_line_does_not_answer_is_taken_over_after_twenty_seconds() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    assert_eq!(centre.desk.takeover_from(call), None);
    centre.ask("rina", Order::Answer { call }).unwrap();
    let claimed = centre.now.tick;
    let from = claimed + Duration::from_secs(20);
    assert_eq!(centre.desk.takeover_from(call), Some(from));
    centre.pass(Duration::from_millis(12_300));
    assert_eq!(
        centre.ask("budi", take_over(call)),
        Err(Refusal::TooEarly { wait_s: 8 })
    );
    centre.pass(Duration::from_millis(7_700));
    centre.orders.clear();
    centre.ask("budi", take_over(call)).unwrap();
    assert_eq!(centre.desk.owner(call), Some(&user("budi")));
    assert_eq!(centre.orders, [LineOrder::Answer { call }]);
    let kinds = centre.kinds();
    assert_eq!(kinds[kinds.len() - 2..], ["call.unclaimed", "call.claimed"]);
    // Pressed twice; and Rina has as long to take it back.
    assert_eq!(centre.ask("budi", take_over(call)).unwrap().facts, []);
    assert_eq!(
        centre.ask("rina", take_over(call)),
        Err(Refusal::TooEarly { wait_s: 20 })
    );
    centre.tell("L1", LineNews::Answered { call });
    assert_eq!(centre.call(call).operator, Some(user("budi")));
}

#[test]
fn a_conversation_is_nobody_elses_while_its_caller_is_heard() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre.seconds(300);
    let by = Some(user("rina"));
    let not_yours = Err(Refusal::NotYours { by });
    assert_eq!(centre.ask("budi", take_over(call)), not_yours);
    // A line without sound is not Rina's doing, and a colleague has none either.
    centre.sound(call, Some(SoundTrouble::NoFrames));
    centre.seconds(60);
    assert_eq!(centre.ask("budi", take_over(call)), not_yours);
}

#[test]
fn a_caller_whom_nobody_hears_is_taken_over() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    centre.sound(call, Some(SoundTrouble::NoDesk));
    centre.seconds(10);
    // Her browser is back without a microphone: no better for the caller.
    centre.sound(call, Some(SoundTrouble::NoMicrophone));
    centre.seconds(5);
    assert_eq!(
        centre.ask("budi", take_over(call)),
        Err(Refusal::TooEarly { wait_s: 5 })
    );
    centre.seconds(5);
    centre.ask("budi", take_over(call)).unwrap();
    assert_eq!(centre.call(call).state, CallState::Talking);
    assert_eq!(centre.desk.owner(call), Some(&user("budi")));
    assert_eq!(centre.kinds().last(), Some(&"call.transferred"));
    // He gets the same time to be heard.
    centre.seconds(10);
    assert_eq!(
        centre.ask("rina", take_over(call)),
        Err(Refusal::TooEarly { wait_s: 10 })
    );
    centre.sound(call, None);
    assert_eq!(centre.desk.takeover_from(call), None);
}

#[test]
fn a_call_of_somebody_whose_screens_are_gone_is_taken_over_before_the_seat_is_lost() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.talks("L1", "rina");
    let rina = user("rina");
    centre.desk.presence(centre.now, &rina, false);
    centre.seconds(20);
    assert_eq!(centre.desk.owner(call), Some(&rina));
    centre.ask("budi", take_over(call)).unwrap();
    assert_eq!(centre.desk.owner(call), Some(&user("budi")));
    centre.seconds(20);
    assert_eq!(centre.count("operator.left"), 1);
    assert_eq!(centre.call(call).state, CallState::Talking);
}

#[test]
fn a_supervisor_takes_over_at_any_time_but_from_a_seat() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.talks("L1", "rina");
    let as_supervisor =
        |centre: &mut Centre| centre.ask_as("hadi", Role::Supervisor, take_over(call));
    assert_eq!(as_supervisor(&mut centre), Err(Refusal::NotReady));
    centre.ready("hadi");
    as_supervisor(&mut centre).unwrap();
    assert_eq!(centre.desk.owner(call), Some(&user("hadi")));
    centre.ends(call);
    // Both have talked on it.
    centre.ask("rina", classify(call, Class::Incident)).unwrap();
}

#[test]
fn taking_over_what_nobody_has_is_answering_it() {
    let mut centre = Centre::open();
    centre.ready("rina");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", take_over(call)).unwrap();
    assert_eq!(centre.orders, [LineOrder::Answer { call }]);
    let other = centre.rings("L2", "084001010015");
    assert_eq!(
        centre.ask("rina", take_over(other)),
        Err(Refusal::OnAnotherCall { call })
    );
    centre.ends(call);
    assert_eq!(centre.ask("rina", take_over(call)), Err(Refusal::CallOver));
}

#[test]
fn after_a_power_cut_everybody_has_the_whole_time_again() {
    let mut centre = Centre::open();
    centre.ready("rina");
    centre.ready("budi");
    let call = centre.rings("L1", "084001010014");
    centre.ask("rina", Order::Answer { call }).unwrap();
    centre.seconds(19);
    centre.power_cut();
    centre.desk.presence(centre.now, &user("rina"), true);
    centre.desk.presence(centre.now, &user("budi"), true);
    centre.seconds(19);
    assert_eq!(
        centre.ask("budi", take_over(call)),
        Err(Refusal::TooEarly { wait_s: 1 })
    );
    centre.seconds(1);
    centre.ask("budi", take_over(call)).unwrap();
}
