//! Passwords: which are good enough, how they are hashed and checked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{self, CustomizedPasswordHasher, PasswordVerifier, try_generate_salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::problem::Problem;
use crate::base::fault::Fault;
use crate::base::limits;

/// Hashes a password (argon2id, PHC string). Takes tens of milliseconds: never on a thread that
/// serves screens.
///
/// # Errors
/// `HTTP-004` if the system gives no randomness.
pub fn hash(password: &str) -> Result<String, Fault> {
    let failed = |e| Fault::because(&super::HASHING, "menghitung sandi", e);
    let salt = try_generate_salt().map_err(|e| failed(e.into()))?;
    let hashed = Argon2id.hash_password_with_params(password.as_bytes(), &salt, params());
    hashed.map(|h| h.to_string()).map_err(failed)
}

/// Whether `password` belongs to `stored`. With `None` it takes as long and says no, so that a
/// stranger does not learn which names exist.
pub fn matches(password: &str, stored: Option<&str>) -> bool {
    let hash = stored.unwrap_or(NOBODYS);
    let Ok(parsed) = PasswordHash::new(hash) else {
        return false;
    };
    let fits = Argon2id
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    fits && stored.is_some()
}

/// Whether a new password is good enough: long, not a well-known one, not the person's own name.
///
/// # Errors
/// 422 with the rule that it breaks.
pub fn check_new(password: &str, user: &str, name: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < limits::PASSWORD_CHARS_MIN {
        return Err(Problem::new(422, "password_short").with("limit", limits::PASSWORD_CHARS_MIN));
    }
    if length > limits::PASSWORD_CHARS_MAX {
        return Err(Problem::new(422, "password_long").with("limit", limits::PASSWORD_CHARS_MAX));
    }
    if is_easy(&password.to_lowercase(), user, name) {
        return Err(Problem::new(422, "password_easy"));
    }
    Ok(())
}

/// A password that the first guesses of an attacker would find.
fn is_easy(lower: &str, user: &str, name: &str) -> bool {
    let letters = alphanumeric(lower);
    let stem = stem_of(&letters);
    let is_own = [user, name].iter().any(|own| {
        let own = alphanumeric(&own.to_lowercase());
        stem_of(&own).len() >= 3 && stem == stem_of(&own)
    });
    let distinct: std::collections::BTreeSet<char> = letters.chars().collect();
    let known = COMMON
        .iter()
        .any(|common| letters == *common || stem == *common);
    known || is_own || distinct.len() < DISTINCT_CHARS_MIN || is_run(&letters)
}

fn alphanumeric(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Without the year or the number that everybody adds.
fn stem_of(letters: &str) -> &str {
    letters.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// `123456789012`, `abcdefghijkl`, and the same backwards.
fn is_run(letters: &str) -> bool {
    let codes: Vec<u32> = letters.chars().map(u32::from).collect();
    let steps = |step: fn(u32) -> u32| codes.windows(2).filter(|w| step(w[0]) == w[1]).count();
    let most = codes.len().saturating_sub(2);
    steps(|c| c + 1) >= most || steps(|c| c.saturating_sub(1)) >= most
}

/// Argon2id in memory that is kept for the next password. An allocator would keep it, too: once for
/// each of the many threads that come by, half a gigabyte after forty logins (glibc 2.36).
struct Argon2id;

static KEPT: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

impl CustomizedPasswordHasher<PasswordHash> for Argon2id {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<password_hash::Version>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map_or(Ok(Algorithm::Argon2id), Algorithm::try_from)?;
        let version = version.map_or(Ok(Version::V0x13), Version::try_from)?;
        let shown = ParamsString::try_from(&params)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = [0; Output::MAX_LENGTH];
        let output = output
            .get_mut(..length)
            .ok_or(password_hash::Error::OutputSize)?;

        let mut blocks = kept().pop().unwrap_or_default();
        blocks.resize(params.block_count(), Block::default());
        let argon2 = Argon2::new(algorithm, version, params);
        let done = argon2.hash_password_into_with_memory(password, salt, &mut *output, &mut blocks);
        kept().push(blocks);
        done?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: shown,
            salt: Some(Salt::new(salt)?),
            hash: Some(Output::new(output)?),
        })
    }
}

