//! Everything a real modem was seen to do that its manual does not say, as data.
//!
//! The default is a healthy device that starts cold and takes its time. Chances are in
//! thousandths. Each quirk names the place in `hardware.md` (or the thread) it was seen in.

use serde::{Deserialize, Serialize};

use super::analog::CallerIdTiming;
use super::analog::HangupSign;
use super::cellular::SecondCallSilent;
use super::sound::OneWay;

/// How this one modem differs from a perfect one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Already started and registered: no boot chatter, no waiting.
    pub warm: bool,
    /// Every answer comes at once.
    pub prompt: bool,
    /// Unsolicited signal and status lines come by themselves.
    pub chatter: bool,

    /// Answers that come later than the host waits.
    pub late_answer_permille: u16,
    /// How late.
    pub late_answer_ms: u64,
    /// Answers that never come.
    pub lost_answer_permille: u16,
    /// `AT+CPIN?` takes this long (2 s was seen).
    pub slow_cpin_ms: u64,
    /// `ATA` takes this long; 0 is the family's usual time. Huawei E3131 needs more than 2 s.
    pub slow_ata_ms: u64,
    /// Stops answering after this many commands, until restarted; 0 never.
    pub deaf_after_commands: u32,

    /// `\r\r\n` for `\r\n`.
    pub crcrlf_permille: u16,
    /// The CR LF before a line is missing.
    pub no_leading_crlf_permille: u16,
    /// A NUL byte before a line.
    pub nul_permille: u16,
    /// Only part of a command's echo arrives.
    pub torn_echo_permille: u16,
    /// Bytes arrive split over several writes.
    pub split_permille: u16,
    /// A status line slips in between the information and the OK.
    pub interleave_permille: u16,
    /// Never echoes, whatever `ATE1` says.
    pub never_echoes: bool,
    /// `AT+CNUM` answers `ERROR+CNUM: …` and then OK (old Huawei).
    pub glued_cnum: bool,
    /// Says `COMMAND NOT SUPPORT` where others say `ERROR`.
    pub old_error_words: bool,
    /// Refuses `AT+CMEE`.
    pub refuses_cmee: bool,

    /// No `+CLIP` at all; the number is in `+CLCC` only.
    pub no_clip: bool,
    /// A ring without its `+CLIP`.
    pub missing_clip_permille: u16,
    /// `+CLIP` comes before the first RING.
    pub clip_before_ring: bool,
    /// `+CLIP` comes this long after its RING; 0 at once.
    pub clip_late_ms: u64,
    /// Call set-up takes this long longer: fall-back from LTE to 2G.
    pub fallback_ms: u64,
    /// Nothing is said when a caller gives up; ringing just stops.
    pub silent_give_up: bool,
    /// `AT+CHUP` answers OK and does nothing, the first time in each call (E1550).
    pub deaf_chup: bool,
    /// `AT^CVOICE?` and `AT^DDSETEX=2` are refused: a data-only firmware.
    pub data_only: bool,
    /// The PCM enable is refused after the first call (SIM7600, callpilot#121).
    pub pcm_once: bool,
    /// SIMCom says so long after the answer that the voice path is up, and refuses to give sound
    /// before that (hardware.md 3.1); 0: it is up at once.
    pub begin_late_ms: u64,
    /// A data session stands in the call list beside the voice calls.
    pub data_call_in_clcc: bool,
    /// Seconds until the far end takes a call that was dialled; 0: only by order.
    pub picks_up_after_s: u32,

    /// `AT+CNMI=2,…` is refused; mode 1 works (oFono's "MSM devices").
    pub refuses_cnmi_2: bool,
    /// Nothing is said when the message store is full (E1750).
    pub silent_when_full: bool,
    /// Slots in the message store; 0 is the family's usual number.
    pub store_slots: u16,
    /// Messages the network refuses.
    pub sms_failure_permille: u16,
    /// The cause of that refusal (`+CMS ERROR`).
    pub sms_failure_cause: u16,
    /// Delivery reports are lost.
    pub lost_report_permille: u16,

    /// The SIM asks for this PIN; empty: none.
    pub pin: String,
    /// Starts without a SIM.
    pub no_sim: bool,
    /// Never registers.
    pub no_network: bool,

    /// The modem's sample clock is fast by so many parts in a million; negative: slow.
    pub clock_ppm: i32,
    /// The far end's keys are told in words or codes, as far as the host has asked for that;
    /// otherwise they are heard in the sound only.
    pub reports_keys: bool,
    /// The sound of one direction is lost from the start.
    pub one_way: OneWay,
    /// After so many milliseconds of sound in a call no more comes; 0 never.
    pub frames_stop_after_ms: u32,
    /// The audio port of the second call stays silent (RoEdAl#7, callpilot).
    pub second_call_silent: SecondCallSilent,
    /// What the host writes to the audio port is not taken (LilyGo-Modem-Series#542).
    pub uplink_not_taken: bool,
    /// Huawei: diagnostic bytes out of the audio port while it carries no sound.
    pub diag_garbage: bool,
    /// Huawei: what was left in the diagnostic port comes when sound flows already, behind the OK.
    pub late_diag_garbage: bool,
    /// Quectel: says that it has had enough, and not that it takes more.
    pub never_resumes: bool,

    /// V.253: `AT+VTR` is refused; sound goes one way at a time.
    pub refuses_duplex: bool,
    /// V.253: u-law at 8000 Hz whatever `+VSM` says (peers.md).
    pub always_mulaw: bool,
    /// V.253: two literal 0x10 in a row are sent as `<DLE><SUB>`.
    pub shields_with_sub: bool,
    /// V.253: what is louder than about −18 dBFS on average is clipped (peers.md).
    pub clips_when_loud: bool,
    /// V.253: a stream sooner than 0.25 s after `<DLE>!` hangs the modem for good (peers.md).
    pub hangs_on_hasty_stream: bool,
    /// V.253: caller id between the first two rings, before the first, or never.
    pub caller_id: CallerIdTiming,
    /// V.253: what is heard when the far end hangs up.
    pub hangup_sign: HangupSign,
    /// V.253: `AT+FCLASS=8` is refused (USR before firmware 1.2.23).
    pub refuses_class_8: bool,
    /// V.253: false `<DLE>d` while sound flows (USR).
    pub false_dial_tone: bool,
    /// V.253: `<DLE><ETX>` alone does not end playback (Zoom 3095).
    pub slow_stop: bool,
    /// V.253: the exchange sends the number and then `NMBR=O` (seen on one exchange).
    pub number_then_out_of_area: bool,
}

