//! The API's handlers: read the request, ask the desk or the disk, show the answer.

pub mod audio;
pub mod board;
pub mod callbacks;
pub mod calls;
pub mod health;
pub mod journal;
pub mod keys;
pub mod numbers;
pub mod people;
pub mod practice;
pub mod programs;
pub mod prompts;
pub mod recording;
pub mod reports;
pub mod session;
pub mod shift;
pub mod sms;
pub mod wording;
pub mod workplace;
