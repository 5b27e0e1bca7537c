//! Sound files: what a caller says is read, what he heard is written.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::modem::{Act, Samples};
use super::super::{HEARD, SAID};
use crate::base::fault::Fault;
use crate::base::limits::SIM_SOUND_FILE_BYTES_MAX;
use crate::base::time::Wall;
use crate::voice::wav;

/// Reads the sound file of a [`Act::SayFile`]; every other act stays as it is.
///
/// # Errors
/// `SIM-003`: the file cannot be read, is too long, or holds no sound that is understood.
pub fn load(act: Act) -> Result<Act, Fault> {
    let Act::SayFile(name) = act else {
        return Ok(act);
    };
    let fault = |e| Fault::because(&SAID, name.clone(), e);
    let file = read_some(&name).map_err(fault)?;
    if file.len() as u64 > SIM_SOUND_FILE_BYTES_MAX {
        return Err(Fault::new(&SAID, format!("{name}: terlalu besar")));
    }
    let sound = wav::read(&file).map_err(|e| Fault::because(&SAID, name.clone(), e))?;
    Ok(Act::Say(sound.at_8_khz().into()))
}

/// A file, and no more of it than shows that it is too long: it may be a device without an end.
fn read_some(name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(name)?;
    file.take(SIM_SOUND_FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where what was heard is written.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Files begin with this.
    name: String,
    written: u32,
}

impl Folder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// `SIM-004`: it cannot be made.
    pub fn make(path: PathBuf, name: String) -> Result<Folder, Fault> {
        fs::create_dir_all(&path)
            .map_err(|e| Fault::because(&HEARD, path.display().to_string(), e))?;
        Ok(Folder {
            path,
            name,
            written: 0,
        })
    }

    /// Writes one call: `NAME-20260301T034502-1.wav`.
    ///
    /// # Errors
    /// `SIM-004`: the disk refuses.
    pub fn write(&mut self, samples: &Samples, wall: Wall) -> Result<PathBuf, Fault> {
        self.written += 1;
        let name = format!("{}-{}-{}.wav", self.name, wall.file_tag(), self.written);
        let path = self.path.join(name);
        fs::write(&path, wav::file(samples))
            .map_err(|e| Fault::because(&HEARD, shown(&path), e))?;
        Ok(path)
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
