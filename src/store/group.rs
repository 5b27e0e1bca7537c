//! Batches as the content of one record of the write-ahead log.

use std::sync::Arc;

use super::codec::{BadRow, Field, Put, fields};
use super::rows::{from_json, put_call, put_sms, take_call, take_sms, to_json};
use super::{Batch, SessionChange};
use crate::base::ids::{CallId, Seq, SmsId, UserName};
use crate::desk::draft::DraftRow;
use crate::journal::Sealed;

/// Several batches, in order.
pub fn encode<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> Vec<u8> {
    let mut put = Put::default();
    for batch in batches {
        put.bytes(1, &encode_one(batch));
    }
    put.done()
}

/// Back from [`encode`]. The kind of an entry and the ticket are not kept: nobody waits any more.
///
/// # Errors
/// [`BadRow`] if these are not batches.
pub fn decode(content: &[u8]) -> Result<Vec<Batch>, BadRow> {
    fields(content)
        .map(|field| decode_one(field?.1.bytes()?))
        .collect()
}

fn encode_one(batch: &Batch) -> Vec<u8> {
    let Batch {
        entries,
        touched,
        secrets,
        sessions,
        drafts,
        snapshot,
        ticket: _,
    } = batch;
    let mut put = Put::default();
    for entry in entries {
        put.bytes(1, &encode_entry(entry));
    }
    for call in &touched.calls {
        put.bytes(2, &keyed(call.id.0, &put_call(call)));
    }
    for sms in &touched.sms {
        put.bytes(3, &keyed(sms.id.0, &put_sms(sms)));
    }
    for secret in secrets {
        put.bytes(10, &to_json(secret));
    }
    for session in sessions {
        encode_session(&mut put, session);
    }
    for row in drafts {
        put.bytes(30, &encode_draft(row));
    }
    if let Some((seq, desk)) = snapshot {
        put.bytes(4, &keyed(seq.0, desk));
    }
    put.done()
}

fn decode_one(content: &[u8]) -> Result<Batch, BadRow> {
    let mut batch = Batch::default();
    for field in fields(content) {
        let (tag, field) = field?;
        match tag {
            1 => batch.entries.push(decode_entry(field.bytes()?)?),
            2 => {
                let (id, row) = unkeyed(field.bytes()?)?;
                batch.touched.calls.push(take_call(CallId(id), row)?);
            }
            3 => {
                let (id, row) = unkeyed(field.bytes()?)?;
                batch.touched.sms.push(take_sms(SmsId(id), row)?);
            }
            4 => {
                let (seq, desk) = unkeyed(field.bytes()?)?;
                batch.snapshot = Some((Seq(seq), desk.to_vec()));
            }
            10 => batch.secrets.push(from_json(field.bytes()?)?),
            20..=29 => batch.sessions.push(decode_session(tag, field)?),
            30 => batch.drafts.push(decode_draft(field.bytes()?)?),
            _ => return Err(BadRow),
        }
    }
    Ok(batch)
}

fn encode_entry(entry: &Sealed) -> Vec<u8> {
    let mut put = Put::default();
    put.number(1, entry.seq.0);
    put.bytes(2, &entry.hash);
    put.bytes(3, entry.line.as_bytes());
    put.done()
}

fn decode_entry(content: &[u8]) -> Result<Sealed, BadRow> {
    let mut entry = Sealed {
        seq: Seq(0),
        kind: "",
        line: Box::from(""),
        hash: [0; 32],
    };
    for field in fields(content) {
        match field? {
            (1, field) => entry.seq = Seq(field.number()?),
            (2, field) => entry.hash = field.bytes()?.try_into().map_err(|_| BadRow)?,
            (3, field) => entry.line = field.text()?.into(),
            _ => {}
        }
    }
    Ok(entry)
}

fn encode_session(put: &mut Put, change: &SessionChange) {
    match change {
        SessionChange::Open(session) => put.bytes(20, &to_json(session)),
        SessionChange::Touch {
            token_hash,
            used_ms,
        } => {
            let mut touch = Put::default();
            touch.bytes(1, token_hash);
            touch.bytes(2, &used_ms.to_le_bytes());
            put.bytes(21, &touch.done());
        }
        SessionChange::End { token_hash } => put.bytes(22, token_hash),
        SessionChange::EndAllOf { user } => put.bytes(23, user.as_str().as_bytes()),
        SessionChange::Park { token_hash } => put.bytes(24, token_hash),
        SessionChange::WrongPin { token_hash } => put.bytes(25, token_hash),
        SessionChange::Switch { parked, session } => {
            put.bytes(26, &[&parked[..], &to_json(session)].concat());
        }
    }
}

fn decode_session(tag: u64, field: Field<'_>) -> Result<SessionChange, BadRow> {
    match tag {
        20 => Ok(SessionChange::Open(from_json(field.bytes()?)?)),
        21 => {
            let mut token_hash = [0; 32];
            let mut used_ms = 0;
            for field in fields(field.bytes()?) {
                match field? {
                    (1, field) => token_hash = exact(field.bytes()?)?,
                    (2, field) => used_ms = i64::from_le_bytes(exact(field.bytes()?)?),
                    _ => {}
                }
            }
            Ok(SessionChange::Touch {
                token_hash,
                used_ms,
            })
        }
        22 => Ok(SessionChange::End {
            token_hash: exact(field.bytes()?)?,
        }),
        23 => Ok(SessionChange::EndAllOf {
            user: UserName::new(field.text()?),
        }),
        24 => Ok(SessionChange::Park {
            token_hash: exact(field.bytes()?)?,
        }),
        25 => Ok(SessionChange::WrongPin {
            token_hash: exact(field.bytes()?)?,
        }),
        26 => {
            let (parked, session) = field.bytes()?.split_at_checked(32).ok_or(BadRow)?;
            Ok(SessionChange::Switch {
                parked: exact(parked)?,
                session: from_json(session)?,
            })
        }
        _ => Err(BadRow),
    }
}

