//! Logged-in browsers: what is remembered of them beside the table on disk.
//!
//! The table says whether a session exists; this memory says how old it is by the monotonic clock,
//! so that a wall clock that jumps ten years logs nobody out, and it carries people over while the
//! disk does not answer. Pure: time is passed in.

use std::collections::HashMap;
use std::time::Duration;

use crate::base::ids::UserName;
use crate::base::limits;
use crate::base::time::{Now, Tick, Trust, Wall};
use crate::desk::operator::Role;
use crate::desk::order::UserRecord;
use crate::store::SessionRecord;

/// SHA-256 of a session's token.
pub type TokenHash = [u8; 32];

/// Who a session belongs to, as far as pages need it.
#[derive(Clone, PartialEq, Debug)]
pub struct Person {
    pub user: UserName,
    pub name: String,
    pub role: Role,
}

impl From<&UserRecord> for Person {
    fn from(record: &UserRecord) -> Person {
        Person {
            user: record.user.clone(),
            name: record.name.clone(),
            role: record.role,
        }
    }
}

/// How a session stands.
#[derive(Clone, PartialEq, Debug)]
pub enum Standing {
    /// Go on. `touch`: its last use should be written down now.
    Good { person: Person, touch: bool },
    /// Idle or open for too long. The bell may still ring; data may not be shown.
    Expired,
    /// Logged out, parked, disabled, or never there.
    Ended,
}

/// What the disk knows of a session.
pub enum OnDisk {
    /// The session and its user.
    Known(SessionRecord, UserRecord),
    /// It is not there; the user of a session that memory knows, if there is such a user.
    Gone(Option<UserRecord>),
    /// The disk did not answer in time.
    Silent,
}

/// The memory.
#[derive(Default)]
pub struct Sessions {
    known: HashMap<TokenHash, Known>,
}

struct Known {
    person: Person,
    password_hash: String,
    /// Whether the table has it; until then this memory vouches for it.
    stored: bool,
    /// Logged out, though the table may not know yet.
    ended: bool,
    /// Somebody else is active in its browser, likewise.
    parked: bool,
    /// PINs that were compared with its person's, and not right.
    wrong_pins: u32,
    met: Tick,
    age_when_met: Duration,
    used: Tick,
    idle_when_met: Duration,
    touched: Tick,
}

impl Sessions {
    /// A session has just been opened; the table will have it soon.
    pub fn opened(&mut self, hash: TokenHash, user: &UserRecord, now: Now) {
        self.make_room();
        let known = Known::new(user, now.tick, Duration::ZERO, Duration::ZERO);
        self.known.insert(hash, known);
    }

    /// The table has it now.
    pub fn stored(&mut self, hash: &TokenHash) {
        if let Some(known) = self.known.get_mut(hash) {
            known.stored = true;
        }
    }

    /// The user of a session that the table may not have yet.
    pub fn user_of(&self, hash: &TokenHash) -> Option<UserName> {
        self.known.get(hash).map(|known| known.person.user.clone())
    }

    /// Somebody else is active in its browser: it opens nothing any more.
    pub fn parked(&mut self, hash: &TokenHash) {
        if let Some(known) = self.known.get_mut(hash) {
            known.parked = true;
        }
    }

    /// Whether it was logged out or parked; what still listens with it must stop.
    pub fn is_out(&self, hash: &TokenHash) -> bool {
        let known = self.known.get(hash);
        known.is_some_and(|known| known.ended || known.parked)
    }

    /// Whether the person of a parked session may come back to it with a PIN.
    pub fn may_switch(&self, parked: &SessionRecord, now: Now) -> bool {
        let known = self.known.get(&parked.token_hash);
        let is_over = known.is_some_and(|k| k.ended || k.wrong_pins >= limits::PIN_TRIES_MAX);
        let (age, idle) = self.age_of(parked, now);
        parked.parked && !is_over && age.max(idle) < limits::SESSION_IDLE
    }

    /// Counts a PIN that is about to be compared; `false`: there is nothing to compare it with.
    pub fn try_pin(&mut self, parked: &SessionRecord, user: &UserRecord, now: Now) -> bool {
        if !self.may_switch(parked, now) {
            return false;
        }
        let known = self.meet(&parked.token_hash, parked, user, now);
        known.parked = true;
        known.wrong_pins = known.wrong_pins.max(parked.wrong_pins);
        let may = known.wrong_pins < limits::PIN_TRIES_MAX;
        known.wrong_pins += u32::from(may);
        may
    }

