//! Compiles the pages' assets in: a hash in each name, and a brotli twin beside each body.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut code = String::from("/// Every asset.\npub static ASSETS: &[Asset] = &[\n");
    for folder in ["web/style", "web/script", "web/img"] {
        println!("cargo:rerun-if-changed={folder}");
        let mut files: Vec<PathBuf> = fs::read_dir(root.join(folder))?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        for file in files {
            println!("cargo:rerun-if-changed={}", file.display());
            add(&file, &out, &mut code)?;
        }
    }
    code.push_str("];\n");
    fs::write(out.join("assets.rs"), code)?;
    Ok(())
}

fn add(file: &Path, out: &Path, code: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let name = file
        .file_name()
        .and_then(|n| n.to_str())
        .ok_or("a file name that is not text")?;
    let (stem, extension) = name.rsplit_once('.').ok_or("a file without an extension")?;
    let media_type = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        other => return Err(format!("no media type for .{other}").into()),
    };
    let body = fs::read(file)?;
    let digest = Sha256::digest(&body);
    let short = digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let compressed = out.join(format!("{name}.br"));
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(&body)?;
    fs::write(&compressed, writer.into_inner())?;
    writeln!(
        code,
        "Asset {{ name: {name:?}, hashed: \"{stem}.{short}.{extension}\", media_type: {media_type:?}, \
         body: include_bytes!({file:?}), brotli: include_bytes!({compressed:?}) }},"
    )?;
    Ok(())
}
