//! WAV files: the head of a recording, and reading what people upload.
//!
//! Format: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (RIFF).

use super::frame::RATE_HZ;
use super::g711;
use super::resample::resample;

/// Bytes of the head that [`header`] makes.
pub const HEADER_BYTES: usize = 44;

/// The head of a file of 16-bit sound at 8 kHz that holds `data_bytes` of it.
pub fn header(channels: u16, data_bytes: u32) -> [u8; HEADER_BYTES] {
    let frame_bytes = 2 * channels;
    let mut head = [0; HEADER_BYTES];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"RIFF");
    put(
        4,
        &data_bytes
            .saturating_add(HEADER_BYTES as u32 - 8)
            .to_le_bytes(),
    );
    put(8, b"WAVEfmt ");
    put(16, &16u32.to_le_bytes());
    put(20, &PCM.to_le_bytes());
    put(22, &channels.to_le_bytes());
    put(24, &RATE_HZ.to_le_bytes());
    put(28, &(RATE_HZ * u32::from(frame_bytes)).to_le_bytes());
    put(32, &frame_bytes.to_le_bytes());
    put(34, &16u16.to_le_bytes());
    put(36, b"data");
    put(40, &data_bytes.to_le_bytes());
    head
}

/// A whole file of mono sound at 8 kHz.
pub fn file(samples: &[i16]) -> Vec<u8> {
    let bytes = u32::try_from(2 * samples.len()).unwrap_or(u32::MAX);
    let mut file = header(1, bytes).to_vec();
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// What was in a WAV file, channels mixed into one, at its own rate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sound {
    pub rate_hz: u32,
    pub samples: Vec<i16>,
}

impl Sound {
    /// The samples at 8 kHz.
    pub fn at_8_khz(&self) -> Vec<i16> {
        resample(&self.samples, self.rate_hz, RATE_HZ)
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotWav {
    #[error("not a WAV file")]
    NotRiff,
    #[error("the file has no sound in it")]
    NoSound,
    #[error("neither 8 or 16 bit PCM nor G.711")]
    Coding,
    #[error("a sample rate outside 8 to 48 kHz, or more than two channels")]
    Shape,
}

/// Reads a file: PCM of 8 or 16 bit or G.711, one or two channels, 8 to 48 kHz. A file that was cut
/// short, or whose head was never finished, gives what is there.
///
/// # Errors
/// [`NotWav`] says what does not fit.
pub fn read(file: &[u8]) -> Result<Sound, NotWav> {
    if file.len() < 12 || &file[..4] != b"RIFF" || &file[8..12] != b"WAVE" {
        return Err(NotWav::NotRiff);
    }
    let format = chunk(file, b"fmt ").and_then(Format::read);
    let format = format.ok_or(NotWav::NotRiff)?;
    let data = chunk(file, b"data").ok_or(NotWav::NoSound)?;
    let shape_fits =
        (RATE_HZ..=48_000).contains(&format.rate_hz) && (1..=2).contains(&format.channels);
    if !shape_fits {
        return Err(NotWav::Shape);
    }
    let samples = format.samples(data).ok_or(NotWav::Coding)?;
    if samples.is_empty() {
        return Err(NotWav::NoSound);
    }
    Ok(Sound {
        rate_hz: format.rate_hz,
        samples,
    })
}

/// The `fmt ` chunk.
struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    bits: u16,
}

impl Format {
    fn read(chunk: &[u8]) -> Option<Format> {
        let two = |at: usize| Some(u16::from_le_bytes(chunk.get(at..at + 2)?.try_into().ok()?));
        let four = |at: usize| Some(u32::from_le_bytes(chunk.get(at..at + 4)?.try_into().ok()?));
        let tag = match two(0)? {
            // The real tag is the beginning of the sub-format's GUID.
            EXTENSIBLE => two(24)?,
            tag => tag,
        };
        Some(Format {
            tag,
            channels: two(2)?,
            rate_hz: four(4)?,
            bits: two(14)?,
        })
    }

    /// `None`: a coding that is not read here.
    fn samples(&self, data: &[u8]) -> Option<Vec<i16>> {
        let single: Vec<i16> = match (self.tag, self.bits) {
            (PCM, 16) => data
                .chunks_exact(2)
                .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
                .collect(),
            (PCM, 8) => data.iter().map(|b| (i16::from(*b) - 128) << 8).collect(),
            (ALAW, 8) => data.iter().map(|b| g711::alaw_to_linear(*b)).collect(),
            (MULAW, 8) => data.iter().map(|b| g711::mulaw_to_linear(*b)).collect(),
            _ => return None,
        };
        if self.channels == 1 {
            return Some(single);
        }
        let both = single.chunks_exact(2);
        Some(both.map(|pair| pair[0] / 2 + pair[1] / 2).collect())
    }
}

/// The body of the first chunk of this name; one that says it is longer than the file is cut.
fn chunk<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = file.get(12..)?;
    while rest.len() >= 8 {
        let length = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        let body = &rest[8..];
        if &rest[..4] == name {
            return Some(&body[..length.min(body.len())]);
        }
        // Chunks begin at even places.
        rest = body.get(length.checked_add(length % 2)?..)?;
    }
    None
}

const PCM: u16 = 1;
const ALAW: u16 = 6;
const MULAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let samples = [0, 1, -1, i16::MAX, i16::MIN];
        let read = read(&file(&samples)).expect("our own file");
        assert_eq!(read.rate_hz, 8_000);
        assert_eq!(read.samples, samples);
    }

    #[test]
    fn two_channels_become_one_and_g711_is_understood() {
        let mut stereo = header(2, 4).to_vec();
        stereo.extend([100i16, 300].iter().flat_map(|s| s.to_le_bytes()));
        assert_eq!(read(&stereo).unwrap().samples, [200]);

        let mut alaw = header(1, 2).to_vec();
        alaw[20] = 6;
        alaw[34] = 8;
        alaw.extend([0xD5, 0xAA]);
        assert_eq!(read(&alaw).unwrap().samples, [8, 32_256]);
    }

    #[test]
    fn a_file_that_was_cut_gives_what_is_there() {
        let mut cut = header(1, u32::MAX - 36).to_vec();
        cut.extend([1, 0, 2, 0, 3]);
        assert_eq!(read(&cut).unwrap().samples, [1, 2]);
    }

    #[test]
    fn nonsense_is_refused_with_a_reason() {
        assert_eq!(read(b"MThd and so on, a song"), Err(NotWav::NotRiff));
        assert_eq!(read(&header(1, 0)), Err(NotWav::NoSound));
        assert_eq!(read(&header(6, 24)), Err(NotWav::Shape));
        let mut float = header(1, 4).to_vec();
        float[20] = 3;
        float.extend([0; 4]);
        assert_eq!(read(&float), Err(NotWav::Coding));
        // A chunk that claims to end beyond everything.
        let mut hostile = b"RIFF\0\0\0\0WAVEJUNK".to_vec();
        hostile.extend(u32::MAX.to_le_bytes());
        assert_eq!(read(&hostile), Err(NotWav::NotRiff));
    }
}
