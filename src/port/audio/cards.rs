//! Which sound cards this machine has. Only `/proc` is read: nothing is opened, nothing disturbed.

use std::fs;
use std::path::Path;

use crate::port::families::usb_modem;

/// One sound card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// Changes with the order in which cards are found.
    pub index: u32,
    /// Stays as long as no equal card is plugged in: `Device`.
    pub id: String,
    /// For people, with where it is plugged in: `USB Audio Device at usb-0000:00:14.0-2.1`.
    pub about: String,
    /// It hears and speaks, so it can be a line's.
    pub is_two_way: bool,
    /// Its first device plays: a loudspeaker, or a jack for one. What a card calls its later
    /// devices are screens.
    pub plays: bool,
    /// It is part of a telephone modem.
    pub is_modems: bool,
}

impl Card {
    /// What belongs into the configuration.
    pub fn audio(&self) -> String {
        format!("alsa:plughw:CARD={}", self.id)
    }

    /// What plays on it beside other programs, if the card's own configuration can mix.
    pub fn loudspeaker(&self) -> String {
        format!("sysdefault:CARD={}", self.id)
    }

    /// Whether an ALSA name means this card.
    pub fn is_meant(&self, name: &str) -> bool {
        card_meant(name).is_some_and(|card| card == self.id || card == self.index.to_string())
    }
}

/// The card on which the box itself can ring: the first that plays and is neither a modem nor meant
/// by one of these ALSA names.
pub fn loudspeaker_in(root: &Path, taken: &[String]) -> Option<Card> {
    let is_taken = |card: &Card| taken.iter().any(|name| card.is_meant(name));
    cards_in(root)?
        .into_iter()
        .find(|card| card.plays && !card.is_modems && !is_taken(card))
}

/// Every card below `root`; `None` if the kernel has no sound at all, or does not show it.
pub fn cards_in(root: &Path) -> Option<Vec<Card>> {
    let folder = root.join("proc/asound");
    let text = fs::read_to_string(folder.join("cards")).ok()?;
    let mut cards: Vec<Card> = Vec::new();
    for line in text.lines() {
        if let Some(mut card) = head(line) {
            let folder = folder.join(format!("card{}", card.index));
            card.is_two_way = is_two_way(&folder);
            card.plays = folder.join("pcm0p").exists();
            card.is_modems = is_modems(&folder);
            cards.push(card);
        } else if let Some(card) = cards.last_mut() {
            // The line below a card says where it is.
            card.about = line.trim().to_owned();
        }
    }
    Some(cards)
}

/// The card that an ALSA name means, `CARD=Device` or its place as a number: `plughw:Device`,
/// `plughw:1,0`, `plughw:CARD=Device,DEV=0`. `None`: a name that means no card of its own.
pub fn card_meant(name: &str) -> Option<&str> {
    let (plugin, arguments) = name.split_once(':')?;
    if !CARD_PLUGINS.contains(&plugin) {
        return None;
    }
    let first = arguments.split(',').next()?;
    Some(first.strip_prefix("CARD=").unwrap_or(first)).filter(|card| !card.is_empty())
}

/// ` 1 [Device         ]: USB-Audio - USB Audio Device`
fn head(line: &str) -> Option<Card> {
    let (index, rest) = line.split_once('[')?;
    let (id, about) = rest.split_once(']')?;
    Some(Card {
        index: index.trim().parse().ok()?,
        id: id.trim().to_owned(),
        about: about.trim_start_matches(':').trim().to_owned(),
        is_two_way: false,
        plays: false,
        is_modems: false,
    })
}

/// `pcm0c` captures, `pcm0p` plays.
fn is_two_way(card: &Path) -> bool {
    let Ok(entries) = fs::read_dir(card) else {
        return false;
    };
    let names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("pcm"))
        .collect();
    ["c", "p"]
        .iter()
        .all(|way| names.iter().any(|name| name.ends_with(way)))
}

/// `usbid` says `2c7c:0125`; cards that are not on USB have none.
fn is_modems(card: &Path) -> bool {
    let usb = fs::read_to_string(card.join("usbid")).unwrap_or_default();
    let id = usb.trim().split_once(':');
    id.is_some_and(|(vid, pid)| usb_modem(vid, pid).is_some())
}

/// Plugins of alsa-lib whose first argument is a card.
const CARD_PLUGINS: [&str; 4] = ["hw", "plughw", "sysdefault", "default"];

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    const CARDS: &str = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7e10000 irq 31
 1 [Device         ]: USB-Audio - USB Audio Device
                      C-Media Electronics Inc. USB Audio Device at usb-0000:00:14.0-2.1, full speed
";

    #[test]
    fn cards_are_read_with_their_place_and_what_they_can() {
        let root = tempfile::tempdir().expect("root");
        assert_eq!(cards_in(root.path()), None);
        let folder = root.path().join("proc/asound");
        for made in ["card0/pcm3p", "card1/pcm0c", "card1/pcm0p"] {
            fs::create_dir_all(folder.join(made)).expect("folder");
        }
        fs::write(folder.join("cards"), CARDS).expect("file");
        let cards = cards_in(root.path()).expect("cards");
        assert_eq!(cards.len(), 2);
        assert!(!cards[0].is_two_way);
        assert!(cards[1].is_two_way);
        assert_eq!(cards[1].audio(), "alsa:plughw:CARD=Device");
        assert!(cards[1].about.contains("usb-0000:00:14.0-2.1"));
        fs::write(folder.join("cards"), "--- no soundcards ---\n").expect("file");
        assert_eq!(cards_in(root.path()), Some(Vec::new()));
    }

    #[test]
    fn the_box_rings_on_the_first_card_that_is_nobody_elses() {
        let root = tempfile::tempdir().expect("root");
        let found = |taken: &[&str]| {
            let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
            loudspeaker_in(root.path(), &taken).map(|card| card.loudspeaker())
        };
        assert_eq!(found(&[]), None);
        let folder = root.path().join("proc/asound");
        // A screen's sound, a modem, a stick on a modem's headset jack, and the loudspeaker's jack.
        for made in ["card0/pcm3p", "card1/pcm0p", "card2/pcm0p", "card3/pcm0p"] {
            fs::create_dir_all(folder.join(made)).expect("folder");
        }
        let cards: String = ["HDMI", "Android", "Device", "PCH"]
            .iter()
            .enumerate()
            .map(|(index, id)| format!(" {index} [{id:<15}]: X - X\n    X\n"))
            .collect();
        fs::write(folder.join("cards"), cards).expect("file");
        fs::write(folder.join("card1/usbid"), "2c7c:0125\n").expect("file");
        fs::write(folder.join("card2/usbid"), "0d8c:0014\n").expect("file");
        let device = |name: &str| Some(format!("sysdefault:CARD={name}"));
        assert_eq!(found(&[]), device("Device"));
        assert_eq!(found(&["plughw:CARD=Device"]), device("PCH"));
        assert_eq!(found(&["plughw:2,0", "pulse"]), device("PCH"));
        assert_eq!(found(&["plughw:CARD=Device", "hw:PCH"]), None);
    }

    #[test]
    fn a_name_means_a_card_or_none() {
        for (name, card) in [
            ("plughw:CARD=Device", Some("Device")),
            ("plughw:CARD=Device,DEV=0", Some("Device")),
            ("hw:1,0", Some("1")),
            ("plughw:Device", Some("Device")),
            ("pulse", None),
            ("dmix:CARD=X", None),
            ("hw:", None),
        ] {
            assert_eq!(card_meant(name), card, "{name}");
        }
    }
}
