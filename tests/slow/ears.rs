//! The ears of the box on sound made by programs that are not ours.
//!
//! `espeak-ng` speaks and `sox` makes noise, music and damage; our ears hear an hour of it and must
//! not mistake it for a key or a tone. `multimon-ng`, the decoder that radio amateurs use, hears the
//! same files, and both stand in one table.

#[path = "ears/activity.rs"]
mod activity;
#[path = "ears/hour.rs"]
mod hour;
#[path = "ears/keys.rs"]
mod keys;
#[path = "ears/line_tones.rs"]
mod line_tones;
#[path = "ears/programs.rs"]
mod programs;
#[path = "ears/sound.rs"]
mod sound;
#[path = "ears/table.rs"]
mod table;
#[path = "ears/text.rs"]
mod text;
