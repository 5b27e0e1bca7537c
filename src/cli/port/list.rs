//! `siaga112 port list`

use std::path::Path;

use super::super::{Context, exit, say};
use crate::port::audio::cards::{Card, cards_in};
use crate::port::discover::{Found, discover};
use crate::port::families::Role;

pub(super) fn run(context: &Context) -> u8 {
    let ports = discover();
    if context.json {
        say::json(&ports);
        return exit::DONE;
    }
    if ports.is_empty() {
        say::line(
            "Tidak ada port serial. Pasang modemnya, lalu ulangi; bila tetap kosong, periksa kabel dan hub.",
        );
    } else {
        tell_ports(&ports);
    }
    let cards = cards_in(Path::new("/")).unwrap_or_default();
    tell_cards(&cards);
    tell_loudspeakers(&cards);
    exit::DONE
}

fn tell_ports(ports: &[Found]) {
    let mut rows = vec![
        ["PORT", "GUNA", "MODEM", "NAMA TETAP"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(ports.iter().map(row));
    say::table(&rows);
    let mut notes: Vec<String> = ports
        .iter()
        .filter_map(|port| Some(format!("{}: {}", port.model.as_ref()?, port.note.as_ref()?)))
        .collect();
    notes.dedup();
    notes.iter().for_each(say::line);
}

/// Sound cards that can be a line's.
fn tell_cards(cards: &[Card]) {
    let usable: Vec<&Card> = cards.iter().filter(|card| card.is_two_way).collect();
    if usable.is_empty() {
        return;
    }
    let mut rows = vec![["KARTU SUARA", "TEMPAT"].map(str::to_owned).to_vec()];
    let row = |card: &&Card| vec![format!("audio = \"{}\"", card.audio()), card.about.clone()];
    rows.extend(usable.iter().map(row));
    say::line("");
    say::table(&rows);
    say::line(
        "Pakai CARD= dengan nama, bukan nomor: nomor berganti menurut urutan dipasang. Dua kartu yang sama perlu nama menurut lubang USB: hardware/wiring.md bagian 6.",
    );
}

/// Sound cards on which the box itself can ring.
fn tell_loudspeakers(cards: &[Card]) {
    let plays: Vec<&Card> = cards.iter().filter(|c| c.plays && !c.is_modems).collect();
    if plays.is_empty() {
        return;
    }
    let mut rows = vec![["PENGERAS SUARA", "TEMPAT"].map(str::to_owned).to_vec()];
    let row = |card: &&Card| {
        let device = format!("device = \"{}\"", card.loudspeaker());
        vec![device, card.about.clone()]
    };
    rows.extend(plays.iter().map(row));
    say::line("");
    say::table(&rows);
}

fn row(port: &Found) -> Vec<String> {
    let used_for = match port.role {
        Some(Role::At) => "perintah: port =",
        Some(Role::At2) => "perintah kedua",
        Some(Role::Audio) => "suara: audio =",
        Some(Role::Ppp) => "data",
        Some(Role::Diag) => "diagnosa",
        Some(Role::Gps) => "GPS",
        Some(Role::Net) => "jaringan",
        Some(Role::Ignore) => "-",
        None => "?",
    };
    let model = match (&port.model, &port.usb) {
        (Some(model), _) => model.clone(),
        (None, Some(usb)) => {
            let product = usb.product.as_deref().unwrap_or("?");
            format!("{product} ({}:{})", usb.vid, usb.pid)
        }
        (None, None) => "bukan USB".to_owned(),
    };
    vec![
        port.node.display().to_string(),
        used_for.to_owned(),
        model,
        port.stable().display().to_string(),
    ]
}
