//! Between the words of a line and the words of the desk.
//!
//! A line numbers its own calls; the desk has call ids. The desk does not know what a modem is;
//! a line does not know what an emergency is.

use super::bus::Alert;
use super::codes;
use super::core::Core;
use super::lines::Way;
use super::sound::SoundOrder;
use super::unsaved::After;
use crate::base::ids::{CallId, LineName};
use crate::base::phone::Caller;
use crate::base::time::Now;
use crate::desk::LineNews;
use crate::desk::call::EndedBy;
use crate::desk::fact::Position;
use crate::line::heard::{self, CallNo, SmsText};
use crate::line::words::{DialRefused, DownWhy, Event, Input, Order};

impl Core {
    /// A line said something.
    pub(super) fn line_says(&mut self, now: Now, index: usize, event: Event) {
        let line = self.lines.slot(index).name.clone();
        match event {
            Event::Up => self.line_up(now, index, &line),
            Event::Down { why, detail } => self.line_down(now, index, &line, why, detail),
            Event::Rang {
                call,
                caller,
                waiting,
            } => {
                self.rang(now, index, &line, call, caller, waiting);
            }
            Event::RangAgain { call } => {
                if let Some(call) = self.lines.slot(index).call(call) {
                    self.alert(Alert::RingAgain { call });
                }
            }
            Event::Identified { call, caller } => {
                self.about(now, index, &line, call, |call| LineNews::Identified {
                    call,
                    caller,
                });
            }
            Event::Dialled { token, call } => self.dialled(now, index, &line, CallId(token), call),
            Event::Alerting { .. } => {}
            Event::Answered { call, found } => self.answered(now, index, &line, call, found),
            Event::Ended { call, by, cause } => self.ended(now, index, &line, call, by, cause),
            Event::Dtmf { call, digit } => {
                self.key_pressed(now, index, &line, call, digit);
            }
            event @ (Event::NoSound { .. }
            | Event::SoundOn { .. }
            | Event::SoundOff { .. }
            | Event::SoundFlow { .. }
            | Event::SendKeysInBand { .. }) => self.sound_event(now, index, &line, event),
            Event::NetworkTime { utc_ms } => self.network_time(now, utc_ms),
            event @ (Event::Sms(_)
            | Event::SmsPartial { .. }
            | Event::Aml { .. }
            | Event::SmsSent { .. }
            | Event::SmsFailed { .. }
            | Event::SmsReport { .. }
            | Event::SmsStoreFull) => self.text_news(now, index, &line, event),
        }
    }

    /// What a line says about text messages; other events are not for here.
    fn text_news(&mut self, now: Now, index: usize, line: &LineName, event: Event) {
        match event {
            Event::Sms(text) => self.text_came(now, index, line, text),
            Event::SmsPartial {
                from,
                text,
                missing,
            } => {
                let text = format!("{text} […{} bagian belum datang]", missing.len());
                let news = LineNews::Sms {
                    from,
                    text,
                    network_time: None,
                    position: None,
                };
                self.news(now, line, &news);
            }
            Event::Aml { from, aml } => self.position_came(now, line, from, &aml),
            Event::SmsSent { token } => {
                self.text_done(now, index, line, &LineNews::SmsSent { sms: sms_id(token) });
            }
            Event::SmsFailed {
                token,
                reason,
                transient,
            } => {
                let news = LineNews::SmsFailed {
                    sms: sms_id(token),
                    reason,
                    transient,
                };
                self.text_done(now, index, line, &news);
            }
            Event::SmsReport { token, delivered } => {
                self.news(
                    now,
                    line,
                    &LineNews::SmsReported {
                        sms: sms_id(token),
                        delivered,
                    },
                );
            }
            Event::SmsStoreFull => {
                tracing::warn!(code = codes::TEXTS_FULL.id, line = %line, "the modem's message store was full");
            }
            Event::Up
            | Event::Down { .. }
            | Event::Rang { .. }
            | Event::RangAgain { .. }
            | Event::Identified { .. }
            | Event::Dialled { .. }
            | Event::Alerting { .. }
            | Event::Answered { .. }
            | Event::Ended { .. }
            | Event::Dtmf { .. }
            | Event::NoSound { .. }
            | Event::SoundOn { .. }
            | Event::SoundOff { .. }
            | Event::SoundFlow { .. }
            | Event::SendKeysInBand { .. }
            | Event::NetworkTime { .. } => {}
        }
    }

    fn line_up(&mut self, now: Now, index: usize, line: &LineName) {
        self.lines.slot(index).set_up(true);
        // The line has looked: what it did not find is not there any more.
        let sought: Vec<CallId> = self.desk.sought(line).map(|call| call.id).collect();
        for call in sought {
            self.news(now, line, &LineNews::Gone { call });
        }
        self.news(now, line, &LineNews::Up);
        self.send_texts(now);
    }

    fn line_down(&mut self, now: Now, index: usize, line: &LineName, why: DownWhy, detail: String) {
        self.lines.slot(index).set_up(false);
        let why = serde_json::to_value(why)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default();
        self.news(now, line, &LineNews::Down { why, detail });
    }

    fn rang(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        number: CallNo,
        caller: Caller,
        waiting: bool,
    ) {
        // The desk knows whether it is a call of before a restart that rings on.
        if let Some(call) = self.news(now, line, &LineNews::Rang { caller, waiting }) {
            self.lines.slot(index).bind(number, call);
        }
    }

