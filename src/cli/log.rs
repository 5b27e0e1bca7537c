//! Where the log goes: stderr, which systemd keeps. `SIAGA112_LOG` sets the level.

use tracing::Level;
use tracing_subscriber::fmt::time::Uptime;

/// Starts logging. journald stamps lines by itself; on a terminal the time since the start is
/// enough.
pub(super) fn start() {
    let level = std::env::var("SIAGA112_LOG")
        .ok()
        .and_then(|text| text.parse().ok());
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level.unwrap_or(Level::WARN))
        .with_timer(Uptime::default())
        .with_ansi(false)
        // A log that takes nothing (its disk is full, journald is gone) must not end the service:
        // the word about that would go to the same place and panic there.
        .log_internal_errors(false)
        .finish();
    // A second start in one process (a test) keeps the first log.
    let _ = tracing::subscriber::set_global_default(log);
}
