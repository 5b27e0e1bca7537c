//! One telephone line: what it does about what it hears.
//!
//! The ear understands the modem, the parts of this room each decide about one subject (booting,
//! calls, texts, cures …), and this file joins them: one input in, everything that follows from it
//! out. Pure: no clock, no thread, no file.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::boot::Boot;
use super::core::Core;
use super::cure::Ladder;
use super::ear::{Ear, EarSetup};
use super::families::Families;
use super::heard::{AudioHeard, CallHeard, Heard, LostReason, Outcome, Reply};
use super::hook::Hook;
use super::inbox::Inbox;
use super::keys::Keys;
use super::net::Net;
use super::outbox::Outbox;
use super::profile::Profile;
use super::queue::{Job, Why};
use super::sim_card::SimCard;
use super::sound::Sound;
use super::sync::Sync;
use super::talk::{Talk, Turn};
use super::timers::Timer;
use super::words::{DialRefused, DownWhy, Event, Input, Line, Order, Output, Setup, Status};
use crate::base::time::{Now, Tick};

/// A telephone line. See [`Line`] for how to drive it.
pub struct Machine {
    pub(super) core: Core,
    pub(super) ear: Ear,
    pub(super) setup: Setup,
    pub(super) families: Arc<Families>,
    /// The family was named or has been recognised since the program began.
    pub(super) is_recognised: bool,
    /// The port is open.
    pub(super) open: bool,
    /// Another program holds the port.
    pub(super) busy: bool,
    /// The port has been lost, or could not be opened; and what was said about it.
    pub(super) lost: bool,
    pub(super) cause: String,
    /// What the centre was last told about being up or down.
    pub(super) told_down: Option<DownWhy>,
    /// Long troubles in a row.
    pub(super) troubles: u32,
    pub(super) boot: Boot,
    pub(super) sim: SimCard,
    pub(super) net: Net,
    pub(super) talk: Talk,
    pub(super) hook: Hook,
    pub(super) keys: Keys,
    pub(super) sound: Sound,
    pub(super) inbox: Inbox,
    pub(super) outbox: Outbox,
    pub(super) sync: Sync,
    pub(super) ladder: Ladder,
}

impl Line for Machine {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        let tick = now.tick.max(self.core.now.tick);
        self.core.now = Now { tick, ..now };
        self.talk.begin();
        match input {
            Input::PortOpened => self.port_opened(),
            // What a port still held when it was closed is not this modem's word any more.
            Input::Bytes(bytes) if self.open => {
                self.ear.bytes(tick, bytes);
                self.bytes_came();
                self.suspect_stream(bytes);
            }
            Input::Bytes(_) => {}
            Input::PortLost { cause, busy } => self.port_lost(cause, busy),
            Input::Order(order) => self.order(order),
            Input::SoundOut(samples) => self.sound_out(samples),
            Input::ToneHeard(tone) => self.ear.tone_heard(tick, tone),
            Input::Wake => {}
        }
        self.listen();
        self.fire();
        self.stand();
        while self.pump() {
            self.listen();
            self.stand();
        }
    }

    fn next(&mut self) -> Output {
        match self.core.take() {
            Some(output) => output,
            None => Output::Sleep(self.due()),
        }
    }

    fn status(&self) -> &Status {
        &self.core.status
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("status", &self.core.status)
            .field("boot", &self.boot)
            .field("ladder", &self.ladder)
            .field("sync", &self.sync)
            .field("talk", &self.talk)
            .finish_non_exhaustive()
    }
}

impl Machine {
    /// A line that has no port yet. An unknown profile name means `auto`;
    /// [`Families::check`] tells beforehand.
    pub fn new(setup: Setup, families: Arc<Families>) -> Machine {
        let named = families.get(&setup.profile);
        let is_recognised = named.is_some();
        let profile = named.unwrap_or_else(|| families.generic());
        let ear = Ear::new(ear_setup(&setup, &profile));
        Machine {
            talk: Talk::new(setup.area_code.clone()),
            core: Core::new(profile),
            is_recognised,
            ear,
            setup,
            families,
            open: false,
            busy: false,
            lost: false,
            cause: String::new(),
            told_down: Some(DownWhy::Starting),
            troubles: 0,
            boot: Boot::default(),
            sim: SimCard::default(),
            net: Net::default(),
            hook: Hook::default(),
            keys: Keys::default(),
            sound: Sound::default(),
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            sync: Sync::default(),
            ladder: Ladder::default(),
        }
    }

