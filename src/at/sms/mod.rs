//! Text messages in PDU mode.

pub mod aml;

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
