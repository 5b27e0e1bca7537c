//! Users and tokens: rows that must not be in the journal.

use redb::{ReadableTable, Table, WriteTransaction};

use super::apply::end_sessions;
use super::codes;
use super::rows::{Kind, from_json, seal, to_json, unseal};
use super::tables::{SESSIONS, TOKENS, USERS};
use super::trouble::Trouble;
use crate::base::ids::UserName;
use crate::desk::Secret;
use crate::desk::operator::Role;
use crate::desk::order::{TokenRecord, UserRecord};

/// Writes one change.
///
/// A row that is damaged counts as unknown: the fact is in the journal, and one bad row must not keep
/// everything after it from being saved.
///
/// # Errors
/// The disk's.
pub fn apply(transaction: &WriteTransaction, secret: &Secret) -> Result<(), Trouble> {
    match secret {
        Secret::User(user) => put_user(&mut transaction.open_table(USERS)?, user),
        Secret::UserIs {
            user,
            name,
            role,
            disabled,
        } => change_user(transaction, user, |known| {
            known.name.clone_from(name);
            known.role = *role;
            known.disabled = *disabled;
            if *role == Role::Admin {
                known.pin_hash = None;
            }
        }),
        Secret::Password {
            user,
            password_hash,
        } => change_user(transaction, user, |known| {
            known.password_hash.clone_from(password_hash);
            known.pin_hash = None;
        }),
        Secret::Pin { user, pin_hash } => change_user(transaction, user, |known| {
            known.pin_hash.clone_from(pin_hash);
        }),
        Secret::Token(token) => put_token(&mut transaction.open_table(TOKENS)?, token),
        Secret::TokenRevoked { name } => revoke(transaction, name),
        Secret::EndSessions(user) => end_sessions(&mut transaction.open_table(SESSIONS)?, user),
    }
}

type Rows<'a> = Table<'a, &'static str, &'static [u8]>;

fn put_user(table: &mut Rows<'_>, user: &UserRecord) -> Result<(), Trouble> {
    let name = user.user.as_str();
    let row = seal(Kind::User, name.as_bytes(), &to_json(user));
    table.insert(name, row.as_slice())?;
    Ok(())
}

/// A user the table does not have stays unknown: only a whole row makes one.
fn change_user(
    transaction: &WriteTransaction,
    user: &UserName,
    change: impl FnOnce(&mut UserRecord),
) -> Result<(), Trouble> {
    let mut table = transaction.open_table(USERS)?;
    let name = user.as_str();
    let known: Option<UserRecord> = match table.get(name)? {
        Some(row) => unseal(Kind::User, name.as_bytes(), row.value())
            .and_then(from_json)
            .inspect_err(|_| damaged("user"))
            .ok(),
        None => None,
    };
    let Some(mut known) = known else {
        return Ok(());
    };
    change(&mut known);
    put_user(&mut table, &known)
}

fn put_token(table: &mut Rows<'_>, token: &TokenRecord) -> Result<(), Trouble> {
    let row = seal(Kind::Token, token.hash.as_bytes(), &to_json(token));
    table.insert(token.hash.as_str(), row.as_slice())?;
    Ok(())
}

fn revoke(transaction: &WriteTransaction, name: &str) -> Result<(), Trouble> {
    let mut table = transaction.open_table(TOKENS)?;
    let mut known = Vec::new();
    for row in table.iter()? {
        let (hash, row) = row?;
        let token = unseal(Kind::Token, hash.value().as_bytes(), row.value())
            .and_then(from_json::<TokenRecord>);
        match token {
            Ok(token) if token.name == name => known.push(token),
            Ok(_) => {}
            Err(_) => damaged("token"),
        }
    }
    for mut token in known {
        token.revoked = true;
        put_token(&mut table, &token)?;
    }
    Ok(())
}

fn damaged(table: &str) {
    tracing::error!(
        code = codes::ROW_DAMAGED.id,
        table,
        "damaged row not changed"
    );
}
