//! `siaga112 export calls --from D --to D --format csv|json --out F`

mod rows;

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::office::{self, Office, Trouble};
use super::{Context, Place, config, exit, say};
use crate::base::limits;
use crate::base::time::Wall;
use crate::store::CallFilter;
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
    format: FormatArg,
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

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Csv,
    Json,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "bukan tanggal; tulis seperti 2026-11-30".to_owned())
}

pub(super) fn run(context: &Context, args: ExportArgs) -> u8 {
    let What::Calls = args.what;
    if args.from > args.to {
        say::trouble("Hari pertama (--from) sesudah hari terakhir (--to).");
        return exit::USAGE;
    }
    let config_file = Place::config(args.config);
    let zone = match config::read(&config_file) {
        Ok(config) => config.center.timezone,
        // What is wrong with it is told when the office is opened.
        Err(_) => TimeZone::UTC,
    };
    let mut office = match office::open(context, Some(config_file)) {
        Ok(office) => office,
        Err(code) => return code,
    };
    let Some((from, to)) = span(args.from, args.to, &zone) else {
        say::trouble("Tanggal itu di luar jangkauan.");
        return exit::USAGE;
    };
    let filter = CallFilter {
        from: Some(from),
        to: Some(to),
        ..CallFilter::default()
    };
    let format = match args.format {
        FormatArg::Csv => Format::Csv,
        FormatArg::Json => Format::Json,
    };
    match export(office.as_mut(), &filter, format, &zone, &args.out) {
        Ok(count) => {
            if args.out != Path::new("-") {
                say::line(format!("{count} panggilan di {}", args.out.display()));
            }
            exit::DONE
        }
        Err(Failed::Office(trouble)) => trouble.told(),
        Err(Failed::Output(error)) => {
            say::trouble(format!(
                "{} tidak dapat ditulis: {error}.",
                args.out.display()
            ));
            exit::UNREACHABLE
        }
    }
}

/// From the first moment of the first day to the last of the last.
fn span(from: Date, to: Date, zone: &TimeZone) -> Option<(Wall, Wall)> {
    let begin = from.to_zoned(zone.clone()).ok()?;
    let end = to.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some((
        Wall(begin.timestamp().as_millisecond()),
        Wall(end.timestamp().as_millisecond() - 1),
    ))
}

enum Failed {
    Office(Trouble),
    Output(io::Error),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Failed {
        Failed::Office(trouble)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Failed {
        Failed::Output(error)
    }
}

/// Page by page, so that a year of calls needs no more memory than a day.
fn export(
    office: &mut dyn Office,
    filter: &CallFilter,
    format: Format,
    zone: &TimeZone,
    out: &Path,
) -> Result<u64, Failed> {
    let target = Target::open(out)?;
    let mut writer = Writer::new(format, zone, target.writer()?)?;
    let mut before = None;
    let mut count = 0;
    loop {
        let page = office.calls(filter, before, limits::EXPORT_PAGE_LEN)?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        for call in &page {
            writer.write(call)?;
            count += 1;
        }
    }
    writer.finish()?;
    target.keep()?;
    Ok(count)
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
        assert_eq!(to.rfc3339(&zone), "2026-11-21T23:59:59.999+08:00");
    }
}
