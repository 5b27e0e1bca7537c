//! A disk that can be told to stand still, below the real program: see `disk.c`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is put below a program.
pub struct Disk {
    library: PathBuf,
    data: PathBuf,
    place: PathBuf,
}

/// A write or flush of a recording, or a flush of a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    pub kind: String,
    /// Microseconds of the monotonic clock.
    pub began: u64,
    pub ended: u64,
    pub at: u64,
    pub length: u64,
    pub path: PathBuf,
}

impl Disk {
    /// For a program whose data lies in `data`; its own files lie in `place`, which is elsewhere.
    pub fn new(data: &Path, place: &Path) -> Disk {
        let disk = Disk {
            library: place.join("disk.so"),
            data: data.to_owned(),
            place: place.to_owned(),
        };
        fs::create_dir_all(disk.kept()).expect("a folder");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/sound/disk.c");
        let compiled = Command::new("gcc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .arg(&disk.library)
            .args([source, "-ldl"])
            .status();
        let compiled = compiled.expect("missing Debian packages: gcc libc6-dev");
        assert!(compiled.success(), "{source} does not compile");
        disk
    }

    /// Puts it below a program that is about to start.
    pub fn below(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("SIAGA112_DISK", &self.data)
            .env("SIAGA112_DISK_STALL", self.flag())
            .env("SIAGA112_DISK_LOG", self.log())
            .env("SIAGA112_DISK_KEPT", self.kept());
    }

    /// From now on nothing that changes the folder comes back; or it does again.
    pub fn stall(&self, yes: bool) {
        if yes {
            fs::write(self.flag(), "").expect("a flag");
        } else {
            fs::remove_file(self.flag()).expect("the flag");
        }
    }

    /// Recordings as they were at their last flush.
    pub fn kept(&self) -> PathBuf {
        self.place.join("kept")
    }

    /// Everything that was done so far, in the order in which it ended.
    pub fn done(&self) -> Vec<Done> {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().map(parse).collect()
    }

    fn flag(&self) -> PathBuf {
        self.place.join("stalled")
    }

    fn log(&self) -> PathBuf {
        self.place.join("disk.log")
    }
}

fn parse(line: &str) -> Done {
    let fields: Vec<&str> = line.splitn(6, ' ').collect();
    let number = |index: usize| fields[index].parse().expect("a number");
    Done {
        kind: fields[0].to_owned(),
        began: number(1),
        ended: number(2),
        at: number(3),
        length: number(4),
        path: PathBuf::from(fields[5]),
    }
}