fn encode_draft(row: &DraftRow) -> Vec<u8> {
    let DraftRow { call, draft, rev } = row;
    let mut put = Put::default();
    put.number(1, call.0);
    put.number(2, *rev);
    if let Some(draft) = draft {
        put.bytes(3, &to_json(&**draft));
    }
    put.done()
}

fn decode_draft(content: &[u8]) -> Result<DraftRow, BadRow> {
    let mut row = DraftRow {
        call: CallId(0),
        draft: None,
        rev: 0,
    };
    for field in fields(content) {
        match field? {
            (1, field) => row.call = CallId(field.number()?),
            (2, field) => row.rev = field.number()?,
            (3, field) => row.draft = Some(Arc::new(from_json(field.bytes()?)?)),
            _ => {}
        }
    }
    Ok(row)
}

fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], BadRow> {
    bytes.try_into().map_err(|_| BadRow)
}

fn keyed(key: u64, content: &[u8]) -> Vec<u8> {
    [&key.to_le_bytes(), content].concat()
}

fn unkeyed(bytes: &[u8]) -> Result<(u64, &[u8]), BadRow> {
    let (key, content) = bytes.split_at_checked(8).ok_or(BadRow)?;
    Ok((u64::from_le_bytes(exact(key)?), content))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::base::time::Stamp;
    use crate::desk::Secret;
    use crate::desk::category::Category;
    use crate::desk::draft::Draft;
    use crate::desk::operator::Role;
    use crate::desk::order::{TokenRecord, UserRecord};
    use crate::desk::report::Report;
    use crate::store::SessionRecord;

    #[test]
    fn everything_in_a_batch_but_its_ticket_comes_back_from_the_log() {
        let user = UserRecord {
            user: "ani".into(),
            name: "Ani".into(),
            role: Role::Admin,
            password_hash: "$argon2id$".into(),
            disabled: false,
            pin_hash: Some("$argon2id$3".into()),
        };
        let token = TokenRecord {
            name: "peta".into(),
            role: Role::Auditor,
            hash: "ab".into(),
            revoked: false,
        };
        let session = SessionRecord {
            token_hash: [3; 32],
            user: "ani".into(),
            opened_ms: 1,
            used_ms: 2,
            from: "192.168.1.20".into(),
            agent: "Firefox".into(),
            desk: Some([4; 32]),
            parked: true,
            wrong_pins: 2,
        };
        let draft = Draft {
            report: Report {
                location: Some("Pasar Induk".into()),
                category: Some(Category::Fire),
                ..Report::default()
            },
            by: "ani".into(),
            at: Stamp::default(),
            rev: 3,
        };
        let batch = Batch {
            entries: vec![Sealed {
                seq: Seq(7),
                kind: "",
                line: "{\"seq\":7}".into(),
                hash: [9; 32],
            }],
            secrets: vec![
                Secret::User(user),
                Secret::UserIs {
                    user: "ani".into(),
                    name: "Ani B.".into(),
                    role: Role::Operator,
                    disabled: true,
                },
                Secret::Password {
                    user: "ani".into(),
                    password_hash: "$argon2id$2".into(),
                },
                Secret::Pin {
                    user: "ani".into(),
                    pin_hash: None,
                },
                Secret::Token(token),
                Secret::TokenRevoked {
                    name: "peta".into(),
                },
                Secret::EndSessions("ani".into()),
            ],
            sessions: vec![
                SessionChange::Open(session.clone()),
                SessionChange::Touch {
                    token_hash: [3; 32],
                    used_ms: -5,
                },
                SessionChange::End {
                    token_hash: [3; 32],
                },
                SessionChange::EndAllOf { user: "ani".into() },
                SessionChange::Park {
                    token_hash: [3; 32],
                },
                SessionChange::WrongPin {
                    token_hash: [3; 32],
                },
                SessionChange::Switch {
                    parked: [3; 32],
                    session,
                },
            ],
            drafts: vec![
                DraftRow {
                    call: CallId(5),
                    draft: Some(Arc::new(draft)),
                    rev: 3,
                },
                DraftRow {
                    call: CallId(4),
                    draft: None,
                    rev: 4,
                },
            ],
            snapshot: Some((Seq(7), vec![1, 2, 3])),
            ..Batch::default()
        };
        let only_ticket = Batch {
            ticket: 8,
            ..Batch::default()
        };
        let decoded = decode(&encode([&batch, &only_ticket])).unwrap();
        assert_eq!(decoded.len(), 2);
        assert_eq!(decoded[0].entries, batch.entries);
        assert_eq!(decoded[0].secrets, batch.secrets);
        assert_eq!(decoded[0].sessions, batch.sessions);
        assert_eq!(decoded[0].drafts, batch.drafts);
        assert_eq!(decoded[0].snapshot, batch.snapshot);
        let cut = encode([&batch]);
        assert!(decode(&cut[..cut.len() - 1]).is_err());
    }
}
