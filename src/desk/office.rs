//! The office's people and programs: who exists, with which role; and which recordings of its own
//! callers hear, which words operators say and which keys they press. Secrets are not here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::{Fact, OfficeChange};
use super::keys::KeyMaps;
use super::operator::Role;
use super::order::{Actor, OfficeOrder, Refusal, TokenRecord, UserRecord};
use super::prompts::{OwnPrompt, OwnPrompts};
use super::wording::{OwnWording, OwnWordings};
use super::{Decision, Secret, check};
use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::time::Stamp;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Program {
    pub role: Role,
    pub revoked: bool,
}

/// Names are never removed and never reused: the journal goes on speaking of them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Office {
    people: BTreeMap<UserName, Person>,
    programs: BTreeMap<String, Program>,
    #[serde(default, skip_serializing_if = "OwnPrompts::is_empty")]
    prompts: OwnPrompts,
    #[serde(default, skip_serializing_if = "OwnWordings::is_empty")]
    wordings: OwnWordings,
    #[serde(default, skip_serializing_if = "KeyMaps::is_empty")]
    keys: KeyMaps,
}

impl Office {
    pub fn is_claimed(&self) -> bool {
        !self.people.is_empty()
    }

    pub fn people(&self) -> impl Iterator<Item = (&UserName, &Person)> {
        self.people.iter()
    }

    pub fn name_of(&self, user: &UserName) -> String {
        match self.people.get(user) {
            Some(person) => person.name.clone(),
            None => user.to_string(),
        }
    }

    pub fn prompts(&self) -> &[OwnPrompt] {
        self.prompts.all()
    }

    pub fn wordings(&self) -> &OwnWordings {
        &self.wordings
    }

    pub fn keys(&self) -> &KeyMaps {
        &self.keys
    }

    pub fn is_disabled(&self, user: &UserName) -> bool {
        self.people.get(user).is_some_and(|person| person.disabled)
    }

    /// What follows from an order, seats aside.
    pub fn decide(&self, actor: &Actor, order: &OfficeOrder) -> Result<Decision, Refusal> {
        self.may(actor, order)?;
        let (changes, secrets) = match order {
            OfficeOrder::Claim {
                user,
                name,
                password_hash,
            } => self.claim(user, name, password_hash)?,
            OfficeOrder::AddUser {
                user,
                name,
                role,
                password_hash,
            } => self.add_user(user, name, *role, password_hash)?,
            OfficeOrder::ChangeUser {
                user,
                name,
                role,
                disabled,
            } => self.change_user(user, name.as_deref(), *role, *disabled)?,
            OfficeOrder::SetPassword {
                user,
                password_hash,
            } => self.set_password(user, password_hash)?,
            OfficeOrder::AddToken { token, role, hash } => self.add_token(token, *role, hash)?,
            OfficeOrder::RevokeToken { token } => self.revoke_token(token)?,
            OfficeOrder::SetPrompt {
                language,
                name,
                sha256,
                duration_ms,
            } => without_secret(self.prompts.set(*language, *name, sha256, *duration_ms)?),
            OfficeOrder::RestorePrompt { language, name } => {
                without_secret(self.prompts.restore(*language, *name))
            }
            OfficeOrder::SetWording {
                language,
                key,
                text,
            } => without_secret(self.wordings.set(*language, *key, text)?),
            OfficeOrder::RestoreWording { language, key } => {
                without_secret(self.wordings.restore(*language, *key))
            }
            OfficeOrder::SetKeys { keys } => {
                self.person(&actor.user)?;
                without_secret(self.keys.set(&actor.user, keys)?)
            }
            OfficeOrder::SetPin { pin_hash } => self.set_pin(&actor.user, pin_hash.as_deref())?,
        };
        let by = &actor.user;
        let facts = changes.into_iter().map(|change| Fact::OfficeChanged {
            by: by.clone(),
            change,
        });
        Ok(Decision {
            facts: facts.collect(),
            secrets,
            ..Decision::default()
        })
    }

