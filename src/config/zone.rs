//! Which time zone a province lives in.

/// Provinces by the first two digits of the Kemendagri code, inclusive, and their zone.
/// Source: Keppres 41/1987 with the provinces made since.
const ZONES: [(u8, u8, &str); 7] = [
    (11, 21, "Asia/Jakarta"),
    (31, 36, "Asia/Jakarta"),
    (51, 53, "Asia/Makassar"),
    (61, 62, "Asia/Jakarta"),
    (63, 65, "Asia/Makassar"),
    (71, 76, "Asia/Makassar"),
    (81, 97, "Asia/Jayapura"),
];

/// Zone of an office about which nothing is known: most people live in it.
pub(super) const DEFAULT: &str = "Asia/Jakarta";

/// The zone of an area code such as `71.07` or `71`.
pub(super) fn of_area(area: &str) -> Option<&'static str> {
    let province: u8 = area.get(..2)?.parse().ok()?;
    ZONES
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&province))
        .map(|(_, _, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_country_has_its_own_time() {
        assert_eq!(of_area("31.74"), Some("Asia/Jakarta"));
        assert_eq!(of_area("61.01"), Some("Asia/Jakarta"));
        assert_eq!(of_area("64.72"), Some("Asia/Makassar"));
        assert_eq!(of_area("71.07"), Some("Asia/Makassar"));
        assert_eq!(of_area("94"), Some("Asia/Jayapura"));
        assert_eq!(of_area("00.00"), None);
        assert_eq!(of_area("é"), None);
    }
}
