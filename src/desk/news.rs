//! What follows from what a line tells. News never refuses: whatever does not fit is dropped.

use super::call::{CallState, Direction, EndedBy};
use super::calls::Live;
use super::fact::Fact;
use super::order::LineOrder;
use super::texts::{self, Unsent};
use super::{Decision, Desk, LineNews, check};
use crate::base::ids::{CallId, LineName, SmsId};
use crate::base::limits;
use crate::base::phone::{self, Caller, NumberType};
use crate::base::time::{Now, Tick};

impl Desk {
    /// What follows from a line's news.
    ///
    /// For [`LineNews::Rang`] the call's id is in [`Decision::call`], for [`LineNews::Sms`] the
    /// text's in [`Decision::sms`], new or known.
    pub fn news(&self, now: Now, line: &LineName, news: &LineNews) -> Decision {
        match news {
            LineNews::Up => self.line_up(line),
            LineNews::Down { why, detail } => self.line_down(line, why, detail),
            LineNews::Rang { caller, waiting } => self.rang(line, caller, *waiting),
            LineNews::Identified { call, caller } => self.identified(*call, caller),
            LineNews::Answered { call } => self.answered(*call),
            LineNews::Ended { call, by, cause } => self.ended(now, *call, *by, *cause),
            LineNews::Gone { call } => self.gone(now, *call),
            // Why is the line's to show; on record it is a call that the line did not make.
            LineNews::DialFailed { call, why: _ } => self.ended(now, *call, EndedBy::Line, None),
            LineNews::Dtmf { call, digit } => self.key_pressed(*call, *digit),
            LineNews::Sms {
                from,
                text,
                network_time,
                position,
            } => match self.texts.seen(from, network_time.as_deref(), text) {
                Some(sms) => Decision::about_text(sms, Vec::new()),
                None => {
                    let sms = self.texts.next_id();
                    let area_code = self.area_code.as_deref();
                    let received = Fact::SmsReceived {
                        sms,
                        line: line.clone(),
                        from: from.clone(),
                        number: phone::read(from, NumberType::Unknown, area_code),
                        text: text.clone(),
                        network_time: network_time.clone(),
                        position: position.clone(),
                    };
                    Decision::about_text(sms, vec![received])
                }
            },
            LineNews::SmsSent { sms } => self.text_sent(*sms, line),
            LineNews::SmsFailed {
                sms,
                reason,
                transient,
            } => match self.texts.unsent(*sms) {
                Some(unsent) => {
                    Decision::about_text(*sms, vec![not_sent(unsent, reason, *transient)])
                }
                None => Decision::default(),
            },
            LineNews::SmsReported { sms, delivered } => self.text_reported(*sms, *delivered),
        }
    }

    fn line_up(&self, line: &LineName) -> Decision {
        let line = line.clone();
        let fact = (!self.is_up(&line)).then_some(Fact::LineUp { line });
        Decision::of(fact)
    }

    fn line_down(&self, line: &LineName, why: &str, detail: &str) -> Decision {
        if self
            .lines
            .get(line)
            .is_some_and(|known| known.down.as_deref() == Some(why))
        {
            return Decision::default();
        }
        Decision::of(Some(Fact::LineDown {
            line: line.clone(),
            why: why.to_owned(),
            detail: detail.to_owned(),
        }))
    }

    fn rang(&self, line: &LineName, caller: &Caller, waiting: bool) -> Decision {
        if let Some(live) = self.sought_ringing(line, caller) {
            return found_ringing(live, caller);
        }
        let call = self.calls.next_id();
        let mut decision = Decision::about(call);
        decision.facts.push(Fact::CallOffered {
            call,
            direction: Direction::In,
            line: line.clone(),
            caller: caller.clone(),
            waiting,
            by: None,
        });
        let blocked = waiting && self.busy_on(line, call).is_some();
        if blocked || !self.anybody_free() {
            decision.facts.push(Fact::CallQueued { call });
        }
        decision
    }

