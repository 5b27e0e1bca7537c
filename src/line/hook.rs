//! Answering, hanging up, and looking at the modem's own list of calls.

use std::time::Duration;

use super::cure::Rung;
use super::ear::CallView;
use super::heard::{CallNo, ListState, Outcome, Reply};
use super::machine::Machine;
use super::queue::Why;
use super::talk::{Call, Stage};
use super::timers::Timer;
use super::words::EndedBy;
use crate::base::time::Tick;

/// What is going on at the hook.
#[derive(Debug, Default)]
pub(super) struct Hook {
    /// The call being answered, and how often that was tried.
    answering: Option<(CallNo, u8)>,
    /// A call that is answered as soon as the line is free for it or the family is known, until
    /// then.
    pub(super) answer_later: Option<(CallNo, Tick)>,
    /// When the modem last said anything about a call, answered anything, or gave sound.
    alive: Tick,
    /// The modem has not obeyed: the call cannot be reached any more.
    lost_hold: bool,
    /// Refusals of the call list in a row; beyond a few it is not asked for any more.
    list_refusals: u8,
    /// Which of the profile's ways to hang up ended the last call: the next hang-up begins with it.
    pub(super) hang_up_first: usize,
    /// The way that was obeyed, while the call is still there.
    hang_up_obeyed: Option<usize>,
}

impl Hook {
    pub(super) fn alive(&mut self, now: Tick) {
        self.alive = now;
    }

    pub(super) fn is_answering(&self) -> bool {
        self.answering.is_some()
    }
}

impl Machine {
    /// Somebody is there for this call.
    pub(super) fn answer(&mut self, call: CallNo) {
        let Some(known) = self.talk.get(call) else {
            tracing::debug!(?call, "answer: no such call");
            return;
        };
        if known.hang_ups > 0 || self.hook.answering.is_some_and(|(no, _)| no == call) {
            return;
        }
        match known.stage {
            Stage::Ringing if !self.family_is_known() => self.answer_later(call),
            Stage::Ringing => self.pick_up(call),
            Stage::Waiting if self.talk.other_is_up(call) => self.take_waiting(call),
            Stage::Waiting => self.pick_up(call),
            Stage::Dialing | Stage::Alerting | Stage::Up | Stage::Held => {}
        }
    }

    fn pick_up(&mut self, call: CallNo) {
        let tries = match self.hook.answering {
            Some((no, tries)) if no == call => tries + 1,
            Some(_) | None => 1,
        };
        self.hook.answering = Some((call, tries));
        // Somebody who calls for help goes before somebody we call.
        self.interrupt_dial();
        self.stay_as_it_is();
        self.prepare();
        let calls = self.core.profile.calls.clone();
        let limit = Duration::from_secs(u64::from(calls.answer_limit_s));
        let count = calls.answer.len();
        for (place, text) in calls.answer.into_iter().enumerate() {
            let last = place + 1 == count;
            self.core.urge(Why::Answer { call, last }, text, limit);
        }
    }

    /// What comes before a call is answered or dialled.
    pub(super) fn prepare(&mut self) {
        self.clear_sound();
        let prepare = self.core.profile.calls.prepare.clone();
        let filled: Vec<String> = prepare.iter().map(|text| self.with_format(text)).collect();
        self.core.courtesies(&filled, true);
    }

    /// With a call up: the other is held, where that does no harm; else this one is answered as
    /// soon as the line is free.
    fn take_waiting(&mut self, call: CallNo) {
        match self.core.profile.calls.hold_and_answer.clone() {
            Some(text) => {
                self.hook.answering = Some((call, ANSWERS_MAX));
                let limit = self.core.profile.calls.answer_limit_s;
                let limit = Duration::from_secs(u64::from(limit));
                self.core
                    .urge(Why::Answer { call, last: true }, text, limit);
            }
            None => self.answer_later(call),
        }
    }

    /// A call rings: for the first time, or because the line became free for it.
    pub(super) fn rings_now(&mut self, call: CallNo) {
        let Some((_, until)) = self.hook.answer_later.filter(|(later, _)| *later == call) else {
            return;
        };
        self.hook.answer_later = None;
        if self.core.now.tick <= until {
            self.pick_up(call);
        }
    }