    /// Takes a change in. One that does not fit is ignored.
    pub fn apply(&mut self, at: Stamp, by: &UserName, change: &OfficeChange) {
        match change {
            OfficeChange::Claimed {}
            | OfficeChange::PasswordChanged { .. }
            | OfficeChange::PinSet { .. }
            | OfficeChange::PinRemoved { .. } => {}
            OfficeChange::UserAdded { user, name, role } => {
                self.people.entry(user.clone()).or_insert_with(|| Person {
                    name: name.clone(),
                    role: *role,
                    disabled: false,
                });
            }
            OfficeChange::UserChanged { user, name, role } => {
                if let Some(person) = self.people.get_mut(user) {
                    person.name.clone_from(name);
                    person.role = *role;
                }
            }
            OfficeChange::UserDisabled { user } => self.set_disabled(user, true),
            OfficeChange::UserEnabled { user } => self.set_disabled(user, false),
            OfficeChange::TokenAdded { token, role } => {
                self.programs
                    .entry(token.clone())
                    .or_insert_with(|| Program {
                        role: *role,
                        revoked: false,
                    });
            }
            OfficeChange::TokenRevoked { token } => {
                if let Some(program) = self.programs.get_mut(token) {
                    program.revoked = true;
                }
            }
            OfficeChange::PromptSet {
                language,
                name,
                sha256,
                duration_ms,
            } => self.prompts.put(OwnPrompt {
                language: *language,
                name: *name,
                sha256: sha256.clone(),
                duration_ms: *duration_ms,
                by: by.clone(),
                at,
            }),
            OfficeChange::PromptRestored { language, name } => {
                self.prompts.remove(*language, *name);
            }
            OfficeChange::WordingSet {
                language,
                key,
                text,
            } => self.wordings.put(OwnWording {
                language: *language,
                key: *key,
                text: text.clone(),
                by: by.clone(),
                at,
            }),
            OfficeChange::WordingRestored { language, key } => {
                self.wordings.remove(*language, *key);
            }
            OfficeChange::KeysSet { user, keys } => self.keys.put(user, keys),
        }
    }

    fn set_disabled(&mut self, user: &UserName, disabled: bool) {
        if let Some(person) = self.people.get_mut(user) {
            person.disabled = disabled;
        }
    }

    /// A box is claimed by whoever knows its setup code; one's own password and keys are one's own; what
    /// callers hear, from the box or from operators, is the supervisor's; all else is the admin's.
    fn may(&self, actor: &Actor, order: &OfficeOrder) -> Result<(), Refusal> {
        let mut needs = Role::Admin;
        let allowed = match order {
            OfficeOrder::Claim { .. } => true,
            OfficeOrder::SetPassword { user, .. } => {
                actor.role == Role::Admin || (actor.role >= Role::Operator && actor.user == *user)
            }
            OfficeOrder::SetPrompt { .. }
            | OfficeOrder::RestorePrompt { .. }
            | OfficeOrder::SetWording { .. }
            | OfficeOrder::RestoreWording { .. } => {
                needs = Role::Supervisor;
                actor.role >= needs
            }
            OfficeOrder::SetKeys { .. } => {
                needs = Role::Operator;
                actor.role >= needs
            }
            // An administrator's powers are worth a password each time.
            OfficeOrder::SetPin { .. } => {
                needs = Role::Operator;
                actor.role >= needs && actor.role < Role::Admin
            }
            OfficeOrder::AddUser { .. }
            | OfficeOrder::ChangeUser { .. }
            | OfficeOrder::AddToken { .. }
            | OfficeOrder::RevokeToken { .. } => actor.role == Role::Admin,
        };
        allowed.then_some(()).ok_or(Refusal::NotAllowed { needs })
    }

    fn claim(&self, user: &UserName, name: &str, hash: &str) -> Changes {
        if self.is_claimed() {
            return Err(Refusal::AlreadyExists);
        }
        let (added, secrets) = self.add_user(user, name, Role::Admin, hash)?;
        let mut changes = vec![OfficeChange::Claimed {}];
        changes.extend(added);
        Ok((changes, secrets))
    }

    fn add_user(&self, user: &UserName, name: &str, role: Role, hash: &str) -> Changes {
        check_login("user", user.as_str())?;
        let name = check::person_name(name)?;
        check_hash("password", hash)?;
        self.check_unknown(user.as_str())?;
        check_room("user", self.people.len())?;
        let record = UserRecord {
            user: user.clone(),
            name: name.to_owned(),
            role,
            password_hash: hash.to_owned(),
            disabled: false,
            pin_hash: None,
        };
        let added = OfficeChange::UserAdded {
            user: user.clone(),
            name: name.to_owned(),
            role,
        };
        Ok((vec![added], vec![Secret::User(record)]))
    }

    fn change_user(
        &self,
        user: &UserName,
        name: Option<&str>,
        role: Option<Role>,
        disabled: Option<bool>,
    ) -> Changes {
        let was = self.person(user)?;
        let is = Person {
            name: match name {
                Some(name) => check::person_name(name)?.to_owned(),
                None => was.name.clone(),
            },
            role: role.unwrap_or(was.role),
            disabled: disabled.unwrap_or(was.disabled),
        };
        if is == *was {
            return Ok(NOTHING);
        }
        if is.role != Role::Admin || is.disabled {
            self.check_another_admin(user)?;
        }
        let mut changes = Vec::new();
        if (&is.name, is.role) != (&was.name, was.role) {
            changes.push(OfficeChange::UserChanged {
                user: user.clone(),
                name: is.name.clone(),
                role: is.role,
            });
        }
        if is.disabled != was.disabled {
            let user = user.clone();
            changes.push(match is.disabled {
                true => OfficeChange::UserDisabled { user },
                false => OfficeChange::UserEnabled { user },
            });
        }
        let mut secrets = vec![Secret::UserIs {
            user: user.clone(),
            name: is.name,
            role: is.role,
            disabled: is.disabled,
        }];
        if was.role != is.role || (is.disabled && !was.disabled) {
            // A session opened under another role would keep that role's pages.
            secrets.push(Secret::EndSessions(user.clone()));
        }
        Ok((changes, secrets))
    }

