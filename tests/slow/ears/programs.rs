//! The programs that are not ours, and their files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Fails with what to install if a program is missing.
pub fn need_all() {
    let needed = ["espeak-ng", "sox", "multimon-ng"];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|name| Command::new(name).arg("--version").output().is_err())
        .collect();
    assert!(
        missing.is_empty(),
        "missing Debian packages: {}\ninstall them: sudo apt-get install --no-install-recommends {}   (tests/all does)",
        missing.join(" "),
        missing.join(" "),
    );
}

/// A folder for sound files that vanishes with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Folder {
        let folder = tempfile::Builder::new().prefix("siaga112-ears-").tempdir();
        Folder(folder.unwrap())
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Text spoken by `espeak-ng` in one of its voices, as 8 kHz samples.
    pub fn speak(&self, name: &str, text: &str, voice: &Voice) -> Vec<i16> {
        let wave = self.file(&format!("{name}.wav"));
        let mut espeak = Command::new("espeak-ng");
        espeak.args(["-v", &voice.name]);
        espeak.args(["-s", &voice.words_per_minute.to_string()]);
        espeak.args(["-p", &voice.pitch.to_string(), "-w"]);
        run(espeak.arg(&wave).arg(text));
        let raw = self.file(&format!("{name}.raw"));
        run(repeatable_sox().arg(&wave).args(RAW_8K).arg(&raw));
        let samples = read(&raw);
        fs::remove_file(&wave).unwrap();
        fs::remove_file(&raw).unwrap();
        samples
    }

    /// What `sox` makes of nothing: `synth 10 sine 425` and the like.
    pub fn synth(&self, name: &str, seconds: f64, effects: &str) -> Vec<i16> {
        let raw = self.file(&format!("{name}.raw"));
        let mut sox = repeatable_sox();
        sox.args(["-n"]).args(RAW_8K).arg(&raw);
        sox.args(["synth", &seconds.to_string()]);
        run(sox.args(effects.split_whitespace()));
        let samples = read(&raw);
        fs::remove_file(&raw).unwrap();
        samples
    }

    /// The samples after `sox` has done something to them.
    pub fn process(&self, name: &str, samples: &[i16], effects: &str) -> Vec<i16> {
        let (before, after) = self.pair(name);
        write(&before, samples);
        let mut sox = repeatable_sox();
        sox.args(RAW_8K).arg(&before);
        sox.args(RAW_8K).arg(&after);
        run(sox.args(effects.split_whitespace()));
        take(&before, &after)
    }

    /// The samples after a trip through a telephone codec that `sox` knows: `gsm`, `amr-nb`.
    pub fn through(&self, name: &str, samples: &[i16], codec: &[&str], kind: &str) -> Vec<i16> {
        let (before, after) = self.pair(name);
        let coded = self.file(&format!("{name}.{kind}"));
        write(&before, samples);
        let mut sox = repeatable_sox();
        sox.args(RAW_8K).arg(&before).args(["-t", kind]);
        run(sox.args(codec).arg(&coded));
        let mut sox = repeatable_sox();
        sox.args(["-t", kind]).arg(&coded).args(RAW_8K).arg(&after);
        run(&mut sox);
        fs::remove_file(&coded).unwrap();
        take(&before, &after)
    }

    fn pair(&self, name: &str) -> (PathBuf, PathBuf) {
        let before = self.file(&format!("{name}-before.raw"));
        (before, self.file(&format!("{name}-after.raw")))
    }

    /// The keys that `multimon-ng` hears in 8 kHz samples.
    pub fn multimon(&self, name: &str, samples: &[i16]) -> String {
        let (before, after) = self.pair(name);
        write(&before, samples);
        let mut sox = repeatable_sox();
        sox.args(RAW_8K).arg(&before).args(["-t", "raw"]);
        // The only rate that multimon-ng takes.
        sox.args(["-r", "22050", "-c", "1", "-b", "16", "-e", "signed-integer"]);
        run(sox.arg(&after));
        let mut multimon = Command::new("multimon-ng");
        multimon.args(["-q", "-t", "raw", "-a", "DTMF"]).arg(&after);
        let output = run(&mut multimon);
        take(&before, &after);
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| line.strip_prefix("DTMF: "))
            .filter_map(|keys| keys.chars().next())
            .collect()
    }
}

/// A voice of `espeak-ng`.
#[derive(Clone, Debug)]
pub struct Voice {
    pub name: String,
    pub words_per_minute: u64,
    pub pitch: u64,
}

/// What all our files are: as frames, one after another.
const RAW_8K: [&str; 10] = [
    "-t",
    "raw",
    "-r",
    "8000",
    "-c",
    "1",
    "-b",
    "16",
    "-e",
    "signed-integer",
];

/// With the same noise and the same dither every time.
fn repeatable_sox() -> Command {
    let mut sox = Command::new("sox");
    sox.arg("-R");
    sox
}

fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

fn write(path: &Path, samples: &[i16]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    fs::write(path, bytes).unwrap();
}

fn read(path: &Path) -> Vec<i16> {
    let bytes = fs::read(path).unwrap();
    let pairs = bytes.chunks_exact(2);
    pairs.map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

fn take(before: &Path, after: &Path) -> Vec<i16> {
    let samples = read(after);
    fs::remove_file(before).unwrap();
    fs::remove_file(after).unwrap();
    samples
}
