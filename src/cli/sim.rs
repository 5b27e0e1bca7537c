//! `siaga112 sim FAMILY`: one virtual modem on a pseudo-terminal, obeying stdin.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use super::codes::NO_FAMILY;
use super::exit;
use crate::base::fault::Fault;
use crate::sim::modem::{Act, Family, Quirks};
use crate::sim::pty::{self, Running, Setup, Sound, Told};

/// Satu modem virtual di sebuah pseudo-terminal, untuk latihan dan uji.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = HELP)]
pub struct Args {
    /// huawei, simcom, a7670, quectel, sim800, plain, v253 (USR) atau v253-conexant
    #[arg(value_name = "FAMILY")]
    pub family: String,
    /// Sediakan juga port suara (huawei, simcom, quectel): PCM 16 bit, 50 bingkai per detik
    #[arg(long)]
    pub audio: bool,
    /// Tautan yang selalu menunjuk ke port suara yang sedang berlaku; sekaligus --audio
    #[arg(long, value_name = "PATH")]
    pub audio_link: Option<PathBuf>,
    /// Folder untuk yang didengar penelepon; bawaan: di samping --link, atau folder sementara
    #[arg(long, value_name = "DIR")]
    pub heard: Option<PathBuf>,
    /// Tautan yang selalu menunjuk ke port yang sedang berlaku
    #[arg(long, value_name = "PATH")]
    pub link: Option<PathBuf>,
    /// Benih yang sama memberi modem yang sama: IMEI, jeda, kelakuan
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Mulai dari mati: celoteh saat menyala, SIM dan jaringan menyusul
    #[arg(long)]
    pub cold: bool,
    /// Sedikit dari semua kelakuan buruk yang pernah terlihat pada modem sungguhan
    #[arg(long)]
    pub wild: bool,
    /// Satu kelakuan, dalam TOML: --quirk 'clip_late_ms = 1200'; boleh diulang
    #[arg(long = "quirk", value_name = "NAME=VALUE")]
    pub quirks: Vec<String>,
    /// Cetak semua kelakuan dengan nilainya, lalu selesai
    #[arg(long)]
    pub list_quirks: bool,
}

const HELP: &str = "\
Perintah lewat stdin, satu per baris:
  ring NUMBER|withheld|unavailable|payphone|hidden NUMBER [SECONDS]   ring-data NUMBER
  hangup [INDEX]   pick-up   busy   busy-tone   dtmf KEYS
  say FILE.wav   silence   tap [N]   cough   noise DB|off   tone dial|busy|congestion|ringback|off
  one-way in|out|none   unplug-audio   replug-audio
  sms NUMBER TEXT   pdu HEX   fill-store
  signal 0-31|99   register none|home|searching|denied|roaming   drop-sim   insert-sim
  unplug   replug   brown-out   reset   deaf   garbage COUNT   raw TEXT (\\r \\n \\0)

Yang dicetak: port PATH, port-gone, audio PATH, audio-gone, started, answered, hung-up, gave-up,
dtmf KEY, dialled NUMBER, sms-arrived, sms-sent NUMBER TEXT, refused WHY; dan pada akhir panggilan
yang suaranya menyala: starved N, overflowed N (bingkai 20 ms yang tidak ditulis atau tidak muat),
heard-full (lebih dari 10 menit), heard FILE.wav.

Suara: penelepon berbicara sejak dijawab; yang dikatakan sebelum suara dinyalakan tidak terdengar,
yang belum dikatakan saat panggilan berakhir dibuang. say berturut-turut diantrekan. one-way
menyebut arah yang hilang; in: pihak modem tidak mendengar penelepon. Pada v253 suara lewat port
perintah.
Stdin yang berakhir mengakhirinya; tanpa satu perintah pun ia hidup sampai dihentikan.

Contoh:
  mkfifo perintah; siaga112 sim huawei --link /tmp/modem0 < perintah &
  exec 9> perintah; echo 'ring +6284001010014 30' >&9";

/// Runs until stdin ends. Exit codes: 0 done, 2 wrong usage, 3 no port to be had.
pub fn run(args: &Args) -> u8 {
    let stdin = std::io::stdin().lock();
    run_with(args, stdin, &mut std::io::stdout(), &mut std::io::stderr())
}

