//! The keys of the console: which actions there are, what their keys are by default, and which keys
//! a person may choose instead.
//!
//! A chord is written as browsers name keys: `F2`, `Shift+F2`, `Ctrl+Enter`, `/`; `Escape Escape` is
//! the same key twice. What a browser or the computer keeps for itself on Windows or Linux cannot
//! be chosen: it would close the tab, or never arrive here.

use crate::desk::keys::Keys;

/// Something a key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Action {
    /// Stable name; `key.ID` is its title.
    pub id: &'static str,
    /// Where the help page shows it: `call class form help`.
    pub group: &'static str,
    /// The keys of somebody who has chosen none.
    pub chord: &'static str,
}

const fn action(group: &'static str, id: &'static str, chord: &'static str) -> Action {
    Action { id, group, chord }
}

/// Every action, in the order the help page shows them.
///
/// Microphone and hold stay clear of the letters that open a menu in Firefox (English F E V S B T
/// H, Indonesian B E T R M A N) and in Chromium (F E), and of D, which is the address bar in both:
/// C as in `bicara`, J as in `jeda`.
pub const ACTIONS: [Action; 22] = [
    action("call", "answer", "F2"),
    action("call", "answer_chosen", "Shift+F2"),
    action("call", "hangup", "Escape Escape"),
    action("call", "microphone", "Alt+C"),
    action("call", "hold", "Alt+J"),
    action("call", "bell_quiet", "Alt+M"),
    action("call", "replay", "Alt+R"),
    action("call", "invite", "Alt+I"),
    action("call", "callback", "Ctrl+B"),
    action("class", "report", "F4"),
    action("class", "information", "F7"),
    action("class", "ghost", "F8"),
    action("class", "prank", "F9"),
    action("class", "harassment", "Shift+F9"),
    action("class", "other_class", "F10"),
    action("class", "undo", "Alt+Z"),
    action("form", "location", "F6"),
    action("form", "save_draft", "Ctrl+Enter"),
    action("form", "search", "F3"),
    action("form", "command", "/"),
    action("help", "help", "F1"),
    action("help", "help_supervisor", "Alt+P"),
];

/// Why a chord cannot be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// It is not written as a chord.
    Shape,
    /// A browser, the computer or typing needs it.
    Kept,
}

/// Why choices cannot be taken, and for which action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    NoSuchAction(String),
    Chord(&'static str, Unfit),
    /// Two actions would have the same keys.
    Taken(&'static str, &'static str),
}

/// Whether a person may choose this chord.
///
/// # Errors
/// Why not.
pub fn check(chord: &str) -> Result<(), Unfit> {
    let read = Chord::read(chord).ok_or(Unfit::Shape)?;
    match read.is_kept() {
        true => Err(Unfit::Kept),
        false => Ok(()),
    }
}

/// A person's choices without those that are the default anyway.
///
/// # Errors
/// The first thing that is wrong with them.
pub fn chosen(wanted: &Keys) -> Result<Keys, Wrong> {
    let mut chosen = Keys::new();
    for (id, chord) in wanted {
        let mut all = ACTIONS.iter();
        let known = all.find(|action| action.id == id);
        let known = known.ok_or_else(|| Wrong::NoSuchAction(id.clone()))?;
        check(chord).map_err(|unfit| Wrong::Chord(known.id, unfit))?;
        if known.chord != chord {
            chosen.insert(id.clone(), chord.clone());
        }
    }
    let chord_of = |action: &Action| chosen.get(action.id).map_or(action.chord, String::as_str);
    for (at, action) in ACTIONS.iter().enumerate() {
        let mut before = ACTIONS[..at].iter();
        if let Some(other) = before.find(|other| chord_of(other) == chord_of(action)) {
            return Err(Wrong::Taken(action.id, other.id));
        }
    }
    Ok(chosen)
}

/// The keys of each action for somebody with these choices. A choice goes before a default: an
/// action whose default has been chosen for another one since has none.
pub fn in_use(chosen: Option<&Keys>) -> Vec<(&'static Action, Option<&str>)> {
    let own = |action: &Action| {
        let own = chosen?.get(action.id)?.as_str();
        check(own).is_ok().then_some(own)
    };
    let is_taken = |chord: &str| ACTIONS.iter().any(|other| own(other) == Some(chord));
    let default = |action: &'static Action| Some(action.chord).filter(|chord| !is_taken(chord));
    let pair = |action| (action, own(action).or_else(|| default(action)));
    ACTIONS.iter().map(pair).collect()
}

/// A chord, read.
struct Chord<'a> {
    ctrl: bool,
    alt: bool,
    shift: bool,
    key: &'a str,
    twice: bool,
}