    pub(super) fn answer_replied(&mut self, call: CallNo, last: bool, reply: &Reply) {
        match reply.outcome {
            Outcome::Ok if last => {
                self.hook.answering = None;
                if self.core.profile.calls.list {
                    // The report may be late or missing; the list tells.
                    self.poll_now();
                } else {
                    self.taken(call);
                }
            }
            Outcome::Ok => {}
            Outcome::Error
            | Outcome::Cme(_)
            | Outcome::Cms(_)
            | Outcome::CallEnded(_)
            | Outcome::TimedOut => {
                self.core
                    .queue
                    .drop_where(|why| matches!(why, Why::Answer { call: no, .. } if no == call));
                self.core.after(Timer::Answer, ANSWER_PAUSE);
                self.poll_now();
            }
        }
    }

    /// Off the hook on a line that has no list to ask.
    pub(super) fn taken(&mut self, call: CallNo) {
        if let Some(turn) = self.talk.answered(&mut self.core, call) {
            self.turned(turn);
        }
    }

    /// Once more, if it still rings.
    pub(super) fn answer_due(&mut self) {
        let Some((call, tries)) = self.hook.answering else {
            return;
        };
        let rings = self.talk.get(call).is_some_and(|known| {
            matches!(known.stage, Stage::Ringing | Stage::Waiting) && known.hang_ups == 0
        });
        if rings && tries < ANSWERS_MAX {
            self.pick_up(call);
        } else {
            self.hook.answering = None;
        }
    }

    /// Ends a call, whatever it is doing.
    pub(super) fn hang_up(&mut self, call: CallNo) {
        let Some(known) = self.talk.get_mut(call) else {
            tracing::debug!(?call, "hang up: no such call");
            return;
        };
        if known.hang_ups > 0 {
            return;
        }
        known.hang_ups = 1;
        let is_ours = matches!(known.stage, Stage::Dialing | Stage::Alerting);
        self.forget_answer(call);
        if is_ours {
            self.interrupt_dial();
        }
        self.say_hang_up(call, 0);
    }

    fn forget_answer(&mut self, call: CallNo) {
        self.core
            .queue
            .drop_where(|why| matches!(why, Why::Answer { call: no, .. } if no == call));
        if self.hook.answering.is_some_and(|(no, _)| no == call) {
            self.hook.answering = None;
        }
        if self.hook.answer_later.is_some_and(|(no, _)| no == call) {
            self.hook.answer_later = None;
        }
    }

    fn say_hang_up(&mut self, call: CallNo, tried: u8) {
        let limit = self.core.profile.calls.hang_up_limit_s;
        let limit = Duration::from_secs(u64::from(limit));
        match self.hang_up_text(call, tried) {
            Some(text) => {
                self.lift_first(call);
                self.core.urge(Why::HangUp { call }, text, limit);
                self.core.after(Timer::HangUp, limit + HANG_UP_PAUSE);
            }
            None => {
                self.poll_now();
                self.core.after(Timer::HangUp, HANG_UP_PAUSE);
            }
        }
    }

    /// What must come before the last word, where a ringing call cannot simply be put down.
    fn lift_first(&mut self, call: CallNo) {
        let rings = self
            .talk
            .get(call)
            .is_some_and(|known| known.stage == Stage::Ringing);
        let reject = self.core.profile.calls.reject.clone();
        if let (true, Some((_, before))) = (rings, reject.split_last()) {
            self.core.courtesies(before, true);
        }
    }

    /// The command that ends this call and no other that is up. `None`: the list must first tell
    /// its place.
    fn hang_up_text(&self, call: CallNo, tried: u8) -> Option<String> {
        let known = self.talk.get(call)?;
        let calls = &self.core.profile.calls;
        let one = match known.stage {
            Stage::Waiting => calls.hang_up_waiting.clone(),
            Stage::Up | Stage::Held if self.talk.all().len() > 1 => self
                .place_of(call)
                .zip(calls.hang_up_one.as_ref())
                .map(|(idx, form)| form.replace("{idx}", &idx.to_string())),
            // CHLD=1x before the far end rings hangs some sticks (hardware.md 2.2).
            Stage::Up | Stage::Held | Stage::Ringing | Stage::Dialing | Stage::Alerting => None,
        };
        // A copper pair has one call, whatever else was heard.
        if calls.list && self.talk.other_is_up(call) {
            return one;
        }
        if known.stage == Stage::Ringing
            && let Some(last) = calls.reject.last()
        {
            return Some(last.clone());
        }
        let all = || {
            let count = calls.hang_up.len().max(1);
            let form = self.hook.hang_up_first + usize::from(tried);
            calls.hang_up.get(form % count).cloned()
        };
        one.filter(|_| tried.is_multiple_of(2)).or_else(all)
    }

