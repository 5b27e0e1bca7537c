//! A call as the API shows it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::report::{DraftView, ReportView};
use super::when;
use crate::base::phone::Presentation;
use crate::base::sound::SoundTrouble;
use crate::base::time::{Trust, Wall};
use crate::desk::call::{CallRecord, CallState, Class, Direction, EndedBy};
use crate::desk::callback::CallbackResult;
use crate::desk::draft::Draft;
use crate::desk::sound::{CallSound, Joined, Recording};

/// One call.
#[derive(Clone, Serialize, Debug)]
pub struct CallView {
    pub id: String,
    pub direction: Direction,
    pub line: String,
    /// A second caller on a line that is busy.
    pub waiting: bool,
    pub state: CallState,
    /// `+62…` or a short code; `null` if none was delivered or it cannot be read.
    pub number: Option<String>,
    /// The same as people write it here.
    pub number_shown: Option<String>,
    /// Exactly what the network delivered.
    pub number_raw: Option<String>,
    pub presentation: Presentation,
    pub caller_name: Option<String>,
    pub offered_at: String,
    /// How far the wall clock could be believed when it was offered.
    pub trust: Trust,
    pub queued_at: Option<String>,
    /// When supervisors were called last because it waited.
    pub escalated_at: Option<String>,
    pub claimed_at: Option<String>,
    /// From when on others may take it over from whoever has it; `null`: not as things are.
    pub takeover_at: Option<String>,
    pub answered_at: Option<String>,
    pub ended_at: Option<String>,
    pub operator: Option<String>,
    pub ended_by: Option<EndedBy>,
    /// Release cause, 3GPP TS 24.008 10.5.4.11.
    pub cause: Option<u8>,
    pub abandoned: bool,
    pub ring_ms: Option<u64>,
    pub talk_ms: Option<u64>,
    pub class: Option<Class>,
    pub class_reason: Option<String>,
    pub classified_by: Option<String>,
    pub classified_at: Option<String>,
    pub dtmf: String,
    pub notes: Vec<NoteView>,
    /// What its caller told, as it was filed last.
    pub report: Option<ReportView>,
    /// What there is to hear of it.
    pub sound: SoundView,
    /// Only where one call is asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftView>,
    /// It was abandoned, and this is how calling its number back ended.
    pub called_back: Option<CallbackResult>,
}

/// What there is to hear of a call.
#[derive(Clone, Serialize, Debug)]
pub struct SoundView {
    /// What is wrong with it now.
    pub trouble: Option<SoundTrouble>,
    pub on_hold: bool,
    /// Who is in it beside its operator.
    pub joined: Vec<Joined>,
    pub invited: Vec<String>,
    /// Knocks of a caller who did not speak.
    pub taps: u32,
    /// Sound of which nothing could be kept.
    pub missed_ms: u64,
    pub recordings: Vec<RecordingView>,
}

/// One file of a call's recording.
#[derive(Clone, Serialize, Debug)]
pub struct RecordingView {
    pub file: String,
    pub bytes: u64,
    pub duration_ms: u64,
    pub sha256: String,
    pub lost_ms: u64,
    pub recovered: bool,
}

/// A note on a call.
#[derive(Clone, Serialize, Debug)]
pub struct NoteView {
    pub at: String,
    pub by: String,
    pub text: String,
}

impl CallView {
    /// As seen in `zone`.
    pub fn new(call: &CallRecord, zone: &TimeZone) -> CallView {
        let number = call.caller.number.as_ref();
        let at = |stamp| when(stamp, zone);
        let note = |note: &crate::desk::call::Note| NoteView {
            at: at(note.at),
            by: note.by.to_string(),
            text: note.text.clone(),
        };
        CallView {
            id: call.id.to_string(),
            direction: call.direction,
            line: call.line.to_string(),
            waiting: call.waiting,
            state: call.state,
            number: number.map(ToString::to_string),
            number_shown: number.map(|n| n.national()),
            number_raw: (!call.caller.raw.is_empty()).then(|| call.caller.raw.clone()),
            presentation: call.caller.presentation,
            caller_name: call.caller.name.clone(),
            offered_at: at(call.offered),
            trust: call.offered.trust,
            queued_at: call.queued.map(at),
            escalated_at: call.escalated.map(at),
            claimed_at: call.claimed.map(at),
            takeover_at: None,
            answered_at: call.answered.map(at),
            ended_at: call.ended.map(at),
            operator: call.operator.as_ref().map(ToString::to_string),
            ended_by: call.ended_by,
            cause: call.cause,
            abandoned: call.abandoned,
            ring_ms: call.ring_ms,
            talk_ms: call.talk_ms,
            class: call.class,
            class_reason: call.class_reason.clone(),
            classified_by: call.classified_by.as_ref().map(ToString::to_string),
            classified_at: call.classified.map(at),
            dtmf: call.dtmf.clone(),
            notes: call.notes.iter().map(note).collect(),
            report: call.report.as_ref().map(ReportView::from),
            sound: SoundView::new(&call.sound),
            draft: None,
            called_back: call.called_back,
        }
    }
}

impl CallView {
    /// With the time from which on others may take it over.
    pub fn with_takeover(self, from: Option<Wall>, zone: &TimeZone) -> CallView {
        CallView {
            takeover_at: from.map(|from| from.rfc3339(zone)),
            ..self
        }
    }

    /// With what is typed of its report and not filed.
    pub fn with_draft(self, draft: Option<&Draft>, zone: &TimeZone) -> CallView {
        CallView {
            draft: Some(DraftView::new(draft, zone)),
            ..self
        }
    }
}

impl SoundView {
    fn new(sound: &CallSound) -> SoundView {
        let recording = |recording: &Recording| RecordingView {
            file: recording.file.clone(),
            bytes: recording.bytes,
            duration_ms: recording.duration_ms,
            sha256: recording.sha256.clone(),
            lost_ms: recording.lost_ms,
            recovered: recording.recovered,
        };
        SoundView {
            trouble: sound.trouble,
            on_hold: sound.on_hold,
            joined: sound.joined.clone(),
            invited: sound.invited.iter().map(ToString::to_string).collect(),
            taps: sound.taps,
            missed_ms: sound.missed_ms,
            recordings: sound.recordings.iter().map(recording).collect(),
        }
    }
}