impl<'a> Chord<'a> {
    fn read(text: &'a str) -> Option<Chord<'a>> {
        let (stroke, twice) = match text.split_once(' ') {
            Some((first, second)) if first == second => (first, true),
            Some(_) => return None,
            None => (text, false),
        };
        let mut parts: Vec<&str> = stroke.split('+').collect();
        let key = parts.pop().filter(|key| is_key(key))?;
        let given = |name: &str| parts.contains(&name);
        let chord = Chord {
            ctrl: given("Ctrl"),
            alt: given("Alt"),
            shift: given("Shift"),
            key,
            twice,
        };
        // Only these, each once, in this order; only Escape twice.
        let modifiers = [
            (chord.ctrl, "Ctrl"),
            (chord.alt, "Alt"),
            (chord.shift, "Shift"),
        ];
        let in_order = modifiers
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, name)| *name);
        let fits = in_order.eq(parts) && (!twice || stroke == "Escape");
        fits.then_some(chord)
    }

    /// Whether somebody else needs it: the browser, the computer, or typing.
    fn is_kept(&self) -> bool {
        let Chord {
            ctrl,
            alt,
            shift,
            key,
            twice,
        } = *self;
        if ctrl && alt {
            // AltGr on Windows, consoles and windows on Linux.
            return true;
        }
        match key {
            // Once it closes what is open; with others it is the start menu, the task manager.
            "Escape" => !twice,
            // Reload, the whole screen, the developer's tools.
            "F5" | "F11" | "F12" => true,
            // Closes the tab.
            "F4" if ctrl => true,
            // Windows and Linux desktops: close, move, enlarge the window.
            _ if is_function(key) => alt,
            // A new line, and a new line in a text.
            "Enter" => !ctrl && !alt,
            // Starts a command where nothing is typed.
            "/" if !(ctrl || alt || shift) => false,
            _ if MOVES.contains(&key) => true,
            _ if ctrl => is_kept_with_ctrl(key, shift),
            _ => !alt,
        }
    }
}

fn is_kept_with_ctrl(key: &str, shift: bool) -> bool {
    let letters = match shift {
        // Cut, copy, paste, all, undo, redo; new window and tab, close, quit; reload, address.
        false => "CVXAZYNTWQRL",
        // The same and their opposites; a private window; the developer's tools.
        true => "CVZNTWPQRIJ",
    };
    // Tabs by their number, and the size of the page.
    let counts = key.bytes().all(|b| b.is_ascii_digit()) || matches!(key, "-" | "=");
    letters.contains(key) || counts
}

fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    let is_sign = match (bytes.next(), bytes.next()) {
        (Some(b), None) => b.is_ascii_uppercase() || b.is_ascii_digit() || SIGNS.contains(&b),
        _ => false,
    };
    is_sign || is_function(key) || MOVES.contains(&key) || matches!(key, "Escape" | "Enter")
}

/// `F1` to `F12`.
fn is_function(key: &str) -> bool {
    let number = key.strip_prefix('F').and_then(|n| n.parse::<u8>().ok());
    number.is_some_and(|n| (1..=12).contains(&n) && key == format!("F{n}"))
}

/// Signs that have a key of their own on keyboards here.
const SIGNS: &[u8] = b"/,.;'[]\\`-=";