    /// Its number in the modem's list, as far as it has been read.
    pub(super) fn place_of(&self, call: CallNo) -> Option<u8> {
        let known = self.talk.get(call)?.idx;
        let heard = || {
            let calls = self.ear.calls();
            calls.iter().find(|view| view.call == call)?.idx
        };
        known.or_else(heard)
    }

    pub(super) fn hang_up_replied(&mut self, call: CallNo, reply: &Reply) {
        let forms = &self.core.profile.calls.hang_up;
        if reply.outcome == Outcome::Ok
            && let Some(form) = forms.iter().position(|form| *form == reply.cmd)
        {
            self.hook.hang_up_obeyed = Some(form);
        }
        let Some(tried) = self.talk.get(call).map(|known| known.hang_ups) else {
            self.hang_up_helped();
            return;
        };
        let is_refused = matches!(reply.outcome, Outcome::Error | Outcome::Cme(_));
        if is_refused && usize::from(tried) < self.core.profile.calls.hang_up.len() {
            let next = self.hang_up_text(call, tried);
            if next.is_some_and(|next| next != reply.cmd) {
                return self.hang_up_again(call, tried);
            }
        }
        let is_obeyed = reply.outcome == Outcome::Ok && !self.rings_on(call);
        if is_obeyed && !self.core.profile.calls.list {
            self.end(call, EndedBy::Local);
            return;
        }
        // Some sticks answer OK and keep the call (E1550): the list tells.
        self.core.after(Timer::HangUp, HANG_UP_PAUSE);
        self.poll_now();
    }

    /// It was to be lifted and put down, and was not lifted: it will be heard of again.
    fn rings_on(&self, call: CallNo) -> bool {
        let rings = |known: &CallView| known.call == call && known.state == ListState::Incoming;
        !self.core.profile.calls.reject.is_empty() && self.ear.calls().iter().any(rings)
    }

    /// What was hung up must be gone by now; if not, the next way is tried, and in the end the
    /// modem is restarted: a line that cannot hang up cannot take the next call either.
    pub(super) fn hang_up_due(&mut self) {
        let stubborn = self.talk.all().iter().find(|call| call.hang_ups > 0);
        let Some((call, tried)) = stubborn.map(|call| (call.no, call.hang_ups)) else {
            return;
        };
        if self.core.queue.has(Why::HangUp { call }) {
            self.core.after(Timer::HangUp, HANG_UP_PAUSE);
            return;
        }
        if tried >= HANG_UPS_MAX && !self.talk.other_is_up(call) {
            tracing::warn!("the call cannot be ended; restarting the modem");
            self.hook.lost_hold = true;
            self.ladder.rung = Some(Rung::Escape);
            self.climb();
            return;
        }
        self.hang_up_again(call, tried);
    }

    fn hang_up_helped(&mut self) {
        if let Some(form) = self.hook.hang_up_obeyed.take() {
            self.hook.hang_up_first = form;
        }
    }

    fn hang_up_again(&mut self, call: CallNo, tried: u8) {
        if let Some(known) = self.talk.get_mut(call) {
            known.hang_ups = tried.saturating_add(1);
        }
        self.say_hang_up(call, tried);
    }

    /// The modem will not say it, but this call is over.
    pub(super) fn end(&mut self, call: CallNo, by: EndedBy) {
        if let Some(turn) = self.talk.over(&mut self.core, call, by, None) {
            self.turned(turn);
        }
    }

    /// The receiver is down: on a line of one call, that call is over.
    pub(super) fn on_hook(&mut self) {
        if self.core.profile.is_cellular() {
            return;
        }
        let up = |call: &&Call| matches!(call.stage, Stage::Up | Stage::Held);
        if let Some(call) = self.talk.all().iter().find(up).map(|call| call.no) {
            self.end(call, EndedBy::Local);
        }
    }