impl Default for Quirks {
    fn default() -> Quirks {
        Quirks {
            warm: false,
            prompt: false,
            chatter: true,
            late_answer_permille: 0,
            late_answer_ms: 8_000,
            lost_answer_permille: 0,
            slow_cpin_ms: 0,
            slow_ata_ms: 0,
            deaf_after_commands: 0,
            crcrlf_permille: 0,
            no_leading_crlf_permille: 0,
            nul_permille: 0,
            torn_echo_permille: 0,
            split_permille: 0,
            interleave_permille: 0,
            never_echoes: false,
            glued_cnum: false,
            old_error_words: false,
            refuses_cmee: false,
            no_clip: false,
            missing_clip_permille: 0,
            clip_before_ring: false,
            clip_late_ms: 0,
            fallback_ms: 0,
            silent_give_up: false,
            deaf_chup: false,
            data_only: false,
            pcm_once: false,
            begin_late_ms: 0,
            data_call_in_clcc: false,
            picks_up_after_s: 6,
            refuses_cnmi_2: false,
            silent_when_full: false,
            store_slots: 0,
            sms_failure_permille: 0,
            sms_failure_cause: 38,
            lost_report_permille: 0,
            pin: String::new(),
            no_sim: false,
            no_network: false,
            clock_ppm: 0,
            reports_keys: true,
            one_way: OneWay::default(),
            frames_stop_after_ms: 0,
            second_call_silent: SecondCallSilent::default(),
            uplink_not_taken: false,
            diag_garbage: false,
            late_diag_garbage: false,
            never_resumes: false,
            refuses_duplex: false,
            always_mulaw: false,
            shields_with_sub: false,
            clips_when_loud: false,
            hangs_on_hasty_stream: false,
            caller_id: CallerIdTiming::default(),
            hangup_sign: HangupSign::default(),
            refuses_class_8: false,
            false_dial_tone: false,
            slow_stop: false,
            number_then_out_of_area: false,
        }
    }
}

impl Quirks {
    /// A device that is up, answers at once and says nothing unasked: for tests of one thing.
    pub fn calm() -> Quirks {
        Quirks {
            warm: true,
            prompt: true,
            chatter: false,
            ..Quirks::default()
        }
    }

    /// A device that does a little of everything that was ever seen, for a long search.
    pub fn wild() -> Quirks {
        Quirks {
            late_answer_permille: 4,
            lost_answer_permille: 3,
            crcrlf_permille: 60,
            no_leading_crlf_permille: 30,
            nul_permille: 20,
            torn_echo_permille: 20,
            split_permille: 200,
            interleave_permille: 80,
            missing_clip_permille: 150,
            sms_failure_permille: 50,
            lost_report_permille: 100,
            clock_ppm: 60,
            diag_garbage: true,
            shields_with_sub: true,
            ..Quirks::default()
        }
    }

    /// The same with some changed: `late_answer_permille = 20`, `pin = "1234"`, in TOML.
    ///
    /// # Errors
    /// A name is unknown or a value does not fit; the text names the known ones.
    pub fn with(&self, assignments: &[String]) -> Result<Quirks, String> {
        let mut table = toml::Table::try_from(self).map_err(|e| e.to_string())?;
        for assignment in assignments {
            let one: toml::Table = assignment
                .parse()
                .map_err(|e: toml::de::Error| format!("{assignment}: {}", e.message()))?;
            table.extend(one);
        }
        table
            .try_into()
            .map_err(|e: toml::de::Error| e.message().to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quirks_are_given_by_name_and_unknown_ones_are_refused() {
        let given = [
            "pin = '1234'".to_owned(),
            "deaf_chup = true".to_owned(),
            "second_call_silent = 'until_reset'".to_owned(),
        ];
        let quirks = Quirks::calm().with(&given).unwrap();
        assert_eq!(
            (quirks.pin.as_str(), quirks.deaf_chup, quirks.warm),
            ("1234", true, true)
        );
        assert_eq!(quirks.second_call_silent, SecondCallSilent::UntilReset);
        let error = Quirks::calm()
            .with(&["deaf_chop = true".to_owned()])
            .unwrap_err();
        assert!(error.contains("deaf_chup"), "{error}");
    }
}
