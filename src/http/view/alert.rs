//! Alerts as the event stream shows them.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::call::CallView;
use crate::engine::bus::Alert;

/// What cannot wait for the disk; the `data:` of `event: alert`.
#[derive(Serialize, Debug)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum AlertView {
    Ring {
        call: Box<CallView>,
    },
    RingAgain {
        call: String,
    },
    Call {
        call: Box<CallView>,
    },
    Draft {
        call: String,
        rev: u64,
    },
    Line {
        line: String,
        up: bool,
        why: Option<String>,
    },
    Store {
        unsaved: u64,
    },
    Board {},
}

impl AlertView {
    /// As seen in `zone`.
    pub fn new(alert: &Alert, zone: &TimeZone) -> AlertView {
        match alert {
            Alert::Ring { call } => AlertView::Ring {
                call: Box::new(CallView::new(call, zone)),
            },
            Alert::RingAgain { call } => AlertView::RingAgain {
                call: call.to_string(),
            },
            Alert::Call { call, takeover } => AlertView::Call {
                call: Box::new(CallView::new(call, zone).with_takeover(*takeover, zone)),
            },
            Alert::Draft { call, rev } => AlertView::Draft {
                call: call.to_string(),
                rev: *rev,
            },
            Alert::Line { line, up, why } => AlertView::Line {
                line: line.to_string(),
                up: *up,
                why: why.clone(),
            },
            Alert::Store { unsaved } => AlertView::Store { unsaved: *unsaved },
            Alert::Board {} => AlertView::Board {},
        }
    }
}

/// What a screen whose session is over still learns: that it rings, and where; never who.
#[derive(Serialize, Debug)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum LockedAlert {
    Ring { line: String },
    RingAgain {},
}

impl LockedAlert {
    /// The part of an alert that a locked screen may have.
    pub fn new(alert: &Alert) -> Option<LockedAlert> {
        match alert {
            Alert::Ring { call } => Some(LockedAlert::Ring {
                line: call.line.to_string(),
            }),
            Alert::RingAgain { .. } => Some(LockedAlert::RingAgain {}),
            Alert::Call { .. }
            | Alert::Draft { .. }
            | Alert::Line { .. }
            | Alert::Store { .. }
            | Alert::Board {} => None,
        }
    }
}
