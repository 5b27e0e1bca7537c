//! Which keys a person has chosen for which action. What an action is and which keys may be chosen
//! is the web's to say; here they are words within limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fact::OfficeChange;
use super::order::Refusal;
use super::{Desk, check};
use crate::base::ids::UserName;
use crate::base::limits;

/// Action to keys, as chosen: `answer` to `F2`. What is not in it has its default.
pub type Keys = BTreeMap<String, String>;

/// The choices of everybody who has made one. Shared with the pictures of the desk, which are many.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyMaps(Arc<BTreeMap<UserName, Keys>>);

impl Desk {
    /// Which keys people have chosen.
    pub fn keys(&self) -> &KeyMaps {
        self.office.keys()
    }
}

impl KeyMaps {
    /// What a person has chosen.
    pub fn of(&self, user: &UserName) -> Option<&Keys> {
        self.0.get(user)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The change that makes these a person's choices; none if they are already.
    pub(super) fn set(
        &self,
        user: &UserName,
        keys: &Keys,
    ) -> Result<Option<OfficeChange>, Refusal> {
        let (field, limit) = ("keys", Some(limits::KEYS_LEN_MAX));
        if keys.len() > limits::KEYS_LEN_MAX {
            return Err(Refusal::BadField { field, limit });
        }
        for word in keys.iter().flat_map(|(action, chord)| [action, chord]) {
            let limit = limits::KEY_CHARS_MAX;
            let plain = check::text(field, word, limit)? == word.as_str();
            if !plain || word.chars().any(char::is_control) {
                let limit = Some(limit);
                return Err(Refusal::BadField { field, limit });
            }
        }
        let is_so = match self.of(user) {
            Some(chosen) => chosen == keys,
            None => keys.is_empty(),
        };
        let changed = (!is_so).then(|| OfficeChange::KeysSet {
            user: user.clone(),
            keys: keys.clone(),
        });
        Ok(changed)
    }

    /// Takes a person's choices in; none at all are the defaults.
    pub(super) fn put(&mut self, user: &UserName, keys: &Keys) {
        let all = Arc::make_mut(&mut self.0);
        match keys.is_empty() {
            true => all.remove(user),
            false => all.insert(user.clone(), keys.clone()),
        };
    }
}
