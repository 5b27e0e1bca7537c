//! A text message as the API shows it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::when;
use crate::base::time::Trust;
use crate::desk::SmsRecord;
use crate::desk::fact::Position;

/// One text message.
#[derive(Serialize, Debug)]
pub struct SmsView {
    pub id: String,
    pub incoming: bool,
    pub line: Option<String>,
    /// The far end as delivered or as ordered.
    pub peer: String,
    pub number: Option<String>,
    pub text: String,
    pub at: String,
    pub trust: Trust,
    /// `received queued sent failed delivered undelivered`.
    pub state: String,
    pub by: Option<String>,
    pub position: Option<PositionView>,
}

/// Where the sender is.
#[derive(Serialize, Debug)]
pub struct PositionView {
    /// Degrees times 100 000.
    pub lat_e5: i64,
    pub lon_e5: i64,
    pub radius_m: Option<u32>,
    pub method: String,
}

impl SmsView {
    /// As seen in `zone`.
    pub fn new(sms: &SmsRecord, zone: &TimeZone) -> SmsView {
        SmsView {
            id: sms.id.to_string(),
            incoming: sms.incoming,
            line: sms.line.as_ref().map(ToString::to_string),
            peer: sms.peer.clone(),
            number: sms.number.as_ref().map(ToString::to_string),
            text: sms.text.clone(),
            at: when(sms.at, zone),
            trust: sms.at.trust,
            state: sms.state.clone(),
            by: sms.by.as_ref().map(ToString::to_string),
            position: sms.position.as_ref().map(position),
        }
    }
}

fn position(position: &Position) -> PositionView {
    PositionView {
        lat_e5: position.lat_e5,
        lon_e5: position.lon_e5,
        radius_m: position.radius_m,
        method: position.method.clone(),
    }
}
