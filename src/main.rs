//! Verb in, exit code out.

fn main() -> std::process::ExitCode {
    siaga112::cli::run(std::env::args_os()).into()
}