    /// A call is over: whatever was on its way for it is not needed any more.
    pub(super) fn is_over(&mut self, call: CallNo) {
        self.forget_answer(call);
        self.hang_up_helped();
        self.keys.over(call);
        self.outbox_may_go_on();
        if !self.talk.is_free() {
            return;
        }
        self.core.timers.stop(Timer::HangUp);
        if self.open && self.boot.part() >= super::boot::Part::Start {
            self.sound_off();
            self.put_back();
        }
    }

    /// Whether something would be lost by restarting the modem.
    pub(super) fn call_may_be_alive(&self) -> bool {
        let silent_for = self.core.now.tick.since(self.hook.alive);
        !self.talk.is_free() && !self.hook.lost_hold && silent_for < CALL_DEAD_AFTER
    }

    /// When the modem's list of calls is wanted next.
    pub(super) fn schedule_poll(&mut self) {
        if !self.list_works() || !self.list_is_due() || !self.open {
            self.core.timers.stop(Timer::Poll);
            return;
        }
        if self.core.queue.has(Why::Poll) {
            return;
        }
        let calls = &self.core.profile.calls;
        let all = self.talk.all();
        let nameless =
            |call: &Call| call.stage == Stage::Ringing && !call.identified && !call.looked_up;
        let is_settled = |call: &Call| matches!(call.stage, Stage::Up | Stage::Held);
        let pause = if self.ear.wants_list() {
            DOUBT_PAUSE
        } else if all.iter().any(nameless) {
            CLIP_WAIT
        } else if !all.is_empty() && all.iter().all(is_settled) {
            Duration::from_millis(u64::from(calls.poll_talking_ms))
        } else {
            Duration::from_millis(u64::from(calls.poll_ringing_ms))
        };
        let at = self.core.now.tick + pause;
        let sooner = |set: Tick| at < set;
        if self.core.timers.when(Timer::Poll).is_none_or(sooner) {
            self.core.timers.set(Timer::Poll, at);
        }
    }

    fn list_works(&self) -> bool {
        self.core.profile.calls.list && self.hook.list_refusals < LIST_REFUSALS_MAX
    }

    fn list_is_due(&self) -> bool {
        !self.talk.is_free() || self.ear.wants_list()
    }

    pub(super) fn poll_due(&mut self) {
        if self.list_is_due() {
            self.poll_now();
        }
    }

    pub(super) fn poll_now(&mut self) {
        self.core.timers.stop(Timer::Poll);
        if self.list_works()
            && self.open
            && !self.ear.in_stream()
            && !self.core.queue.has(Why::Poll)
        {
            self.core.urge(Why::Poll, "AT+CLCC", POLL_LIMIT);
        }
    }

    pub(super) fn poll_replied(&mut self, reply: &Reply) {
        self.hook.list_refusals = match reply.outcome {
            Outcome::Ok => 0,
            Outcome::Error => self.hook.list_refusals.saturating_add(1),
            // Rarely "no calls" (hardware.md 2.1); no sign that the command is unknown.
            Outcome::Cme(_) | Outcome::Cms(_) | Outcome::CallEnded(_) | Outcome::TimedOut => {
                self.hook.list_refusals
            }
        };
        self.talk.looked_up();
        self.boot.looked = true;
    }
}

/// Tries to answer: an operator's second is longer than a modem's hiccup.
const ANSWERS_MAX: u8 = 3;
const ANSWER_PAUSE: Duration = Duration::from_millis(500);

/// Below the desk's own patience with a claim (`limits::CLAIM_UNANSWERED_AFTER`), so that a
/// caller is never connected to nobody.
pub(super) const ANSWER_LATER_FOR: Duration = Duration::from_secs(40);

/// Between hanging up and looking whether it worked.
const HANG_UP_PAUSE: Duration = Duration::from_millis(800);
const HANG_UPS_MAX: u8 = 4;

/// oFono waits this long for a number before it asks for the list (hardware.md 2.1).
const CLIP_WAIT: Duration = Duration::from_millis(200);

/// A modem takes a call off its list about when it says so.
const DOUBT_PAUSE: Duration = Duration::from_millis(100);

/// A list is a short answer (hardware.md 5.3: 1 s), but boot chatter may be in its way.
const POLL_LIMIT: Duration = Duration::from_secs(2);

/// callpilot takes the serial line as dead after 30 polls of 2 s (hardware.md 2.3).
const CALL_DEAD_AFTER: Duration = Duration::from_secs(60);

/// After this many plain `ERROR`s the modem does not have the command.
const LIST_REFUSALS_MAX: u8 = 3;