    fn set_password(&self, user: &UserName, hash: &str) -> Changes {
        self.person(user)?;
        check_hash("password", hash)?;
        let changed = OfficeChange::PasswordChanged { user: user.clone() };
        let row = Secret::Password {
            user: user.clone(),
            password_hash: hash.to_owned(),
        };
        Ok((vec![changed], vec![row, Secret::EndSessions(user.clone())]))
    }

    fn set_pin(&self, user: &UserName, hash: Option<&str>) -> Changes {
        self.person(user)?;
        let user = user.clone();
        let row = Secret::Pin {
            user: user.clone(),
            pin_hash: hash.map(str::to_owned),
        };
        let change = match hash {
            Some(hash) => {
                check_hash("pin", hash)?;
                OfficeChange::PinSet { user }
            }
            None => OfficeChange::PinRemoved { user },
        };
        Ok((vec![change], vec![row]))
    }

    fn add_token(&self, token: &str, role: Role, hash: &str) -> Changes {
        check_login("token", token)?;
        check_hash("hash", hash)?;
        self.check_unknown(token)?;
        check_room("token", self.programs.len())?;
        let record = TokenRecord {
            name: token.to_owned(),
            role,
            hash: hash.to_owned(),
            revoked: false,
        };
        let added = OfficeChange::TokenAdded {
            token: token.to_owned(),
            role,
        };
        Ok((vec![added], vec![Secret::Token(record)]))
    }

    fn revoke_token(&self, token: &str) -> Changes {
        let program = self.programs.get(token).ok_or(Refusal::NoSuchName)?;
        if program.revoked {
            return Ok(NOTHING);
        }
        let row = Secret::TokenRevoked {
            name: token.to_owned(),
        };
        let token = token.to_owned();
        Ok((vec![OfficeChange::TokenRevoked { token }], vec![row]))
    }

    fn person(&self, user: &UserName) -> Result<&Person, Refusal> {
        self.people.get(user).ok_or(Refusal::NoSuchName)
    }

    /// The journal names people and programs alike.
    fn check_unknown(&self, name: &str) -> Result<(), Refusal> {
        let exists =
            self.people.contains_key(&UserName::new(name)) || self.programs.contains_key(name);
        (!exists).then_some(()).ok_or(Refusal::AlreadyExists)
    }

    /// Somebody must be left who can let others in.
    fn check_another_admin(&self, user: &UserName) -> Result<(), Refusal> {
        let is_admin = |person: &Person| person.role == Role::Admin && !person.disabled;
        let was_admin = self.people.get(user).is_some_and(is_admin);
        let another = self
            .people()
            .any(|(known, person)| known != user && is_admin(person));
        if was_admin && !another {
            return Err(Refusal::LastAdmin);
        }
        Ok(())
    }
}

type Changes = Result<(Vec<OfficeChange>, Vec<Secret>), Refusal>;

fn without_secret(change: Option<OfficeChange>) -> (Vec<OfficeChange>, Vec<Secret>) {
    (change.into_iter().collect(), Vec::new())
}

/// It is so already.
const NOTHING: (Vec<OfficeChange>, Vec<Secret>) = (Vec::new(), Vec::new());

/// As whoever asks has typed and read it: `Rina` and `rina` are one to everybody but a computer.
fn check_login(field: &'static str, name: &str) -> Result<(), Refusal> {
    let read = UserName::typed(name);
    read.is_some_and(|read| read.as_str() == name)
        .then_some(())
        .ok_or(Refusal::BadField {
            field,
            limit: Some(limits::LOGIN_NAME_CHARS_MAX),
        })
}

/// Hashes are made outside; an empty one would be a way in.
fn check_hash(field: &'static str, hash: &str) -> Result<(), Refusal> {
    let limit = None;
    (!hash.is_empty())
        .then_some(())
        .ok_or(Refusal::BadField { field, limit })
}

fn check_room(field: &'static str, len: usize) -> Result<(), Refusal> {
    let limit = Some(limits::ROSTER_LEN_MAX);
    (len < limits::ROSTER_LEN_MAX)
        .then_some(())
        .ok_or(Refusal::BadField { field, limit })
}