/// Never more of them than hashings at the same time.
fn kept() -> MutexGuard<'static, Vec<Vec<Block>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn params() -> Params {
    // invariant: the constants below are within argon2's bounds; the default is as strong
    Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default()
}

/// OWASP's and ASVS 5.0 appendix C's accepted set.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Fewer different characters than this is a key held down.
const DISTINCT_CHARS_MIN: usize = 5;
/// Hash of a password nobody knows, with the same costs.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2lhZ2ExMTItbm9ib2R5cw$\
    3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs";
/// Stems of long passwords that everybody tries first; digits at the end are ignored.
const COMMON: [&str; 34] = [
    "password",
    "passwordpassword",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopasdf",
    "asdfghjkl",
    "zxcvbnm",
    "administrator",
    "admin",
    "adminadmin",
    "rahasia",
    "rahasiasekali",
    "sandi",
    "katasandi",
    "sayangku",
    "sayang",
    "bismillah",
    "alhamdulillah",
    "indonesia",
    "indonesiaraya",
    "merdeka",
    "garuda",
    "pancasila",
    "diskominfo",
    "kominfo",
    "siaga",
    "siagasiaga",
    "darurat",
    "operator",
    "operatoroperator",
    "supervisor",
    "welcome",
    "selamatdatang",
    "iloveyou",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_password_fits_its_hash_and_no_other() {
        let stored = hash("jembatan-biru-tua").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("jembatan-biru-tua", Some(&stored)));
        assert!(!matches("jembatan-biru-muda", Some(&stored)));
    }

    #[test]
    fn memory_that_held_another_password_changes_nothing() {
        for password in ["jembatan-biru-tua", "tiga ekor kucing"] {
            let stored = hash(password).unwrap();
            let parsed = PasswordHash::new(&stored).unwrap();
            let plain = Argon2::new(Algorithm::Argon2id, Version::V0x13, params());
            plain.verify_password(password.as_bytes(), &parsed).unwrap();
            let theirs = argon2::PasswordHasher::hash_password(&plain, password.as_bytes());
            let theirs: PasswordHash = theirs.unwrap();
            assert!(matches(password, Some(&theirs.to_string())));
        }
        let size = |blocks: &Vec<Block>| blocks.len() * Block::SIZE;
        assert!(
            kept()
                .iter()
                .all(|blocks| size(blocks) == MEMORY_KIB as usize * 1024)
        );
    }

    #[test]
    fn nobodys_hash_costs_the_same_and_fits_nothing() {
        let parsed = PasswordHash::new(NOBODYS).expect("a PHC string");
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (MEMORY_KIB, PASSES, LANES)
        );
        assert!(!matches("apa saja", None));
    }

    #[test]
    fn easy_passwords_are_refused_with_the_rule_they_break() {
        let code = |p: &str| check_new(p, "rina", "Rina Wulandari").unwrap_err().code;
        assert_eq!(code("pendek"), "password_short");
        assert_eq!(code(&"x1y2".repeat(40)), "password_long");
        for easy in [
            "password1234",
            "123456789012",
            "Rahasia12345",
            "aaaaaaaaaaaaa",
            "rinawulandari",
            "Rina-Wulandari-1990",
            "210987654321",
            "diskominfo2026",
        ] {
            assert_eq!(code(easy), "password_easy", "{easy}");
        }
        for (password, user, name) in [
            ("rina.wulandari", "rina.wulandari", "Rina"),
            ("RinaWulandari2026", "rina.wulandari", "Rina"),
            ("Rina, S.Kom 2026", "rina", "Rina, S.Kom"),
            ("petugas-piket-7", "x9", "Petugas Piket 1"),
            ("operator-satu1", "operator_satu1", "Rina"),
            ("operator1-2026", "operator1", "Rina"),
        ] {
            let refused = check_new(password, user, name).unwrap_err();
            assert_eq!(refused.code, "password_easy", "{password}");
        }
        assert!(check_new("tiga ekor kucing", "rina", "Rina").is_ok());
        assert!(check_new("jembatan-biru-tua", "rina", "Rina").is_ok());
    }
}
