//! What a USB device probably is: a table, `hardware/usb.toml`, never an `if`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What one interface of a modem is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Commands: the port for `port =`.
    At,
    /// A second command port.
    At2,
    /// Raw PCM: the port for `audio =`.
    Audio,
    Ppp,
    Diag,
    Gps,
    Net,
    /// Known to be of no use.
    Ignore,
}

/// One row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsbModem {
    /// As in the modem profiles; none for a bridge that may have anything behind it.
    pub family: Option<String>,
    pub vid: String,
    pub pid: String,
    pub name: String,
    pub note: Option<String>,
    #[serde(default)]
    interfaces: BTreeMap<Role, Vec<u8>>,
    #[serde(default)]
    classes: BTreeMap<Role, Vec<String>>,
}

impl UsbModem {
    /// What an interface is for; the class, where it is coded, knows better than the number.
    pub fn role(&self, number: Option<u8>, class: &str) -> Option<Role> {
        let by_class = self
            .classes
            .iter()
            .find(|(_, classes)| classes.iter().any(|known| known == class));
        let by_number = || {
            let number = number?;
            self.interfaces
                .iter()
                .find(|(_, numbers)| numbers.contains(&number))
                .map(|(role, _)| *role)
        };
        by_class.map(|(role, _)| *role).or_else(by_number)
    }
}

/// The row for a device; numbers as four lower-case hex digits.
pub fn usb_modem(vid: &str, pid: &str) -> Option<&'static UsbModem> {
    table()
        .iter()
        .find(|modem| modem.vid == vid && (modem.pid == pid || modem.pid == "*"))
}

fn table() -> &'static [UsbModem] {
    #[derive(Deserialize)]
    struct Table {
        device: Vec<UsbModem>,
    }
    static TABLE: LazyLock<Vec<UsbModem>> = LazyLock::new(|| {
        let text = include_str!("../../hardware/usb.toml");
        toml::from_str::<Table>(text).map_or_else(|_| Vec::new(), |table| table.device)
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn the_table_is_readable_and_an_exact_product_comes_before_any() {
        assert!(table().len() > 20);
        for (index, modem) in table().iter().enumerate() {
            let hidden = table()[..index]
                .iter()
                .any(|above| above.vid == modem.vid && above.pid == "*");
            assert!(!hidden, "{}:{} is never reached", modem.vid, modem.pid);
            assert_eq!(modem.vid.len(), 4);
        }
    }

    #[test]
    fn a_stick_is_known_by_its_interfaces() {
        let e1550 = usb_modem("12d1", "1001").expect("known");
        assert_eq!(e1550.role(Some(2), "ff/ff/ff"), Some(Role::At));
        assert_eq!(e1550.role(Some(1), "ff/ff/ff"), Some(Role::Audio));
        let newer = usb_modem("12d1", "14dc").expect("any Huawei");
        assert_eq!(newer.role(Some(0), "ff/03/12"), Some(Role::At));
        assert_eq!(newer.role(Some(0), "ff/ff/ff"), Some(Role::Ppp));
        let sim7600 = usb_modem("1e0e", "9001").expect("known");
        assert_eq!(sim7600.role(Some(4), "ff/00/00"), Some(Role::Audio));
        let bridge = usb_modem("1a86", "7523").expect("known");
        assert_eq!(bridge.family, None);
    }
}