/// The same on any input and outputs.
pub fn run_with(
    args: &Args,
    orders: impl BufRead,
    out: &mut (impl Write + Send),
    err: &mut impl Write,
) -> u8 {
    let (family, quirks) = match read(args) {
        Ok(read) => read,
        Err(why) => {
            let _printed = writeln!(err, "{}", Fault::new(&NO_FAMILY, why));
            return exit::USAGE;
        }
    };
    if args.list_quirks {
        let listed = toml::to_string(&quirks).unwrap_or_default();
        let _printed = write!(out, "{listed}");
        return exit::DONE;
    }
    let sound = sound(args, family);
    if sound.audio && !family.has_audio_port() {
        let _printed = writeln!(err, "{}", no_audio_port(family));
    }
    let setup = Setup {
        family,
        quirks,
        seed: args.seed,
        link: args.link.clone(),
    };
    match pty::spawn_with_sound(setup, sound) {
        Ok((modem, told)) => obey(modem, told, orders, out, err),
        Err(fault) => {
            let _printed = writeln!(err, "{fault}");
            exit::UNREACHABLE
        }
    }
}

/// What is heard is kept of every modem that carries sound.
fn sound(args: &Args, family: Family) -> Sound {
    let audio = args.audio || args.audio_link.is_some();
    let carries = family.is_in_band() || (audio && family.has_audio_port());
    let beside = args.link.as_ref().or(args.audio_link.as_ref());
    let usual = || match beside.and_then(|link| link.parent()) {
        Some(folder) if folder.as_os_str().is_empty() => Path::new(".").to_path_buf(),
        Some(folder) => folder.to_path_buf(),
        None => std::env::temp_dir().join(HEARD_FOLDER),
    };
    Sound {
        audio,
        audio_link: args.audio_link.clone(),
        heard: carries.then(|| args.heard.clone().unwrap_or_else(usual)),
    }
}

fn no_audio_port(family: Family) -> &'static str {
    if family.is_in_band() {
        "modem ini membawa suara lewat port perintah: port suara tidak dibuat"
    } else {
        "modem ini tidak membawa suara ke komputer: port suara tidak dibuat"
    }
}

fn read(args: &Args) -> Result<(Family, Quirks), String> {
    let family = args.family.parse::<Family>().map_err(|e| e.to_string())?;
    let mut quirks = if args.wild {
        Quirks::wild()
    } else {
        Quirks::default()
    };
    quirks.warm = !args.cold;
    Ok((family, quirks.with(&args.quirks)?))
}

/// Orders in on this thread, reports out on another.
fn obey(
    modem: Running,
    told: Receiver<Told>,
    orders: impl BufRead,
    out: &mut (impl Write + Send),
    err: &mut impl Write,
) -> u8 {
    std::thread::scope(|scope| {
        let printer = scope.spawn(move || print(told, out));
        let mut obeyed = 0;
        let mut code = exit::DONE;
        for line in orders.lines().map_while(Result::ok) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            obeyed += 1;
            if let Err(why) = carry_out(&modem, line) {
                let _printed = writeln!(err, "{why}");
                code = exit::USAGE;
            }
        }
        if obeyed == 0 {
            // Started without a hand on the orders: the port is served until somebody kills us.
            let _ended = printer.join();
        }
        drop(modem);
        code
    })
}

/// One order; `Err`: what is wrong with it.
fn carry_out(modem: &Running, line: &str) -> Result<(), String> {
    let act = line.parse::<Act>().map_err(|why| why.to_string())?;
    let act = pty::load(act).map_err(|fault| fault.to_string())?;
    modem.act(act);
    Ok(())
}

fn print(told: Receiver<Told>, out: &mut impl Write) {
    for told in told {
        let printed = match told {
            Told::Port(path) => writeln!(out, "port {}", path.display()),
            Told::PortGone => writeln!(out, "port-gone"),
            Told::Audio(path) => writeln!(out, "audio {}", path.display()),
            Told::AudioGone => writeln!(out, "audio-gone"),
            Told::Said(report) => writeln!(out, "{report}"),
        };
        if printed.and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

/// Below the system's temporary folder.
const HEARD_FOLDER: &str = "siaga112-sim";
