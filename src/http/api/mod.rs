//! The API's handlers: read the request, ask the desk or the disk, show the answer.

pub mod audio;
pub mod board;
pub mod calls;
pub mod health;
pub mod journal;
pub mod numbers;
pub mod people;
pub mod programs;
pub mod prompts;
pub mod recording;
pub mod session;
pub mod sms;
