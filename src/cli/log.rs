//! Where the service's log goes: stderr, which systemd keeps.

use tracing_subscriber::filter::LevelFilter;

/// From now on the log is written. `SIAGA112_LOG` sets how much: `error`, `warn`, `info` (default),
/// `debug` (holds telephone numbers: for an hour of searching, not for ever).
pub(super) fn to_stderr() {
    let wanted = std::env::var("SIAGA112_LOG").ok();
    let level = wanted
        .and_then(|level| level.parse::<LevelFilter>().ok())
        .unwrap_or(LevelFilter::INFO);
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false);
    // systemd writes the time beside every line itself.
    let begun = if std::env::var_os("JOURNAL_STREAM").is_some() {
        log.without_time().try_init()
    } else {
        log.try_init()
    };
    if let Err(error) = begun {
        super::say::trouble(error);
    }
}
