//! Reading a profile, and refusing one that makes no sense.

use std::time::Duration;

use super::{Kind, OneOf, Profile};
use crate::base::fault::Fault;
use crate::base::limits;
use crate::line::codes;
use crate::line::ear::EarSetup;

impl Profile {
    /// Reads a profile; `name` is the file's name without `.toml`.
    ///
    /// # Errors
    /// [`codes::PROFILE_UNREADABLE`] with the place and the unknown key or wrong type;
    /// [`codes::PROFILE_WRONG`] naming the value that makes no sense.
    pub fn read(name: &str, text: &str) -> Result<Profile, Fault> {
        let profile: Profile = toml::from_str(text).map_err(|error| {
            Fault::because(&codes::PROFILE_UNREADABLE, format!("{name}.toml"), error)
        })?;
        match profile.nonsense(name) {
            Some(what) => Err(Fault::new(
                &codes::PROFILE_WRONG,
                format!("{name}.toml: {what}"),
            )),
            None => Ok(profile),
        }
    }

    /// What the ear has to know of this family.
    pub fn ear(&self, area_code: Option<String>, ring_gone: Option<Duration>) -> EarSetup {
        let calls = &self.calls;
        let own = calls.ring_gone_ms.map(u64::from).map(Duration::from_millis);
        EarSetup {
            ring_gone: own.or(ring_gone).unwrap_or(RING_GONE),
            in_band: self.kind == Kind::Analog,
            dial_tone_trusted: calls.dial_tone_trusted,
            own_ears: false,
            t_is_off_hook: calls.t_is_off_hook,
            audio_format: self.sound.format.name(),
            audio_refusal: self.sound.refusal.name(),
            brown_out_ends_calls: calls.brown_out_ends_calls,
            area_code,
        }
    }

    /// Whether the modem has a SIM and a network.
    pub fn is_cellular(&self) -> bool {
        self.kind == Kind::Cellular
    }

    fn nonsense(&self, name: &str) -> Option<String> {
        if self.name != name {
            return Some(format!("name = \"{}\"", self.name));
        }
        let steps = || {
            let boot = &self.boot;
            boot.start.iter().chain(&boot.calls).chain(&boot.later)
        };
        if steps().count() > limits::BOOT_STEPS_MAX {
            return Some(format!("boot: > {}", limits::BOOT_STEPS_MAX));
        }
        if let Some(step) = steps().find(|step| step.send.is_empty()) {
            return Some(format!("boot: send = [] ({})", step.why));
        }
        let calls = &self.calls;
        let lists = [
            ("calls.answer", calls.answer.is_empty()),
            ("calls.hang_up", calls.hang_up.is_empty()),
            ("dtmf.send", self.dtmf.send.is_empty()),
            ("watch.keep_alive", self.watch.keep_alive.is_empty()),
            ("sound.format_args", self.sound.format_args.is_empty()),
            ("calls.after", calls.after.iter().any(is_nothing)),
            (
                "sound.stream_stop",
                self.sound.stream_stop.as_ref().is_some_and(is_nothing),
            ),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, empty)| *empty) {
            return Some(format!("{key} = []"));
        }
        if !calls.dial.contains("{number}") {
            return Some("calls.dial: {number}".to_owned());
        }
        if let Some(form) = self.dtmf.send.iter().find(|form| !form.contains("{key}")) {
            return Some(format!("dtmf.send: {form}: {{key}}"));
        }
        let streams = self.sound.stream.is_some() || self.sound.listen.is_some();
        if streams != self.sound.stream_stop.is_some() {
            return Some("sound.stream, sound.listen, sound.stream_stop".to_owned());
        }
        let commands = steps().flat_map(|step| &step.send).chain(self.commands());
        commands
            .into_iter()
            .find(|command| !is_one_line(command))
            .map(|command| format!("{command:?}"))
    }

    /// Every command outside the boot script.
    fn commands(&self) -> impl Iterator<Item = &String> {
        let calls = &self.calls;
        let optional = [
            &calls.hold_and_answer,
            &calls.hang_up_one,
            &calls.hang_up_waiting,
            &self.sound.stream,
            &self.sound.listen,
            &self.texts.purge,
        ];
        calls
            .prepare
            .iter()
            .chain(&calls.answer)
            .chain(&calls.hang_up)
            .chain(&calls.reject)
            .chain(calls.after.iter().flat_map(OneOf::forms))
            .chain([&calls.dial, &self.cure.reset])
            .chain(&self.dtmf.send)
            .chain(&self.texts.acknowledge)
            .chain(&self.sound.on)
            .chain(&self.sound.on_card)
            .chain(&self.sound.format_args)
            .chain(&self.sound.off)
            .chain(&self.watch.keep_alive)
            .chain(&self.watch.registration)
            .chain(&self.watch.clock)
            .chain(optional.into_iter().flatten())
    }
}

/// ModemManager takes an incoming call as gone after this much quiet (hardware.md 2.1).
const RING_GONE: Duration = Duration::from_secs(10);

fn is_nothing(one_of: &OneOf) -> bool {
    one_of.forms().is_empty()
}

/// A command is one line of printable ASCII: nothing in it can end it early and begin another.
fn is_one_line(command: &str) -> bool {
    !command.is_empty() && command.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::line::profile::Step;

    const SMALL: &str = r#"
        name = "small"
        title = "Kecil"
        kind = "analog"
        [boot]
        start = [{ send = ["ATE0"], why = "echo off" }]
        calls = []
        [calls]
        answer = ["ATA"]
        hang_up = ["ATH"]
        dial = "ATD{number}"
        [cure]
        escape = "\u001b"
        reset = "ATZ"
        reset_wait_ms = 3000
    "#;

    #[test]
    fn a_small_profile_is_enough() {
        let profile = Profile::read("small", SMALL).expect("it is complete");
        assert_eq!(
            profile.boot.start.first().map(Step::limit),
            Some(Duration::from_secs(5))
        );
        assert!(!profile.texts.works);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let text = SMALL.replace("hang_up =", "hangup =");
        let fault = Profile::read("small", &text).expect_err("hangup is not a key");
        assert_eq!(fault.code.id, "LINE-001");
        assert!(fault.chain().contains("hangup"), "{}", fault.chain());
    }

    #[test]
    fn a_profile_that_makes_no_sense_is_refused_with_the_value() {
        for (from, to, named) in [
            ("\"small\"", "\"other\"", "other"),
            ("[\"ATA\"]", "[]", "calls.answer"),
            ("ATD{number}", "ATD", "{number}"),
            ("[\"ATE0\"]", "[]", "echo off"),
            ("dial =", "after = [\"ATH\", []]\ndial =", "calls.after"),
            ("dial =", "after = [[\"AT\\u0007\"]]\ndial =", "AT"),
            ("\"ATZ\"", "\"ATZ\\rATA\"", "ATZ"),
        ] {
            let fault = Profile::read("small", &SMALL.replace(from, to)).expect_err(named);
            assert_eq!(fault.code.id, "LINE-002", "{}", fault.chain());
            assert!(fault.chain().contains(named), "{}", fault.chain());
        }
    }
}
