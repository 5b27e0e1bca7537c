//! The engine's side of the sound of the lines: what the line says of it, what was heard in it.

use super::bus::Alert;
use super::core::{Core, Out};
use super::lines::KeyFrom;
use super::sound::{SoundHeard, SoundOrder};
use crate::base::ids::{CallId, LineName};
use crate::base::time::Now;
use crate::desk::LineNews;
use crate::desk::call::CallRecord;
use crate::desk::sound::SoundNews;
use crate::line::heard::CallNo;
use crate::line::words::{self, Event};

impl Core {
    /// Tells the sound of a line something.
    pub(super) fn tell_sound(&mut self, line: usize, order: SoundOrder) {
        self.out.push_back(Out::Sound { line, order });
    }

    /// A call is up.
    pub(super) fn sound_begins(&mut self, index: usize, number: CallNo) {
        let slot = self.lines.slot(index);
        let Some(call) = slot.call(number) else {
            return;
        };
        let reported = slot.line.status().keys_reported == Some(true);
        self.tell_sound(index, SoundOrder::Begin { call });
        self.tell_sound(index, SoundOrder::KeysReported(reported));
        if let Some(record) = self.desk.live_call(call).cloned() {
            self.tell_desk(&record);
        }
    }

    /// Who has a call, to its sound: who may talk in it.
    pub(super) fn tell_desk(&mut self, record: &CallRecord) {
        let call = record.id;
        let Some((line, _)) = self.lines.find(call) else {
            return;
        };
        let order = SoundOrder::Desk {
            call,
            owner: self.desk.owner(call).cloned(),
            on_hold: record.sound.on_hold,
            joined: record.sound.joined.iter().map(|j| j.user.clone()).collect(),
        };
        self.tell_sound(line, order);
    }

    /// What a line says about the sound of a call; other events are not for here.
    pub(super) fn sound_event(&mut self, now: Now, index: usize, line: &LineName, event: Event) {
        match event {
            Event::SoundOn {
                coding, in_band, ..
            } => self.tell_sound(index, SoundOrder::On { coding, in_band }),
            Event::SoundOff { .. } => self.tell_sound(index, SoundOrder::Off),
            Event::SoundFlow { go } => self.tell_sound(index, SoundOrder::Flow(go)),
            Event::NoSound { why, .. } => {
                let code = super::codes::NO_SOUND.id;
                tracing::warn!(code, line = %line, why = why.as_str(), "call without sound");
                self.tell_sound(index, SoundOrder::Blocked(why));
            }
            Event::SendKeysInBand { digits, .. } => {
                self.tell_sound(index, SoundOrder::Keys(digits));
            }
            _ => debug_assert!(false, "not about sound, at {:?}", now.tick),
        }
    }

    /// What was heard in the sound of a line, or became of it.
    pub(super) fn sound_heard(&mut self, now: Now, index: usize, heard: SoundHeard) {
        match heard {
            SoundHeard::ToLine(bytes) => self.give_line(now, index, words::Input::SoundOut(&bytes)),
            SoundHeard::Tone(tone) => self.give_line(now, index, words::Input::ToneHeard(tone)),
            SoundHeard::Dead { call } => {
                self.order_call(now, call, |call| words::Order::SoundDead { call });
            }
            SoundHeard::Flows { call } => {
                self.order_call(now, call, |call| words::Order::SoundFlows { call });
            }
            SoundHeard::Key { call, key } => {
                let line = self.lines.slot(index).name.clone();
                self.key(now, index, &line, call, (key, KeyFrom::Sound));
            }
            SoundHeard::Tap { call } => self.sound_news(now, SoundNews::Tapped { call }),
            SoundHeard::Trouble { call, trouble } => {
                self.sound_news(now, SoundNews::Trouble { call, trouble });
            }
            SoundHeard::Recorder { trouble } => {
                self.recorder = trouble;
                self.picture_changed = true;
                self.alert(Alert::Board {});
            }
            // The end of the program has been told; the next start finds the file.
            SoundHeard::Recorded { .. } | SoundHeard::Missed { .. } if self.stopping => {}
            SoundHeard::Missed {
                call,
                lost_ms,
                archived,
            } => self.sound_news(
                now,
                SoundNews::Missed {
                    call,
                    lost_ms,
                    archived,
                },
            ),
            SoundHeard::Recorded {
                call,
                recording,
                archived,
            } => self.sound_news(
                now,
                SoundNews::Recorded {
                    call,
                    recording,
                    archived,
                },
            ),
        }
    }

    /// The modem says that a key was pressed.
    pub(super) fn key_pressed(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        number: CallNo,
        key: char,
    ) {
        if let Some(call) = self.lines.slot(index).call(number) {
            self.tell_sound(index, SoundOrder::KeysReported(true));
            self.key(now, index, line, call, (key, KeyFrom::Modem));
        }
    }

    /// A press is one press, whether the modem tells it, our ears hear it, or both.
    fn key(
        &mut self,
        now: Now,
        index: usize,
        line: &LineName,
        call: CallId,
        (digit, from): (char, KeyFrom),
    ) {
        if self.lines.slot(index).is_new_key(now.tick, digit, from) {
            self.news(now, line, &LineNews::Dtmf { call, digit });
        }
    }

    fn give_line(&mut self, now: Now, index: usize, input: words::Input<'_>) {
        self.lines.slot(index).line.handle(now, input);
        self.drain_line(now, index);
    }

    fn sound_news(&mut self, now: Now, news: SoundNews) {
        let decision = self.desk.sound_news(news);
        self.carry_out(now, decision, None);
    }
}
