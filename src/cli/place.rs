//! Where everything lies, and `siaga112 paths`.

use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, codes, exit, say};
use crate::base::fault::Fault;

/// Files and folders of this machine's siaga112.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    data: PathBuf,
}

impl Place {
    /// The folder that was named, or the default: what systemd gave, the machine's own folder if
    /// it is there or we are root, else one below the user's home.
    pub fn new(named: Option<PathBuf>) -> Place {
        let data = named.unwrap_or_else(|| {
            let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
            let is_root = rustix::process::geteuid().is_root();
            if let Some(state) = set("STATE_DIRECTORY") {
                return PathBuf::from(state);
            }
            if is_root || Path::new(MACHINE_DATA).exists() {
                return PathBuf::from(MACHINE_DATA);
            }
            let shared = set("XDG_DATA_HOME").map(PathBuf::from);
            let home = || PathBuf::from(set("HOME").unwrap_or_else(|| "/".into()));
            let shared = shared.unwrap_or_else(|| home().join(".local/share"));
            shared.join("siaga112")
        });
        // A path in the configuration or a link made of it must not depend on where we started.
        let data = std::path::absolute(&data).unwrap_or(data);
        Place { data }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The socket by which verbs talk to the running service.
    pub fn control(&self) -> PathBuf {
        self.data.join("control.sock")
    }

    /// The administrator's file, unless another one is named.
    pub fn config(named: Option<PathBuf>) -> PathBuf {
        named.unwrap_or_else(|| PathBuf::from(CONFIG))
    }

    /// Makes the data folder, for us alone.
    ///
    /// # Errors
    /// What the system says.
    pub fn make(&self) -> io::Result<()> {
        if self.data.is_dir() {
            return Ok(());
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)?;
        // The process's umask may have taken rights away, never added any.
        std::fs::set_permissions(&self.data, std::fs::Permissions::from_mode(0o700))
    }

    /// The data folder, which must be there and ours.
    ///
    /// # Errors
    /// `SYS-014` if there is none, `SYS-010` if it is somebody else's.
    pub fn ours(&self) -> Result<&Path, Fault> {
        if !self.data.is_dir() {
            let doing = self.data.display().to_string();
            return Err(Fault::new(&codes::MISSING_FOLDER, doing));
        }
        self.make_ours()
    }

    /// The data folder, made if it is missing. Files of root in the service's folder would lock
    /// the service out of its own data, so another owner's folder is not touched.
    ///
    /// # Errors
    /// `SYS-010` if it is somebody else's, `SYS-011` if it cannot be made.
    pub fn make_ours(&self) -> Result<&Path, Fault> {
        let shown = || self.data.display().to_string();
        let metadata = self
            .make()
            .and_then(|()| std::fs::metadata(&self.data))
            .map_err(|error| Fault::because(&codes::NO_FOLDER, shown(), error))?;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            let doing = format!("{}, pemilik uid {}", shown(), metadata.uid());
            return Err(Fault::new(&codes::NOT_OURS, doing));
        }
        Ok(&self.data)
    }
}

/// Letak semua berkas
#[derive(Args)]
#[command(after_help = "Contoh:\n  siaga112 paths --json")]
pub(super) struct PathsArgs {}

pub(super) fn run(context: &Context, _: PathsArgs) -> u8 {
    let data = context.place.data();
    let paths = [
        ("config", Place::config(None)),
        ("data", data.to_owned()),
        ("database", data.join("siaga112.redb")),
        ("control", context.place.control()),
        ("secret", data.join("secret")),
        ("setup_code", data.join("setup-code")),
        ("modems", data.join("modems")),
        ("prompts", data.join("prompts")),
    ];
    if context.json {
        let map: serde_json::Map<String, serde_json::Value> = paths
            .iter()
            .map(|(name, path)| ((*name).to_owned(), path.display().to_string().into()))
            .collect();
        say::json(&map);
    } else {
        let row =
            |(name, path): &(&str, PathBuf)| vec![(*name).to_owned(), path.display().to_string()];
        say::table(&paths.iter().map(row).collect::<Vec<_>>());
    }
    exit::DONE
}

/// Where the service keeps its data.
const MACHINE_DATA: &str = "/var/lib/siaga112";

/// The administrator's file.
const CONFIG: &str = "/etc/siaga112/siaga112.toml";
