//! Frames that can be told apart: a number in each, in levels that µ-law carries unchanged.
//!
//! What the caller says and what an operator says has its number in different samples, so that both
//! can be read out of their sum, which is what a listener hears.

use siaga112::voice::frame::Frame;
use siaga112::voice::g711;

/// Which way a frame goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the caller to the browsers.
    Down,
    /// From a browser to the caller.
    Up,
}

/// What a frame turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Read {
    Number(u32),
    Silence,
    /// Neither: the end of the last frame, faded, in place of one that was late.
    Other,
}

/// The frame of this number. Its level is about −43 dBFS: nothing turns it down, and it is no pause.
pub fn numbered(number: u32, way: Way) -> Frame {
    let mut frame = Frame::SILENCE;
    let mut noise = number;
    for sample in &mut frame.0[FILLING..] {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = level((noise >> 28) as usize) * if noise & (1 << 20) == 0 { 1 } else { -1 };
    }
    let digits = digits(number);
    for (sample, digit) in frame.0[first(way)..].iter_mut().zip(digits) {
        *sample = level(digit);
    }
    frame
}

/// The number in a frame, as far as this way is concerned.
pub fn read(frame: &Frame, way: Way) -> Read {
    let samples = &frame.0[first(way)..first(way) + DIGITS];
    if samples.iter().all(|sample| *sample == 0) {
        return Read::Silence;
    }
    let digit = |sample: &i16| (0..16).find(|digit| level(*digit) == *sample);
    let Some(found) = samples.iter().map(digit).collect::<Option<Vec<usize>>>() else {
        return Read::Other;
    };
    let number = found[..8]
        .iter()
        .fold(0, |sum, digit| sum << 4 | *digit as u32);
    match digits(number)[..] == found[..] {
        true => Read::Number(number),
        false => Read::Other,
    }
}

/// Eight digits and one that holds them together.
fn digits(number: u32) -> [usize; DIGITS] {
    let mut digits = [0; DIGITS];
    for (index, digit) in digits[..8].iter_mut().enumerate() {
        *digit = (number >> (28 - 4 * index) & 0xF) as usize;
    }
    digits[8] = (7 + digits[..8]
        .iter()
        .enumerate()
        .map(|(i, d)| d * (i + 1))
        .sum::<usize>())
        % 16;
    digits
}

/// Sixteen levels of µ-law, none of them silence.
fn level(digit: usize) -> i16 {
    g711::mulaw_to_linear(0xEF - digit as u8)
}

fn first(way: Way) -> usize {
    match way {
        Way::Down => 0,
        Way::Up => DIGITS,
    }
}

const DIGITS: usize = 9;
const FILLING: usize = 2 * DIGITS;
