//! One event of what was heard.

use serde_json::{Map, Value, json};

use crate::at::command::Command;
use crate::at::final_code::EndWord;
use crate::at::sms::aml::Aml;
use crate::at::sms::{ReportStatus, VALIDITY_EXPIRED};
use crate::at::text::{self, Field, fields};
use crate::base::phone::{Caller, Presentation};
use crate::line::heard::{
    AudioHeard, CallHeard, EndedBy, Heard, ListState, LostReason, MissedReason, Outcome, RegStat,
    Reply, SimState, SmsHeard, ToneHeard,
};

type Event = Map<String, Value>;

/// An event with its fields.
pub(super) fn event(name: &str, fields: Value) -> Event {
    let mut event = Map::new();
    event.insert("event".to_owned(), json!(name));
    if let Value::Object(fields) = fields {
        event.extend(fields);
    }
    event
}

/// Everything that stands for itself. `None`: only the host needs it.
pub(super) fn heard_event(heard: &Heard) -> Option<Event> {
    let event = match heard {
        Heard::LateReply { cmd } => event("late_reply_discarded", json!({ "cmd": cmd })),
        Heard::Call(call) => call_event(call),
        Heard::Dtmf { digit, .. } => event("dtmf", json!({ "digit": digit })),
        Heard::Signal { csq, ber } => event("signal", json!({ "csq": csq, "ber": ber })),
        Heard::Registration(r) => event(
            "registration",
            json!({ "domain": r.domain, "stat": reg_stat(r.stat), "lac": r.lac, "ci": r.ci,
                    "act": r.act }),
        ),
        Heard::Operator { name, act } => {
            event("operator", json!({ "name_ascii": name, "act": act }))
        }
        Heard::NetworkMode { mode } => event("network_mode", json!({ "mode": mode })),
        Heard::Sim(state) => event("sim_state", json!({ "state": sim_state(*state) })),
        Heard::Ready { part } => event("modem_ready", json!({ "part": part })),
        Heard::Reset => event("modem_reset", json!({})),
        Heard::Lost { reason } => event(
            "modem_lost",
            json!({ "reason": match reason {
                LostReason::IoError => "io_error",
                LostReason::PowerDown => "power_down",
            }}),
        ),
        Heard::Found { imei } => event("modem_found", json!({ "imei": imei })),
        Heard::Power { kind } => event("power_warning", json!({ "kind": kind })),
        Heard::NetworkTime { text } => event("network_time", json!({ "time": text })),
        Heard::Ussd { status, text } => event("ussd", json!({ "status": status, "text": text })),
        Heard::Capability(c) => event(
            "capability",
            json!({ "voice": c.voice, "rate": c.rate, "bits": c.bits, "frame_ms": c.frame_ms,
                    "formats": c.formats }),
        ),
        Heard::Audio(audio) => audio_event(audio)?,
        Heard::Tone(tone) => tone_event(tone),
        Heard::OnHook => event("line_state", json!({ "state": "on_hook" })),
        Heard::SlowStop => event("health", json!({ "state": "slow_stop" })),
        Heard::Degraded { why } => event("health", json!({ "state": "degraded", "why": why })),
        Heard::Noise { line } => event("noise_ignored", json!({ "line": line })),
        Heard::Warning(w) => event(
            "parse_warning",
            json!({ "field": w.field, "declared": w.declared, "actual": w.actual }),
        ),
        Heard::Sms(sms) => sms_event(sms)?,
        Heard::Reply(_) | Heard::Prompt => return None,
    };
    Some(event)
}