    fn answered(&mut self, now: Now, index: usize, line: &LineName, number: CallNo, found: bool) {
        if found && self.lines.slot(index).call(number).is_none() {
            let before = self
                .desk
                .sought(line)
                .max_by_key(|call| call.answered.is_some());
            let call = match before.map(|call| call.id) {
                Some(call) => Some(call),
                None => {
                    let news = LineNews::Rang {
                        caller: Caller::unknown(),
                        waiting: false,
                    };
                    self.news(now, line, &news)
                }
            };
            if let Some(call) = call {
                self.lines.slot(index).bind(number, call);
            }
        }
        self.sound_begins(index, number);
        self.about(now, index, line, number, |call| LineNews::Answered { call });
    }

    fn ended(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        number: CallNo,
        by: heard::EndedBy,
        cause: Option<u8>,
    ) {
        let by = match by {
            heard::EndedBy::Remote => EndedBy::Caller,
            heard::EndedBy::Local => EndedBy::Operator,
            heard::EndedBy::LinkLost => EndedBy::Line,
        };
        if let Some(call) = self.lines.slot(index).unbind(number) {
            self.tell_sound(index, SoundOrder::End { call });
            self.news(now, line, &LineNews::Ended { call, by, cause });
        }
    }

    fn dialled(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        call: CallId,
        outcome: Result<CallNo, DialRefused>,
    ) {
        match outcome {
            Ok(number) => self.lines.slot(index).bind(number, call),
            Err(refused) => {
                let why = format!("{refused:?}").to_lowercase();
                self.news(now, line, &LineNews::DialFailed { call, why });
            }
        }
    }

    /// Passes news about a call on under the desk's id; a call the desk never had is ignored.
    fn about(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        number: CallNo,
        news: impl FnOnce(CallId) -> LineNews,
    ) {
        if let Some(call) = self.lines.slot(index).call(number) {
            self.news(now, line, &news(call));
        }
    }

    fn text_came(&mut self, now: Now, index: usize, line: &LineName, text: SmsText) {
        // Deleted from the modem only when it is on disk here.
        self.when_saved(After::KeepSms {
            line: index,
            slots: text.slots,
        });
        let news = LineNews::Sms {
            from: text.from,
            text: text.text,
            network_time: text.ts,
            position: None,
        };
        self.news(now, line, &news);
    }

    fn position_came(
        &mut self,
        now: Now,
        line: &LineName,
        from: String,
        aml: &crate::at::sms::aml::Aml,
    ) {
        let position = aml.position.as_ref().map(|found| Position {
            lat_e5: degrees_e5(found.lat),
            lon_e5: degrees_e5(found.lon),
            radius_m: found
                .radius_m
                .map(|radius| radius.clamp(0.0, RADIUS_M_MAX) as u32),
            method: found.method.to_owned(),
        });
        let text = String::from("AML");
        let news = LineNews::Sms {
            from,
            text,
            network_time: aml.time.clone(),
            position,
        };
        self.news(now, line, &news);
    }

    fn text_done(&mut self, now: Now, index: usize, line: &LineName, news: &LineNews) {
        self.lines.slot(index).sending = None;
        self.news(now, line, news);
        self.send_texts(now);
    }

    /// Hands waiting texts to lines that can send, one at a time for each.
    pub(super) fn send_texts(&mut self, now: Now) {
        while let Some((text, way)) = self.lines.text_to_send() {
            match way {
                Way::Line(index) => {
                    let order = Order::SendSms {
                        to: text.to,
                        text: text.text,
                        token: text.sms.0,
                    };
                    self.order_to(now, index, order);
                }
                Way::Never(index) => {
                    let news = LineNews::SmsFailed {
                        sms: text.sms,
                        reason: String::from("not_supported"),
                        transient: false,
                    };
                    let line = self.lines.slot(index).name.clone();
                    self.news(now, &line, &news);
                }
            }
        }
    }

    /// Orders a line about a call. A call that no line has any more is not an error: it is over,
    /// and the news of that is on its way.
    pub(super) fn order_call(
        &mut self,
        now: Now,
        call: CallId,
        order: impl FnOnce(CallNo) -> Order,
    ) {
        if let Some((index, number)) = self.lines.find(call) {
            self.order_to(now, index, order(number));
        }
    }

    pub(super) fn dial(&mut self, now: Now, line: &LineName, number: String, call: CallId) {
        match self.lines.index_of(line) {
            Some(index) => self.order_to(
                now,
                index,
                Order::Dial {
                    number,
                    token: call.0,
                },
            ),
            None => {
                let why = String::from("line_removed");
                self.news(now, line, &LineNews::DialFailed { call, why });
            }
        }
    }

    /// A line that is not there has nothing to start.
    pub(super) fn restart_line(&mut self, now: Now, line: &LineName) {
        if let Some(index) = self.lines.index_of(line) {
            self.order_to(now, index, Order::Cure);
        }
    }

    fn order_to(&mut self, now: Now, index: usize, order: Order) {
        self.lines.slot(index).line.handle(now, Input::Order(order));
        self.drain_line(now, index);
    }
}

fn sms_id(token: u64) -> crate::base::ids::SmsId {
    crate::base::ids::SmsId(token)
}

fn degrees_e5(degrees: f64) -> i64 {
    (degrees * 100_000.0).round() as i64
}

/// Half the Earth's circumference: a larger radius says nothing.
const RADIUS_M_MAX: f64 = 20_000_000.0;
