//! `siaga112 export calls --from D --to D --format csv|json --out F`

mod rows;

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::office::{Needs, Office, Purpose};
use super::{Context, codes, exit, say};
use crate::base::fault::Fault;
use crate::base::time::Wall;
use crate::control::Request;
use rows::{Format, Writer};

/// Keluarkan catatan sebagai tabel
#[derive(Args)]
#[command(
    after_help = "Contoh:\n  siaga112 export calls --from 2026-11-01 --to 2026-11-30 --format csv --out november.csv\n  siaga112 export calls --from 2026-11-21 --to 2026-11-21 --format json --out -\n\nTanggal menurut zona waktu kantor, kedua-duanya termasuk. Yang terbaru lebih dulu."
)]
pub(super) struct ExportArgs {
    /// Apa yang dikeluarkan
    #[arg(value_enum)]
    what: What,
    /// Hari pertama, misalnya 2026-11-01
    #[arg(long, value_name = "D", value_parser = date)]
    from: Date,
    /// Hari terakhir
    #[arg(long, value_name = "D", value_parser = date)]
    to: Date,
    #[arg(long, value_enum)]
    format: Format,
    /// Berkas hasil; - untuk stdout
    #[arg(long, value_name = "F")]
    out: PathBuf,
    /// Berkas konfigurasi; bawaan: /etc/siaga112/siaga112.toml
    #[arg(long, value_name = "F")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Calls,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "bukan tanggal; tulis seperti 2026-11-30".to_owned())
}

pub(super) fn run(context: &Context, args: ExportArgs) -> u8 {
    let What::Calls = args.what;
    if args.from > args.to {
        let doing = format!("--from {} sesudah --to {}", args.from, args.to);
        say::trouble(Fault::new(&codes::BAD_DAYS, doing));
        return exit::USAGE;
    }
    match carry_out(context, &args) {
        Ok(code) | Err(code) => code,
    }
}

fn carry_out(context: &Context, args: &ExportArgs) -> Result<u8, u8> {
    let config = args.config.clone();
    let mut office = Office::open(context, config, Needs::Config, Purpose::Looks)?;
    // The office's own zone: no other machine's, and not that of a file that has changed since.
    let about = office.do_it(Request::Ping)?;
    let zone = TimeZone::get(&say::word(&about["timezone"])).unwrap_or(TimeZone::UTC);
    let Some((from, to)) = span(args.from, args.to, &zone) else {
        let doing = format!("--from {} --to {}: di luar jangkauan", args.from, args.to);
        say::trouble(Fault::new(&codes::BAD_DAYS, doing));
        return Err(exit::USAGE);
    };
    let request = Request::ExportCalls {
        from_ms: Some(from.0),
        to_ms: Some(to.0),
    };
    let refused = |error: io::Error| {
        let out = args.out.display();
        say::trouble(Fault::because(
            &codes::OUTPUT,
            format!("menulis {out}"),
            error,
        ));
        exit::UNREACHABLE
    };
    let target = Target::open(&args.out).map_err(refused)?;
    let out = target.writer().map_err(refused)?;
    let mut writer = Writer::new(args.format, out).map_err(refused)?;
    let mut count = 0u64;
    office.ask(request, &mut |call| {
        count += 1;
        writer.write(&call)
    })?;
    writer.finish().map_err(refused)?;
    target.keep().map_err(refused)?;
    if !matches!(target, Target::Stdout) {
        say::line(format!("{count} panggilan di {}", args.out.display()));
    }
    Ok(office.end())
}

/// From the first moment of the first day to the first after the last.
fn span(from: Date, to: Date, zone: &TimeZone) -> Option<(Wall, Wall)> {
    let begin = from.to_zoned(zone.clone()).ok()?;
    let end = to.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some((
        Wall(begin.timestamp().as_millisecond()),
        Wall(end.timestamp().as_millisecond()),
    ))
}

/// Where the rows go: stdout, or a file that appears whole or not at all.
enum Target {
    Stdout,
    File { whole: PathBuf, part: PathBuf },
}

impl Target {
    fn open(out: &Path) -> io::Result<Target> {
        if out == Path::new("-") {
            return Ok(Target::Stdout);
        }
        let name = out.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let part = out.with_file_name(format!(".{}.sebagian", name.to_string_lossy()));
        Ok(Target::File {
            whole: out.to_owned(),
            part,
        })
    }

    fn writer(&self) -> io::Result<Box<dyn Write>> {
        match self {
            Target::Stdout => Ok(Box::new(BufWriter::new(io::stdout()))),
            // Numbers and names of people: for the owner's eyes only.
            Target::File { part, .. } => {
                let file = OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(part)?;
                Ok(Box::new(BufWriter::new(file)))
            }
        }
    }

    fn keep(&self) -> io::Result<()> {
        match self {
            Target::Stdout => Ok(()),
            Target::File { whole, part } => {
                File::open(part)?.sync_all()?;
                std::fs::rename(part, whole)
            }
        }
    }
}

/// What was not kept is not left lying about.
impl Drop for Target {
    fn drop(&mut self) {
        if let Target::File { part, .. } = self {
            let _ = std::fs::remove_file(part);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn a_day_is_the_offices_day() {
        let zone = TimeZone::get("Asia/Makassar").expect("zone");
        let day = date("2026-11-21").expect("date");
        let (from, to) = span(day, day, &zone).expect("span");
        assert_eq!(from.rfc3339(&zone), "2026-11-21T00:00:00.000+08:00");
        assert_eq!(to.rfc3339(&zone), "2026-11-22T00:00:00.000+08:00");
    }
}
