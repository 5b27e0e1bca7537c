//! From what is written to what is meant: defaults filled in, every value checked.

use core::net::SocketAddr;

use jiff::tz::TimeZone;

use super::problem::{Problem, codes};
use super::settings::{
    Center, Config, Language, LineConfig, Origin, Recording, Setting, Upstream, Web,
};
use super::written::{At, Written};
use super::{bell, lines, zone};
use crate::base::limits;

/// 2^30 bytes, as disks are shown by `df -h`.
const GIGABYTE: u64 = 1 << 30;

/// Sizes that make sense: a gigabyte is nine hours of talk.
const GIGABYTES: std::ops::RangeInclusive<u64> = 1..=100_000;

/// What a secret looks like in [`Setting::value`].
pub(super) const HIDDEN: &str = "••••";

/// From what is written to what is meant.
///
/// # Errors
/// Every problem that makes it unusable, in the order of the file.
pub(super) fn mean(written: &Written) -> Result<Config, Vec<Problem>> {
    let mut check = Check {
        problems: written.problems.clone(),
        ..Check::default()
    };
    let center = check.center(written);
    let web = check.web(written);
    let lines = check.lines(written);
    let upstream = check.upstream(written);
    let recording = check.recording(written);
    let bell = bell::check(&mut check, &written.bell, &lines);
    if !check.problems.is_empty() {
        let key = |problem: &Problem| problem.line.unwrap_or(usize::MAX);
        check.problems.sort_by_key(key);
        check.problems.truncate(limits::CONFIG_PROBLEMS_MAX);
        return Err(check.problems);
    }
    Ok(Config {
        center,
        web,
        lines,
        upstream,
        recording,
        bell,
        settings: check.settings,
        warnings: check.warnings,
    })
}

/// Gathers problems, warnings and settings while the parts are checked.
#[derive(Default)]
pub(super) struct Check {
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    pub(super) settings: Vec<Setting>,
}

impl Check {
    fn center(&mut self, written: &Written) -> Center {
        let center = &written.center;
        let name = match &center.name {
            Some(name) => self.name("center.name", name, limits::CENTER_NAME_CHARS_MAX),
            None if center.mistyped.iter().any(|key| key == "name") => String::new(),
            None => {
                let what = "\"name\" belum ditulis di [center]".to_owned();
                let cure = "Tulis [center] lalu name = \"112 Kabupaten …\".";
                self.problems
                    .push(Problem::new(&codes::MISSING, None, what).cured_by(cure));
                String::new()
            }
        };
        self.set("center.name", &name, &center.name);
        let area = center.area.as_ref().and_then(|area| self.area(area));
        if let Some(area) = &area {
            self.set("center.area", area, &center.area);
        }
        let timezone = self.timezone(&center.timezone, area.as_deref());
        let language = self.language(&center.language);
        let code = center.area_code.as_ref();
        let area_code = code.and_then(|code| self.area_code(code));
        if let Some(code) = &area_code {
            self.set("center.area_code", code, &center.area_code);
        }
        Center {
            name,
            area,
            timezone,
            language,
            area_code,
        }
    }

    fn recording(&mut self, written: &Written) -> Recording {
        let usual = Recording::default();
        let written = &written.recording;
        Recording {
            max_bytes: self.gigabytes("recording.max_gb", &written.max_gb, usual.max_bytes),
            keep_free_bytes: self.gigabytes(
                "recording.keep_free_gb",
                &written.keep_free_gb,
                usual.keep_free_bytes,
            ),
        }
    }

    /// A size written in whole gigabytes (2^30 bytes).
    fn gigabytes(&mut self, key: &str, written: &Option<At<i64>>, usual: u64) -> u64 {
        let bytes = match written {
            None => usual,
            Some(at) => match u64::try_from(at.value)
                .ok()
                .filter(|gb| GIGABYTES.contains(gb))
            {
                Some(gb) => gb * GIGABYTE,
                None => {
                    let what = format!("\"{}\" bukan ukuran ruang rekaman", at.value);
                    let cure = format!(
                        "Tulis gigabyte dari {} sampai {}.",
                        GIGABYTES.start(),
                        GIGABYTES.end()
                    );
                    self.problems
                        .push(Problem::new(&codes::BAD_VALUE, at.line, what).cured_by(cure));
                    usual
                }
            },
        };
        let line = written.as_ref().map(|at| At {
            value: at.value.to_string(),
            line: at.line,
        });
        self.set(key, &format!("{} GB", bytes / GIGABYTE), &line);
        bytes
    }

