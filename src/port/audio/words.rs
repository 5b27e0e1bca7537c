//! What `arecord` and `aplay` say before they end, and what it means.

use std::collections::VecDeque;

use crate::base::fault::Code;
use crate::base::limits;
use crate::port::failure::codes;

/// The last lines of one program's stderr.
#[derive(Default)]
pub(super) struct Words {
    lines: VecDeque<String>,
    /// The line that has not ended.
    part: Vec<u8>,
}

impl Words {
    /// Takes what was said, in any split.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' => self.end_line(),
                // A line without an end is cut where a person would stop reading.
                _ if self.part.len() >= limits::AUDIO_WORDS_LINE_BYTES_MAX => {}
                _ => self.part.push(*byte),
            }
        }
    }

    /// The program says nothing more.
    pub(super) fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.part).into_owned();
        self.part.clear();
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        let line = line.trim();
        // A gap is no reason, and would push the reason out.
        if line.is_empty() || line.contains("run!!!") {
            return;
        }
        if self.lines.len() >= limits::AUDIO_WORDS_LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line.to_owned());
    }

    /// The last thing it said.
    pub(super) fn last(&self) -> &str {
        self.lines.back().map_or("", String::as_str)
    }

    /// What its words mean, now that it has ended.
    pub(super) fn meaning(&self) -> &'static Code {
        let row = MEANINGS
            .iter()
            .find(|(said, _)| self.lines.iter().any(|line| line.contains(said)));
        row.map_or(&codes::SOUND_ENDED, |(_, code)| *code)
    }

    /// Whether it runs at another rate than it was asked to: then it warns and goes on, and what it
    /// hears is noise.
    pub(super) fn has_wrong_rate(&self) -> bool {
        self.lines.iter().any(|line| line.contains(WRONG_RATE))
    }
}

const WRONG_RATE: &str = "rate is not accurate";

/// Parts of lines, the plainest reason first; in the words of alsa-utils and alsa-lib under
/// `LC_ALL=C`.
static MEANINGS: &[(&str, &Code)] = &[
    ("Device or resource busy", &codes::SOUND_BUSY),
    ("Permission denied", &codes::SOUND_DENIED),
    ("Operation not permitted", &codes::SOUND_DENIED),
    (WRONG_RATE, &codes::SOUND_FORMAT),
    ("non available", &codes::SOUND_FORMAT),
    ("nable to install hw params", &codes::SOUND_FORMAT),
    ("Broken configuration", &codes::SOUND_FORMAT),
    ("open error: No such", &codes::SOUND_MISSING),
    ("open error: Connection refused", &codes::SOUND_MISSING),
    ("Unknown PCM", &codes::SOUND_MISSING),
    ("annot find card", &codes::SOUND_MISSING),
    ("No such device", &codes::SOUND_GONE),
    ("Input/output error", &codes::SOUND_GONE),
    ("File descriptor in bad state", &codes::SOUND_GONE),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(said: &str) -> &'static str {
        let mut words = Words::default();
        words.hear(said.as_bytes());
        words.end_line();
        words.meaning().id
    }

    #[test]
    fn alsas_words_have_a_meaning() {
        let open = |why: &str| format!("arecord: main:831: audio open error: {why}\n");
        let cases = [
            (open("Device or resource busy"), codes::SOUND_BUSY.id),
            (open("Permission denied"), codes::SOUND_DENIED.id),
            (open("No such file or directory"), codes::SOUND_MISSING.id),
            (open("No such device"), codes::SOUND_MISSING.id),
            (open("Connection refused"), codes::SOUND_MISSING.id),
            (
                "ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM x\n".to_owned(),
                codes::SOUND_MISSING.id,
            ),
            (
                "arecord: set_params:1343: Sample format non available\n".to_owned(),
                codes::SOUND_FORMAT.id,
            ),
            (
                "arecord: pcm_read:2221: read error: No such device\n".to_owned(),
                codes::SOUND_GONE.id,
            ),
            (
                "aplay: pcm_write:2127: write error: Input/output error".to_owned(),
                codes::SOUND_GONE.id,
            ),
            ("Killed\n".to_owned(), codes::SOUND_ENDED.id),
            (String::new(), codes::SOUND_ENDED.id),
        ];
        for (said, code) in cases {
            assert_eq!(meaning(&said), code, "{said}");
        }
    }

    #[test]
    fn a_flood_of_gaps_does_not_wash_the_reason_away() {
        let mut words = Words::default();
        words.hear(b"Warning: rate is not accurate (requested = 8000Hz, got = 48000Hz)\n");
        for _ in 0..1000 {
            words.hear(b"overrun!!! (at least 12.345 ms long)\n");
        }
        words.hear(&[b'x'; 100_000]);
        assert!(words.part.len() <= limits::AUDIO_WORDS_LINE_BYTES_MAX);
        words.hear(b"\n\x1b[1mread error\n");
        assert!(words.has_wrong_rate());
        assert_eq!(words.last(), "[1mread error");
        for _ in 0..100 {
            words.hear(b"lain\n");
        }
        assert_eq!(words.lines.len(), limits::AUDIO_WORDS_LINES_MAX);
        assert!(!words.has_wrong_rate());
    }
}
