//! Advanced Mobile Location: a position in a text message.

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