    fn area(&mut self, area: &At<String>) -> Option<String> {
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = area.value.split('.');
        let province = parts.next().is_some_and(two_digits);
        let regency = parts.next().is_none_or(two_digits);
        if province && regency && parts.next().is_none() {
            return Some(area.value.clone());
        }
        self.bad(
            area,
            "bukan kode wilayah",
            "Tulis kode Kemendagri kabupaten, misalnya area = \"71.07\".",
        );
        None
    }

    fn timezone(&mut self, written: &Option<At<String>>, area: Option<&str>) -> TimeZone {
        let of_area = area.and_then(zone::of_area);
        let name = match written {
            Some(zone) => zone.value.as_str(),
            None => of_area.unwrap_or(zone::DEFAULT),
        };
        self.set("center.timezone", name, written);
        match (TimeZone::get(name), written) {
            (Ok(zone), Some(written)) => {
                self.compare_zone_with_area(&zone, written, of_area);
                zone
            }
            (Ok(zone), None) => zone,
            (Err(_), Some(written)) => {
                self.bad(
                    written,
                    "bukan zona waktu",
                    "Pakai \"Asia/Jakarta\" (WIB), \"Asia/Makassar\" (WITA) atau \"Asia/Jayapura\" (WIT).",
                );
                TimeZone::UTC
            }
            // The bundled table lacks one of our own three names: a broken build, caught by a test.
            (Err(_), None) => TimeZone::UTC,
        }
    }

