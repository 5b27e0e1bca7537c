//! Advanced Mobile Location: a position in a text message.

use jiff::Timestamp;
use jiff::civil::DateTime;

/// A position, or the news that there is none.
#[derive(Clone, PartialEq, Debug)]
pub struct Aml {
    pub version: u8,
    /// `None`: the telephone had no position; never plot 0,0.
    pub position: Option<AmlPosition>,
    /// RFC 3339 UTC.
    pub time: Option<String>,
    /// Declared and actual length, when they differ.
    pub length_mismatch: Option<(u32, u32)>,
}

/// Where the telephone thinks it is.
#[derive(Clone, PartialEq, Debug)]
pub struct AmlPosition {
    pub lat: f64,
    pub lon: f64,
    pub radius_m: Option<f64>,
    /// Percent.
    pub confidence: Option<u8>,
    /// `gnss`, `wifi`, `cell`, …
    pub method: &'static str,
}

/// Reads a text. `None`: not AML, or coordinates that are nowhere on earth.
///
/// Sources: hardware.md 4.4 (Google's ELS page, which says that it follows ETSI TS 103 625).
/// Versions give the same key different meanings, so each has its own reader.
pub fn parse(text: &str) -> Option<Aml> {
    let trimmed = text
        .trim_end_matches(['\0', '\r', '\n', ' ', '@'])
        .trim_start();
    // Some gateways drop the quote.
    let rest = trimmed
        .strip_prefix("A\"ML=")
        .or_else(|| trimmed.strip_prefix("AML="))?;
    let (version, rest) = rest.split_once(';').unwrap_or((rest, ""));
    let version: u8 = version.trim().parse().ok()?;
    let pairs = Pairs(rest);
    let mut aml = match version {
        1 => first_version(version, &pairs)?,
        _ => second_version(version, &pairs)?,
    };
    let actual = u32::try_from(trimmed.chars().count()).unwrap_or(u32::MAX);
    let declared = pairs.number::<u32>("ml");
    aml.length_mismatch = declared.filter(|d| *d != actual).map(|d| (d, actual));
    Some(aml)
}

/// `lt` `lg` `rd` `top` `lc` `pm`.
fn first_version(version: u8, pairs: &Pairs<'_>) -> Option<Aml> {
    let none = pairs.get("pm") == Some("N") || pairs.get("rd") == Some("N");
    let position = match (none, pairs.number("lt"), pairs.number("lg")) {
        (false, Some(lat), Some(lon)) => Some(AmlPosition {
            radius_m: pairs.number("rd"),
            confidence: pairs.number("lc"),
            method: method(pairs.get("pm")),
            ..on_earth(lat, lon)?
        }),
        _ => None,
    };
    let time = pairs.get("top").and_then(|text| {
        let time = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
        Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    });
    Some(Aml {
        version,
        position,
        time,
        length_mismatch: None,
    })
}

/// `lo=lat,lon,accuracy`, `et` seconds since 1970, `lt` seconds from there to the fix, `lc`, `ls`.
fn second_version(version: u8, pairs: &Pairs<'_>) -> Option<Aml> {
    let mut parts = pairs
        .get("lo")
        .unwrap_or_default()
        .split(',')
        .map(|p| p.trim().parse());
    let mut next = || parts.next().and_then(Result::ok);
    let position = match (next(), next()) {
        (Some(lat), Some(lon)) => Some(AmlPosition {
            radius_m: next(),
            confidence: pairs.number("lc"),
            method: method(pairs.get("ls")),
            ..on_earth(lat, lon)?
        }),
        _ => None,
    };
    let time = pairs.number::<i64>("et").and_then(|epoch_s| {
        let since: f64 = pairs.number("lt").unwrap_or(0.0);
        let stamp = Timestamp::from_second(epoch_s.saturating_add(since as i64)).ok()?;
        Some(stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    });
    Some(Aml {
        version,
        position,
        time,
        length_mismatch: None,
    })
}

fn on_earth(lat: f64, lon: f64) -> Option<AmlPosition> {
    let is_on_earth = lat.abs() <= 90.0 && lon.abs() <= 180.0;
    is_on_earth.then_some(AmlPosition {
        lat,
        lon,
        radius_m: None,
        confidence: None,
        method: "unknown",
    })
}

fn method(letter: Option<&str>) -> &'static str {
    match letter {
        Some("W") => "wifi",
        Some("G") => "gnss",
        Some("C") => "cell",
        Some("F") => "fused",
        _ => "unknown",
    }
}

/// `key=value` separated by `;`, unknown keys and all.
struct Pairs<'a>(&'a str);

impl<'a> Pairs<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name.trim() == key).then_some(value.trim())
        })
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        let text = self.get(key)?;
        text.strip_prefix('+').unwrap_or(text).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    const ETSI: &str = "A\"ML=1;lt=+54.76397;lg=-0.18305;rd=50;top=20130717141935;lc=90;pm=W;\
                        si=123456789012345;ei=1234567890123456;mcc=234;mnc=30;ml=128";

    #[test]
    fn the_published_example_is_read() {
        let aml = parse(ETSI).expect("AML");
        assert_eq!(aml.version, 1);
        assert_eq!(aml.time.as_deref(), Some("2013-07-17T14:19:35Z"));
        assert_eq!(aml.length_mismatch, None);
        let position = aml.position.expect("a position");
        assert_eq!((position.lat, position.lon), (54.76397, -0.18305));
        assert_eq!(position.radius_m, Some(50.0));
        assert_eq!((position.confidence, position.method), (Some(90), "wifi"));
    }

    #[test]
    fn no_position_is_never_the_gulf_of_guinea() {
        for none in [
            "rd=N;top=20220131173734;lc=0;pm=G",
            "rd=5;top=20220131173734;lc=0;pm=N",
        ] {
            let text = format!("A\"ML=1;lt=+00.00000;lg=+000.00000;{none}");
            assert_eq!(parse(&text).expect("AML").position, None);
        }
    }

    #[test]
    fn a_dropped_quote_a_decimal_radius_and_unknown_keys_are_taken() {
        let aml = parse("AML=1;xx=1;lt=-7.79558;lg=110.36949;rd=20.5;lc=68;pm=G").expect("AML");
        assert_eq!(aml.position.and_then(|p| p.radius_m), Some(20.5));
    }

    #[test]
    fn a_wrong_length_is_told_and_the_data_kept() {
        let aml = parse(&ETSI.replace("ml=128", "ml=120")).expect("AML");
        assert_eq!(aml.length_mismatch, Some((120, 128)));
        assert!(aml.position.is_some());
    }

    #[test]
    fn a_place_that_is_nowhere_is_refused() {
        assert_eq!(parse("A\"ML=1;lt=+91.0;lg=+0.0;rd=5;pm=G"), None);
        assert_eq!(parse("A\"ML=2;lo=0.0,181.0,5"), None);
        assert_eq!(parse("Tolong"), None);
    }

    #[test]
    fn the_second_version_gives_old_keys_new_meanings() {
        let aml = parse(
            "A\"ML=2;en=112;et=1772336700;lo=-7.79558,110.36949,18.5;lt=2;lc=68;lz=120,5;ls=G;\
             nc=51010;lg=id",
        )
        .expect("AML");
        let position = aml.position.expect("a position");
        assert_eq!((position.lat, position.lon), (-7.79558, 110.36949));
        assert_eq!((position.radius_m, position.method), (Some(18.5), "gnss"));
        assert_eq!(aml.time.as_deref(), Some("2026-03-01T03:45:02Z"));
    }
}