    fn due(&self) -> Option<Tick> {
        let soonest = [self.core.timers.soonest(), self.ear.due()];
        soonest.into_iter().flatten().min()
    }

    /// Takes in everything the ear has understood.
    pub(super) fn listen(&mut self) {
        while let Some(heard) = self.ear.next() {
            self.hear(heard);
        }
        self.core.status.noise = self.ear.noise();
    }

    fn fire(&mut self) {
        // Each timer sets itself anew for later at most, so this many rounds are enough; should
        // they not be, the rest fires at the next input, which is asked for at once.
        for _ in 0..ROUNDS_MAX {
            let tick = self.core.now.tick;
            if self.ear.due().is_some_and(|due| due <= tick) {
                self.ear.wake(tick);
                self.listen();
            }
            let Some(timer) = self.core.timers.take_due(tick) else {
                return;
            };
            self.on_timer(timer);
            self.listen();
        }
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Reply => self.reply_overdue(),
            Timer::Drain => self.drained(),
            Timer::Cure => self.cure_due(),
            Timer::Boot => self.boot_due(),
            Timer::BootLimit => self.boot_failed(),
            Timer::Sim => self.ask_sim(),
            Timer::Network => self.network_due(),
            Timer::LongTrouble => self.long_trouble(),
            Timer::Answer => self.answer_due(),
            Timer::HangUp => self.hang_up_due(),
            Timer::Dial => self.dial_due(),
            Timer::Key => self.key_due(),
            Timer::Sound => self.sound_due(),
            Timer::Flow => self.flow_said(true),
            Timer::Poll => self.poll_due(),
            Timer::Text => self.text_due(),
            Timer::KeepAlive => self.keep_alive(),
            Timer::Hourly => self.hourly(),
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Reply(reply) => self.replied(reply),
            Heard::LateReply { cmd } => tracing::debug!(cmd, "late reply"),
            Heard::Prompt => self.prompted(),
            Heard::Call(call) => self.call_heard(call),
            Heard::Dtmf { call, digit } => {
                let call = call.or_else(|| self.talk.speaking());
                self.core.status.keys_reported = Some(true);
                if let Some(call) = call.filter(|call| self.talk.get(*call).is_some()) {
                    self.core.tell(Event::Dtmf { call, digit });
                }
            }
            Heard::Sms(sms) => self.sms_heard(sms),
            Heard::Signal { csq, .. } => self.core.status.csq = Some(csq),
            Heard::Registration(registration) => self.registration_heard(&registration),
            Heard::Operator { name, .. } => self.core.status.operator = Some(name),
            Heard::NetworkMode { mode } => self.core.status.network_mode = Some(mode),
            Heard::Sim(state) => self.sim_heard(state),
            Heard::Ready { .. } => self.part_ready(),
            Heard::Reset => self.modem_restarted(),
            // We said so ourselves.
            Heard::Lost {
                reason: LostReason::IoError,
            } => {}
            Heard::Lost {
                reason: LostReason::PowerDown,
            } => self.powered_down(),
            Heard::Found { imei } => self.modem_found(imei),
            Heard::Power { kind } => self.supply_trouble(kind),
            Heard::NetworkTime { text } => self.time_heard(&text),
            Heard::Ussd { .. } => {}
            Heard::Capability(capability) => {
                if !capability.voice {
                    self.boot.no_voice = true;
                }
            }
            Heard::Audio(audio) => self.audio_heard(audio),
            // The answer to the sound command says the same.
            Heard::Degraded { .. } => {}
            Heard::OnHook => self.on_hook(),
            Heard::Noise { line } => self.noise_heard(&line),
            Heard::Tone(_) | Heard::SlowStop | Heard::Warning(_) => {}
        }
    }

    fn call_heard(&mut self, heard: CallHeard) {
        self.hook.alive(self.core.now.tick);
        if let Some(turn) = self.talk.hear(&mut self.core, heard) {
            self.turned(turn);
        }
        self.dialled_is_shown();
        self.dialled_off_hook();
    }

    /// What a change of a call means to the other parts.
    pub(super) fn turned(&mut self, turn: Turn) {
        if let Turn::Rings(_) | Turn::Up(_) = turn {
            self.network_serves();
        }
        match turn {
            Turn::Rings(call) => self.rings_now(call),
            // The sound follows by itself.
            Turn::Up(_) => {}
            Turn::Over(call) => self.is_over(call),
        }
    }

    fn audio_heard(&mut self, audio: AudioHeard) {
        match audio {
            AudioHeard::Bytes(bytes) => {
                self.core.put(Output::Sound(bytes));
                self.sound_came();
            }
            AudioHeard::Started { in_band: true, .. } => self.stream_started(),
            AudioHeard::Stopped => self.stream_stopped(),
            AudioHeard::Flow { go } => self.flow_said(go),
            // What was accepted and refused is known from the answers themselves.
            AudioHeard::Started { .. } | AudioHeard::Failed { .. } | AudioHeard::Fault { .. } => {}
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Answer { call } => self.answer(call),
            Order::Hangup { call } => self.hang_up(call),
            Order::Dtmf { call, digits } => self.press(call, &digits),
            Order::Dial { number, token } => self.dial(&number, token),
            Order::SendSms { to, text, token } => self.send_text(&to, &text, token),
            Order::SmsKept { slots } => self.text_kept(&slots),
            Order::SoundDead { call } => self.sound_dead(call),
            Order::SoundFlows { call } => self.sound_flows_on(call),
            Order::Cure => self.cure_now(),
        }
    }

    fn port_opened(&mut self) {
        if self.open {
            self.ear.port_lost(self.core.now.tick);
            self.listen();
        }
        self.boot.stop();
        self.open = true;
        self.busy = false;
        self.lost = false;
        self.ear.port_opened(self.core.now.tick);
        self.listen();
        self.forget_conversation();
        self.ladder.port_opened();
        self.begin_boot(Duration::ZERO);
    }

    fn port_lost(&mut self, cause: &str, busy: bool) {
        tracing::info!(cause, busy, "port lost");
        self.open = false;
        self.busy = busy;
        self.lost = true;
        cause.clone_into(&mut self.cause);
        self.boot.stop();
        self.ear.port_lost(self.core.now.tick);
        self.listen();
        self.forget_conversation();
        self.ladder.port_lost(&mut self.core.timers);
        if !self.ladder.reset_is_due() {
            self.core.status.degraded = None;
        }
    }

    /// Whatever was being said to the modem is void; whatever waited for it is told so.
    pub(super) fn forget_conversation(&mut self) {
        if self.ear.in_flight().is_some() {
            self.ear.gave_up(self.core.now.tick);
        }
        self.core.queue.clear();
        self.core.timers.stop(Timer::Reply);
        self.listen();
        self.sync = Sync::default();
        self.dial_failed(DialRefused::LineDown);
        self.end_all_calls();
        self.hook = Hook::default();
        self.keys.clear();
        self.sound.forget();
        self.outbox.interrupted(&mut self.core);
        self.inbox.interrupted();
    }

    /// Sends the next command, if one may be sent.
    fn pump(&mut self) -> bool {
        if !self.open || self.core.queue.in_flight().is_some() || !self.may_send() {
            return false;
        }
        let Some(job) = self.core.queue.take() else {
            return false;
        };
        self.write(job);
        true
    }

    fn may_send(&mut self) -> bool {
        if !self.sync.lets_through() {
            return false;
        }
        !self.ear.in_stream() || self.leave_stream()
    }

    /// Writes a command and waits for its answer.
    pub(super) fn write(&mut self, job: Job) {
        let bytes = job.bytes();
        self.stream_is_left(&bytes);
        self.ear.sent(self.core.now.tick, &bytes);
        self.core.put(Output::Send(bytes));
        self.core.after(Timer::Reply, job.limit);
        self.core.queue.sent(job);
    }

    /// Writes bytes that have no answer of their own.
    pub(super) fn write_raw(&mut self, bytes: &[u8]) {
        self.stream_is_left(bytes);
        self.ear.sent(self.core.now.tick, bytes);
        self.core.put(Output::Send(bytes.to_vec()));
    }

    fn reply_overdue(&mut self) {
        let Some(waiting) = self.core.queue.in_flight().cloned() else {
            return;
        };
        self.ear.gave_up(self.core.now.tick);
        self.listen();
        if self.core.queue.in_flight() == Some(&waiting) {
            // The ear had nothing to give up: the command was not one it knows.
            self.replied(Reply {
                cmd: waiting.text,
                outcome: Outcome::TimedOut,
                lines: Vec::new(),
            });
        }
    }

    fn replied(&mut self, reply: Reply) {
        let Some(job) = self.core.queue.answered() else {
            return;
        };
        self.core.timers.stop(Timer::Reply);
        self.core.after(Timer::KeepAlive, KEEP_ALIVE_AFTER);
        if reply.outcome == Outcome::TimedOut {
            self.core.status.timeouts += 1;
            self.missed(job.why);
        } else {
            self.hook.alive(self.core.now.tick);
        }
        self.dispatch(job, &reply);
    }

    /// Hands an answer to the part that asked.
    fn dispatch(&mut self, job: Job, reply: &Reply) {
        match job.why {
            Why::Wake => self.wake_replied(reply),
            Why::Probe(question) => self.probe_replied(question, reply),
            Why::Step => self.step_replied(reply),
            Why::SimState => self.sim_replied(reply),
            Why::PinTries => self.pin_tries_replied(reply),
            Why::Pin => self.pin_replied(reply),
            Why::Sync => self.sync_replied(reply),
            Why::Clock => self.clock_replied(reply),
            Why::Poll => self.poll_replied(reply),
            Why::Answer { call, last } => self.answer_replied(call, last, reply),
            Why::HangUp { call } => self.hang_up_replied(call, reply),
            Why::Dial => self.dial_replied(reply),
            Why::BreakOff { form } => self.broken_off(form, reply),
            Why::After { step, form } => self.after_replied(step, form, reply),
            Why::Key => self.key_replied(reply),
            Why::SoundOn { call } => self.sound_replied(call, &job.text, reply),
            Why::SoundOff => self.sound_off_replied(reply),
            Why::Format { call } => self.format_replied(call, reply),
            Why::StreamOn { call } => self.stream_replied(call, reply),
            Why::TextHead => self.text_head_replied(reply),
            Why::TextBody => self.text_body_replied(reply),
            Why::TextList => self.text_list_replied(reply),
            Why::TextRead { slot } => self.text_read_replied(slot, reply),
            Why::TextDelete { slot } => self.text_delete_replied(slot, reply),
            Why::TextStore => self.text_store_replied(reply),
            Why::TextCount => self.text_count_replied(reply),
            Why::TextPurge => self.text_purge_replied(),
            Why::TextAck => self.text_ack_replied(reply),
            Why::Reset | Why::KeepAlive | Why::Registration | Why::Courtesy | Why::StreamOff => {}
        }
    }
}

/// What the ear has to know of the line and of the family.
pub(super) fn ear_setup(setup: &Setup, profile: &Profile) -> EarSetup {
    EarSetup {
        own_ears: setup.own_ears,
        ..profile.ear(setup.area_code.clone(), setup.ring_gone)
    }
}

/// Timers that may fire on one input.
const ROUNDS_MAX: usize = 64;

/// Both chan_dongle and chan_quectel ask after ten quiet seconds (hardware.md 5.3).
pub(super) const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(10);
