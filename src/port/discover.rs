//! Which serial ports this machine has, under which names, and what they probably are.
//!
//! Only `/sys` and `/dev/serial` are read: no device is opened, nothing is disturbed.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::families::{Role, usb_modem};

/// One serial port.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// `/dev/ttyUSB2`: changes whenever the modem loses power.
    pub node: PathBuf,
    /// The name for the configuration: the place it is plugged in.
    pub by_path: Option<PathBuf>,
    /// By maker and serial number; two equal sticks may share one.
    pub by_id: Option<PathBuf>,
    /// `None`: not on USB.
    pub usb: Option<Usb>,
    /// Modem family, a guess from the table.
    pub family: Option<String>,
    /// What it is called in the table.
    pub model: Option<String>,
    pub role: Option<Role>,
    /// What one should know of it.
    pub note: Option<String>,
}

impl Found {
    /// The name that belongs into the configuration.
    pub fn stable(&self) -> &Path {
        let link = self.by_path.as_ref().or(self.by_id.as_ref());
        link.unwrap_or(&self.node)
    }
}

/// What USB says of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Usb {
    /// Four lower-case hex digits, as the next.
    pub vid: String,
    pub pid: String,
    pub manufacturer: Option<String>,
    pub product: Option<String>,
    pub serial: Option<String>,
    /// bInterfaceNumber.
    pub interface: Option<u8>,
    /// class/subclass/protocol in hex.
    pub class: String,
    /// `auto` lets the kernel put it to sleep, which loses calls; `on` is right.
    pub power: Option<String>,
}

/// Every serial port of this machine, command ports of one device together.
pub fn discover() -> Vec<Found> {
    discover_in(Path::new("/"))
}

/// As [`discover`], below another root.
pub fn discover_in(root: &Path) -> Vec<Found> {
    let by_path = links(&root.join("dev/serial/by-path"));
    let by_id = links(&root.join("dev/serial/by-id"));
    let Ok(entries) = fs::read_dir(root.join("sys/class/tty")) else {
        return Vec::new();
    };
    let mut found: Vec<Found> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let device = entry.path().join("device").canonicalize().ok()?;
            is_real(&entry.path(), &name).then(|| {
                let link = |links: &[(String, PathBuf)]| {
                    let link = links.iter().find(|(node, _)| *node == name);
                    link.map(|(_, link)| link.clone())
                };
                describe(&name, &device, link(&by_path), link(&by_id))
            })
        })
        .collect();
    found.sort_by_key(|port| {
        let place = port.by_path.clone().unwrap_or_default();
        (place, natural(&port.node))
    });
    found
}

/// A tty with hardware behind it: not a console, not one of 32 `ttyS` the kernel made up.
fn is_real(class: &Path, name: &str) -> bool {
    if name.starts_with("ttyS") {
        // serial8250 ports without a chip have type 0 (PORT_UNKNOWN).
        return read(&class.join("type")).is_some_and(|kind| kind != "0");
    }
    ["ttyUSB", "ttyACM", "ttyAMA", "ttymxc", "ttyXRUSB"]
        .iter()
        .any(|kind| name.starts_with(kind))
}

fn describe(name: &str, device: &Path, by_path: Option<PathBuf>, by_id: Option<PathBuf>) -> Found {
    let usb = usb(device);
    let modem = usb
        .as_ref()
        .and_then(|usb| usb_modem(&usb.vid, &usb.pid).map(|modem| (usb, modem)));
    Found {
        node: Path::new("/dev").join(name),
        by_path,
        by_id,
        family: modem.and_then(|(_, modem)| modem.family.clone()),
        model: modem.map(|(_, modem)| modem.name.clone()),
        role: modem.and_then(|(usb, modem)| modem.role(usb.interface, &usb.class)),
        note: modem.and_then(|(_, modem)| modem.note.clone()),
        usb,
    }
}

/// A `ttyUSB`'s device is below its interface, a `ttyACM`'s device is the interface.
fn usb(device: &Path) -> Option<Usb> {
    let interface = [Some(device), device.parent()]
        .into_iter()
        .flatten()
        .find(|folder| folder.join("bInterfaceClass").exists())?;
    let whole = interface.parent()?;
    let class = |what: &str| read(&interface.join(what)).unwrap_or_default();
    Some(Usb {
        vid: read(&whole.join("idVendor"))?.to_lowercase(),
        pid: read(&whole.join("idProduct"))?.to_lowercase(),
        manufacturer: read(&whole.join("manufacturer")),
        product: read(&whole.join("product")),
        serial: read(&whole.join("serial")),
        interface: read(&interface.join("bInterfaceNumber"))
            .and_then(|number| u8::from_str_radix(&number, 16).ok()),
        class: format!(
            "{}/{}/{}",
            class("bInterfaceClass"),
            class("bInterfaceSubClass"),
            class("bInterfaceProtocol")
        ),
        power: read(&whole.join("power/control")),
    })
}

/// Links of a folder in `/dev/serial` and the node each stands for.
fn links(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut links: Vec<(String, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let target = fs::read_link(entry.path()).ok()?;
            let node = target.file_name()?.to_str()?.to_owned();
            Some((node, entry.path()))
        })
        .collect();
    // udev makes `…usb-0:2…` and `…usbv2-0:2…` for one port; the first is the one to show.
    links.sort();
    links
}

fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `ttyUSB10` after `ttyUSB9`.
fn natural(node: &Path) -> (String, u32) {
    let name = node.to_string_lossy();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[stem.len()..].parse().unwrap_or(0);
    (stem.to_owned(), number)
}
