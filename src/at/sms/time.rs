//! Timestamps in PDUs (3GPP TS 23.040 9.2.3.11): local time in swapped digits, zone in quarters.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::pdu::{BadPdu, Reader};

/// A time as the network gave it. `None` inside if the digits are no time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp(Option<(DateTime, i32)>);

impl Stamp {
    /// From local date, time and zone in seconds east.
    pub fn new(local: DateTime, zone_s: i32) -> Stamp {
        Stamp(Some((local, zone_s)))
    }

    /// `2026-02-28T23:15:00+07:00`.
    pub fn rfc3339(&self) -> Option<String> {
        let (local, zone_s) = self.0?;
        let sign = if zone_s < 0 { '-' } else { '+' };
        let minutes = zone_s.abs() / 60;
        let local = local.strftime("%Y-%m-%dT%H:%M:%S");
        Some(format!(
            "{local}{sign}{:02}:{:02}",
            minutes / 60,
            minutes % 60
        ))
    }

    /// Milliseconds since 1970, UTC.
    pub fn utc_ms(&self) -> Option<i64> {
        let (local, zone_s) = self.0?;
        let offset = Offset::from_seconds(zone_s).ok()?;
        Some(offset.to_timestamp(local).ok()?.as_millisecond())
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Stamp, BadPdu> {
        let octets = reader.take(STAMP_OCTETS)?;
        Ok(Stamp(parse(octets)))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Some((local, zone_s)) = self.0 else {
            out.extend([0; STAMP_OCTETS]);
            return;
        };
        let year = local.year().rem_euclid(100) as u8;
        let date = [year, local.month() as u8, local.day() as u8];
        let time = [
            local.hour() as u8,
            local.minute() as u8,
            local.second() as u8,
        ];
        out.extend(date.iter().chain(&time).map(|value| swapped(*value)));
        let quarters = (zone_s.unsigned_abs() / QUARTER_S) as u8;
        let sign = if zone_s < 0 { SIGN } else { 0 };
        out.push(swapped(quarters) | sign);
    }
}

fn parse(octets: &[u8]) -> Option<(DateTime, i32)> {
    let value = |index: usize| digits(*octets.get(index)?);
    let year = 2000 + i16::from(value(0)?);
    let small = |index: usize| value(index).and_then(|v| i8::try_from(v).ok());
    let local = DateTime::new(
        year,
        small(1)?,
        small(2)?,
        small(3)?,
        small(4)?,
        small(5)?,
        0,
    )
    .ok()?;
    let zone = octets.get(6)?;
    let quarters = i32::from(digits(zone & !SIGN)?);
    let zone_s = quarters * QUARTER_S as i32;
    let zone_s = if zone & SIGN == 0 { zone_s } else { -zone_s };
    (quarters <= QUARTERS_MAX).then_some((local, zone_s))
}

fn digits(octet: u8) -> Option<u8> {
    let (ones, tens) = (octet >> 4, octet & 0x0F);
    (ones < 10 && tens < 10).then_some(tens * 10 + ones)
}

fn swapped(value: u8) -> u8 {
    ((value % 10) << 4) | ((value / 10) % 10)
}

const STAMP_OCTETS: usize = 7;
/// Bit 3 of the tens of quarters, which come in the low nibble.
const SIGN: u8 = 0x08;
const QUARTER_S: u32 = 900;
/// UTC+14 is 56 quarters.
const QUARTERS_MAX: i32 = 56;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    fn shown(octets: [u8; 7]) -> Option<String> {
        Stamp(parse(&octets)).rfc3339()
    }

    #[test]
    fn zones_east_and_west_are_told_by_one_bit() {
        let east = [0x62, 0x20, 0x82, 0x32, 0x51, 0x00, 0x82];
        assert_eq!(shown(east).as_deref(), Some("2026-02-28T23:15:00+07:00"));
        let west = [0x62, 0x20, 0x82, 0x32, 0x51, 0x00, 0x8A];
        assert_eq!(shown(west).as_deref(), Some("2026-02-28T23:15:00-07:00"));
    }

    #[test]
    fn what_we_write_we_read() {
        let local = DateTime::new(2026, 3, 1, 11, 45, 2, 0).expect("a time");
        for zone_s in [8 * 3600, -9 * 3600 - 1800, 0] {
            let mut out = Vec::new();
            Stamp::new(local, zone_s).write(&mut out);
            assert_eq!(parse(&out), Some((local, zone_s)));
        }
    }

    #[test]
    fn digits_that_are_no_time_are_no_time() {
        assert_eq!(shown([0xFF; 7]), None);
        assert_eq!(shown([0x62, 0x31, 0x82, 0, 0, 0, 0]), None);
    }
}
