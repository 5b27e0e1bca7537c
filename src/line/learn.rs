//! What the answers to the boot script tell of the modem.

use super::heard::Reply;
use super::machine::Machine;
use super::profile::Learn;
use super::revive::SoundCure;

impl Machine {
    pub(super) fn learn(&mut self, what: Learn, reply: &Reply) {
        match what {
            Learn::SoundFormats => self.formats_told(&reply.lines),
            // That it took the command does not say that it will do so.
            Learn::Keys => {}
            Learn::Manufacturer | Learn::Model | Learn::Firmware | Learn::Imei | Learn::Imsi => {
                self.learn_identity(what, reply)
            }
        }
    }

    /// The modem has said which it is.
    pub(super) fn modem_found(&mut self, imei: String) {
        let before = self.core.status.imei.replace(imei.clone());
        let digits = |text: String| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        if before.is_some_and(|before| digits(before) != imei) {
            // What has been learnt was learnt of another.
            self.sound.cure = SoundCure::default();
        }
    }

    fn learn_identity(&mut self, what: Learn, reply: &Reply) {
        let Some(said) = answer_text(reply) else {
            return;
        };
        let status = &mut self.core.status;
        let place = match what {
            Learn::Manufacturer => &mut status.manufacturer,
            Learn::Model => &mut status.model,
            Learn::Firmware => &mut status.firmware,
            Learn::Imei => &mut status.imei,
            Learn::Imsi => &mut status.imsi,
            Learn::SoundFormats | Learn::Keys => return,
        };
        *place = Some(said.clone());
        match what {
            Learn::Manufacturer => self.boot.told.manufacturer = Some(said),
            Learn::Model if self.core.profile.is_cellular() => self.boot.told.model = Some(said),
            _ => {}
        }
    }
}

/// The first line of an answer without its prefix (`+CGMM: `, `Revision:`) and quotes.
fn answer_text(reply: &Reply) -> Option<String> {
    let line = reply
        .lines
        .iter()
        .map(|line| line.trim())
        .find(|line| !line.is_empty())?;
    let bare = match line.split_once(':') {
        Some((prefix, rest)) if prefix.starts_with('+') || prefix == "Revision" => rest,
        Some(_) | None => line,
    };
    let bare = bare.trim().trim_matches('"');
    (!bare.is_empty()).then(|| bare.chars().take(ANSWER_CHARS_MAX).collect())
}

/// Models and firmware names are shown on a board.
const ANSWER_CHARS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::heard::Outcome;

    fn said(line: &str) -> Option<String> {
        answer_text(&Reply {
            cmd: String::new(),
            outcome: Outcome::Ok,
            lines: vec![String::new(), line.to_owned()],
        })
    }

    #[test]
    fn answers_are_read_with_and_without_their_prefix() {
        assert_eq!(said("E173").as_deref(), Some("E173"));
        assert_eq!(said("+CGMM: \"SIM7600G-H\"").as_deref(), Some("SIM7600G-H"));
        assert_eq!(said("Revision:1418B04").as_deref(), Some("1418B04"));
        assert_eq!(said("11.126.85.00.00").as_deref(), Some("11.126.85.00.00"));
        assert_eq!(said(""), None);
    }
}
