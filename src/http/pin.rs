//! PINs: who may have one, and which are good enough. They are hashed and compared as passwords are.

use super::problem::Problem;
use crate::base::limits;
use crate::desk::operator::Role;

/// Whether somebody of this role may come back with a PIN: those who share a computer. An
/// administrator's powers are worth a password each time.
pub fn may_have(role: Role) -> bool {
    role >= Role::Operator && role < Role::Admin
}

/// Whether a new PIN is six digits that are not among the first guesses of a colleague.
///
/// # Errors
/// 422 with the rule that it breaks.
pub fn check_new(pin: &str) -> Result<(), Problem> {
    let digits: Vec<u8> = pin.bytes().map(|b| b.wrapping_sub(b'0')).collect();
    let is_pin = digits.len() == limits::PIN_DIGITS && digits.iter().all(|d| *d <= 9);
    if !is_pin {
        return Err(Problem::new(422, "pin_shape").with("limit", limits::PIN_DIGITS));
    }
    if is_easy(pin, &digits) {
        return Err(Problem::new(422, "pin_easy"));
    }
    Ok(())
}

fn is_easy(pin: &str, digits: &[u8]) -> bool {
    let distinct: std::collections::BTreeSet<&u8> = digits.iter().collect();
    let runs = |step: u8| digits.windows(2).all(|w| (w[0] + step) % 10 == w[1]);
    let repeats = digits[..3] == digits[3..];
    let pairs = digits.chunks(2).all(|pair| pair[0] == pair[1]);
    let mirrored = digits.iter().eq(digits.iter().rev());
    let patterns = runs(1) || runs(9) || repeats || pairs || mirrored;
    distinct.len() < DISTINCT_MIN || patterns || is_date(digits) || ON_KEYPAD.contains(&pin)
}

/// A birthday or a wedding: `170845`, `450817`, `081945`, `194508`.
fn is_date(digits: &[u8]) -> bool {
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    let (day, month) = (|n: u8| (1..=31).contains(&n), |n: u8| (1..=12).contains(&n));
    let century = |n: u8| matches!(n, 19 | 20);
    let [a, b, c] = [two(0), two(2), two(4)];
    (day(a) && month(b))
        || (month(b) && day(c))
        || (month(a) && century(b))
        || (century(a) && month(c))
}

/// Fewer different digits than this are a key held down.
const DISTINCT_MIN: usize = 3;
/// Lines that a finger draws on a keypad.
const ON_KEYPAD: [&str; 10] = [
    "147258", "258369", "369258", "741852", "852963", "147369", "159357", "159753", "357951",
    "789456",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn six_digits_are_a_pin_and_nothing_else_is() {
        for bad in ["", "48271", "4827159", "48271a", "48 715", "４８２７１５"] {
            assert_eq!(check_new(bad).unwrap_err().code, "pin_shape", "{bad}");
        }
        for good in ["482715", "907364", "604938"] {
            assert!(check_new(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_a_colleague_guesses_first_is_refused() {
        for easy in [
            "123456", "000000", "654321", "890123", "210987", "121212", "112112", "110119",
            "123123", "112233", "123321", "111222", "170845", "450817", "081945", "194508",
            "311299", "159753", "147258",
        ] {
            assert_eq!(check_new(easy).unwrap_err().code, "pin_easy", "{easy}");
        }
    }

    /// As many as the module `workplace` reckons with.
    #[test]
    fn most_pins_are_good_enough() {
        let all = (0..1_000_000).map(|n| format!("{n:06}"));
        let good = all.filter(|pin| check_new(pin).is_ok()).count();
        assert_eq!(good, 927_991);
    }

    #[test]
    fn an_administrator_and_an_auditor_have_none() {
        let may: Vec<Role> = Role::ALL.into_iter().filter(|r| may_have(*r)).collect();
        assert!(may.contains(&Role::Operator) && may.contains(&Role::Supervisor));
        assert!(!may.contains(&Role::Admin) && !may.contains(&Role::Auditor));
    }
}
