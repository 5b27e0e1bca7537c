//! Text messages in PDU mode.
//!
//! [`pdu`] reads what the network sent, [`encode`] writes what we send (and, for virtual modems,
//! what a network would), [`assemble`] puts long messages together again, [`aml`] finds a position
//! in a text.

mod address;
pub mod aml;
pub mod assemble;
pub mod encode;
pub mod gsm7;
pub mod pdu;
mod time;

pub use address::Address;
pub use time::Stamp;

/// What became of a message we sent (TP-ST, 3GPP TS 23.040 9.2.3.15).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportStatus {
    /// 00..=1F.
    Delivered,
    /// 20..=3F: the network goes on trying.
    StillTrying(u8),
    /// 40..=5F, with the octet (46 = validity expired).
    Failed(u8),
    /// 60..=7F: temporary error, the network has given up.
    GaveUp(u8),
}

impl ReportStatus {
    /// Reads the octet. 80..=FF are reserved and mean, by 9.2.3.15, "service rejected": a failure.
    pub fn from_octet(octet: u8) -> ReportStatus {
        match octet {
            0x00..=0x1F => ReportStatus::Delivered,
            0x20..=0x3F => ReportStatus::StillTrying(octet),
            0x40..=0x5F => ReportStatus::Failed(octet),
            0x60..=0x7F => ReportStatus::GaveUp(octet),
            0x80..=0xFF => ReportStatus::Failed(octet),
        }
    }
}

/// TP-ST: the message was not delivered before its validity period ended.
pub const VALIDITY_EXPIRED: u8 = 0x46;
