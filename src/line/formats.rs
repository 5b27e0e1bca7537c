//! Which format the sound in band has: chosen from the modem's own list by name, best first.

use super::machine::Machine;
use super::profile::Sound;
use crate::at::vsm::{self, Listed};
use crate::base::sound::Coding;

/// The formats that may be asked for, best first, and which of them is in use.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// Coding and argument of `+VSM`.
    wanted: Vec<(Coding, String)>,
    place: usize,
    /// Where the tries of a call began, and whether they all came to nothing.
    tried_from: Option<usize>,
    none_streams: bool,
}

impl Formats {
    /// From the answer to `AT+VSM=?`. Behind what it lists comes the profile's guess.
    fn of(lines: &[String], sound: &Sound) -> Formats {
        let listed: Vec<Listed> = lines.iter().filter_map(|line| vsm::parse(line)).collect();
        let mut wanted = Vec::new();
        for coding in BEST_FIRST {
            let fits = |known: &&Listed| known.at_8000 && known.coding == Some(coding);
            if let Some(known) = listed.iter().find(fits) {
                wanted.push((coding, known.id));
            }
        }
        let guess = (Coding::U8, sound.format_fallback);
        if !wanted.contains(&guess) {
            wanted.push(guess);
        }
        let forms = |(coding, id): &(Coding, u16)| {
            let (coding, id) = (*coding, id.to_string());
            let fill = move |form: &String| (coding, form.replace("{id}", &id));
            sound.format_args.iter().map(fill).collect::<Vec<_>>()
        };
        Formats {
            wanted: wanted.iter().flat_map(forms).collect(),
            place: 0,
            tried_from: None,
            none_streams: false,
        }
    }

    /// No stream was given in this format: the next one, unless each has been tried. Then the
    /// first is in use again.
    pub(super) fn try_next(&mut self) -> bool {
        let count = self.wanted.len();
        let from = *self.tried_from.get_or_insert(self.place);
        let next = (self.place + 1) % count.max(1);
        self.none_streams |= next == from;
        self.place = if self.none_streams { from } else { next };
        !self.none_streams
    }

    /// The call is over before a stream was given.
    pub(super) fn forget_tries(&mut self) {
        if let Some(from) = self.tried_from.take() {
            self.place = from;
        }
    }

    /// A stream was given in this format, both ways or not.
    pub(super) fn streams(&mut self, both_ways: bool) {
        self.tried_from = None;
        self.none_streams &= !both_ways;
    }
}

/// Whether a command sets the format.
pub(super) fn is_about(text: &str) -> bool {
    text.contains(FORMAT)
}

impl Machine {
    /// The modem has listed its formats.
    pub(super) fn formats_told(&mut self, lines: &[String]) {
        self.sound.formats = Formats::of(lines, &self.core.profile.sound);
    }

    /// A command as it goes out: with the format in the place that is left for it.
    pub(super) fn with_format(&mut self, text: &str) -> String {
        if !text.contains(FORMAT) {
            return text.to_owned();
        }
        if self.sound.formats.wanted.is_empty() {
            self.formats_told(&[]);
        }
        let formats = &self.sound.formats;
        let chosen = formats.wanted.get(formats.place);
        text.replace(FORMAT, chosen.map_or("", |(_, argument)| argument))
    }

    /// The modem does not take the format that it lists: whether there is another.
    pub(super) fn next_format(&mut self, refused: &[String]) -> bool {
        let formats = &mut self.sound.formats;
        let has_next = formats.place + 1 < formats.wanted.len();
        let is_about_format = refused.iter().any(|text| text.contains(FORMAT));
        if is_about_format && has_next {
            formats.place += 1;
        }
        is_about_format && has_next
    }

    /// How the sound in band is coded.
    pub(super) fn coding_in_band(&self) -> Coding {
        let formats = &self.sound.formats;
        let chosen = formats.wanted.get(formats.place);
        let told = chosen.map_or(Coding::U8, |(coding, _)| *coding);
        self.core.profile.sound.coding.unwrap_or(told)
    }
}

/// 115200 baud carry 11,520 bytes in a second: 8000 samples of 8 bits and their escapes, not of 16.
/// Of those G.711 keeps quiet voices apart from noise, linear samples do not.
const BEST_FIRST: [Coding; 3] = [Coding::Mulaw, Coding::Alaw, Coding::U8];

/// Stands for the argument of `+VSM` in a profile's commands.
const FORMAT: &str = "{format}";