    /// It was right, or could not be compared.
    pub fn pin_was_not_wrong(&mut self, hash: &TokenHash) {
        if let Some(known) = self.known.get_mut(hash) {
            known.wrong_pins = known.wrong_pins.saturating_sub(1);
        }
    }

    /// The person of a parked session has come back: a new one takes its place, as old as it.
    pub fn switched(&mut self, from: &SessionRecord, hash: TokenHash, user: &UserRecord, now: Now) {
        let (age, _) = self.age_of(from, now);
        self.make_room();
        let known = Known::new(user, now.tick, age, Duration::ZERO);
        self.known.insert(hash, known);
        self.ended(&from.token_hash);
    }

    /// It was logged out.
    pub fn ended(&mut self, hash: &TokenHash) {
        if let Some(known) = self.known.get_mut(hash) {
            known.ended = true;
        }
    }

    /// Judges a session. `active`: a person did something, which keeps it alive; a screen that
    /// only listens does not.
    pub fn judge(&mut self, hash: &TokenHash, disk: OnDisk, active: bool, now: Now) -> Standing {
        match disk {
            OnDisk::Known(record, user) => {
                if user.disabled {
                    return self.drop_it(hash);
                }
                let known = self.meet(hash, &record, &user, now);
                known.stored = true;
                known.parked |= record.parked;
                known.person = Person::from(&user);
                known.password_hash = user.password_hash;
            }
            OnDisk::Gone(user) => {
                // One that expired was taken off the table because of that.
                let vouches = |known: &&Known| !known.stored || known.is_expired(now.tick);
                let vouched = self.known.get(hash).filter(vouches);
                let same = vouched.zip(user).is_some_and(|(known, user)| {
                    !user.disabled && user.password_hash == known.password_hash
                });
                if !same {
                    return self.drop_it(hash);
                }
            }
            OnDisk::Silent => {}
        }
        match self.known.get_mut(hash) {
            Some(known) => known.standing(active, now.tick),
            None => Standing::Ended,
        }
    }

    /// Whether a session on the table is of no more use. One that was met since the start is judged
    /// by the monotonic clock; another by the wall clock, unless that is known to be wrong.
    pub fn is_over(&self, record: &SessionRecord, role: Role, now: Now, trust: Trust) -> bool {
        let known = self.known.get(&record.token_hash);
        let is_ended = known.is_some_and(|known| known.ended);
        let (age, idle) = self.age_of(record, now);
        // Nobody comes back to one that was parked for so long.
        let is_left = record.parked && age >= limits::SESSION_IDLE;
        let can_tell = known.is_some() || trust > Trust::Wrong;
        is_ended || (can_tell && (is_left || is_too_old(age, idle, role)))
    }

