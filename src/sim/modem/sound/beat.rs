//! The modem's own sample clock: a frame every 20 ms, a little fast or slow.

use std::time::Duration;

use crate::base::time::Tick;

/// Counts frames from a start, so that no rounding adds up.
#[derive(Debug)]
pub struct Beat {
    pub serial: u32,
    start: Tick,
    counted: u64,
    ppm: i32,
}

impl Beat {
    /// `ppm`: parts in a million by which the crystal is fast (negative: slow).
    pub fn new(serial: u32, start: Tick, ppm: i32) -> Beat {
        Beat {
            serial,
            start,
            counted: 0,
            ppm: ppm.clamp(-PPM_MAX, PPM_MAX),
        }
    }

    pub fn count(&mut self) {
        self.counted += 1;
    }

    /// When the next frame is due.
    pub fn due(&self) -> Tick {
        let nominal = u128::from(self.counted + 1) * FRAME_MICROS;
        let speed = MILLION + i64::from(self.ppm);
        let micros =
            nominal * u128::from(MILLION.unsigned_abs()) / u128::from(speed.unsigned_abs());
        self.start + Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

const FRAME_MICROS: u128 = 20_000;
const MILLION: i64 = 1_000_000;
/// Half the speed or half as much again; crystals are within 100.
const PPM_MAX: i32 = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_frames_is_an_hour_of_the_modems_own_clock() {
        for (ppm, micros) in [
            (0, 3_600_000_000),
            (100, 3_599_640_035),
            (-100, 3_600_360_036),
        ] {
            let mut beat = Beat::new(1, Tick(5), ppm);
            for _ in 1..180_000 {
                beat.count();
            }
            assert_eq!(beat.due(), Tick(5 + micros), "{ppm} ppm");
        }
    }
}