/// What is told of a caller in every event about one.
pub(super) fn caller_fields(caller: &Caller) -> Event {
    let number = (!caller.raw.is_empty()).then(|| caller.raw.clone());
    let presentation = match caller.presentation {
        Presentation::Unknown => "unknown",
        Presentation::Allowed => "allowed",
        Presentation::Withheld => "withheld",
        Presentation::Unavailable => "unavailable",
        Presentation::Payphone => "payphone",
        Presentation::Garbled => "garbled",
    };
    let mut fields = Map::new();
    fields.insert("number".to_owned(), json!(number));
    fields.insert("presentation".to_owned(), json!(presentation));
    fields.insert("name".to_owned(), json!(caller.name));
    if caller.name.is_some() {
        fields.insert("alpha".to_owned(), json!(caller.name));
    }
    fields
}

fn with_caller(name: &str, caller: &Caller) -> Event {
    let mut event = event(name, json!({}));
    event.extend(caller_fields(caller));
    event
}

fn call_event(call: &CallHeard) -> Event {
    match call {
        CallHeard::Incoming {
            caller, pattern, ..
        } => {
            let mut event = with_caller("incoming_call", caller);
            event.insert("call_type".to_owned(), json!("voice"));
            if let Some(pattern) = pattern {
                event.insert("pattern".to_owned(), json!(pattern));
            }
            event
        }
        CallHeard::Ring { pattern, .. } => match pattern {
            Some(pattern) => event("ring", json!({ "pattern": pattern })),
            None => event("ring", json!({})),
        },
        CallHeard::Identified { caller, .. } => with_caller("caller_id_update", caller),
        CallHeard::EarlyId { caller } => with_caller("caller_id_early", caller),
        CallHeard::Waiting { caller, .. } => {
            let mut event = with_caller("call_waiting", caller);
            event.insert("class".to_owned(), json!("voice"));
            event
        }
        CallHeard::State {
            idx,
            state,
            incoming,
            number,
            ..
        } => event(
            "call_state",
            json!({ "idx": idx, "state": list_state(*state), "number": number,
                    "dir": if *incoming { "in" } else { "out" } }),
        ),
        CallHeard::Dialing { idx, number, .. } => {
            event("call_dialing", json!({ "idx": idx, "number": number }))
        }
        CallHeard::Alerting { idx, .. } => event("call_alerting", json!({ "idx": idx })),
        CallHeard::Answered { idx, .. } => event("call_answered", json!({ "idx": idx })),
        CallHeard::Missed {
            idx,
            number,
            reason,
            ..
        } => event(
            "call_missed",
            json!({ "idx": idx, "number": number, "reason": match reason {
                MissedReason::Reported => "reported",
                MissedReason::RingTimeout => "ring_timeout",
            }}),
        ),
        CallHeard::Ended { .. } => ended_event(call),
        CallHeard::HangupSuspected { evidence, .. } => {
            event("remote_hangup_suspected", json!({ "evidence": evidence }))
        }
    }
}

fn ended_event(call: &CallHeard) -> Event {
    let CallHeard::Ended {
        idx,
        by,
        answered,
        duration,
        cause,
        evidence,
        ..
    } = call
    else {
        return Map::new();
    };
    let by = match by {
        EndedBy::Remote => "remote",
        EndedBy::Local => "local",
        EndedBy::LinkLost => "link_lost",
    };
    let mut event = event(
        "call_ended",
        json!({ "idx": idx, "by": by, "answered": answered,
                "duration_s": duration.map(|d| d.as_secs()), "cause": cause }),
    );
    if let Some(evidence) = evidence {
        event.insert("evidence".to_owned(), json!(evidence));
    }
    event
}

fn list_state(state: ListState) -> &'static str {
    match state {
        ListState::Active => "active",
        ListState::Held => "held",
        ListState::Dialing => "dialing",
        ListState::Alerting => "alerting",
        ListState::Incoming => "incoming",
        ListState::Waiting => "waiting",
    }
}

fn reg_stat(stat: RegStat) -> &'static str {
    match stat {
        RegStat::NotRegistered => "not_registered",
        RegStat::Home => "home",
        RegStat::Searching => "searching",
        RegStat::Denied => "denied",
        RegStat::Unknown => "unknown",
        RegStat::Roaming => "roaming",
    }
}