    /// How long ago it was opened and last used, as well as can be told.
    fn age_of(&self, record: &SessionRecord, now: Now) -> (Duration, Duration) {
        match self.known.get(&record.token_hash) {
            Some(known) => known.age(now.tick),
            None => by_wall(record, now.wall),
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    fn meet(
        &mut self,
        hash: &TokenHash,
        record: &SessionRecord,
        user: &UserRecord,
        now: Now,
    ) -> &mut Known {
        if !self.known.contains_key(hash) {
            self.make_room();
        }
        self.known.entry(*hash).or_insert_with(|| {
            // First met after a restart: only the wall clock knows how old it is.
            let (age, idle) = by_wall(record, now.wall);
            Known::new(user, now.tick, age, idle)
        })
    }

    fn drop_it(&mut self, hash: &TokenHash) -> Standing {
        self.known.remove(hash);
        Standing::Ended
    }

    fn make_room(&mut self) {
        if self.known.len() < limits::SESSIONS_CACHED_MAX {
            return;
        }
        let oldest = self.known.iter().min_by_key(|(_, known)| known.used);
        if let Some(hash) = oldest.map(|(hash, _)| *hash) {
            self.known.remove(&hash);
        }
    }
}

impl Known {
    fn new(user: &UserRecord, now: Tick, age: Duration, idle: Duration) -> Known {
        Known {
            person: Person::from(user),
            password_hash: user.password_hash.clone(),
            stored: false,
            ended: false,
            parked: false,
            wrong_pins: 0,
            met: now,
            age_when_met: age,
            used: now,
            idle_when_met: idle,
            touched: now,
        }
    }

    fn age(&self, now: Tick) -> (Duration, Duration) {
        let age = self.age_when_met + now.since(self.met);
        let idle = self.idle_when_met + now.since(self.used);
        (age, idle)
    }

    fn is_expired(&self, now: Tick) -> bool {
        let (age, idle) = self.age(now);
        is_too_old(age, idle, self.person.role)
    }

    fn standing(&mut self, active: bool, now: Tick) -> Standing {
        if self.ended || self.parked {
            return Standing::Ended;
        }
        if self.is_expired(now) {
            return Standing::Expired;
        }
        if !active {
            return Standing::Good {
                person: self.person.clone(),
                touch: false,
            };
        }
        self.used = now;
        self.idle_when_met = Duration::ZERO;
        let touch = now.since(self.touched) >= limits::SESSION_TOUCH_EVERY;
        if touch {
            self.touched = now;
        }
        Standing::Good {
            person: self.person.clone(),
            touch,
        }
    }
}

/// How long ago it was opened and last used. Nobody can say how old one from the future is, so it
/// has had its time.
fn by_wall(record: &SessionRecord, wall: Wall) -> (Duration, Duration) {
    let since = |ms: i64| Duration::from_millis(u64::try_from(wall.0 - ms).unwrap_or(0));
    let age = match record.opened_ms > (wall + limits::SESSION_SKEW).0 {
        true => limits::SESSION_LIFE,
        false => since(record.opened_ms),
    };
    (age, since(record.used_ms))
}

fn is_too_old(age: Duration, idle: Duration, role: Role) -> bool {
    let idle_max = match role {
        Role::Admin => limits::SESSION_IDLE_ADMIN,
        Role::Auditor | Role::Operator | Role::Dispatcher | Role::Supervisor => {
            limits::SESSION_IDLE
        }
    };
    age >= limits::SESSION_LIFE || idle >= idle_max
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const HASH: TokenHash = [7; 32];

    fn user(role: Role) -> UserRecord {
        UserRecord {
            user: "rina".into(),
            name: "Rina".into(),
            role,
            password_hash: "phc-1".into(),
            disabled: false,
            pin_hash: None,
        }
    }

    fn row(opened_ms: i64, used_ms: i64) -> SessionRecord {
        SessionRecord {
            token_hash: HASH,
            user: "rina".into(),
            opened_ms,
            used_ms,
            from: "192.168.10.11".into(),
            agent: "Firefox".into(),
            desk: None,
            parked: false,
            wrong_pins: 0,
        }
    }

    fn disk(opened_ms: i64, used_ms: i64, role: Role) -> OnDisk {
        OnDisk::Known(row(opened_ms, used_ms), user(role))
    }

    fn hour(n: u64) -> Now {
        Now {
            tick: Tick::default() + Duration::from_secs(3600 * n),
            wall: Wall(i64::try_from(3_600_000 * n).unwrap()),
        }
    }

    fn is_good(standing: &Standing) -> bool {
        matches!(standing, Standing::Good { .. })
    }

    #[test]
    fn a_shift_of_twelve_quiet_hours_ends_and_a_day_always_does() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(0));
        let seen = |s: &mut Sessions, n, active| {
            s.judge(&HASH, disk(0, 0, Role::Operator), active, hour(n))
        };
        assert!(is_good(&seen(&mut sessions, 11, true)));
        assert!(is_good(&seen(&mut sessions, 22, true)));
        assert_eq!(seen(&mut sessions, 24, true), Standing::Expired);
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(0));
        assert!(
            is_good(&seen(&mut sessions, 11, false)),
            "listening goes on"
        );
        assert_eq!(seen(&mut sessions, 12, true), Standing::Expired);
    }

    #[test]
    fn an_administrator_is_asked_again_after_half_an_hour() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Admin), hour(0));
        let standing = sessions.judge(&HASH, disk(0, 0, Role::Admin), true, hour(1));
        assert_eq!(standing, Standing::Expired);
    }

    #[test]
    fn a_wall_clock_that_jumps_ten_years_logs_nobody_out() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(0));
        for wall in [Wall(0), Wall(4_000_000_000_000)] {
            let now = Now { wall, ..hour(1) };
            assert!(is_good(&sessions.judge(
                &HASH,
                disk(0, 0, Role::Operator),
                true,
                now
            )));
        }
    }

    #[test]
    fn after_a_restart_the_table_tells_how_old_a_session_is() {
        let mut sessions = Sessions::default();
        let known = disk(0, 3_600_000, Role::Operator);
        assert!(is_good(&sessions.judge(&HASH, known, true, hour(2))));
        let mut sessions = Sessions::default();
        let known = disk(0, 3_600_000, Role::Operator);
        assert_eq!(
            sessions.judge(&HASH, known, true, hour(14)),
            Standing::Expired
        );
    }

    #[test]
    fn a_clock_that_was_put_back_gives_no_session_a_second_life() {
        let minutes = |n: i64| n * 60_000;
        for (opened_ms, good) in [(minutes(60 + 4), true), (minutes(60 + 6), false)] {
            let mut sessions = Sessions::default();
            let known = disk(opened_ms, opened_ms, Role::Operator);
            let standing = sessions.judge(&HASH, known, true, hour(1));
            assert_eq!(is_good(&standing), good, "{opened_ms}");
            // The clock is right again; the session was judged once.
            let known = disk(opened_ms, opened_ms, Role::Operator);
            assert_eq!(is_good(&sessions.judge(&HASH, known, true, hour(2))), good);
        }
    }

    #[test]
    fn an_expired_session_that_left_the_table_is_expired_and_not_logged_out() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(0));
        sessions.stored(&HASH);
        let gone = || OnDisk::Gone(Some(user(Role::Operator)));
        assert_eq!(
            sessions.judge(&HASH, gone(), false, hour(12)),
            Standing::Expired
        );
        sessions.ended(&HASH);
        assert_eq!(
            sessions.judge(&HASH, gone(), false, hour(12)),
            Standing::Ended
        );
    }

    #[test]
    fn who_is_connected_is_cleared_away_by_no_wrong_clock_and_the_others_by_none_known_as_wrong() {
        let far = |n: u64| Now {
            wall: Wall(4_000_000_000_000),
            ..hour(n)
        };
        let old = row(0, 0);
        let mut sessions = Sessions::default();
        let role = Role::Operator;
        let fair = Trust::Unconfirmed;
        assert!(!sessions.is_over(&old, role, hour(11), fair));
        assert!(sessions.is_over(&old, role, hour(12), fair));
        assert!(sessions.is_over(&old, role, far(1), fair));
        assert!(!sessions.is_over(&old, role, far(1), Trust::Wrong));
        sessions.opened(HASH, &user(role), hour(0));
        assert!(!sessions.is_over(&old, role, far(1), Trust::Synchronised));
        assert!(sessions.is_over(&old, role, far(12), Trust::Wrong));
    }

    #[test]
    fn while_the_disk_is_silent_those_who_were_in_stay_in_and_nobody_comes_new() {
        let mut sessions = Sessions::default();
        assert_eq!(
            sessions.judge(&HASH, OnDisk::Silent, true, hour(1)),
            Standing::Ended
        );
        sessions.opened(HASH, &user(Role::Operator), hour(1));
        assert!(is_good(&sessions.judge(
            &HASH,
            OnDisk::Silent,
            true,
            hour(2)
        )));
        sessions.ended(&HASH);
        assert_eq!(
            sessions.judge(&HASH, OnDisk::Silent, true, hour(2)),
            Standing::Ended
        );
    }

    #[test]
    fn a_login_that_is_not_on_disk_yet_holds_until_the_password_changes() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(1));
        assert!(is_good(&sessions.judge(
            &HASH,
            OnDisk::Gone(Some(user(Role::Operator))),
            true,
            hour(1)
        )));
        let changed = UserRecord {
            password_hash: "phc-2".into(),
            ..user(Role::Operator)
        };
        assert_eq!(
            sessions.judge(&HASH, OnDisk::Gone(Some(changed)), true, hour(1)),
            Standing::Ended
        );
    }

    #[test]
    fn a_session_that_was_on_disk_and_is_gone_has_ended() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), hour(1));
        sessions.stored(&HASH);
        let gone = OnDisk::Gone(Some(user(Role::Operator)));
        assert_eq!(sessions.judge(&HASH, gone, true, hour(1)), Standing::Ended);
        let disabled = UserRecord {
            disabled: true,
            ..user(Role::Operator)
        };
        let disk = OnDisk::Known(row(0, 0), disabled);
        assert_eq!(sessions.judge(&HASH, disk, true, hour(1)), Standing::Ended);
    }

    #[test]
    fn the_last_use_is_written_once_a_minute_at_most() {
        let mut sessions = Sessions::default();
        sessions.opened(HASH, &user(Role::Operator), Now::default());
        let mut touches = 0;
        for second in 1..=180 {
            let now = Now {
                tick: Tick(second * 1_000_000),
                ..Now::default()
            };
            let known = disk(0, 0, Role::Operator);
            if let Standing::Good { touch: true, .. } = sessions.judge(&HASH, known, true, now) {
                touches += 1;
            }
        }
        assert_eq!(touches, 3);
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut sessions = Sessions::default();
        for n in 0..2 * limits::SESSIONS_CACHED_MAX {
            let mut hash = HASH;
            hash[..8].copy_from_slice(&n.to_le_bytes());
            sessions.opened(hash, &user(Role::Operator), hour(0));
        }
        assert_eq!(sessions.len(), limits::SESSIONS_CACHED_MAX);
        let newest = *sessions.known.keys().next().unwrap();
        sessions.judge(&newest, disk(0, 0, Role::Operator), true, hour(0));
        assert_eq!(
            sessions.len(),
            limits::SESSIONS_CACHED_MAX,
            "one that is known takes nobody's place"
        );
    }

    fn parked(opened_ms: i64, wrong_pins: u32) -> SessionRecord {
        SessionRecord {
            parked: true,
            wrong_pins,
            ..row(opened_ms, opened_ms)
        }
    }

    #[test]
    fn a_parked_session_opens_nothing_and_its_person_comes_back_for_half_a_day() {
        let mut sessions = Sessions::default();
        let role = Role::Operator;
        sessions.opened(HASH, &user(role), hour(0));
        assert!(!sessions.may_switch(&row(0, 0), hour(1)), "it is active");
        sessions.parked(&HASH);
        assert!(sessions.is_out(&HASH));
        for disk in [
            disk(0, 0, role),
            OnDisk::Gone(Some(user(role))),
            OnDisk::Silent,
        ] {
            assert_eq!(sessions.judge(&HASH, disk, true, hour(1)), Standing::Ended);
        }
        assert!(sessions.may_switch(&parked(0, 0), hour(11)));
        assert!(!sessions.may_switch(&parked(0, 0), hour(12)));
        assert!(sessions.is_over(&parked(0, 0), role, hour(12), Trust::Network));
        assert!(!sessions.is_over(&parked(0, 0), role, hour(11), Trust::Network));
    }

    #[test]
    fn after_a_restart_a_parked_session_is_as_old_as_the_wall_clock_says() {
        let sessions = Sessions::default();
        assert!(sessions.may_switch(&parked(0, 0), hour(11)));
        assert!(!sessions.may_switch(&parked(0, 0), hour(12)));
        let from_the_future = 3_600_000 * 20;
        assert!(!sessions.may_switch(&parked(from_the_future, 0), hour(1)));
        let mut sessions = Sessions::default();
        let known = OnDisk::Known(parked(0, 0), user(Role::Operator));
        assert_eq!(sessions.judge(&HASH, known, true, hour(1)), Standing::Ended);
    }

    #[test]
    fn whoever_comes_back_has_no_second_day() {
        let mut sessions = Sessions::default();
        let new: TokenHash = [8; 32];
        sessions.opened(HASH, &user(Role::Operator), hour(0));
        sessions.parked(&HASH);
        sessions.switched(&parked(0, 0), new, &user(Role::Operator), hour(11));
        assert!(sessions.is_out(&HASH));
        let mut seen = |n| is_good(&sessions.judge(&new, OnDisk::Silent, true, hour(n)));
        assert!(seen(12) && seen(23));
        assert!(!seen(24));
    }

    #[test]
    fn five_pins_are_compared_and_no_more_however_many_come_at_once() {
        let mut sessions = Sessions::default();
        let rina = user(Role::Operator);
        let tried = |s: &mut Sessions, n| s.try_pin(&parked(0, n), &rina, hour(1));
        for _ in 0..3 {
            assert!(tried(&mut sessions, 0));
        }
        sessions.pin_was_not_wrong(&HASH);
        for _ in 0..3 {
            assert!(tried(&mut sessions, 0));
        }
        assert!(!tried(&mut sessions, 0));
        assert!(!sessions.may_switch(&parked(0, 0), hour(1)));
        // A restart gives none back.
        let mut sessions = Sessions::default();
        assert!(tried(&mut sessions, 4));
        assert!(!tried(&mut sessions, 4));
    }
}
