//! The sound of the configured lines, started with the centre.

use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};

use crate::base::fault::Fault;
use crate::base::ids::CallId;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::prompt::Prompt;
use crate::clock::Clock;
use crate::config::{Audio, Config, Language, LineConfig};
use crate::crew;
use crate::engine::handle::Handle;
use crate::line::words::SoundPath;
use crate::media::budget::{Budget, Keeper};
use crate::media::recording::Folder;
use crate::media::{self, HoldSound, LineSpec, Studio};
use crate::port::audio::AudioPath;
use crate::prompts::Library;
use crate::voice::prompt;

/// Starts the threads of every line that has sound.
///
/// # Errors
/// `SUARA-003`.
pub(super) fn start(
    config: &Config,
    folder: &Path,
    handle: &Handle,
    clock: &Clock,
    prompts: &Prompts,
) -> Result<Studio, Fault> {
    let lines = config.lines.iter().map(|line| LineSpec {
        name: line.name.clone(),
        path: media_path(line),
    });
    Studio::start(media::Setup {
        lines: lines.collect(),
        clock: clock.clone(),
        engine: handle.port_inbox(),
        folder: folder.join(FOLDER),
        reader: handle.reader().clone(),
        hold: hold(prompts.clone(), config),
    })
}

/// Where the recordings of the centre that lives in `folder` are.
pub fn recordings(folder: &Path) -> Folder {
    Folder::at(&folder.join(FOLDER))
}

/// The newest call of which there is sound, whether or not a journal still tells of it: its number
/// must not be given to another. `None` if there is none, or the disk does not answer.
pub(super) fn newest_call(folder: &Path) -> Option<CallId> {
    let folder = recordings(folder);
    let (sender, newest) = channel();
    let look = move || {
        let _ = sender.send(folder.newest_call());
    };
    crew::thread("newest-call").spawn(look).ok()?;
    newest.recv_timeout(limits::READ_PATIENCE).ok()?
}

/// What a caller hears while nobody talks to them: the office's own words once they have been read,
/// ours before.
fn hold(prompts: Prompts, config: &Config) -> HoldSound {
    let lang = match config.center.language {
        Language::Indonesian => Lang::Id,
        Language::English => Lang::En,
    };
    Arc::new(move || match prompts.get() {
        Some(library) => library.get(Prompt::Hold, lang),
        None => prompt::samples(prompt::default_sound(Prompt::Hold, lang))
            .unwrap_or_default()
            .into(),
    })
}

/// The prompts, as soon as they have been read.
pub type Prompts = Arc<OnceLock<Arc<Library>>>;

/// Starts to look after the room for recordings.
///
/// # Errors
/// `SUARA-003`.
pub fn keep_room(
    config: &Config,
    handle: &Handle,
    studio: &Studio,
    clock: &Clock,
) -> Result<Keeper, Fault> {
    let budget = Budget {
        max_bytes: config.recording.max_bytes,
        keep_free_bytes: config.recording.keep_free_bytes,
        stop_below_bytes: limits::DISK_FREE_BYTES_MIN,
        settled_after: limits::RECORDING_SETTLED_AFTER,
    };
    Keeper::start(handle.clone(), studio.clone(), clock.clone(), budget)
        .map_err(|error| Fault::because(&media::codes::NO_THREAD, "menjaga ruang rekaman", error))
}

fn media_path(line: &LineConfig) -> Option<media::Path> {
    match line.audio {
        Audio::InBand => Some(media::Path::InBand),
        Audio::None | Audio::Port(_) | Audio::Alsa(_) => {
            AudioPath::of(&line.audio).map(media::Path::Port)
        }
    }
}

/// The same for the line's machine.
pub(super) fn path(line: &LineConfig) -> SoundPath {
    match &line.audio {
        Audio::None => SoundPath::None,
        Audio::InBand => SoundPath::InBand,
        Audio::Port(_) => SoundPath::Port,
        Audio::Alsa(_) => SoundPath::Card,
    }
}

/// Below the data folder.
const FOLDER: &str = "recordings";