fn sim_state(state: SimState) -> &'static str {
    match state {
        SimState::Ready => "ready",
        SimState::Absent => "absent",
        SimState::PinRequired => "pin_required",
        SimState::PukRequired => "puk_required",
        SimState::Locked => "locked",
        SimState::Busy => "busy",
        SimState::NotReady => "not_ready",
        SimState::Failure => "failure",
    }
}

fn audio_event(audio: &AudioHeard) -> Option<Event> {
    let event = match audio {
        AudioHeard::Started { in_band: true, .. } => {
            event("audio_started", json!({ "path": "serial_stream" }))
        }
        AudioHeard::Started {
            in_band: false,
            format,
        } => event(
            "audio_started",
            json!({ "path": "audio_port", "format": format }),
        ),
        AudioHeard::Stopped => event("audio_stopped", json!({})),
        AudioHeard::Failed { reason } => event("audio_failed", json!({ "reason": reason })),
        AudioHeard::Flow { go } => event(
            "audio_flow",
            json!({ "state": if *go { "resume" } else { "pause" } }),
        ),
        AudioHeard::Fault { kind } => event("audio_fault", json!({ "kind": kind })),
        // Told together.
        AudioHeard::Bytes(_) => return None,
    };
    Some(event)
}

fn tone_event(tone: &ToneHeard) -> Event {
    match tone {
        ToneHeard::Line { tone } => event("line_tone", json!({ "tone": tone })),
        ToneHeard::Ignored { tone, reason } => event(
            "line_tone_ignored",
            json!({ "tone": tone, "reason": reason }),
        ),
        ToneHeard::Extension { state } => event("extension", json!({ "state": state })),
    }
}

pub(super) fn sms_event(sms: &SmsHeard) -> Option<Event> {
    let event = match sms {
        SmsHeard::Stored { mem, index } => {
            event("sms_stored", json!({ "mem": named(mem), "index": index }))
        }
        SmsHeard::StatusStored { mem, index } => event(
            "sms_status_stored",
            json!({ "mem": named(mem), "index": index }),
        ),
        SmsHeard::Part { known: true, .. } => return None,
        SmsHeard::Part {
            reference, seq, of, ..
        } => event(
            "sms_part",
            json!({ "ref": reference, "seq": seq, "of": of }),
        ),
        SmsHeard::Partial {
            from,
            text,
            missing,
            ..
        } => event(
            "sms_partial",
            json!({ "from": from, "text": text, "missing": missing }),
        ),
        SmsHeard::Received(sms) => event(
            "sms_received",
            json!({ "from": sms.from, "text": sms.text, "ts": sms.ts, "parts": sms.parts,
                    "sms_class": sms.class, "unread": sms.unread, "slots": sms.slots }),
        ),
        SmsHeard::Aml {
            msisdn,
            aml,
            via_data,
            port,
        } => aml_event(msisdn, aml, *via_data, *port),
        SmsHeard::Sent { mr, to } => event("sms_sent", json!({ "mr": mr, "to": to })),
        SmsHeard::Failed { reason } => {
            let number = |prefix| {
                reason
                    .strip_prefix(prefix)
                    .and_then(|n| n.parse::<u16>().ok())
            };
            event(
                "sms_failed",
                json!({ "reason": reason, "cms": number("cms_"), "cme": number("cme_") }),
            )
        }
        SmsHeard::Report { mr, to, status } => event(
            "sms_status_report",
            json!({ "mr": mr, "to": to, "status": report_status(*status) }),
        ),
        SmsHeard::StoreFull { mem } => event("sms_storage_full", json!({ "mem": named(mem) })),
        SmsHeard::SlotEmpty { index } => event("sms_slot_empty", json!({ "index": index })),
    };
    Some(event)
}

/// A store that was not named has no name.
fn named(mem: &str) -> Option<&str> {
    (!mem.is_empty()).then_some(mem)
}