    /// After a restart: the call that rang on this line before, unless it is clearly another caller.
    fn sought_ringing<'a>(&'a self, line: &LineName, caller: &Caller) -> Option<&'a Live> {
        self.calls.on_line(line).find(|live| {
            let known = &live.record.caller.number;
            let same = known.is_none() || caller.number.is_none() || *known == caller.number;
            live.sought && live.rings() && live.record.direction == Direction::In && same
        })
    }

    fn identified(&self, call: CallId, caller: &Caller) -> Decision {
        let live = self.calls.live(call).map(|live| &live.record);
        let record = live.or_else(|| Some(&self.calls.past(call)?.record));
        let improved = record.is_some_and(|record| record.caller.is_improved_by(caller));
        let caller = caller.clone();
        Decision::of(improved.then_some(Fact::CallIdentified { call, caller }))
    }

    fn answered(&self, call: CallId) -> Decision {
        let Some(live) = self.calls.live(call) else {
            return Decision::default();
        };
        let found = Fact::CallFound {
            call,
            talking: true,
        };
        let fact = match (&live.owner, live.record.state) {
            (Some(by), CallState::Ringing | CallState::Queued | CallState::Ivr) => {
                let by = by.clone();
                Some(Fact::CallAnswered { call, by })
            }
            (None, CallState::Ringing | CallState::Queued | CallState::Ivr) => Some(found),
            (_, CallState::Talking | CallState::Held | CallState::Ended) => {
                live.sought.then_some(found)
            }
        };
        Decision::of(fact)
    }

    pub(super) fn ended(&self, now: Now, call: CallId, by: EndedBy, cause: Option<u8>) -> Decision {
        let Some(live) = self.calls.live(call) else {
            return Decision::default();
        };
        let ticks = self.calls.ticks(call);
        let unanswered = live.record.answered.is_none();
        // A call that was answered before a restart has no ring time to be computed from here.
        let rang_until = if unanswered {
            Some(now.tick)
        } else {
            ticks.answered
        };
        Decision::of(Some(Fact::CallEnded {
            call,
            by,
            cause,
            abandoned: unanswered && live.record.direction == Direction::In,
            ring_ms: millis_between(ticks.offered, rang_until),
            talk_ms: millis_between(ticks.answered, Some(now.tick)),
        }))
    }

    /// The line has looked and does not have it.
    fn gone(&self, now: Now, call: CallId) -> Decision {
        let sought = self.calls.live(call).is_some_and(|live| live.sought);
        let by = if sought {
            EndedBy::Restart
        } else {
            EndedBy::Line
        };
        self.ended(now, call, by, None)
    }

    fn key_pressed(&self, call: CallId, digit: char) -> Decision {
        let live = self.calls.live(call);
        let room = live.is_some_and(|live| live.record.dtmf.len() < limits::DTMF_KEPT_MAX);
        let pressed = Fact::CallDtmf {
            call,
            digits: digit.to_string(),
            from_caller: true,
        };
        Decision::of((room && check::is_key(digit)).then_some(pressed))
    }

    fn text_sent(&self, sms: SmsId, line: &LineName) -> Decision {
        let line = line.clone();
        let fact = self.texts.unsent(sms).map(|_| Fact::SmsSent { sms, line });
        Decision::about_text(sms, fact.into_iter().collect())
    }

    fn text_reported(&self, sms: SmsId, delivered: bool) -> Decision {
        let is_news = self
            .texts
            .was_sent(sms)
            .is_some_and(|record| record.state != texts::reported(delivered));
        let fact = is_news.then_some(Fact::SmsReported { sms, delivered });
        Decision::about_text(sms, fact.into_iter().collect())
    }
}

/// It rings still. If somebody had taken it just before, the line is told again.
fn found_ringing(live: &Live, caller: &Caller) -> Decision {
    let call = live.record.id;
    let mut decision = Decision::about(call);
    decision.facts.push(Fact::CallFound {
        call,
        talking: false,
    });
    if live.record.caller.is_improved_by(caller) {
        let caller = caller.clone();
        decision.facts.push(Fact::CallIdentified { call, caller });
    }
    if live.owner.is_some() {
        decision.lines.push(LineOrder::Answer { call });
    }
    decision
}

/// A text that did not go out: tried again a few times if that may help.
pub(super) fn not_sent(unsent: &Unsent, reason: &str, transient: bool) -> Fact {
    let sms = unsent.record.id;
    let reason = reason.to_owned();
    let tries = unsent.tries.saturating_add(1);
    if transient && tries < limits::SMS_TRIES_MAX {
        return Fact::SmsDelayed { sms, reason, tries };
    }
    Fact::SmsFailed { sms, reason }
}

fn millis_between(from: Option<Tick>, to: Option<Tick>) -> Option<u64> {
    let span = to?.since(from?);
    Some(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}