    fn compare_zone_with_area(
        &mut self,
        zone: &TimeZone,
        written: &At<String>,
        of_area: Option<&str>,
    ) {
        let Some(expected) = of_area.and_then(|name| TimeZone::get(name).ok()) else {
            return;
        };
        // None of the three has summer time, so one moment speaks for all.
        let epoch = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000);
        if zone.to_offset(epoch) != expected.to_offset(epoch) {
            let what = format!(
                "zona waktu \"{}\", padahal wilayahnya memakai \"{}\"",
                written.value,
                of_area.unwrap_or_default()
            );
            self.warnings
                .push(Problem::new(&codes::ZONE_OF_OTHER_AREA, written.line, what));
        }
    }

    fn language(&mut self, written: &Option<At<String>>) -> Language {
        let language = match written.as_ref().map(|at| (at, at.value.as_str())) {
            None | Some((_, "id")) => Language::Indonesian,
            Some((_, "en")) => Language::English,
            Some((at, _)) => {
                self.bad(at, "bukan bahasa yang ada", "Pilih \"id\" atau \"en\".");
                Language::Indonesian
            }
        };
        self.set("center.language", language.code(), written);
        language
    }

    fn area_code(&mut self, code: &At<String>) -> Option<String> {
        // Rencana Dasar Teknis Nasional: a zero and two or three digits, the first of them 2..9.
        let digits = code.value.strip_prefix('0').unwrap_or_default();
        let fits = (2..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with(['0', '1']);
        if fits {
            return Some(code.value.clone());
        }
        self.bad(
            code,
            "bukan kode area telepon",
            "Tulis dengan nol di depan, misalnya area_code = \"0431\".",
        );
        None
    }

    fn web(&mut self, written: &Written) -> Web {
        let mut listen = Vec::new();
        match &written.web.listen {
            None => listen.extend(LISTEN_DEFAULT.parse::<SocketAddr>()),
            Some(addresses) => {
                for address in &addresses.value {
                    listen.extend(self.address(address, &listen));
                }
                self.count("web.listen", addresses, limits::LISTEN_ADDRESSES_MAX);
            }
        }
        self.set_list(
            "web.listen",
            listen.iter().map(ToString::to_string),
            &written.web.listen,
        );
        let mut names = vec![NAME_DEFAULT.to_owned()];
        if let Some(written) = &written.web.names {
            names = Vec::new();
            for name in &written.value {
                names.extend(self.host(name));
            }
            self.count("web.names", written, limits::CERTIFICATE_NAMES_MAX);
        }
        self.set_list("web.names", names.iter().cloned(), &written.web.names);
        Web { listen, names }
    }

    fn address(&mut self, address: &At<String>, before: &[SocketAddr]) -> Option<SocketAddr> {
        let Ok(socket) = address.value.parse::<SocketAddr>() else {
            self.bad(
                address,
                "bukan alamat dengan port",
                "Tulis alamat IP dan port, misalnya \"0.0.0.0:443\" atau \"[::]:443\".",
            );
            return None;
        };
        if before.contains(&socket) {
            let what = format!("alamat \"{socket}\" ditulis dua kali");
            self.problems
                .push(Problem::new(&codes::TWICE, address.line, what));
            return None;
        }
        Some(socket)
    }

    fn host(&mut self, name: &At<String>) -> Option<String> {
        if is_host_name(&name.value) || name.value.parse::<core::net::IpAddr>().is_ok() {
            return Some(name.value.to_lowercase());
        }
        self.bad(
            name,
            "bukan nama komputer",
            "Pakai huruf, angka dan tanda hubung saja, misalnya \"siaga112.local\".",
        );
        None
    }

    fn lines(&mut self, written: &Written) -> Vec<LineConfig> {
        if written.lines.is_empty() {
            let what = "tidak ada [[line]]".to_owned();
            self.warnings
                .push(Problem::new(&codes::NO_LINES, None, what));
        }
        if let Some(first_too_many) = written.lines.get(limits::LINES_MAX) {
            let what = format!(
                "ada {} saluran, batasnya {}",
                written.lines.len(),
                limits::LINES_MAX
            );
            self.problems
                .push(Problem::new(&codes::TOO_MANY, first_too_many.line, what));
        }
        lines::check(self, &written.lines)
    }

    fn upstream(&mut self, written: &Written) -> Option<Upstream> {
        let line = written.upstream.line?;
        let Some(url) = &written.upstream.url else {
            let what = "\"url\" belum ditulis di [upstream]".to_owned();
            self.problems.push(
                Problem::new(&codes::MISSING, line, what)
                    .cured_by("Tulis url = \"https://…\" atau hapus [upstream]."),
            );
            return None;
        };
        let host = url.value.strip_prefix("https://").unwrap_or_default();
        let plain = !url
            .value
            .contains(|c: char| c.is_whitespace() || c.is_control());
        if host.is_empty() || host.starts_with('/') || host.contains('@') || !plain {
            self.bad(
                url,
                "bukan alamat https",
                "Tulis \"https://nama.server/…\" tanpa nama pengguna atau sandi di dalamnya.",
            );
            return None;
        }
        self.set("upstream.url", &url.value, &written.upstream.url);
        Some(Upstream {
            url: url.value.clone(),
        })
    }

    /// A name that people read: some text, no control characters, not too long.
    pub(super) fn name(&mut self, key: &str, name: &At<String>, chars_max: usize) -> String {
        let text = name.value.trim();
        if text.is_empty() || text.chars().any(char::is_control) {
            let cure = format!("Tulis {key} yang dapat dibaca orang.");
            self.bad(name, "bukan nama", cure);
        } else if text.chars().count() > chars_max {
            let what = format!("nama lebih dari {chars_max} huruf");
            self.problems
                .push(Problem::new(&codes::TOO_MANY, name.line, what));
        }
        text.to_owned()
    }

    /// `"value" tidak dapat dipakai: why`.
    pub(super) fn bad(&mut self, at: &At<String>, why: &str, cure: impl Into<String>) {
        let shown: String = at.value.chars().take(SHOWN_CHARS_MAX).collect();
        let what = format!("\"{}\" {why}", shown.escape_debug());
        self.problems
            .push(Problem::new(&codes::BAD_VALUE, at.line, what).cured_by(cure));
    }

    fn count<T>(&mut self, key: &str, list: &At<Vec<T>>, max: usize) {
        if list.value.is_empty() {
            let what = format!("{key} kosong");
            let cure = "Isi sedikitnya satu, atau hapus barisnya untuk memakai nilai bawaan.";
            self.problems
                .push(Problem::new(&codes::BAD_VALUE, list.line, what).cured_by(cure));
        }
        if list.value.len() > max {
            let what = format!("{key} berisi {}, batasnya {max}", list.value.len());
            self.problems
                .push(Problem::new(&codes::TOO_MANY, list.line, what));
        }
    }

    /// Notes a setting in effect.
    pub(super) fn set<T>(&mut self, key: &str, value: &str, written: &Option<At<T>>) {
        self.settings.push(Setting {
            key: key.to_owned(),
            value: value.into(),
            origin: Origin::of(written),
        });
    }

    fn set_list<T>(
        &mut self,
        key: &str,
        values: impl Iterator<Item = String>,
        written: &Option<At<T>>,
    ) {
        self.settings.push(Setting {
            key: key.to_owned(),
            value: values.collect::<Vec<_>>().into(),
            origin: Origin::of(written),
        });
    }
}

impl Origin {
    fn of<T>(written: &Option<At<T>>) -> Origin {
        match written {
            Some(at) => Origin::Line(at.line),
            None => Origin::Default,
        }
    }
}

/// RFC 1123 names: labels of letters, digits and inner hyphens, at most 63 long, 253 in all.
fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// Every address of the machine; 443 so that nobody types a port.
const LISTEN_DEFAULT: &str = "0.0.0.0:443";
/// Found by mDNS where the office's computers know it.
const NAME_DEFAULT: &str = "siaga112.local";
/// Of a wrong value; enough to recognise it.
const SHOWN_CHARS_MAX: usize = 80;