fn report_status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Delivered => "delivered",
        ReportStatus::StillTrying(_) => "still_trying",
        ReportStatus::Failed(VALIDITY_EXPIRED) => "failed_validity_expired",
        ReportStatus::Failed(_) => "failed_permanent",
        ReportStatus::GaveUp(_) => "failed_temporary",
    }
}

fn aml_event(msisdn: &str, aml: &Aml, via_data: bool, port: Option<u16>) -> Event {
    let via = if via_data { "data_sms" } else { "text_sms" };
    let common = json!({ "msisdn": msisdn, "version": aml.version, "time": aml.time, "via": via,
                         "port": port });
    let Some(position) = &aml.position else {
        return event("aml_no_location", common);
    };
    let mut event = event("aml_location", common);
    event.insert("lat".to_owned(), number(position.lat));
    event.insert("lon".to_owned(), number(position.lon));
    event.insert(
        "radius_m".to_owned(),
        position.radius_m.map_or(Value::Null, number),
    );
    event.insert("confidence".to_owned(), json!(position.confidence));
    event.insert("method".to_owned(), json!(position.method));
    event
}

/// A whole number is written as one.
fn number(value: f64) -> Value {
    let is_whole = value.fract() == 0.0 && value.abs() < 1e15;
    if is_whole {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// The result of a command, with the facts its answer carried.
pub(super) fn reply_events(reply: &Reply) -> Vec<Event> {
    let is_message = reply.cmd.starts_with("AT+CMGS");
    if reply.outcome == Outcome::TimedOut {
        // `sms_failed` has told it.
        let told = event("command_timeout", json!({ "cmd": reply.cmd }));
        return if is_message { Vec::new() } else { vec![told] };
    }
    let result = match reply.outcome {
        Outcome::Ok => "OK",
        Outcome::CallEnded(word) => end_word(word),
        Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) | Outcome::TimedOut => "ERROR",
    };
    let mut told = event(
        "command_result",
        json!({ "cmd": reply.cmd, "result": result }),
    );
    let mut add = |key: &str, value: Value| told.insert(key.to_owned(), value);
    match reply.outcome {
        Outcome::Cme(n) => {
            add("cme", json!(n));
        }
        Outcome::Cms(n) => {
            add("cms", json!(n));
        }
        Outcome::Ok | Outcome::Error | Outcome::CallEnded(_) | Outcome::TimedOut => {}
    }
    if result != "OK" {
        add("fatal", json!(Command::new(&reply.cmd).is_essential()));
    }
    for line in &reply.lines {
        told.extend(facts(line));
    }
    vec![told]
}

fn end_word(word: EndWord) -> &'static str {
    match word {
        EndWord::NoCarrier => "NO CARRIER",
        EndWord::Busy => "BUSY",
        EndWord::NoAnswer => "NO ANSWER",
        EndWord::NoDialtone => "NO DIALTONE",
    }
}

/// What an information line tells.
fn facts(line: &str) -> Event {
    let Some((label, rest)) = text::labelled(line) else {
        return object(json!({ "text": text::shown(line) }));
    };
    let fields = fields(rest);
    let text = |index: usize| fields.get(index).map(|f| f.text);
    let number = |index: usize| fields.get(index).and_then(Field::number::<u32>);
    object(match label {
        "+CSQ" | "+CSQN" => json!({ "csq": number(0), "ber": number(1) }),
        "+CNUM" => json!({ "own_number": text(1).filter(|number| !number.is_empty()) }),
        // `mem,used,total…` as an answer, `used,total…` when it was set.
        "+CPMS" if fields.first().is_some_and(|f| f.quoted) => {
            json!({ "mem": text(0), "used": number(1), "total": number(2) })
        }
        "+CPMS" => json!({ "used": number(0), "total": number(1) }),
        "+CMGR" | "+CMGL" | "+CLCC" | "+CMGS" => json!({}),
        _ => json!({ "text": text::shown(rest) }),
    })
}

fn object(value: Value) -> Event {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