/// Keys that move in a text or a page, or change a text: with any modifier they belong to that.
const MOVES: [&str; 13] = [
    "Tab",
    "Space",
    "Backspace",
    "Insert",
    "Delete",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::http::openapi::schema;
    use crate::http::text::{Lang, find};

    fn keys(pairs: &[(&str, &str)]) -> Keys {
        let own = |(id, chord): &(&str, &str)| ((*id).to_owned(), (*chord).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn the_defaults_pass_their_own_rules() {
        for action in ACTIONS {
            assert_eq!(check(action.chord), Ok(()), "{action:?}");
        }
        assert_eq!(chosen(&Keys::new()), Ok(Keys::new()));
        let all: Vec<_> = ACTIONS.iter().map(|a| (a.id, a.chord)).collect();
        assert_eq!(chosen(&keys(&all)), Ok(Keys::new()));
    }

    #[test]
    fn microphone_and_hold_open_no_menu() {
        for id in ["microphone", "hold"] {
            let action = ACTIONS.iter().find(|action| action.id == id).unwrap();
            let letter = action.chord.strip_prefix("Alt+").unwrap();
            assert!(!"FEVSBTHRMAND".contains(letter), "{action:?}");
        }
    }

    #[test]
    fn every_action_has_a_title_in_both_languages_and_a_field_in_the_api() {
        let fields = schema("Keys")["properties"].as_object().unwrap();
        assert_eq!(fields.len(), ACTIONS.len());
        for action in ACTIONS {
            assert!(fields.contains_key(action.id), "{action:?}");
            for lang in [Lang::Id, Lang::En] {
                let title = format!("key-{}", action.id);
                assert!(find(lang, &title).is_some(), "{title}");
            }
        }
    }

    #[test]
    fn what_a_browser_or_the_computer_needs_cannot_be_chosen() {
        for chord in [
            "Ctrl+N",
            "Ctrl+T",
            "Ctrl+W",
            "Ctrl+Q",
            "Ctrl+Shift+N",
            "Ctrl+Shift+T",
            "Ctrl+Shift+W",
            "Ctrl+Shift+P",
            "Ctrl+Shift+Q",
            "Ctrl+Tab",
            "Ctrl+PageUp",
            "Ctrl+PageDown",
            "Ctrl+1",
            "Ctrl+0",
            "Ctrl+-",
            "F5",
            "Ctrl+F5",
            "F11",
            "F12",
            "Ctrl+R",
            "Ctrl+L",
            "Alt+F4",
            "Ctrl+F4",
            "Alt+F2",
            "Alt+Tab",
            "Alt+Space",
            "Alt+ArrowLeft",
            "Alt+ArrowRight",
            "Alt+Home",
            "Ctrl+Alt+K",
            "Ctrl+Alt+F2",
            "Ctrl+C",
            "Ctrl+V",
            "Ctrl+X",
            "Ctrl+A",
            "Ctrl+Z",
            "Ctrl+Y",
            "Ctrl+Shift+Z",
            "A",
            "Shift+A",
            "7",
            "Shift+7",
            ".",
            "Shift+/",
            "Enter",
            "Shift+Enter",
            "Escape",
            "Ctrl+Escape",
            "Delete",
            "Shift+Insert",
            "ArrowUp",
            "Space",
        ] {
            assert_eq!(check(chord), Err(Unfit::Kept), "{chord}");
        }
    }

    #[test]
    fn what_is_not_written_as_a_chord_is_not_one() {
        for chord in [
            "",
            " ",
            "f2",
            "F0",
            "F13",
            "F02",
            "F+2",
            "Shift+Ctrl+K",
            "Ctrl+Ctrl+K",
            "AltGr+K",
            "Meta+K",
            "Ctrl+",
            "+",
            "Ctrl++",
            "Ctrl",
            "k",
            "Ctrl+k",
            "Ctrl+KK",
            "Ctrl+é",
            "F2 F2",
            "Escape F2",
            "Escape Escape Escape",
            "Escape  Escape",
            "Ctrl+ K",
            " F2",
        ] {
            assert_eq!(check(chord), Err(Unfit::Shape), "{chord}");
        }
    }

    #[test]
    fn what_is_left_can_be_chosen() {
        for chord in [
            "F1",
            "Shift+F8",
            "Ctrl+F2",
            "Ctrl+Shift+F10",
            "Ctrl+B",
            "Ctrl+Shift+K",
            "Alt+7",
            "Alt+Shift+K",
            "Alt+/",
            "Ctrl+.",
            "/",
            "Ctrl+Enter",
            "Alt+Enter",
            "Escape Escape",
        ] {
            assert_eq!(check(chord), Ok(()), "{chord}");
        }
    }

    #[test]
    fn two_actions_never_share_their_keys() {
        let taken = chosen(&keys(&[("answer", "F8")]));
        assert_eq!(taken, Err(Wrong::Taken("ghost", "answer")));
        let swapped = keys(&[("answer", "F8"), ("ghost", "F2")]);
        assert_eq!(chosen(&swapped), Ok(swapped));
        let bad = chosen(&keys(&[("answer", "F5")]));
        assert_eq!(bad, Err(Wrong::Chord("answer", Unfit::Kept)));
        let unknown = chosen(&keys(&[("sing", "F2")]));
        assert_eq!(unknown, Err(Wrong::NoSuchAction("sing".into())));
    }

    #[test]
    fn a_choice_of_last_year_is_kept_as_far_as_it_still_fits() {
        // An action that is gone, keys that are kept now, and another action's default.
        let old = keys(&[("sing", "F2"), ("hold", "Ctrl+W"), ("replay", "Alt+I")]);
        let used = in_use(Some(&old));
        let of = |id: &str| used.iter().find(|(a, _)| a.id == id).unwrap().1;
        assert_eq!((of("hold"), of("replay")), (Some("Alt+J"), Some("Alt+I")));
        assert_eq!((of("invite"), of("answer")), (None, Some("F2")));
        assert!(in_use(None).iter().all(|(a, c)| *c == Some(a.chord)));
    }
}
